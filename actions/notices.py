"""What people are told without having asked: reminders, and to the staff what clients do.

It knows nothing of words, languages or Telegram; each notice looks again, when it is sent, whether it still holds.
"""

from datetime import datetime, timedelta

import storage
from actions.records import Booking, Move, Refund, show_booking, show_refund
from engine.actions import Context, notice
from storage import values
from storage.money import Payment, PaymentState
from storage.values import BookingStatus

LATEST_BEFORE = timedelta(hours=1)
"""How long before a visit a reminder that could not be sent in time is of use."""


@notice("booking_made")
async def booking_made(context: Context, *, booking_id: int) -> Booking | None:
    """Tell the staff of a booking that still stands."""
    return await _find(context, booking_id, BookingStatus.CONFIRMED)


@notice("booking_asked")
async def booking_asked(context: Context, *, booking_id: int) -> Booking | None:
    """Tell the staff of a booking that still waits for their word."""
    return await _find(context, booking_id, BookingStatus.PENDING)


@notice("booking_moved")
async def booking_moved(
    context: Context, *, booking_id: int, starts_at: datetime, was: datetime
) -> Move | None:
    """Tell the staff that a client has moved a booking, unless it has been moved again or cancelled."""
    booking = await _find_at(context, booking_id, starts_at, BookingStatus.PENDING)
    return None if booking is None else Move(booking, was)


@notice("booking_cancelled")
async def booking_cancelled(context: Context, *, booking_id: int) -> Booking | None:
    """Tell the staff of a booking that its client has cancelled."""
    return await _find(context, booking_id, BookingStatus.CANCELLED)


@notice("visit_cancelled")
async def visit_cancelled(context: Context, *, booking_id: int) -> Booking | None:
    """Tell a client that somebody else has cancelled their booking."""
    return await _find(context, booking_id, BookingStatus.CANCELLED)


@notice("visit_moved")
async def visit_moved(
    context: Context, *, booking_id: int, starts_at: datetime, was: datetime
) -> Move | None:
    """Tell a client that somebody else has moved their booking, unless it has been moved again or cancelled."""
    booking = await _find_at(context, booking_id, starts_at, BookingStatus.PENDING)
    return None if booking is None else Move(booking, was)


@notice("visit_confirmed")
async def visit_confirmed(context: Context, *, booking_id: int) -> Booking | None:
    """Tell a client that the staff have confirmed their booking."""
    return await _find(context, booking_id, BookingStatus.CONFIRMED)


@notice("visit_entered")
async def visit_entered(context: Context, *, booking_id: int) -> Booking | None:
    """Tell a client of a booking that the staff have made for them."""
    return await _find(context, booking_id, BookingStatus.CONFIRMED)


@notice("visit_declined")
async def visit_declined(context: Context, *, booking_id: int) -> Booking | None:
    """Tell a client that the staff cannot take their booking."""
    return await _find(context, booking_id, BookingStatus.CANCELLED)


@notice("move_asked")
async def move_asked(context: Context, *, booking_id: int, starts_at: datetime) -> Booking | None:
    """Ask a client to choose another time for a booking that is still at this one."""
    booking = await _find_at(context, booking_id, starts_at, BookingStatus.PENDING)
    return booking if booking is not None and booking.is_asked_to_move else None


@notice("visit_stands")
async def visit_stands(context: Context, *, booking_id: int, starts_at: datetime) -> Booking | None:
    """Tell a client that a booking which they were asked to move can stay at this time after all."""
    booking = await _find_at(context, booking_id, starts_at, BookingStatus.PENDING)
    return None if booking is None or booking.is_asked_to_move else booking


@notice("client_unreachable")
async def client_unreachable(context: Context, *, booking_id: int) -> Booking | None:
    """Tell the staff that a client cannot be reminded of a booking that still stands."""
    return await _find(context, booking_id, BookingStatus.CONFIRMED)


@notice("refund_due")
async def refund_due(context: Context, *, payment_id: int) -> Refund | None:
    """Tell administrators of a deposit that they still have to pay back."""
    payment = await storage.payments.find(context.session, payment_id)
    if payment is None or payment.state is not PaymentState.REFUND_DUE:
        return None
    return show_refund(payment)


@notice("refund_made")
async def refund_made(context: Context, *, payment_id: int) -> Refund | None:
    """Tell a client that their deposit is paid back."""
    payment = await storage.payments.find(context.session, payment_id)
    return None if payment is None else show_refund(payment)


async def _tell_unreachable(context: Context, *, booking_id: int, starts_at: datetime) -> None:
    """Tell the staff when the reminder of a visit ahead cannot be delivered."""
    booking = await storage.bookings.find(context.session, booking_id)
    if booking is not None and starts_at > context.now:
        staff = await _staff_of(context, booking)
        await context.notify(staff, client_unreachable(booking_id=booking_id), until=starts_at)


@notice("booking_reminder", unreachable=_tell_unreachable, notifies=[client_unreachable])
async def booking_reminder(
    context: Context, *, booking_id: int, starts_at: datetime
) -> Booking | None:
    """Remind a client of a visit, unless it has been moved or cancelled, or they are asked to move it."""
    booking = await _find_at(context, booking_id, starts_at)
    return None if booking is None or booking.is_asked_to_move else booking


async def tell_made(context: Context, booking: values.Booking) -> None:
    """Tell the staff of a new booking, and have its client reminded; not of one that waits."""
    staff = await _staff_of(context, booking)
    waits = booking.status is BookingStatus.PENDING
    told = booking_asked(booking_id=booking.id) if waits else booking_made(booking_id=booking.id)
    await context.notify(staff, told, until=booking.ends_at, key=str(booking.id))
    if not waits:
        await _remind(context, booking)


