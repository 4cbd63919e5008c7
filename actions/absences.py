"""What members of staff say of when they are away, and administrators for them.

It knows nothing of how bookings are kept out of it; storage sees to that.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

import storage
from actions.access import acts_for, may_see
from actions.affected import offer_opened
from actions.freeing import waitlist_offer
from actions.waitlist import DAYS_AHEAD
from engine.actions import Context, MaxLength, Outcome, command, query
from storage import desk_values

LONGEST = timedelta(days=400)
"""How long somebody can be away at a time."""

SHOWN = 12
"""So many bookings that are in the way are shown at once."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A time at which somebody is away; of whole days, from the first to the last, `is_days` holds."""

    id: int
    starts_at: datetime
    ends_at: datetime
    is_days: bool
    first: date
    last: date
    reason: Annotated[str, MaxLength(80)] | None


@query("absences.list")
async def list_absences(context: Context, *, staff_id: int) -> list[Absence]:
    """List when somebody is away from now on, by time; nothing for who may not see it."""
    if not await may_see(context, staff_id):
        return []
    found = await storage.absences.list_whole(
        context.session,
        staff_id,
        starts_from=context.now,
        starts_before=context.now + 2 * LONGEST,
    )
    return [show_absence(context, absence) for absence in found]


@dataclass(frozen=True, slots=True)
class BookingInTheWay:
    """A booking that somebody has while they want to be away; of one that is not in that time itself, `is_beside` holds: what is kept free before or after it is."""

    id: int
    starts_at: datetime
    ends_at: datetime
    client_name: str
    service_title: str
    is_beside: bool


@query("absences.in_the_way")
async def list_in_the_way(
    context: Context, *, staff_id: int, starts_at: datetime, ends_at: datetime
) -> Annotated[list[BookingInTheWay], MaxLength(SHOWN)]:
    """List the first bookings that take, buffers included, any of the time in which somebody wants to be away."""
    if not await may_see(context, staff_id) or ends_at <= starts_at:
        return []
    found = await storage.bookings.list_meeting(
        context.session, staff_id, starts_at=starts_at, ends_at=ends_at
    )
    return [
        BookingInTheWay(
            id=booking.id,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            client_name=booking.client_name,
            service_title=booking.service.title_in(context.user.locale),
            is_beside=booking.ends_at <= starts_at or ends_at <= booking.starts_at,
        )
        for booking in found[:SHOWN]
    ]


@command("absences.create")
async def create_absence(  # noqa: PLR0913  # what is asked for, by name
    context: Context,
    *,
    staff_id: int,
    starts_at: datetime,
    ends_at: datetime,
    reason: Annotated[str, MaxLength(80)] | None = None,
    around: bool = False,
) -> Outcome[Literal["not_possible", "has_bookings", "already_away"]] | None:
    """Let somebody be away, unless they are booked then; `around` blocks what is left between their bookings."""
    if not await acts_for(context, staff_id):
        return Outcome("not_possible")
    if not context.now < ends_at or not timedelta() < ends_at - starts_at <= LONGEST:
        return Outcome("not_possible")
    await storage.absences.lock(context.session, staff_id)
    span = desk_values.Absence(0, staff_id, starts_at, ends_at, reason)
    is_taken = await storage.absences.is_taken(context.session, span, now=context.now)
    if is_taken and not around:
        return Outcome("has_bookings")
    made = await storage.absences.insert(context.session, span)
    return None if made else Outcome("already_away")


@command("absences.remove", notifies=[waitlist_offer])
async def remove_absence(
    context: Context, *, absence_id: int
) -> Outcome[Literal["not_found"]] | None:
    """Let somebody be there after all, and offer what is free then to those who wait."""
    found = await storage.absences.find(context.session, absence_id)
    if found is None or not await acts_for(context, found.staff_id):
        return Outcome("not_found")
    waits = await storage.opened.prepare(context.session, None, now=context.now)
    if await storage.absences.remove(context.session, found):
        await offer_opened(context, _list_days(context, found), waits)
    return None


def _list_days(context: Context, absence: desk_values.Absence) -> list[date]:
    """List the days ahead, as far as anybody can wait, that an absence may touch by the clock of some place."""
    around = timedelta(days=1)
    first = max(absence.starts_at - around, context.now - around).date()
    last = min(absence.ends_at + around, context.now + timedelta(days=DAYS_AHEAD)).date()
    return [first + timedelta(days=after) for after in range((last - first).days + 1)]


def show_absence(context: Context, absence: desk_values.Absence) -> Absence:
    """Make the record of an absence by the person's clock."""
    first, last = (at.astimezone(context.time_zone) for at in (absence.starts_at, absence.ends_at))
    return Absence(
        id=absence.id,
        starts_at=absence.starts_at,
        ends_at=absence.ends_at,
        is_days=first.time() == last.time() == time.min,
        first=first.date(),
        last=(last - timedelta(minutes=1)).date(),
        reason=absence.reason,
    )
