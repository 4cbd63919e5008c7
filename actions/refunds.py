"""What is owed back to clients, for administrators, who pay it back at the provider and say so.

It knows nothing of providers: the Bot API gives back Stars alone, so nobody but the desk can give back a deposit.
"""

from typing import Literal

import storage
from actions.access import acts_as, has_role
from actions.notices import refund_made, tell_paid_back
from actions.records import Refund, show_refund
from engine.actions import Context, Outcome, command, query
from storage.values import Role


@query("refunds.owed")
async def list_owed(context: Context) -> list[Refund]:
    """List what is owed back, what was paid first before the others; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    return [show_refund(one) for one in await storage.payments.list_owed(context.session)]


@query("refunds.can_pay")
async def can_pay(context: Context) -> bool:
    """Tell whether the bot has a payment provider, so that deposits are asked for."""
    return context.takes_payments


@command("refunds.mark_paid", notifies=[refund_made])
async def mark_paid(
    context: Context, *, refund_id: int
) -> Refund | Outcome[Literal["not_owed", "not_allowed"]]:
    """Keep that a deposit was paid back, as an administrator; its client is told."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    payment = await storage.payments.mark_refunded(context.session, refund_id, now=context.now)
    if payment is None:
        return Outcome("not_owed")
    await tell_paid_back(context, payment)
    return show_refund(payment)