async def tell_confirmed(context: Context, booking: values.Booking) -> None:
    """Tell a client that their booking is confirmed, and have them reminded."""
    told = visit_confirmed(booking_id=booking.id)
    await context.notify(_client_of(booking), told, until=booking.ends_at, key=str(booking.id))
    await _remind(context, booking)


async def tell_declined(context: Context, booking: values.Booking) -> None:
    """Tell a client that their booking is declined."""
    told = visit_declined(booking_id=booking.id)
    await context.notify(_client_of(booking), told, until=booking.ends_at, key=str(booking.id))
    await _tell_owed_of(context, booking)


async def tell_asked_to_move(context: Context, booking: values.Booking) -> None:
    """Ask a client to choose another time, as often as somebody decides to; and once more in the place of each reminder."""
    told = move_asked(booking_id=booking.id, starts_at=booking.starts_at)
    reminders = [booking.starts_at - before for before in booking.service.reminders]
    for due in (context.now, *(one for one in reminders if one > context.now)):
        await context.notify(
            _client_of(booking),
            told,
            due=due,
            until=booking.starts_at,
            key=f"{booking.id} {due.isoformat()}",
        )


async def tell_stands(context: Context, booking: values.Booking) -> None:
    """Tell a client who was asked to choose another time that they need not."""
    told = visit_stands(booking_id=booking.id, starts_at=booking.starts_at)
    key = f"{booking.id} {context.now.isoformat()}"
    await context.notify(_client_of(booking), told, until=booking.starts_at, key=key)


async def tell_entered(context: Context, booking: values.Booking) -> None:
    """Tell a client that the staff have booked for them, and all whom a booking concerns."""
    await tell_made(context, booking)
    told = visit_entered(booking_id=booking.id)
    await context.notify(_client_of(booking), told, until=booking.ends_at, key=str(booking.id))


async def tell_moved(context: Context, booking: values.Booking, *, was: datetime) -> None:
    """Tell the staff of a booking's new time, and have its client reminded of that one only.

    The reminder of the old time finds, when it is due, that the booking is not there any more.
    """
    staff = await _staff_of(context, booking)
    told = booking_moved(booking_id=booking.id, starts_at=booking.starts_at, was=was)
    key = f"{booking.id} {booking.version}"
    await context.notify(staff, told, until=booking.ends_at, key=key)
    if booking.user_id != context.user.id:
        told = visit_moved(booking_id=booking.id, starts_at=booking.starts_at, was=was)
        await context.notify(booking.user_id, told, until=booking.ends_at, key=key)
    if booking.status is BookingStatus.CONFIRMED:
        await _remind(context, booking)


async def _remind(context: Context, booking: values.Booking) -> None:
    """Have a client reminded as long before as the service says, as far as that is ahead."""
    for before in booking.service.reminders:
        due = booking.starts_at - before
        if due > context.now:
            await context.notify(
                _client_of(booking),
                booking_reminder(booking_id=booking.id, starts_at=booking.starts_at),
                due=due,
                until=booking.starts_at - min(LATEST_BEFORE, before / 2),
                key=f"{booking.id} {due.isoformat()}",
            )


async def tell_cancelled(context: Context, booking: values.Booking) -> None:
    """Tell the staff that a client has cancelled, or the client that somebody else has."""
    key = str(booking.id)
    if booking.user_id != context.user.id:
        told = visit_cancelled(booking_id=booking.id)
        await context.notify(_client_of(booking), told, until=booking.ends_at, key=key)
    staff = await _staff_of(context, booking)
    told = booking_cancelled(booking_id=booking.id)
    await context.notify(staff, told, until=booking.ends_at, key=key)
    await _tell_owed_of(context, booking)


async def tell_owed(context: Context, payment: Payment) -> None:
    """Tell administrators that a deposit is to be paid back."""
    told = refund_due(payment_id=payment.id)
    admins = await storage.staff.list_administrators(context.session)
    await context.notify(admins, told, key=str(payment.id))


async def tell_paid_back(context: Context, payment: Payment) -> None:
    """Tell a client that their deposit is on its way back, unless they were erased."""
    if payment.user_id is not None:
        told = refund_made(payment_id=payment.id)
        await context.notify(payment.user_id, told, key=str(payment.id))


async def _tell_owed_of(context: Context, booking: values.Booking) -> None:
    owed = await storage.payments.find_owed_of(context.session, booking.id)
    if owed is not None:
        await tell_owed(context, owed)


async def _staff_of(context: Context, booking: values.Booking) -> list[int]:
    """List whom a booking concerns, but for who acts: its member of staff and the administrators."""
    found = await storage.staff.list_to_notify(context.session, booking.staff.id)
    return [user_id for user_id in found if user_id != context.user.id]


def _client_of(booking: values.Booking) -> list[int]:
    """List whom to tell of what concerns a client: nobody where the client has no account."""
    return [booking.user_id] if booking.has_account else []


async def _find_at(
    context: Context, booking_id: int, starts_at: datetime, *others: BookingStatus
) -> Booking | None:
    booking = await _find(context, booking_id, BookingStatus.CONFIRMED, *others)
    return booking if booking is not None and booking.starts_at == starts_at else None


async def _find(context: Context, booking_id: int, *statuses: BookingStatus) -> Booking | None:
    booking = await storage.bookings.find(context.session, booking_id)
    if booking is None or booking.status not in statuses:
        return None
    return show_booking(booking, context.user.locale)
