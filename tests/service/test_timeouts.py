"""Timeouts outlive the service: what became due while nobody was there is fired by who comes next."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from engine.emulator import Emulator
from engine.flow.check import check_flows
from engine.flow.checked import Bot
from engine.flow.rules import bad_duration
from engine.service.app import open_service
from engine.service.catalog import load_catalog
from engine.service.metrics import Metrics
from engine.service.settings import Settings
from engine.service.timeouts import Timeouts
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


class BrokenStore:
    """A store whose conversations cannot be reached, but are due."""

    def __init__(self) -> None:
        self.settled: list[Any] = []

    async def claim_due(self, _bot_id: int, **_: Any) -> list[Any]:
        """Return one."""
        return [self]

    async def settle(self, claimed: Any) -> None:
        """Note what was settled."""
        self.settled.append(claimed)

    @property
    def key(self) -> None:
        """Have no key."""

    async def expire(self, *_: Any) -> None:
        """Fail as Redis does.

        Raises:
            RedisConnectionError: always.
        """
        raise RedisConnectionError


async def test_a_timeout_that_failed_stays_due() -> None:
    """A conversation that could not be reached is not settled, so that it is fired when its claim has run out."""
    store: Any = BrokenStore()
    store.id = 1
    metrics = Metrics()

    assert await Timeouts(store, store, store, metrics).fire_due()

    assert store.settled == []
    assert 'usher_timeouts_total{result="failed"} 1.0' in metrics.render().decode()
