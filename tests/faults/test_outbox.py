"""Messages that must arrive, whatever Telegram, a recipient or a process does: once, in order, or given up with a reason."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from engine.emulator import people
from tests.faults.conftest import OpenSite
from tests.faults.site import Site, Visitor

ENDED = "SELECT fate || ': ' || coalesce(reason, '') FROM outbox WHERE chat_id = $1 ORDER BY id"


@pytest.fixture(autouse=True)
def _no_faults_left(steady: Site) -> Iterator[None]:
    yield
    steady.emulator.world.faults.clear()


async def post(
    site: Site, chat_id: int, notice: str = "note", *, due: str = "0 s", **arguments: Any
) -> None:
    """Write a message as a command does."""
    policy = "may_be_lost" if notice == "once" else "may_repeat"
    await site.execute(
        "INSERT INTO outbox (bot_id, chat_id, notice, arguments, policy, due_at)"
        " VALUES ($1, $2, $3, $4, $5, now() + $6::text::interval)",
        int(site.token.partition(":")[0]),
        chat_id,
        notice,
        json.dumps(arguments),
        policy,
        due,
    )


async def fail(site: Site, **fault: Any) -> None:
    """Make the next calls that send messages fail."""
    async with httpx.AsyncClient(base_url=site.emulator.base_url) as client:
        answer = await client.post("/_emulator/faults", json={"method": "sendMessage", **fault})
        assert answer.is_success, answer.text


async def ended(site: Site, chat_id: int, count: int = 1, *, seconds: float = 20) -> list[str]:
    """Wait until so many messages to a chat have ended, and tell how."""
    async with asyncio.timeout(seconds):
        while (  # noqa: ASYNC110 - rows tell nobody
            len(found := [one for one in await site.fetch(ENDED, chat_id) if one]) < count
        ):
            await asyncio.sleep(0.05)
    return found


async def known(site: Site, name: str = "Ann") -> Visitor:
    """Give somebody whom the bot knows, with the screen they look at."""
    visitor = site.person(name)
    visitor.says("/start")
    await visitor.sees(f"Home of {name}")
    return visitor


async def test_a_command_writes_what_is_sent_once_it_is_done(steady: Site) -> None:
    """The message comes at once, beside the screen that the command leads to."""
    ann = await known(steady)
    ann.says("/post")
    await ann.sees("Note: posted", seconds=5)
    assert sum("Note: posted" in text for text in ann.texts()) == 1


async def test_a_button_of_a_notice_opens_a_flow(steady: Site) -> None:
    """It works as a deep link does, however long ago the notice came, and leaves the notice where it is."""
    ann = await known(steady)
    await steady.execute("INSERT INTO lab_marks (user_id, note) VALUES ($1, 'x')", ann.id)
    (number,) = await steady.fetch("SELECT id FROM lab_marks WHERE user_id = $1", ann.id)
    await post(steady, ann.id, "marked", number=number)
    await ann.sees(f"Mark {number} of Ann")
    ann.presses("See it")
    await ann.sees(f"This is mark {number}")
    assert any(f"Mark {number} of Ann" in text for text in ann.texts())


async def test_f19_one_chat_waits_and_others_do_not(steady: Site) -> None:
    """A message is sent once, after the wait that Telegram asks for; those to others arrive meanwhile."""
    ann, bob = await known(steady), await known(steady, "Bob")
    await fail(steady, error=429, retry_after=2, chat_id=ann.id)
    await post(steady, ann.id, note="one")
    await post(steady, ann.id, note="two")
    await post(steady, bob.id, note="three")
    await bob.sees("Note: three", seconds=1.9)
    await ended(steady, ann.id, 2)
    assert ann.texts()[-2:] == ["Note: one", "Note: two"]


async def test_f23_who_blocked_the_bot_gets_nothing_until_they_return(steady: Site) -> None:
    """They are marked, the sender is told, later messages are not tried, and /start brings them back."""
    ann, bob = await known(steady), await known(steady, "Bob")
    ann.person.blocks()
    await post(steady, ann.id, note="hello", teller=bob.id)
    await bob.sees("Not reached: hello")
    assert "Forbidden" in (await ended(steady, ann.id))[0]
    await post(steady, ann.id, note="again")
    assert (await ended(steady, ann.id, 2))[1] == "dead: they have blocked the bot"
    ann.says("/start")
    await ann.sees("Home of Ann")
    await post(steady, ann.id, note="welcome")
    await ann.sees("Note: welcome")


async def test_f24_a_chat_that_is_gone_is_a_dead_letter(steady: Site) -> None:
    """It is kept with what Telegram said, and others are served."""
    ann, bob = await known(steady), await known(steady, "Bob")
    await fail(steady, error=400, description="Bad Request: chat not found", chat_id=ann.id)
    await post(steady, ann.id, note="one")
    await post(steady, bob.id, note="two")
    await bob.sees("Note: two")
    assert "chat not found" in (await ended(steady, ann.id))[0]


async def test_f25_an_unwell_telegram_is_asked_more_slowly(steady: Site) -> None:
    """Gateway pages and server errors lose nothing: the message comes when they are over, once."""
    ann = await known(steady)
    await fail(steady, error=502, html=True, chat_id=ann.id)
    await fail(steady, error=500, chat_id=ann.id)
    await post(steady, ann.id, note="one")
    assert await ended(steady, ann.id) == ["delivered: "]
    assert sum("Note: one" in text for text in ann.texts()) == 1


@pytest.mark.parametrize(
    ("notice", "cut", "times"),
    [("note", "before", (1, 1)), ("note", "after", (1, 2)), ("once", "after", (1, 1))],
)
async def test_f26_a_line_that_is_cut(
    steady: Site, notice: str, cut: str, times: tuple[int, int]
) -> None:
    """What may repeat arrives at least once, and at most twice when the line was cut after it; what may be lost, never twice."""
    ann = await known(steady)
    await fail(steady, cut=cut, chat_id=ann.id)
    await post(steady, ann.id, notice, note="cut")
    (fate,) = await ended(steady, ann.id)
    seen = sum(": cut" in text for text in ann.texts())
    assert times[0] <= seen <= times[1]
    assert fate.startswith("dead: cut off" if notice == "once" else "delivered")


async def test_f27_a_telegram_that_was_away_is_caught_up_with(steady: Site) -> None:
    """What piled up meanwhile arrives in order in each chat, and nothing is given up however long it takes."""
    visitors = [await known(steady, name) for name in ("Ann", "Bob", "Cleo", "Dan")]
    await fail(steady, error=502, html=True, times=6)
    for number in range(3):
        for visitor in visitors:
            await post(steady, visitor.id, note=f"n{number}")
    for visitor in visitors:
        fates = await ended(steady, visitor.id, 3, seconds=60)
        assert fates == ["delivered: "] * 3
        assert visitor.texts()[-3:] == [f"Note: n{number}" for number in range(3)]


async def test_f29_messages_follow_a_group(steady: Site) -> None:
    """What was written to a group arrives in the supergroup that it has become."""
    world, ann = steady.emulator.world, steady.person()
    group = world.new_group("Team", supergroup=False, creator_id=ann.id)
    bot = next(iter(world.bots.values()))
    people.set_member(world, group, bot, "member", by=world.users[ann.id])
    moved = people.migrate(world, group)
    await post(steady, group.id, note="one")
    await post(steady, group.id, note="two")
    assert await ended(steady, moved.id, 2) == ["delivered: "] * 2
    there = steady.person(chat_id=moved.id, number=ann.id)
    assert [text for text in there.texts() if "Note" in text] == ["Note: one", "Note: two"]


async def test_f44_what_is_not_wanted_any_more_is_not_sent(steady: Site) -> None:
    """A notice looks again when it is sent: of a mark that is gone by then it says nothing."""
    ann = await known(steady)
    await post(steady, ann.id, "marked", number=10**9)
    assert await ended(steady, ann.id) == ["dropped: it is not wanted any more"]


@pytest.fixture
async def lab(open_lab: OpenSite) -> AsyncIterator[Site]:
    """Give a lab of the test's own."""
    async with open_lab() as site:
        yield site


