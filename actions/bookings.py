"""Making, showing, moving and cancelling bookings.

It knows nothing of how two people are kept out of one slot, or eleven out of ten places; storage sees to that.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal, TypeGuard

import storage
from actions.access import acts_as, acts_for
from actions.freeing import find_to_free, offer_freed, waitlist_offer
from actions.notices import (
    booking_asked,
    booking_cancelled,
    booking_made,
    booking_moved,
    booking_reminder,
    refund_due,
    tell_cancelled,
    tell_made,
    tell_moved,
    visit_cancelled,
    visit_moved,
)
from actions.records import Booking, Reason, Slot, show_booking
from actions.slots import fits
from engine.actions import Context, File, MaxLength, Outcome, Phone, command, query
from storage import values
from storage.money import PaymentState, Wanted
from storage.values import BookingStatus, NewBooking, Photo, Role

_OVER = (BookingStatus.COMPLETED, BookingStatus.NO_SHOW)


@command("bookings.create", notifies=[booking_asked, booking_made, booking_reminder])
async def create_booking(  # noqa: PLR0913  # what is booked, by name
    context: Context,
    *,
    slot: Slot,
    service_id: int,
    comment: Annotated[str, MaxLength(500)] | None = None,
    people: int = 1,
    more_service_ids: list[int] | None = None,
    phone: Phone | None = None,
    photo: File | None = None,
) -> Booking | Outcome[Literal["slot_taken", "limit_reached", "not_available", "deposit_needed"]]:
    """Book a slot for the person and whom they bring, if it is held for them, or still free, and still offered.

    More services are of the same visit, and follow one another. What a deposit is paid for is booked by its payment alone.
    """
    new = await ask_for(context, slot, [service_id, *(more_service_ids or ())], people)
    if isinstance(new, Outcome):
        return new
    if find_deposit(context, new.service, people):
        return Outcome("deposit_needed")
    new = replace(new, comment=comment)
    booking = await storage.holds.confirm(context.session, new, now=context.now)
    if booking is None:
        booking = await storage.bookings.insert(context.session, new, now=context.now)
        await storage.attempts.note(context.session, new, is_lost=booking is None)
    if booking is None:
        return Outcome("slot_taken")
    sent = None if photo is None else Photo(photo.file_id, photo.unique_id)
    booking = await keep_details(context, booking, phone=phone, photo=sent)
    await tell_made(context, booking)
    return show_booking(booking, context.user.locale)


def find_deposit(context: Context, service: values.Service, people: int) -> Decimal:
    """Say what is paid ahead of a visit; nothing where the bot has no payment provider."""
    return service.paid_ahead * people if context.takes_payments else Decimal()


async def keep_details(
    context: Context, booking: values.Booking, *, phone: str | None, photo: Photo | None
) -> values.Booking:
    """Keep what a client answered for their visit, if it asked for anything."""
    if phone is None and photo is None:
        return booking
    return await storage.bookings.note_details(context.session, booking, phone=phone, photo=photo)


async def ask_for(
    context: Context,
    slot: Slot | Wanted,
    service_ids: Sequence[int],
    people: int,
    *,
    any_notice: bool = False,
) -> NewBooking | Outcome[Literal["limit_reached", "not_available"]]:
    """Lock what a new booking of the person rests on, or say why they may not have it, as far as their hold has not said so.

    With `any_notice` it may begin at once, as for staff.
    """
    new = await ask_to_hold(context, slot, service_ids, people, any_notice=any_notice)
    if not isinstance(new, Outcome):
        return new
    is_limit = new.name in ("limit_reached", "too_many_then")
    return Outcome("limit_reached") if is_limit else Outcome("not_available")


async def ask_to_hold(
    context: Context,
    slot: Slot | Wanted,
    service_ids: Sequence[int],
    people: int,
    *,
    any_notice: bool = False,
) -> NewBooking | Outcome[Literal["limit_reached", "too_many_then", "not_available", "blocked"]]:
    """Lock what a new booking or hold of the person rests on, or say why they may not have it, however free its time is."""
    service = await storage.services.find_visit(context.session, service_ids)
    if service is None or not 1 <= people <= service.capacity:
        return Outcome("not_available")
    new = NewBooking(
        user_id=context.user.id,
        service=service,
        staff_id=slot.staff_id,
        location_id=slot.location_id,
        starts_at=slot.starts_at,
        key=context.key,
        party=people,
    )
    await storage.bookings.prepare(context.session, new)
    exempt = await acts_as(context, Role.STAFF)
    at_once = exempt or any_notice
    if not await storage.slots.is_offered(
        context.session, new, now=context.now, any_notice=at_once
    ):
        return Outcome("not_available")
    return new if exempt else await _ask_as_client(context, new)


async def _ask_as_client(
    context: Context, new: NewBooking
) -> NewBooking | Outcome[Literal["limit_reached", "too_many_then", "blocked"]]:
    """Say why somebody may not have a booking by the rules of the desk, or have it wait for the staff if they say so."""
    standing = await storage.standings.find_for(context.session, new, now=context.now)
    if standing.is_blocked(context.now):
        return Outcome("blocked")
    if standing.ahead >= standing.rules.open_bookings:
        return Outcome("limit_reached")
    if not standing.has_room_then(1):
        return Outcome("too_many_then")
    if standing.needs_confirmation:
        return replace(new, service=replace(new.service, needs_confirmation=True))
    return new


@query("bookings.mine")
async def list_mine(context: Context) -> list[Booking]:
    """List the person's bookings that are not over, soonest first."""
    found = await storage.bookings.list_upcoming(context.session, context.user.id, now=context.now)
    return [show_booking(booking, context.user.locale) for booking in found]


