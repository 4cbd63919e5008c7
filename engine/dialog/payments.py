"""What follows when somebody is about to pay an invoice, and when they have paid.

It does not know how an invoice looks. What was paid is never passed over: where no step waits for it any more, the flow for late
payments takes it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiogram_dialog.api.entities import ShowMode

from engine.actions import Outcome
from engine.dialog import walk
from engine.dialog.commands import run_command
from engine.dialog.conversation import MAIN, STACK_LIMIT
from engine.dialog.delivery import deliver
from engine.dialog.entering import enter_flow
from engine.dialog.flow_data import encode_value
from engine.dialog.invoices import make_invoice, plain_refusal, read_payment
from engine.dialog.occasion import Occasion, own_occasion
from engine.dialog.remembered import CHECKED
from engine.dialog.strands import act_in
from engine.dialog.trail import note_move
from engine.dialog.turn import turn_of
from engine.dialog.waiting import leave
from engine.flow.graph import MoveKind
from engine.flow.model.moves import Opening
from engine.flow.model.paying import PayStep

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.types import PreCheckoutQuery, SuccessfulPayment

    from engine.actions import Payment, User
    from engine.dialog.conversation import Strand
    from engine.dialog.invoices import Offer
    from engine.dialog.manager import DeferringManager
    from engine.dialog.ports import ConversationKey, Directory
    from engine.dialog.turn import Turn

_logger = structlog.get_logger(__name__)

_PARAMETER: Final = "payment"


class UnclaimedPaymentError(Exception):
    """Something was paid that nothing takes: the bot has no flow for late payments."""


def checkout_occasion(
    bot: Bot, offer: Offer, query: PreCheckoutQuery, user: User, directory: Directory
) -> Occasion:
    """Return the occasion of somebody who is about to pay."""

    async def answer(turn: Turn) -> None:
        await answer_checkout(bot, query, None if turn.accepts else turn.toast or old_invoice(turn))

    occasion = own_occasion(bot, offer.key, user, directory, act=partial(_check_out, offer, query))
    name, identify = f"checkout:{query.id}", _known(directory, query)
    return replace(occasion, name=name, identify=identify, answer=answer)


def payment_occasion(
    bot: Bot, key: ConversationKey, user: User, paid: SuccessfulPayment, directory: Directory
) -> Occasion:
    """Return the occasion of a payment, which is the same however often Telegram tells of it."""
    payment = read_payment(paid)
    act = partial(_take_payment, paid.invoice_payload, payment)
    occasion = own_occasion(bot, key, user, directory, act=act)
    return replace(occasion, name=f"payment:{payment.charge}")


async def answer_checkout(bot: Bot, query: PreCheckoutQuery, refusal: str | None) -> None:
    """Let somebody pay, or tell them why not; ten seconds after they were about to nobody waits for it."""
    await deliver(
        lambda: bot.answer_pre_checkout_query(query.id, ok=refusal is None, error_message=refusal)
    )


def old_invoice(turn: Turn) -> str:
    """Say that an invoice counts no more."""
    return turn.message("old_invoice" if "old_invoice" in turn.bot.messages else "old_button")


def _known(directory: Directory, query: PreCheckoutQuery) -> Any:
    async def identify() -> User:
        return await directory.identify(query.from_user)

    return identify


async def _check_out(
    offer: Offer, query: PreCheckoutQuery, manager: DeferringManager, _event: object
) -> None:
    """Let an invoice be paid that is on the screen now, as it is now, unless the command of its step refuses it."""
    turn = turn_of(manager)
    strand = _strand_of(turn, offer)
    if strand is None or strand.is_cut or strand.screen != offer.screen:
        return
    act_in(manager, strand)
    step = _invoice_step(turn)
    if step is None or not walk.may_stay(turn, manager.current_context()):
        return
    data = walk.current_data(manager)
    environment = await walk.environment_of(turn, data, step)
    if not make_invoice(turn, data, step, environment).accepts(query):
        await manager.show()
        return
    if step.command is not None:
        result = await run_command(turn, data, step, environment)
        await turn.look_again()
        if isinstance(result, Outcome):
            await _refuse(manager, step, result.name)
            return
    data.remember(CHECKED, offer.payload)
    turn.accepts = turn.keeps_screen = True


async def _refuse(manager: DeferringManager, step: PayStep, outcome: str) -> None:
    """Tell why an invoice cannot be paid, and go where that leads."""
    turn, data = turn_of(manager), walk.current_data(manager)
    target = step.outcomes[outcome]
    if target.say is not None:
        turn.toast = plain_refusal(turn.say(data, target.say, turn.environment(data)))
    note_move(turn, data, MoveKind.OUTCOME, outcome)
    await leave(manager, target)
    if manager.has_context():
        await manager.show()


async def _take_payment(
    payload: str, payment: Payment, manager: DeferringManager, _event: object
) -> None:
    """Go on from the step whose invoice was let be paid; where it is not waited for any more, it is late."""
    turn = turn_of(manager)
    turn.takes_payment = True
    for strand in turn.conversation.strands.values():
        top = turn.conversation.top_of(strand)
        if top is not None and top.widget_data.get(CHECKED) == payload:
            act_in(manager, strand)
            step = _invoice_step(turn)
            if step is not None:
                await _go_on(manager, step, payment)
                return
    await _take_late(manager, payment)


async def _go_on(manager: DeferringManager, step: PayStep, payment: Payment) -> None:
    turn, data = turn_of(manager), walk.current_data(manager)
    environment = {**await walk.environment_of(turn, data, step), "it": payment}
    walk.save(turn, data, step.save, environment)
    note_move(turn, data, MoveKind.PAID)
    turn.is_paid = True
    manager.show_mode = ShowMode.SEND
    await leave(manager, step.go)
    if manager.has_context():
        await manager.show()


async def _take_late(manager: DeferringManager, payment: Payment) -> None:
    turn = turn_of(manager)
    name = turn.bot.file.late_payments
    if name is None:
        raise UnclaimedPaymentError(payment.charge)
    _logger.warning("payment_late", charge=payment.charge, about=payment.about)
    act_in(manager, turn.conversation.strands[MAIN])
    compiled = turn.bot.flows[name]
    params = {_PARAMETER: encode_value(compiled.params[_PARAMETER], payment)}
    is_high = len(turn.conversation.stack.intents) >= STACK_LIMIT
    opening = Opening.INSTEAD if is_high else Opening.ABOVE
    manager.show_mode = ShowMode.SEND
    await enter_flow(manager, compiled, params, opening=opening)


def _strand_of(turn: Turn, offer: Offer) -> Strand | None:
    """Return the strand on top of which the flow of an invoice is."""
    for strand in turn.conversation.strands.values():
        top = turn.conversation.top_of(strand)
        if top is not None and top.id == offer.context_id:
            return strand
    return None


def _invoice_step(turn: Turn) -> PayStep | None:
    """Return the step in which the strand that is concerned stands, if it is one that asks for money."""
    top = turn.conversation.top()
    if top is None or not turn.registry.is_flow(top.state):
        return None
    step = turn.registry.step_of(top.state)
    return step if isinstance(step, PayStep) else None
