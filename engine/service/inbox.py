"""The inbox as the service wants it: updates put durably, claimed lane by lane, done, tried again or set aside.

It knows nothing of what an update means, nor of where it came from. A broker with partitions by chat would stand behind the
same port.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson
import structlog

from engine.service.batches import Batches
from storage import inbox as rows
from storage.database import AWAY, Limits, create_pool
from storage.inbox import Arrival, Taker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
    from datetime import timedelta

    from engine.service.presence import PresenceKeeper
    from storage.inbox import Claimed, Depth

_logger = structlog.get_logger(__name__)

AWAY_PAUSE_SECONDS: Final = 0.5
"""How long to wait before something is written again that PostgreSQL did not take."""

_FIRST_LANE: Final = -(2**63)

_LIMITS: Final = Limits(statement_timeout_seconds=5.0)

_PLANNER: Final = {"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}
"""A queue is empty when its statistics are taken and full when they are used."""


class InboxUnavailableError(Exception):
    """PostgreSQL did not answer, or not as it should; the message says which error it was."""


class Inbox(Protocol):
    """Keeps updates until they are done. Whatever cannot be written raises `InboxUnavailableError`."""

    async def put(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Return once updates are safe; those that are known already are passed by."""

    async def claim(self, lanes: int) -> list[list[Claimed]]:
        """Claim the next updates of up to so many lanes, each in order; of a lane that is claimed, nothing."""

    def holds(self, update: Claimed) -> bool:
        """Tell whether the claim still stands, as far as is known."""

    def done(self, update: Claimed) -> asyncio.Future[None]:
        """Note that an update was handled, together with others; the future is done when that is written."""

    async def begin(self, update: Claimed) -> None:
        """Note, before an update is handled, that its worker may die over it."""

    async def postpone(self, update: Claimed, *, seconds: float, failed: bool) -> None:
        """Give an update back for so long; if it failed, that counts."""

    async def set_aside(self, update: Claimed, *, reason: str) -> None:
        """Give an update up."""

    async def release(self, updates: Sequence[Claimed]) -> None:
        """Give updates back that were not begun."""


class Taking(Protocol):
    """Who handles updates, and may be handed some without having claimed them."""

    def reserve(self) -> int:
        """Keep room for so many lanes until some are begun."""

    def begin(self, lanes: Sequence[Sequence[Claimed]]) -> None:
        """Handle the updates of lanes, each in order, in the room that was kept."""


