"""Timeouts outlive the service: what became due while nobody was there is fired by who comes next."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.dialog.ports import ConversationKey, DueConversation
from engine.emulator import Emulator
from engine.flow.check import check_flows
from engine.flow.checked import Bot
from engine.flow.rules import bad_duration
from engine.service.app import open_service
from engine.service.catalog import load_catalog
from engine.service.inbox import InboxUnavailableError, arrival
from engine.service.settings import Settings
from engine.service.timeouts import Timeouts, read_timeout
from tests.service.conftest import DESK
from tests.service.watching import seen_by, until

OFFER = """\
flow: menu
version: 1
title: Menu
start: [/start]
steps:
  offer:
    show: "An offer."
    buttons: [{text: "Take", go: taken}]
    timeout: {after: 2s, go: expired}
  taken: {show: "Taken.", buttons: [{text: "OK", go: offer}]}
  expired: {show: "That offer expired.", buttons: [{text: "Again", go: offer}]}
"""


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Bot:
    """Give a bot whose offer expires sooner than the checker lets an offer expire."""
    monkeypatch.setattr(bad_duration, "SHORTEST_SILENCE", 1_000)
    bot = (DESK / "bot.yaml").read_text().replace("[en, de]", "[en]")
    sources = {Path("bot.yaml"): bot, Path("menu.yaml"): OFFER}
    checked = check_flows(Path(), load_catalog(), sources=sources)
    assert checked.bot is not None, checked.problems
    return checked.bot


async def test_a_timeout_survives_a_restart(
    emulator: Emulator,
    people: httpx.AsyncClient,
    make_settings: Callable[..., Settings],
    offer: Bot,
) -> None:
    """Two processes started after the one that made the offer fire its timeout, once between them."""
    settings = make_settings(telegram_api_url=emulator.base_url)
    await people.put("users/601", json={"first_name": "Ada", "language_code": "en"})
    async with open_service(settings, offer):
        await people.post("users/601/messages", json={"text": "/start"})
        await seen_by(people, 601, "An offer.")

    async with open_service(settings, offer) as one, open_service(settings, offer) as other:
        await seen_by(people, 601, "That offer expired.")

        async def counted() -> bool:
            return fired() == 1

        def fired() -> int:
            shown = [service.metrics.render().decode() for service in (one, other)]
            return sum('usher_timeouts_total{result="handled"} 1.0' in text for text in shown)

        await until(counted)
    messages = (await people.get("users/601/messages")).json()
    assert [one["text"] for one in messages if one["from_bot"]] == [
        "An offer.",
        "That offer expired.",
    ]


class Due:
    """A store in which conversations are due, and an inbox for them that may be away."""

    def __init__(self) -> None:
        self.settled: list[Any] = []
        self.updates: list[Any] = []
        self.is_away = False

    async def claim_due(self, _bot_id: int, **_: Any) -> list[Any]:
        """Return one in a group and one in a topic."""
        keys = [ConversationKey(1, -5, 7), ConversationKey(1, -5, 8, 3)]
        return [DueConversation(key, 0) for key in keys]

    async def settle(self, claimed: Any) -> None:
        """Note what was settled."""
        self.settled.append(claimed.key)

    async def put(self, updates: Any) -> None:
        """Keep updates.

        Raises:
            InboxUnavailableError: it is away.
        """
        if self.is_away:
            raise InboxUnavailableError("gone")
        self.updates += updates


async def test_what_is_due_waits_in_its_lane() -> None:
    """A timeout is put as an update of its chat, under a number of ours, and forgotten only then."""
    store: Any = Due()
    timeouts = Timeouts(1, store, store, store)
    store.is_away = True
    with pytest.raises(InboxUnavailableError):
        await timeouts.put_due()
    assert store.settled == []

    store.is_away = False
    assert await timeouts.put_due()

    kept = [arrival(one) for one in store.updates]
    assert [one.lane for one in kept] == [-5, -5]
    assert all(one.update_id < 0 for one in kept)
    assert [read_timeout(1, one.raw) for one in kept] == store.settled
    assert store.settled == [ConversationKey(1, -5, 7), ConversationKey(1, -5, 8, 3)]
    assert read_timeout(1, '{"update_id":5,"timeout":{}}') is None
