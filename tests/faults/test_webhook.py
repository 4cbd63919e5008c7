"""Two replicas in webhook mode: updates come twice, at once, from strangers and to processes that die."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.conftest import OpenSite, reach_question
from tests.faults.process import BotProcess
from tests.faults.replicas import Balancer, launch_replica, open_balancer
from tests.faults.site import Site


@dataclass
class Pair:
    """Two replicas behind a balancer."""

    site: Site
    balancer: Balancer
    first: BotProcess
    second: BotProcess

    async def send(self, content: bytes, **secret: bytes) -> set[int]:
        """Bring a body to both at once, past the balancer; return what they answer."""
        both = (self.first, self.second)
        return set(
            await asyncio.gather(*(self.balancer.call(one, content, **secret) for one in both))
        )


@pytest.fixture
async def pair(open_lab: OpenSite) -> AsyncIterator[Pair]:
    """Give a lab bot that runs as two replicas."""
    async with open_lab() as site, open_balancer() as balancer:
        first, second = (launch_replica(site, balancer) for _ in range(2))
        await asyncio.gather(first.wait_until_ready(), second.wait_until_ready())
        yield Pair(site, balancer, first, second)


def press(visitor: Any, label: str, number: int) -> bytes:
    """Return an update as Telegram would bring it: somebody presses a button of the bot's last message."""
    seen = visitor.last()
    data = next(one for row in seen["buttons"] for one in row if one["text"] == label)
    person = {"id": visitor.id, "is_bot": False, "first_name": "Ann"}
    message = {
        "message_id": seen["message_id"],
        "date": 1,
        "chat": {"id": visitor.id, "type": "private"},
        "from": {"id": 1, "is_bot": True, "first_name": "lab"},
    }
    callback = {"id": str(number), "from": person, "chat_instance": "1", "message": message}
    callback["data"] = data["callback_data"]
    return json.dumps({"update_id": number, "callback_query": callback}).encode()


async def notes(site: Site) -> list[str]:
    """Return the notes of all marks, in their order."""
    return await site.fetch("SELECT note FROM lab_marks ORDER BY id")


async def test_f3_the_same_update_three_times(pair: Pair) -> None:
    """An update that comes to both replicas at once, and to each again, has one effect."""
    ann = await reach_question(pair.site, "one")
    update = press(ann, "Yes", 5_000_000)
    assert await pair.send(update) == {200}
    assert await pair.send(update) == {200}
    await ann.sees("Marked as № 1")
    assert await pair.send(update) == {200}
    ann.presses("Another")
    await ann.sees("Note")
    assert await notes(pair.site) == ["one"]
    assert await pair.site.fetch("SELECT count(*) FROM inbox WHERE update_id = 5000000") == [1]


async def test_f8_a_stranger_brings_nothing(pair: Pair) -> None:
    """Without the secret, or with what is none, nothing is kept, and no answer says that the bot broke."""
    update = json.dumps({"update_id": 5_000_000, "message": {}}).encode()
    for secret in ("", "wrong", "x" * 300, "\u00fc" * 20, "\u00ff\u00fe"):
        assert await pair.send(update, secret=secret.encode("latin-1")) == {403}
    for replica in (pair.first, pair.second):
        url = f"{replica.url}/telegram/updates"
        assert (await pair.balancer.client.post(url, content=update)).status_code == 401
    assert await pair.site.fetch("SELECT update_id FROM inbox WHERE update_id = 5000000") == []


async def test_f9_a_body_over_the_limit(pair: Pair) -> None:
    """A body that is too long is refused, said to be or not; the next call is answered."""
    ann = pair.site.person()

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 65536

    long = b" " * (1024 * 1024 + 1)
    assert await pair.send(long) == {413}
    assert await pair.balancer.call(pair.first, chunks()) == 413
    ann.says("/start")
    await ann.sees("Home of Ann")


async def test_order_within_a_chat_with_two_replicas(pair: Pair) -> None:
    """What twenty people write in one breath, brought to either replica, is taken in order for each of them."""
    taken = [0, 0]
    for _ in range(5):  # one that is quick may take all of a breath
        visitors = [pair.site.person() for _ in range(20)]
        for visitor in visitors:
            visitor.says("/mark")
            visitor.says("in order")
        await asyncio.gather(*(visitor.sees("Mark “in order”") for visitor in visitors))
        taken = [len(bot.events("update_handled")) for bot in (pair.first, pair.second)]
        if all(taken):
            break
    assert all(taken), taken


async def test_a_killed_replica_is_replaced(pair: Pair) -> None:
    """One of two is killed over updates in work: the other does them, each once, and takes what comes."""
    await pair.site.execute("INSERT INTO lab_switches VALUES ('slow', 0.5)")
    people = await asyncio.gather(*(reach_question(pair.site, f"note {n}") for n in range(12)))
    for person in people:
        person.presses("Slowly")
    await asyncio.sleep(0.3)
    await pair.first.kill()

    await asyncio.gather(*(person.sees("Marked as № 1") for person in people))
    await asyncio.gather(*(person.is_answered(1) for person in people))
    assert sorted(await notes(pair.site)) == sorted(f"note {n}" for n in range(12))
    people[0].presses("Another")
    await people[0].sees("Note")


async def test_a_stopped_replica_leaves_the_webhook(pair: Pair) -> None:
    """A rolling restart, the leader first, loses no update and never leaves the bot without its webhook."""
    (bot,) = pair.site.emulator.world.bots.values()
    ann = await reach_question(pair.site, "one")
    for old in (pair.first, pair.second):
        fresh = launch_replica(pair.site, pair.balancer)
        await fresh.wait_until_ready()
        assert await old.stop() == 0
        assert bot.queue.webhook is not None
        ann.says("/start")
        await ann.sees("Home of Ann")
        ann.says("/mark")
        await ann.sees("Note")


async def test_postgresql_away_while_telegram_calls(pair: Pair) -> None:
    """While PostgreSQL is away calls are answered with 503, and what they brought is handled when it is back, once."""
    ann = await reach_question(pair.site, "one")
    async with pair.site.postgres.away():
        ann.presses("Yes")
        async with asyncio.timeout(20):
            while 503 not in pair.balancer.answers:  # noqa: ASYNC110 - the balancer has no event
                await asyncio.sleep(0.05)
    await ann.has_seen("Marked as № 1")  # a question shown twice may stand below it
    assert await notes(pair.site) == ["one"]
    assert 500 not in pair.balancer.answers