class PostgresInbox:
    """The inbox of one bot, in rows of a table.

    `news` is set when there may be something to claim.
    """

    def __init__(
        self,
        bot_id: int,
        *,
        durable: Any,
        relaxed: Any,
        keeper: PresenceKeeper,
        news: asyncio.Event,
    ) -> None:
        self._bot_id = bot_id
        self._durable = durable
        self._relaxed = relaxed
        self._keeper = keeper
        self._news = news
        self._after = _FIRST_LANE
        self._arrivals = Batches(self._write_arrivals)
        self._marks = Batches(self._write_marks)
        self._unmarked: set[int] = set()
        self._taking: Taking | None = None

    def hand_over(self, taking: Taking) -> None:
        """Begin updates at once that arrive here while nothing else of their lane is open, instead of claiming them."""
        self._taking = taking

    async def put(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Return once updates are on disk."""
        if updates:
            await asyncio.shield(self._arrivals.add(arrival(one) for one in updates))

    async def claim(self, lanes: int) -> list[list[Claimed]]:
        """Claim from where the last claim ended, so that no lane is passed over for ever."""
        worker = self._keeper.worker
        if worker is None:
            return []
        with _translated():
            found = await self._claim(worker, lanes)
        return _by_lane(found)

    async def _claim(self, worker: int, lanes: int) -> list[Claimed]:
        found: list[Claimed] = []
        while True:
            begun, missing = self._after, lanes - len({one.lane for one in found})
            more = await rows.claim(self._relaxed, self._bot_id, worker, lanes=missing, after=begun)
            found += more
            is_full = len({one.lane for one in more}) == missing
            self._after = more[-1].lane if is_full else _FIRST_LANE
            if is_full or begun == _FIRST_LANE:
                return found

    def holds(self, update: Claimed) -> bool:
        """Tell whether this process is still present as the worker who claimed it."""
        return self._keeper.worker == update.worker

    def done(self, update: Claimed) -> asyncio.Future[None]:
        """Note that an update was handled; while PostgreSQL is away, the note waits."""
        self._unmarked.add(update.update_id)
        return self._marks.add([update.update_id])

    async def begin(self, update: Claimed) -> None:
        """Note, on disk, that an update is begun."""
        with _translated():
            await rows.begin(self._durable, update)

    async def postpone(self, update: Claimed, *, seconds: float, failed: bool) -> None:
        """Give an update back for so long."""
        with _translated():
            await rows.postpone(self._relaxed, update, seconds=seconds, failed=failed)
        asyncio.get_running_loop().call_later(seconds, self._news.set)

    async def set_aside(self, update: Claimed, *, reason: str) -> None:
        """Give an update up."""
        with _translated():
            await rows.set_aside(self._durable, update, reason=reason)

    async def release(self, updates: Sequence[Claimed]) -> None:
        """Give updates back that were not begun."""
        with _translated():
            worker, numbers = updates[0].worker, [one.update_id for one in updates]
            await rows.release(self._relaxed, self._bot_id, worker, numbers)
        self._news.set()

    async def measure(self) -> Depth:
        """Return how full the inbox is."""
        with _translated():
            return await rows.measure(self._relaxed, self._bot_id)

    async def clean_up(self, *, done: timedelta, set_aside: timedelta, limit: int) -> int:
        """Delete so many rows, of all bots, that have been done or set aside for so long; return how many it deleted."""
        with _translated():
            return await rows.clean_up(self._relaxed, done=done, set_aside=set_aside, limit=limit)

    async def close(self) -> None:
        """Give up what could not be written."""
        await self._arrivals.close()
        await self._marks.close()

    async def _write_arrivals(self, arrivals: list[Arrival]) -> None:
        unique = {one.update_id: one for one in arrivals}
        taking = (
            self._taking if self._keeper.led.is_set() else None
        )  # who leads is the only one to put
        lanes = taking.reserve() if taking else 0
        claimed: Sequence[Claimed] = ()
        try:
            taker = Taker(self._keeper.worker or 0, lanes, self._unmarked)
            with _translated():
                put = await rows.put(self._durable, self._bot_id, list(unique.values()), taker)
            claimed = put.claimed
        finally:
            if taking:
                taking.begin(_by_lane(claimed))
        if len(claimed) < put.new:
            self._news.set()

    async def _write_marks(self, update_ids: list[int]) -> None:
        while True:
            try:
                with _translated():
                    await rows.mark_done(self._relaxed, self._bot_id, update_ids)
            except InboxUnavailableError:
                await asyncio.sleep(AWAY_PAUSE_SECONDS)
            except (
                Exception
            ):  # without this their lanes would be held for as long as this process lives
                _logger.exception("marks_not_written", updates=len(update_ids))
                await asyncio.sleep(AWAY_PAUSE_SECONDS)
            else:
                self._unmarked.difference_update(update_ids)
                return


@asynccontextmanager
async def open_inbox(
    url: str, bot_id: int, *, keeper: PresenceKeeper, news: asyncio.Event
) -> AsyncIterator[PostgresInbox]:
    """Open the inbox of a bot on two connections: arrivals wait for the disk, what can be repeated does not."""
    settings = {name: {**_PLANNER, "synchronous_commit": name} for name in ("on", "off")}
    pools = {
        name: create_pool(url, connections=1, server_settings=given, limits=_LIMITS)
        for name, given in settings.items()
    }
    async with pools["on"] as durable, pools["off"] as relaxed:
        inbox = PostgresInbox(bot_id, durable=durable, relaxed=relaxed, keeper=keeper, news=news)
        try:
            yield inbox
        finally:
            await inbox.close()


def arrival(update: Mapping[str, Any]) -> Arrival:
    """Return an update as it is kept: whatever JSON can say survives, even what is no text."""
    try:
        raw = orjson.dumps(update).decode()
    except orjson.JSONEncodeError:  # half of a surrogate pair, a number beyond 64 bits
        raw = json.dumps(update)
    return Arrival(update["update_id"], find_lane(update), raw)


def find_lane(update: Mapping[str, Any]) -> int:
    """Return what an update is handled in order with: its chat, its person where there is none, else 0."""
    event = next((one for one in update.values() if isinstance(one, dict)), {})
    message = event.get("message")
    chat = _id_of(event, "chat") or (_id_of(message, "chat") if isinstance(message, dict) else None)
    return chat or _id_of(event, "from") or _id_of(event, "user") or 0


def _by_lane(updates: Sequence[Claimed]) -> list[list[Claimed]]:
    return [list(lane) for _, lane in groupby(updates, key=lambda one: one.lane)]


def _id_of(event: Mapping[str, Any], key: str) -> int | None:
    found = event.get(key)
    number = found.get("id") if isinstance(found, dict) else None
    return number if isinstance(number, int) and -(2**63) < number < 2**63 else None


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except AWAY as error:
        raise InboxUnavailableError(type(error).__name__) from error
