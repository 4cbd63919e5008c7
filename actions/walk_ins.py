"""Visits that the staff enter for people who stand at the desk or have called, at any notice.

It knows nothing of how two people are kept out of one time; storage sees to that for these as for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

import storage
from actions.access import acts_for, may_see
from actions.agenda import span_of
from actions.notices import booking_made, booking_reminder, tell_entered, visit_entered
from actions.records import (
    Booking,
    Openings,
    Service,
    Slot,
    show_booking,
    show_service,
    show_slot,
)
from actions.slots import find_openings_of, show_openings
from engine.actions import Context, MaxLength, Outcome, Phone, command, query
from storage import values
from storage.values import NOBODY, NewBooking, SlotSearch, Window

LATE = timedelta(minutes=15)
"""How long after its time a visit that begins now can still be entered."""

SHORTEST_SEARCH = 2
"""Fewer letters find too many."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who has talked to the bot."""

    id: int
    name: Annotated[str, MaxLength(60)]


@query("walk_ins.services")
async def list_services(context: Context, *, staff_id: int) -> list[Service]:
    """List what somebody gives, by title; nothing for who may not see their work."""
    if not await may_see(context, staff_id):
        return []
    found = await storage.walk_ins.list_services(context.session, staff_id)
    return [show_service(service, context.user.locale) for service in found]


@query("walk_ins.now")
async def find_now(context: Context, *, staff_id: int, service_id: int) -> Slot | None:
    """Find the time that begins with this minute, at the place of the nearest hours; nothing when it is not free."""
    search = await _search(context, staff_id, service_id)
    if search is None:
        return None
    begins = context.now.replace(second=0, microsecond=0)
    windows = [
        Window(staff_id, place, begins, begins + search.service.duration)
        for place in await _find_place(context, staff_id, begins)
    ]
    search = replace(search, starts_from=begins, starts_before=begins + timedelta(minutes=1))
    found = await storage.slots.list_within(context.session, search, windows, now=context.now)
    return show_slot(found[0]) if found else None


@query("walk_ins.at_work")
async def is_at_work(context: Context, *, slot: Slot) -> bool:
    """Tell whether a time lies within the hours of whoever is to be booked, at its place."""
    windows = await storage.agenda.list_windows(
        context.session, slot.staff_id, starts_from=slot.starts_at, starts_before=slot.ends_at
    )
    return any(
        one.location_id == slot.location_id
        and one.starts_at <= slot.starts_at
        and slot.ends_at <= one.ends_at
        for one in windows
    )


@query("walk_ins.openings")
async def find_openings(context: Context, *, staff_id: int, service_id: int) -> Openings:
    """Find the days on which somebody has free times for a service, at any notice."""
    search = await _search(context, staff_id, service_id)
    if search is None:
        return show_openings(context, None, [], None)
    return await find_openings_of(context, search)


@query("walk_ins.times")
async def list_times(context: Context, *, staff_id: int, service_id: int, day: date) -> list[Slot]:
    """List the free times of a day, at any notice."""
    search = await _search(context, staff_id, service_id)
    if search is None:
        return []
    starts_from, starts_before = span_of(context, day)
    search = replace(
        search, starts_from=max(starts_from, search.starts_from), starts_before=starts_before
    )
    found = await storage.slots.list_free(context.session, search, now=context.now)
    return [show_slot(slot) for slot in found]


@query("walk_ins.clients")
async def search_clients(
    context: Context, *, staff_id: int, search: Annotated[str, MaxLength(64)] | None = None
) -> Annotated[list[Caller], MaxLength(40)]:
    """List the people whose name, phone or booking's number was searched for; without a search nobody."""
    words = (search or "").strip()
    if len(words) < SHORTEST_SEARCH or not await may_see(context, staff_id):
        return []
    found = await storage.clients.list_known(context.session, search=words, limit=40)
    return [Caller(one.id, one.name[:60]) for one in found]


@command("walk_ins.create", notifies=[booking_made, booking_reminder, visit_entered])
async def create_walk_in(  # noqa: PLR0913  # what is entered, by name
    context: Context,
    *,
    slot: Slot,
    service_id: int,
    client_id: int | None = None,
    guest_name: Annotated[str, MaxLength(60)] | None = None,
    phone: Phone | None = None,
) -> Booking | Outcome[Literal["slot_taken", "not_possible"]]:
    """Book a time for a client, or for a guest by name who is not on Telegram; of a service that waits for a word, nobody waits."""
    if (client_id is None) == (guest_name is None) or slot.starts_at + LATE < context.now:
        return Outcome("not_possible")
    if not await acts_for(context, slot.staff_id):
        return Outcome("not_possible")
    service = await _find_service(context, slot, service_id)
    if service is None:
        return Outcome("not_possible")
    if client_id is None:
        await storage.privacy.know_nobody(context.session)
    elif not await storage.users.lock(context.session, client_id):  # who was forgotten meanwhile
        return Outcome("not_possible")
    new = NewBooking(
        user_id=NOBODY if client_id is None else client_id,
        service=replace(service, needs_confirmation=False),
        staff_id=slot.staff_id,
        location_id=slot.location_id,
        starts_at=slot.starts_at,
        key=context.key,
        guest_name=guest_name,
        entered_by=context.user.id,
    )
    await storage.bookings.prepare(context.session, new)
    booking = await storage.bookings.insert(context.session, new, now=context.now)
    if booking is None:
        return Outcome("slot_taken")
    if phone is not None:
        booking = await storage.bookings.note_details(
            context.session, booking, phone=phone, photo=None
        )
    await tell_entered(context, booking)
    return show_booking(booking, context.user.locale)


async def _find_service(context: Context, slot: Slot, service_id: int) -> values.Service | None:
    """Find a service, if whoever is booked gives it at the place."""
    offering = await storage.staff.list_offering(context.session, [service_id], slot.location_id)
    if slot.staff_id not in [member.id for member in offering]:
        return None
    return await storage.services.find(context.session, service_id)


async def _search(context: Context, staff_id: int, service_id: int) -> SlotSearch | None:
    """Say where to look for somebody's times from the next minute on, at any notice, for who may see their work."""
    service = await storage.services.find(context.session, service_id)
    if service is None or not await may_see(context, staff_id):
        return None
    begins = context.now.replace(second=0, microsecond=0)
    if begins < context.now:
        begins += timedelta(minutes=1)
    return SlotSearch(
        service=replace(service, minimum_notice=timedelta()),
        starts_from=begins,
        starts_before=begins + service.horizon,
        staff_id=staff_id,
    )


async def _find_place(context: Context, staff_id: int, begins: datetime) -> Sequence[int]:
    """Find where somebody is at an instant: by the hours that are nearest that day, else where they work at all."""
    half = timedelta(hours=12)
    windows = await storage.agenda.list_windows(
        context.session, staff_id, starts_from=begins - half, starts_before=begins + half
    )
    nearest = sorted(
        windows, key=lambda one: max(one.starts_at - begins, begins - one.ends_at, timedelta())
    )
    if nearest:
        return [nearest[0].location_id]
    return (await storage.walk_ins.list_places(context.session, staff_id))[:1]