@command("bookings.open")
async def open_booking(
    context: Context, *, booking_id: int
) -> Booking | Outcome[Literal["not_found"]]:
    """Find a booking of the person's own, whatever became of it; a time that is only held is none."""
    booking = await storage.bookings.find(context.session, booking_id)
    if not is_own(booking, context):
        return Outcome("not_found")
    return show_booking(booking, context.user.locale)


@command(
    "bookings.cancel", notifies=[booking_cancelled, refund_due, visit_cancelled, waitlist_offer]
)
async def cancel_booking(
    context: Context, *, booking_id: int, gives_up: bool = False
) -> Booking | Outcome[Literal["not_found", "too_late", "already_cancelled"]]:
    """Cancel a booking of the person's own, in time, or later by giving up the deposit."""
    booking = await find_to_free(context, booking_id)
    if not is_own(booking, context):
        return Outcome("not_found")
    deadline = booking.cancel_notice
    if gives_up and booking.deposit is not None and booking.deposit.state is PaymentState.PAID:
        deadline = timedelta()
    exempt = await acts_as(context, Role.STAFF)
    refused = _refuse_to_change(context, booking, deadline, exempt=exempt)
    if refused is not None:
        return refused
    cancelled = await storage.bookings.cancel(
        context.session, booking, by=context.user.id, now=context.now
    )
    if cancelled is None:
        return Outcome("too_late")
    await tell_cancelled(context, cancelled)
    await offer_freed(context, booking)
    return show_booking(cancelled, context.user.locale)


@command("bookings.move", notifies=[booking_moved, booking_reminder, visit_moved, waitlist_offer])
async def move_booking(context: Context, *, booking_id: int, slot: Slot) -> (
    Booking
    | Outcome[
        Literal[
            "not_found",
            "too_late",
            "already_cancelled",
            "slot_taken",
            "too_many_then",
            "not_available",
        ]
    ]
):
    """Move a booking of the person's own to another time with the same staff, at the same place unless that is out of use, in time."""
    booking = await storage.bookings.find(context.session, booking_id)
    if not is_own(booking, context):
        return Outcome("not_found")
    service = await storage.services.find_agreed(context.session, booking)
    if service is None or not fits(booking, slot):
        return Outcome("not_available")
    new = NewBooking(
        user_id=context.user.id,
        service=service,
        staff_id=slot.staff_id,
        location_id=slot.location_id,
        starts_at=slot.starts_at,
        party=booking.party,
    )
    return await _move(context, booking_id, new)


