"""All conversations of a bot: whose turn comes when, and what is said when one cannot be taken.

It does not know what happens in a turn, nor where state, people and actions come from.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiogram import Router
from aiogram.types import CallbackQuery, Message
from aiogram_dialog.api.entities import EVENT_CONTEXT_KEY

from engine.dialog.apology import Apologies, context_of, find_key
from engine.dialog.bring_along import NewerStateError
from engine.dialog.delivery import answer_callback
from engine.dialog.dispatch import dispatch, take_late
from engine.dialog.invoices import read_offer
from engine.dialog.locks import KeyedLocks
from engine.dialog.occasion import RECEIVED_AT, Occasion, own_occasion, timeout_occasion
from engine.dialog.pace import Pace
from engine.dialog.payments import answer_checkout, checkout_occasion, payment_occasion
from engine.dialog.placing import enter_place
from engine.dialog.ports import StaleConversationError, UnavailableError
from engine.dialog.record import is_refresh_due, read_due
from engine.dialog.renewing import rest
from engine.dialog.sharing import find_replied_key
from engine.dialog.turns import LAST_TRY, TurnResult, Turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiogram import Bot
    from aiogram.types import PreCheckoutQuery
    from aiogram_dialog.api.entities import NewMessage

    from engine.actions import User
    from engine.dialog.occasion import Act
    from engine.dialog.placing import Place
    from engine.dialog.ports import (
        ActionRunner,
        ConversationKey,
        ConversationStore,
        Directory,
        KeptValues,
    )
    from engine.dialog.presenter import Taken
    from engine.dialog.registry import FlowRegistry
    from engine.dialog.trail import Trail

_logger = structlog.get_logger(__name__)

MAX_ATTEMPTS: Final = 3
"""How often a turn is taken anew because another process wrote the conversation meanwhile."""

LATE: Final = timedelta(days=1)
"""How old an update may be to be acted upon; Telegram itself keeps none for longer."""

type Event = Message | CallbackQuery


class Conversations:
    """Holds all conversations of a bot with the flows of a registry; `apologies` tells who could not be served.

    `clock` returns the present as an aware datetime in UTC; `trail` is told what each turn did. `payment_token` is what the provider who takes payments knows the bot by.
    """

    def __init__(  # noqa: PLR0913  # the ports, by name
        self,
        *,
        registry: FlowRegistry,
        store: ConversationStore,
        directory: Directory,
        runner: ActionRunner,
        kept: KeptValues,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        trail: Trail | None = None,
        payment_token: str = "",
    ) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._pace = Pace()
        self._locks = KeyedLocks()
        self.apologies = Apologies(registry)
        self._router = Router(name="conversations")
        self._turns = Turns(
            registry=registry,
            store=store,
            runner=runner,
            kept=kept,
            clock=clock,
            router=self._router,
            trail=trail,
            payment_token=payment_token,
        )
        self._router.pre_checkout_query.register(self._on_checkout)
        self._router.message.register(self._on_message)
        self._router.callback_query.register(self._on_callback)

    def router(self) -> Router:
        """Return the one router through which all flows are reached."""
        return self._router

    async def _on_message(self, message: Message, **data: Any) -> TurnResult:
        if message.from_user is None:
            return TurnResult.HANDLED
        if message.successful_payment is not None:
            return await self._on_payment(message, data)
        return await self._hold(message, data)

    async def _on_callback(self, callback: CallbackQuery, **data: Any) -> TurnResult:
        if callback.message is None:
            await answer_callback(data["bot"], callback, None)
            return TurnResult.HANDLED
        return await self._hold(callback, data)

    async def _hold(self, event: Event, data: dict[str, Any]) -> TurnResult:
        context = data[EVENT_CONTEXT_KEY] = context_of(event)
        occasion = Occasion(
            event=event,
            data=data,
            name=str(data["event_update"].update_id),
            identify=lambda: self._directory.identify(context.user),
            act=self._act_of(event, data),
        )
        key = await self._find_meant(event, occasion)
        return await self._serve(key, occasion, event)

    async def _on_payment(self, message: Message, data: dict[str, Any]) -> TurnResult:
        """Take in what was paid, in the conversation of its invoice; what fails is tried again and then set aside, not lost."""
        bot, paid, person = data["bot"], message.successful_payment, message.from_user
        if paid is None or person is None:
            return TurnResult.HANDLED
        _logger.info("payment_arrived", charge=paid.telegram_payment_charge_id)
        offer = read_offer(paid.invoice_payload)
        is_own = offer is not None and (offer.key.bot_id, offer.key.user_id) == (bot.id, person.id)
        key = offer.key if offer and is_own else find_key(message, bot)
        try:
            user = await self._directory.identify(person)
        except UnavailableError as error:
            _logger.warning("payment_waits", reason=str(error))
            return TurnResult.UNAVAILABLE
        occasion = payment_occasion(bot, key, user, paid, self._directory)
        occasion.data[LAST_TRY] = False  # so that nothing recovers from losing it
        is_last = data.get(LAST_TRY, True)
        return await self._serve(key, occasion, message, is_last_try=is_last)

    async def _on_checkout(self, query: PreCheckoutQuery, **data: Any) -> TurnResult:
        """Say whether an invoice may be paid, within the ten seconds that Telegram waits."""
        bot, offer = data["bot"], read_offer(query.invoice_payload)
        sentence = "error"
        if offer is None or (offer.key.bot_id, offer.key.user_id) != (bot.id, query.from_user.id):
            sentence = "not_yours" if offer else "old_invoice"
            await answer_checkout(bot, query, self.apologies.find(query.from_user, sentence))
            return TurnResult.HANDLED
        try:
            user = await self._directory.identify(query.from_user)
            occasion = checkout_occasion(bot, offer, query, user, self._directory)
            occasion.data[LAST_TRY] = False
            async with self._locks.hold(offer.key):
                taken = await self._take_turn(offer.key, occasion)
                return await self._turns.finish(offer.key, occasion, taken)
        except UnavailableError as error:
            _logger.warning("checkout_unavailable", reason=str(error))
            sentence = "unavailable"
        except Exception:
            _logger.exception("checkout_failed")
        await answer_checkout(bot, query, self.apologies.find(query.from_user, sentence))
        return TurnResult.RECOVERED

    async def _serve(
        self,
        key: ConversationKey,
        occasion: Occasion,
        event: Event,
        *,
        is_last_try: bool | None = None,
    ) -> TurnResult:
        bot = occasion.data["bot"]
        if is_last_try is None:
            is_last_try = occasion.data.get(LAST_TRY, True)
        async with self._locks.hold(key):
            try:
                taken = await self._take_turn(key, occasion)
            except (
                NewerStateError
            ) as error:  # nobody is told: a process that knows it takes the turn
                _logger.info("turn_left_to_newer", turn=occasion.name, reason=str(error))
                return TurnResult.UNAVAILABLE
            except UnavailableError as error:
                _logger.warning("turn_unavailable", turn=occasion.name, reason=str(error))
                await self.apologies.say_unavailable(event, bot)
                return TurnResult.UNAVAILABLE
            except Exception:
                _logger.exception("turn_failed", turn=occasion.name)
                if is_last_try:
                    await self.apologies.say_failed(event, bot)
                return TurnResult.FAILED
            self.apologies.works_again(key)
            return await self._turns.finish(key, occasion, taken)

    async def _find_meant(self, event: Event, occasion: Occasion) -> ConversationKey:
        """Return the conversation that an update is about: that of another where it is an answer which counts there."""
        bot = occasion.data["bot"]
        replied = find_replied_key(event, bot)
        if replied is None:
            return find_key(event, bot)
        try:
            stored, user = await self._store.load(replied), await occasion.identify()
            is_heard = await self._turns.hears(replied, occasion, stored, user)
        except Exception:  # noqa: BLE001  # it stands against the turn too, which tells of it
            return replied
        return replied if is_heard else find_key(event, bot)

    def _act_of(self, event: Event, data: dict[str, Any]) -> Act:
        """Return what an update leads to: what it means, unless that was long ago."""
        moments = [data.get(RECEIVED_AT), event.date if isinstance(event, Message) else None]
        began = min((one for one in moments if one is not None), default=None)
        return dispatch if began is None or self._clock() - began < LATE else take_late

    async def expire(self, bot: Bot, key: ConversationKey) -> TurnResult | None:
        """Take the move of a timeout if one is due now; None when none is.

        Raises:
            Exception: nothing was moved, because the conversation could not be reached.
        """
        user = await self._directory.find(key.user_id)
        if user is None:
            return None
        async with self._locks.hold(key):
            for _ in range(MAX_ATTEMPTS):
                stored = await self._store.load(key)
                due = read_due(stored.value) if stored else None
                if stored is None or due is None:
                    return None
                if due > self._clock().timestamp() * 1000:
                    await self._store.schedule(key, _moment(due))
                    return None
                if is_refresh_due(stored.value) and (wait := self._pace.wait(self._seconds())):
                    await self._store.schedule(key, self._clock() + timedelta(seconds=wait))
                    return None
                occasion = timeout_occasion(bot, key, user, stored, self._directory)
                try:
                    taken = await self._turns.attempt(key, occasion, stored, user)
                except StaleConversationError:
                    continue
                result = await self._turns.finish(key, occasion, taken)
                await self._settle_refresh(bot, key, user, taken)
                return result
        raise StaleConversationError(f"{MAX_ATTEMPTS} times in a row")

    async def _settle_refresh(
        self, bot: Bot, key: ConversationKey, user: User, taken: Taken
    ) -> None:
        """Wait as long as Telegram asks to; let a window be that nobody can see, unless somebody has acted meanwhile."""
        if taken.turn.retry_after:
            self._pace.rest(self._seconds(), taken.turn.retry_after)
        if not taken.turn.is_lost:
            return
        stored = await self._store.load(key)
        if stored is not None:
            occasion = timeout_occasion(bot, key, user, stored, self._directory)
            act = partial(rest, strand_id=taken.turn.acting)
            with suppress(StaleConversationError):
                await self._turns.attempt(key, replace(occasion, act=act), stored, user)

    def _seconds(self) -> float:
        return self._clock().timestamp()

    async def place(self, bot: Bot, key: ConversationKey, user: User, place: Place) -> TurnResult:
        """Put somebody whose conversation has not begun into a step of a flow above home, and show it.

        Raises:
            StaleConversationError: it has begun.
        """
        occasion = own_occasion(bot, key, user, self._directory, act=partial(enter_place, place))
        async with self._locks.hold(key):
            taken = await self._turns.attempt(key, occasion, None, user)
            return await self._turns.finish(key, occasion, taken)

    async def view(self, bot: Bot, key: ConversationKey) -> NewMessage | None:
        """Return what a person would be shown now, and show nothing; None where no flow is open."""
        stored, user = await self._store.load(key), await self._directory.find(key.user_id)
        if stored is None or user is None:
            return None
        occasion = timeout_occasion(bot, key, user, stored, self._directory)
        return await self._turns.look(key, occasion, stored, user)

    async def _take_turn(self, key: ConversationKey, occasion: Occasion) -> Taken:
        user = await occasion.identify()
        for attempt in range(MAX_ATTEMPTS):
            stored = await self._store.load(key)
            try:
                return await self._turns.attempt(key, occasion, stored, user)
            except StaleConversationError:
                _logger.info("conversation_moved_on", attempt=attempt)
        raise StaleConversationError(f"{MAX_ATTEMPTS} times in a row")


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