async def test_f43_what_was_due_while_the_bot_was_down(lab: Site) -> None:
    """It is sent at the next start if it is still of use, in order, once; else it is dropped."""
    process = await lab.start()
    ann = await known(lab)
    await process.stop()
    await post(lab, ann.id, due="-2 hours", note="late")
    await post(lab, ann.id, due="-3 hours", note="useless")
    await lab.execute(
        "UPDATE outbox SET until = now() - interval '1 hour' WHERE arguments->>'note' = 'useless'"
    )
    await lab.start()
    fates = await ended(lab, ann.id, 2)
    assert fates == ["delivered: ", "dropped: it is of no use any more"]
    assert [text for text in ann.texts() if "Note" in text] == ["Note: late"]


async def test_a_process_killed_over_messages_loses_none(lab: Site) -> None:
    """Of two processes one is killed while it sends: the other sends the rest, in order, what was under way at most once more."""
    doomed, _ = await asyncio.gather(lab.start(), lab.start())
    visitors = [await known(lab, name) for name in ("Ann", "Bob", "Cleo", "Dan", "Eve")]
    await fail(lab, delay_seconds=0.3, times=100)
    for number in range(4):
        for visitor in visitors:
            await post(lab, visitor.id, note=f"n{number}")
    await asyncio.sleep(1.2)
    await doomed.kill()
    for visitor in visitors:
        assert await ended(lab, visitor.id, 4, seconds=60) == ["delivered: "] * 4
        told = [text for text in visitor.texts() if "Note" in text]
        assert list(dict.fromkeys(told)) == [f"Note: n{number}" for number in range(4)]
        assert len(told) <= 5
