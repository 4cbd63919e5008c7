"""Processes that poll and processes that are called live side by side while a bot changes from one to the other."""

from tests.faults.conftest import reach_question
from tests.faults.replicas import launch_replica, open_balancer
from tests.faults.site import Site, Visitor


async def go_round(site: Site, people: list[Visitor], number: int) -> None:
    """Let everybody mark a note and stand before the next one."""
    for person in people:
        person.presses("Yes")
    for person in people:
        await person.sees(f"Marked as № {number}")
        person.says("/mark")
        person.says(f"note {number}")
    for person in people:
        await person.sees(f"Mark “note {number}”")
    kept = await site.fetch("SELECT count(*) FROM lab_marks")
    assert kept == [number * len(people)]


async def test_from_polling_to_a_webhook_and_back(lab: Site) -> None:
    """Whichever leads, all are ready and people are served; who takes over sets the webhook, or removes it, and loses nothing."""
    async with open_balancer() as balancer:
        (bot,) = lab.emulator.world.bots.values()
        polls = await lab.start(WEBHOOK_URL=balancer.url)
        people = [await reach_question(lab, "note 0") for _ in range(5)]
        called = launch_replica(lab, balancer)
        await called.wait_until_ready()
        await go_round(lab, people, 1)
        assert bot.queue.webhook is None

        for person in people:
            person.presses("Yes")
        assert await polls.stop() == 0
        for person in people:
            await person.sees("Marked as № 2")
            person.says("/mark")
            person.says("note 2")
        for person in people:
            await person.sees("Mark “note 2”")
        assert bot.queue.webhook is not None

        polls = await lab.start(WEBHOOK_URL=balancer.url)
        await go_round(lab, people, 3)
        assert (set(balancer.answers), await polls.is_ready()) == ({200}, True)

        for person in people:
            person.presses("Yes")
        await called.kill()
        for person in people:
            await person.sees("Marked as № 4", seconds=60)
        assert bot.queue.webhook is None
        assert await polls.is_ready()
        assert [len(bot.events("turn_failed")) for bot in lab.processes] == [0, 0, 0]
