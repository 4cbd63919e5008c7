"""Has one update handled: reads it, feeds it to the dispatcher, and says what became of it.

It knows nothing of where updates wait, nor of what follows from what became of one.
"""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from time import perf_counter
from typing import TYPE_CHECKING

import structlog
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from pydantic import ValidationError

from engine.dialog.occasion import RECEIVED_AT
from engine.dialog.ports import UnavailableError
from engine.dialog.turns import LAST_TRY, TurnResult
from engine.service.outages import is_outage
from engine.service.timeouts import read_timeout

if TYPE_CHECKING:
    from aiogram import Bot, Dispatcher

    from engine.dialog.conversations import Conversations
    from engine.dialog.ports import ConversationKey
    from engine.service.metrics import Metrics
    from storage.inbox import Claimed

_logger = structlog.get_logger(__name__)


class Fate(StrEnum):
    """What became of an update: handled, or not for its own fault, a store's, because nobody can read or survive it."""

    DONE = "done"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"
    UNREADABLE = "unreadable"
    DEADLY = "deadly"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an update, and where it was not handled, why; the reason quotes nobody."""

    fate: Fate
    reason: str = ""


class UpdateHandler:
    """Feeds updates to a dispatcher; counts, times and logs each."""

    def __init__(
        self, bot: Bot, dispatcher: Dispatcher, metrics: Metrics, conversations: Conversations
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._metrics = metrics
        self._conversations = conversations
        self._kinds = dispatcher.resolve_used_update_types()

    async def handle(self, claimed: Claimed, *, is_last_try: bool) -> Verdict:
        """Handle an update; on the last try the person is told when it fails."""
        if claimed.update_id < 0 and (key := read_timeout(claimed.bot_id, claimed.raw)):
            return await self._expire(key)
        try:
            update = read_update(claimed.raw, self._bot)
        except ValidationError as error:
            return self._pass_by(claimed, error)
        kind = next((one for one in self._kinds if getattr(update, one) is not None), "other")
        waited = (datetime.now(UTC) - claimed.received_at).total_seconds()
        self._metrics.inbox_wait_seconds.observe(max(waited, 0))
        started = perf_counter()
        result, verdict = "ignored", Verdict(Fate.DONE)
        if kind != "other":
            with self._metrics.updates_in_work.track_inprogress():
                result, verdict = await self._try(update, claimed, is_last_try=is_last_try)
        seconds = perf_counter() - started
        self._metrics.updates.labels(kind, result).inc()
        self._metrics.update_seconds.labels(kind).observe(seconds)
        _logger.info(
            "update_handled",
            update_id=update.update_id,
            kind=kind,
            result=result,
            milliseconds=round(seconds * 1000, 1),
        )
        return verdict

    async def _expire(self, key: ConversationKey) -> Verdict:
        """Take the timeout of a conversation, if it is still due."""
        try:
            ended = await self._conversations.expire(self._bot, key)
        except Exception as error:
            if is_outage(error) or isinstance(error, UnavailableError):
                _logger.info("timeout_waits", reason=_where(error))
                return Verdict(Fate.UNAVAILABLE, _where(error))
            _logger.exception("timeout_failed")
            self._metrics.timeouts.labels("failed").inc()
            return Verdict(Fate.FAILED, _where(error))
        result = ended.value if ended else "not_due"
        self._metrics.timeouts.labels(result).inc()
        _logger.info("timeout_handled", result=result)
        return Verdict(Fate.DONE)

    async def give_up(self, claimed: Claimed) -> None:
        """Tell the person, as far as they can be found, that nothing came of an update."""
        try:
            await self._apologise(read_update(claimed.raw, self._bot))
        except Exception:
            _logger.exception("apology_failed", update_id=claimed.update_id)

    def _pass_by(self, claimed: Claimed, error: ValidationError) -> Verdict:
        places = [".".join(map(str, one["loc"])) or one["type"] for one in error.errors()[:3]]
        reason = f"cannot be read: {', '.join(places)}"
        _logger.warning("update_unreadable", update_id=claimed.update_id, reason=reason)
        self._metrics.updates.labels("other", Fate.UNREADABLE.value).inc()
        return Verdict(Fate.UNREADABLE, reason)

    async def _try(
        self, update: Update, claimed: Claimed, *, is_last_try: bool
    ) -> tuple[str, Verdict]:
        told = {LAST_TRY: is_last_try, RECEIVED_AT: claimed.received_at}
        try:
            response = await self._dispatcher.feed_update(self._bot, update, **told)
            if isinstance(response, TelegramMethod):
                await self._bot(response)
        except Exception as error:
            if is_outage(error) or isinstance(error, UnavailableError):
                _logger.warning("update_waits", update_id=update.update_id, reason=_where(error))
                return Fate.UNAVAILABLE.value, Verdict(Fate.UNAVAILABLE, _where(error))
            _logger.exception("update_failed", update_id=update.update_id)
            if is_last_try:
                await self._apologise(update)
            return Fate.FAILED.value, Verdict(Fate.FAILED, _where(error))
        return _judge(response)

    async def _apologise(self, update: Update) -> None:
        event = update.callback_query or update.message
        if event is not None and event.from_user is not None:
            await self._conversations.apologies.say_failed(event, self._bot)


def read_update(raw: str, bot: Bot) -> Update:
    """Read an update as it was received; what is half of a character becomes a question mark.

    Raises:
        ValidationError: it is not an update that this version knows.
    """
    context = {"bot": bot}
    try:
        return Update.model_validate_json(raw, context=context)
    except ValidationError as error:
        if error.errors()[0]["type"] != "json_invalid":
            raise
    whole = json.dumps(json.loads(raw), ensure_ascii=False).encode("utf-8", "replace")
    return Update.model_validate_json(whole, context=context)


def _judge(response: object) -> tuple[str, Verdict]:
    if response is UNHANDLED:
        return "ignored", Verdict(Fate.DONE)
    match response:
        case TurnResult.FAILED:
            verdict = Verdict(Fate.FAILED, "its turn failed; turn_failed in the log says why")
        case TurnResult.UNAVAILABLE:
            verdict = Verdict(Fate.UNAVAILABLE, "a store does not work")
        case _:
            verdict = Verdict(Fate.DONE)
    return (response.value if isinstance(response, TurnResult) else "handled"), verdict


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
