"""Deposits: the invoice of a held time, a last look before it is paid, and the booking that a payment makes.

It knows nothing of invoices as Telegram shows them, nor of how money goes back: that is owed, and written down.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

import storage
from actions.bookings import ask_for, find_deposit, keep_details
from actions.holds import HOLDS_LIMIT
from actions.notices import (
    booking_asked,
    booking_made,
    booking_reminder,
    refund_due,
    tell_made,
    tell_owed,
)
from actions.records import Booking, Invoice, Slot, show_booking, show_invoice
from engine.actions import Context, File, MaxLength, Money, Outcome, Payment, Phone, command
from storage import money, values
from storage.money import Charge, NewInvoice, Wanted
from storage.values import NewBooking

TIME_TO_PAY = timedelta(minutes=15)
"""How long a time is held once its invoice is shown."""

TIME_TO_CHARGE = timedelta(minutes=2)
"""How long a time is held at least once somebody is about to pay."""


@command("deposits.ask")
async def ask_for_deposit(  # noqa: PLR0913  # what is wanted, by name
    context: Context,
    *,
    slot: Slot,
    service_id: int,
    price: Money,
    deposit: Money,
    comment: Annotated[str, MaxLength(500)] | None = None,
    people: int = 1,
    more_service_ids: list[int] | None = None,
    phone: Phone | None = None,
    photo: File | None = None,
) -> Invoice | Outcome[Literal["limit_reached", "not_available", "expired", "price_changed"]]:
    """Hold a slot until its deposit can be paid no more, which is put off once, and write what is booked then."""
    new = await ask_for(context, slot, [service_id, *(more_service_ids or ())], people)
    if isinstance(new, Outcome):
        return new
    if (price, deposit) != _prices(context, new):
        return Outcome("price_changed")
    wanted = Wanted(
        user_id=context.user.id,
        service_ids=tuple(line.id for line in new.service.lines),
        staff_id=slot.staff_id,
        location_id=slot.location_id,
        starts_at=slot.starts_at,
        party=people,
        price=price,
        comment=comment,
        phone=phone,
        photo=None if photo is None else {"file_id": photo.file_id, "unique_id": photo.unique_id},
    )
    invoice = await _write(context, new, wanted, deposit)
    return invoice if isinstance(invoice, Outcome) else show_invoice(invoice)


@command("deposits.check")
async def check_deposit(
    context: Context, *, invoice_id: int
) -> Outcome[Literal["gone", "price_changed"]] | None:
    """See, when somebody is about to pay, that the time is still theirs, still offered, and costs what was shown."""
    invoice = await storage.invoices.find(context.session, invoice_id)
    if invoice is None or context.now >= invoice.until:
        return Outcome("gone")
    new = await _ask_again(context, invoice)
    if isinstance(new, Outcome):
        return Outcome("gone")
    if (invoice.wanted.price, invoice.amount) != _prices(context, new):
        return Outcome("price_changed")
    until = context.now + TIME_TO_CHARGE
    held = await storage.holds.prolong(context.session, new, until=until)
    return None if held is not None else Outcome("gone")


@command("deposits.take", notifies=[booking_asked, booking_made, booking_reminder, refund_due])
async def take_deposit(
    context: Context, *, payment: Payment
) -> Booking | Outcome[Literal["refund_due"]]:
    """Make the booking that a payment is for, once; where its time has gone, or it is booked, the money is owed back."""
    session = context.session
    charge = Charge(payment.charge, payment.provider_charge, payment.total, payment.currency)
    await storage.users.lock(session, context.user.id)  # told twice at once, it is one payment
    known = await storage.payments.find_by_charge(session, charge.number)
    if known is not None:
        booking = await storage.bookings.find(session, known.booking_id or 0)
        return Outcome("refund_due") if booking is None else _show(context, booking)
    invoice = await storage.invoices.find(session, payment.about or 0)
    booking = None if invoice is None else await _book(context, invoice)
    payment_id = await storage.payments.record(
        session,
        charge,
        user_id=context.user.id,
        invoice=invoice,
        booking_id=None if booking is None else booking.id,
        now=context.now,
    )
    if booking is not None:
        await tell_made(context, booking)
        booking = await storage.bookings.find(session, booking.id) or booking
        return _show(context, booking)
    owed = None if payment_id is None else await storage.payments.find(session, payment_id)
    if owed is not None:
        await tell_owed(context, owed)
    return Outcome("refund_due")


def _show(context: Context, booking: values.Booking) -> Booking:
    return show_booking(booking, context.user.locale)


def _prices(context: Context, new: NewBooking) -> tuple[Decimal, Decimal]:
    """Give what a visit costs now for all who come, and what of it is paid ahead."""
    return new.service.price * new.party, find_deposit(context, new.service, new.party)


async def _write(
    context: Context, new: NewBooking, wanted: Wanted, deposit: Decimal
) -> money.Invoice | Outcome[Literal["expired"]]:
    """Write the invoice of a hold, which is put off to its end once; one that has expired counts as long as it is there."""
    session, person, now = context.session, context.user.id, context.now
    hold = await storage.holds.prolong(session, new, until=now)
    if (
        hold is None
        or await storage.holds.count(session, person, but=hold.id, now=now) >= HOLDS_LIMIT
    ):
        return Outcome("expired")
    until = now + TIME_TO_PAY
    known = await storage.invoices.find_by_hold(session, hold.id)
    if known is None:
        await storage.holds.prolong(session, new, until=until)
    elif known.until <= now or known.amount != deposit:
        return Outcome("expired")
    invoice = NewInvoice(
        hold_id=hold.id,
        wanted=wanted,
        amount=deposit,
        until=until,
        refund_until=wanted.starts_at - new.service.cancel_until,
    )
    return await storage.invoices.write(session, invoice, now=now)


async def _ask_again(
    context: Context, invoice: money.Invoice
) -> NewBooking | Outcome[Literal["not_available", "limit_reached"]]:
    """Lock what a booking rests on, or say why the invoice of a person's own is worth nothing; its notice was kept when it was held."""
    wanted = invoice.wanted
    if wanted.user_id != context.user.id:
        return Outcome("not_available")
    return await ask_for(context, wanted, wanted.service_ids, wanted.party, any_notice=True)


async def _book(context: Context, invoice: money.Invoice) -> values.Booking | None:
    """Make the booking of an invoice, unless it is made, of its hold or, at the same price, of the time if it is free."""
    new = await _ask_again(context, invoice)
    if isinstance(new, Outcome) or await storage.payments.is_paid(context.session, invoice):
        return None
    wanted = invoice.wanted
    new = replace(new, comment=wanted.comment)
    booking = await storage.holds.confirm(context.session, new, now=context.now)
    if booking is None and new.service.price * new.party == wanted.price:
        booking = await storage.bookings.insert(context.session, new, now=context.now)
    if booking is None:
        return None
    photo = None if wanted.photo is None else values.Photo(**wanted.photo)
    return await keep_details(context, booking, phone=wanted.phone, photo=photo)
