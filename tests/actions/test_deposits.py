"""Deposits: asked for, looked at again, paid once, settled with their bookings, and owed back."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from actions import bookings, confirming, deposits, holds, privacy, refunds, series, slots
from actions.catalog import catalog
from actions.records import Booking, Hold, Invoice, Slot
from engine.actions import Context, Outcome, Payment
from storage.values import Role
from tests.actions.conftest import NOW
from tests.actions.test_booking_actions import find_service

PRICE, DEPOSIT = Decimal("140.00"), Decimal("40.00")


async def find_slot(context: Context) -> tuple[int, Slot]:
    """Find a time of the service with a deposit, so far ahead that whoever cancels gets it back."""
    service_id = await find_service(context, "Wedding hairstyle")
    days = (await slots.find_openings(context, service_id=service_id)).days
    return service_id, (await slots.list_free(context, service_id=service_id, day=days[6]))[0]


async def hold(context: Context) -> tuple[int, Slot, Hold]:
    """Hold a time."""
    service_id, slot = await find_slot(context)
    held = await holds.place_hold(context, slot=slot, service_id=service_id)
    assert isinstance(held, Hold)
    return service_id, slot, held


async def ask(context: Context, service_id: int, slot: Slot, **more: Any) -> Invoice | Outcome[Any]:
    """Ask for the invoice of a held time, at the price that is shown."""
    prices = {"price": PRICE, "deposit": DEPOSIT, **more}
    return await deposits.ask_for_deposit(context, slot=slot, service_id=service_id, **prices)


async def invoice_of(context: Context) -> Invoice:
    """Come to an invoice."""
    service_id, slot, _ = await hold(context)
    invoice = await ask(context, service_id, slot, comment="Curls", phone="+49301234567")
    assert isinstance(invoice, Invoice)
    return invoice


def payment(about: int | None, charge: str = "charge-1") -> Payment:
    """Give what Telegram tells of a payment."""
    return Payment(charge, f"provider-{charge}", DEPOSIT, "EUR", about)


async def pay(context: Context, about: int | None, charge: str = "charge-1") -> Any:
    """Pay, and return what comes of it."""
    return await deposits.take_deposit(context, payment=payment(about, charge))


async def states(context: Context) -> list[str]:
    """List what became of all payments."""
    return list(await context.session.scalars(text("SELECT state FROM payments ORDER BY id")))


async def test_invoice_becomes_one_booking(desk: Any) -> None:
    """The hold lasts until the invoice ends; what is paid makes one booking with all that was told, and what is paid again is owed back."""
    boss, ann = await desk.context(9, Role.ADMIN), await desk.context()
    service_id, slot, held = await hold(ann)
    assert (held.deposit, held.refund_until) == (DEPOSIT, slot.starts_at - timedelta(days=3))

    invoice = await ask(ann, service_id, slot, comment="Curls", phone="+49301234567")
    assert isinstance(invoice, Invoice)
    assert (invoice.hold.id, invoice.until, invoice.to_pay) == (
        held.id,
        NOW + deposits.TIME_TO_PAY,
        PRICE - DEPOSIT,
    )
    late = desk.later(ann, NOW + timedelta(minutes=14))
    told_since = {"comment": "Waves", "phone": "+49301234567"}
    assert await ask(late, service_id, slot, **told_since) == invoice
    assert await deposits.check_deposit(late, invoice_id=invoice.id) is None
    booking = await pay(desk.later(late, NOW + timedelta(minutes=16)), invoice.id)

    assert isinstance(booking, Booking)
    assert (booking.id, booking.comment, booking.phone) == (held.id, "Waves", "+49301234567")
    assert (booking.deposit, booking.to_pay, booking.deposit_state) == (
        DEPOSIT,
        Decimal(100),
        "paid",
    )
    assert await pay(late, invoice.id) == booking
    assert await pay(late, invoice.id, "charge-2") == Outcome("refund_due")
    assert await pay(late, invoice.id, "charge-2") == Outcome("refund_due")
    assert await pay(late, None, "charge-3") == Outcome("refund_due")
    assert await states(ann) == ["paid", "refund_due", "refund_due"]
    owed = await refunds.list_owed(boss)
    assert [(one.provider_charge, one.booking_id) for one in owed] == [
        ("provider-charge-2", None),
        ("provider-charge-3", None),
    ]
    told = [one.notice for one in desk.outbox.messages if boss.user.id in one.chats]
    assert told == ["booking_made", "refund_due", "refund_due"]


async def test_what_is_shown_is_what_is_paid(desk: Any) -> None:
    """A price that has changed is not asked for, nor let be paid; nor is the invoice of somebody else, or one that ended."""
    ann, bob = await desk.context(), await desk.context(2)
    service_id, slot, _ = await hold(ann)
    assert await ask(ann, service_id, slot, price=Decimal(1)) == Outcome("price_changed")
    invoice = await ask(ann, service_id, slot)
    assert isinstance(invoice, Invoice)

    gone = Outcome("gone")
    assert await deposits.check_deposit(bob, invoice_id=invoice.id) == gone
    assert (
        await deposits.check_deposit(desk.later(ann, invoice.until), invoice_id=invoice.id) == gone
    )
    assert await ask(desk.later(ann, invoice.until), service_id, slot) == Outcome("expired")
    await ann.session.execute(
        text("UPDATE services SET price = 150, deposit = 30 WHERE deposit = 40")
    )
    changed = await deposits.check_deposit(ann, invoice_id=invoice.id)
    assert changed == Outcome("price_changed")
    await holds.release_hold(ann, hold_id=invoice.hold.id)
    assert await deposits.check_deposit(ann, invoice_id=invoice.id) == Outcome("price_changed")
    assert await pay(ann, invoice.id) == Outcome("refund_due")
    assert await pay(bob, invoice.id, "charge-2") == Outcome("refund_due")
    assert await states(ann) == ["refund_due", "refund_due"]


async def test_a_lost_hold_is_not_paid_for(desk: Any) -> None:
    """Whoever lost the hold has to choose a time again: before the invoice, and before paying."""
    ann = await desk.context()
    service_id, slot, held = await hold(ann)
    invoice = await ask(ann, service_id, slot)
    assert isinstance(invoice, Invoice)
    await holds.release_hold(ann, hold_id=held.id)
    assert await deposits.check_deposit(ann, invoice_id=invoice.id) == Outcome("gone")
    assert await ask(ann, service_id, slot) == Outcome("expired")


@pytest.mark.parametrize(
    ("late", "state"), [(timedelta(), "refund_due"), (timedelta(days=200), "kept")]
)
async def test_cancelling_settles_the_deposit(desk: Any, late: timedelta, state: str) -> None:
    """In time the client gets it back; later they cancel only by giving it up, and the desk keeps it."""
    ann = await desk.context()
    invoice = await invoice_of(ann)
    booking = await pay(ann, invoice.id)
    then = desk.later(ann, min(NOW + late, booking.starts_at - timedelta(hours=1)))

    if late:
        refused = await bookings.cancel_booking(then, booking_id=booking.id)
        assert refused == Outcome("too_late")
    cancelled = await bookings.cancel_booking(then, booking_id=booking.id, gives_up=bool(late))

    assert isinstance(cancelled, Booking)
    assert (cancelled.deposit_state, await states(ann)) == (state, [state])


async def test_the_desk_gives_back_what_it_cancels(desk: Any) -> None:
    """However late, a visit that the desk cancels or declines is owed back; it is paid back once, by administrators alone."""
    boss, ann = await desk.context(9, Role.ADMIN), await desk.context()
    await ann.session.execute(
        text("UPDATE services SET needs_confirmation = true WHERE deposit > 0")
    )
    booking = await pay(ann, (await invoice_of(ann)).id)
    assert booking.status == "pending"
    late = desk.later(boss, booking.starts_at - timedelta(minutes=5))
    declined = await confirming.decline_booking(late, booking_id=booking.id)
    assert isinstance(declined, Booking)
    assert (declined.deposit_state, declined.to_pay) == ("refund_due", PRICE)
    second = await pay(ann, (await invoice_of(ann)).id, "charge-2")
    await bookings.cancel_any_booking(desk.later(boss, second.starts_at), booking_id=second.id)
    assert await states(ann) == ["refund_due", "refund_due"]

    owed, _ = await refunds.list_owed(boss)
    assert await refunds.list_owed(ann) == []
    assert await refunds.mark_paid(ann, refund_id=owed.id) == Outcome("not_allowed")
    assert await refunds.mark_paid(boss, refund_id=owed.id) == owed
    assert await refunds.mark_paid(boss, refund_id=owed.id) == Outcome("not_owed")
    told = [one.notice for one in desk.outbox.messages if ann.user.id in one.chats]
    assert told == ["visit_declined", "visit_cancelled", "refund_made"]
    with pytest.raises(IntegrityError, match="cannot become"):
        await ann.session.execute(text("UPDATE payments SET state = 'paid'"))


async def test_the_deposit_moves_along_until_it_is_too_late(desk: Any) -> None:
    """The day until which it is given back moves with the visit; once over it stays so, wherever the visit goes."""
    ann = await desk.context()
    await ann.session.execute(text("UPDATE services SET reschedule_until = '0' WHERE deposit > 0"))
    booking = await pay(ann, (await invoice_of(ann)).id)
    hour = timedelta(hours=1)
    slot = replace(await slot_of(ann, booking), starts_at=booking.starts_at + hour)
    moved = await bookings.move_booking(ann, booking_id=booking.id, slot=slot)
    assert isinstance(moved, Booking)
    assert moved.refund_until == booking.refund_until + hour

    late = desk.later(ann, moved.starts_at - timedelta(days=2))
    slot = replace(slot, starts_at=booking.starts_at + timedelta(days=7))
    again = await bookings.move_booking(late, booking_id=booking.id, slot=slot)
    assert isinstance(again, Booking)
    assert again.refund_until == moved.refund_until


async def slot_of(context: Context, booking: Booking) -> Slot:
    """Give a slot with the staff and at the place of a booking."""
    _, slot = await find_slot(context)
    return replace(slot, staff_id=booking.staff_id, location_id=booking.location_id)


async def test_money_stays_when_a_person_is_forgotten(desk: Any) -> None:
    """Their visit ahead is cancelled as if by themselves; the sum stays, with nobody's name, and can still be paid back."""
    boss, ann = await desk.context(9, Role.ADMIN), await desk.context(77)
    await pay(ann, (await invoice_of(ann)).id)
    assert b"provider-charge-1" in (await privacy.export_data(ann)).content
    await privacy.erase_data(ann)

    (owed,) = await refunds.list_owed(boss)
    assert (owed.client_name, owed.amount) == (None, DEPOSIT)
    assert await boss.session.scalar(text("SELECT count(*) FROM invoices")) == 0
    assert await refunds.mark_paid(boss, refund_id=owed.id) == owed
    assert "refund_made" not in [one.notice for one in desk.outbox.messages]


