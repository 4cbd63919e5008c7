"""Windows that a group shares, while the process that serves them is killed."""

import asyncio

from engine.emulator.people import set_member
from tests.faults.site import Site, Visitor

SLOW_SECONDS = 2.0


def open_group(site: Site) -> tuple[Visitor, Visitor]:
    """Bring two people and the bot together in a group."""
    world = site.emulator.world
    ann, ben = site.person("Ann"), site.person("Ben")
    group = world.new_group("Team", supergroup=True, creator_id=ann.id)
    bot = world.bot_of_token(site.token)
    for member in (world.users[ben.id], bot):
        set_member(world, group, member, "member", by=world.users[ann.id])
    first, second = (site.emulator.person(one.id, chat_id=group.id) for one in (ann, ben))
    return Visitor(first), Visitor(second)


async def test_a_window_of_a_group_over_a_kill(lab: Site) -> None:
    """Two press in one moment and the process is killed: one vote counts, once; the other press is old, and counts when it is done again."""
    await lab.execute("INSERT INTO lab_switches VALUES ('slow', $1)", SLOW_SECONDS)
    ann, ben = open_group(lab)
    bot = await lab.start()
    ann.says("/votes")
    await ben.sees("0 votes")

    ann.presses("Vote")
    ben.presses("Vote")
    await asyncio.sleep(SLOW_SECONDS / 2)
    await bot.kill()
    assert await lab.fetch("SELECT count(*) FROM lab_marks") == [0]
    await lab.execute("UPDATE lab_switches SET value = 0")
    await lab.start()
    await asyncio.gather(ann.is_answered(1), ben.is_answered(1))
    await ann.sees("1 votes")

    [winner] = await lab.fetch("SELECT user_id FROM lab_marks")
    loser = ben if winner == ann.id else ann
    assert [one["text"] for one in loser.person.alerts()] == ["An old button."]
    loser.presses("Vote")
    await ann.sees("2 votes")
    voters = await lab.fetch("SELECT user_id FROM lab_marks")
    assert sorted(voters) == sorted([ann.id, ben.id])
    assert await lab.fetch("SELECT count(*) FROM inbox WHERE done_at IS NULL") == [0]