@command(
    "bookings.cancel_any", notifies=[booking_cancelled, refund_due, visit_cancelled, waitlist_offer]
)
async def cancel_any_booking(
    context: Context, *, booking_id: int, reason: Reason | None = None
) -> Booking | Outcome[Literal["not_found", "already_cancelled", "over", "not_allowed"]]:
    """Cancel a booking until it is over, as who is booked or an administrator, with the reason that its client is told; one that took place is not found."""
    booking = await find_to_free(context, booking_id)
    staff_id = None if booking is None else booking.staff.id
    if not await acts_for(context, staff_id):
        return Outcome("not_allowed")
    if booking is None:
        return Outcome("not_found")
    if booking.status is BookingStatus.CANCELLED:
        return Outcome("already_cancelled")
    if booking.ends_at <= context.now:
        return Outcome("over")
    cancelled = await storage.bookings.cancel(
        context.session, booking, by=context.user.id, reason=reason, now=context.now
    )
    if cancelled is None:
        return Outcome("not_found")
    await tell_cancelled(context, cancelled)
    await offer_freed(context, booking)
    return show_booking(cancelled, context.user.locale)


async def _move(context: Context, booking_id: int, new: NewBooking) -> (
    Booking
    | Outcome[
        Literal[
            "not_found",
            "too_late",
            "already_cancelled",
            "slot_taken",
            "too_many_then",
            "not_available",
        ]
    ]
):
    """Look at all again that may have changed since the time was offered, and move the booking."""
    await storage.waitlist.lock(context.session, new.location_id, now=context.now)
    await storage.bookings.prepare(context.session, new)
    await storage.bookings.lock_time(context.session, new, now=context.now)
    booking = await storage.bookings.find_for_update(context.session, booking_id)
    if booking is None:
        return Outcome("not_found")
    exempt = await acts_as(context, Role.STAFF)
    refused = _refuse_to_change(context, booking, booking.reschedule_notice, exempt=exempt)
    if refused is not None:
        return refused
    if not await storage.slots.is_offered(context.session, new, now=context.now, any_notice=exempt):
        return Outcome("not_available")
    if not exempt and not await _may_move(context, booking.id, new):
        return Outcome("too_many_then")
    moved = await storage.bookings.move(context.session, booking, new, now=context.now)
    if booking.starts_at != new.starts_at:
        await storage.attempts.note(context.session, new, is_lost=moved is None)
    if moved is None:
        return Outcome("slot_taken")
    if moved.version != booking.version:
        await tell_moved(context, moved, was=booking.starts_at)
        await offer_freed(context, booking)
    return show_booking(moved, context.user.locale)


async def _may_move(context: Context, booking_id: int, new: NewBooking) -> bool:
    """Tell whether the rules of the desk let a client have this booking at its new time."""
    standing = await storage.standings.find_for(
        context.session, new, now=context.now, moving=booking_id
    )
    return standing.has_room_then(1)


def is_own(booking: values.Booking | None, context: Context) -> TypeGuard[values.Booking]:
    """Tell whether a booking is there, is more than a hold, and is the person's own."""
    if booking is None or booking.user_id != context.user.id:
        return False
    return booking.status is not BookingStatus.HELD


def _refuse_to_change(
    context: Context, booking: values.Booking, deadline: timedelta, *, exempt: bool
) -> Outcome[Literal["too_late", "already_cancelled"]] | None:
    """Say why a booking may not be changed any more: it is cancelled, over, or begins within a deadline, which does not bind whoever is exempt."""
    if booking.status is BookingStatus.CANCELLED:
        return Outcome("already_cancelled")
    if booking.status in _OVER or context.now >= booking.starts_at:
        return Outcome("too_late")
    if context.now >= booking.starts_at - deadline and not exempt:
        return Outcome("too_late")
    return None