async def test_nothing_is_booked_around_a_deposit(desk: Any) -> None:
    """Who holds a time from before a deposit was asked for it books neither one visit nor several without it."""
    ann = await desk.context()
    service_id, slot, _ = await hold(ann)
    again: dict[str, Any] = {"slot": slot, "service_id": service_id}

    assert await bookings.create_booking(ann, **again) == Outcome("deposit_needed")
    assert await series.create_series(ann, **again, weeks=2) == Outcome("deposit_needed")
    assert not await bookings.list_mine(ann)


async def test_nothing_is_asked_for_without_a_provider(desk: Any) -> None:
    """A bot that takes no payments holds and books the same service without a deposit."""
    ann = replace(await desk.context(), takes_payments=False)
    service_id, slot, held = await hold(ann)
    assert held.deposit == Decimal()
    assert not await refunds.can_pay(ann)
    booking = await bookings.create_booking(ann, slot=slot, service_id=service_id)
    assert isinstance(booking, Booking)
    assert (booking.deposit, booking.to_pay) == (Decimal(), PRICE)
    assert booking.deposit_state is None


def test_whoever_cancels_can_tell_what_is_owed() -> None:
    """Every command that tells of a cancelled visit may tell administrators of its deposit."""
    telling = {"booking_cancelled", "visit_cancelled", "visit_declined"}
    for action in catalog.values():
        if telling & set(action.notifies):
            assert "refund_due" in action.notifies, action.name
