"""What members of staff see of their own days, and administrators of everybody's.

A day is one of the person's time zone. It knows nothing of how bookings are changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from annotated_types import Interval

import storage
from actions.access import has_role, may_see
from actions.records import Booking, Staff, show_booking, show_staff
from engine.actions import Context, MaxLength, Outcome, Phone, command, query
from storage import values
from storage.values import BookingStatus, Role

SHORTEST_GAP = timedelta(minutes=5)
"""A time that is free for less is not worth a line."""

NOTE_LENGTH = 80
"""How much of a comment is shown among the visits of a day."""

_DONE = (BookingStatus.COMPLETED, BookingStatus.NO_SHOW)

type Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """A stretch of somebody's day: hours at a place, a visit there, a free time, or one away; what does not apply is empty or nothing."""

    kind: Literal["hours", "visit", "free", "away"]
    starts_at: datetime
    ends_at: datetime
    place: Annotated[str, MaxLength(60)] = ""
    client: Annotated[str, MaxLength(60)] = ""
    service: Annotated[str, MaxLength(60)] = ""
    room: Annotated[str, MaxLength(30)] = ""
    note: Annotated[str, MaxLength(NOTE_LENGTH)] = ""
    phone: Phone | None = None
    status: BookingStatus | None = None
    is_coming: bool = False


@dataclass(frozen=True, slots=True)
class VisitAtWork:
    """A booking as the staff see it, and what they can do with it now."""

    booking: Booking
    can_mark: bool
    can_take_back: bool
    can_cancel: bool
    client_id: Annotated[int, Interval(ge=0)]
    can_write: bool


@command("work.open")
async def open_agenda(context: Context) -> Staff | Outcome[Literal["choose", "nobody"]]:
    """Find which member of staff the person is; an administrator who is none has to choose one."""
    own = await storage.staff.find_of(context.session, context.user.id)
    if own is not None and await may_see(context, own.id):
        return show_staff(own)
    if await has_role(context, Role.ADMIN):
        return Outcome("choose")
    return Outcome("nobody")


@query("work.people")
async def list_members(context: Context) -> list[Staff]:
    """List everybody who works here, for an administrator; nobody otherwise."""
    if not await has_role(context, Role.ADMIN):
        return []
    return [show_staff(member) for member in await storage.staff.list_all(context.session)]


@query("work.day")
async def list_day(context: Context, *, staff_id: int, day: date) -> list[AgendaLine]:
    """List somebody's day by time: hours with their place, visits, and what is free; nothing for who may not see it."""
    if not await may_see(context, staff_id):
        return []
    starts_from, starts_before = span_of(context, day)
    windows = await storage.agenda.list_windows(
        context.session, staff_id, starts_from=starts_from, starts_before=starts_before
    )
    windows = [window for window in windows if starts_from <= window.starts_at < starts_before]
    places = {one.id: one.name for one in await storage.locations.list_all(context.session)}
    visits = await find_visits(context, staff_id, day)
    away = await storage.absences.list_whole(
        context.session, staff_id, starts_from=starts_from, starts_before=starts_before
    )
    taken = [block(visit) for visit in visits if visit.status is not BookingStatus.NO_SHOW]
    away_lines = []
    for one in away:
        span = max(one.starts_at, starts_from), min(one.ends_at, starts_before)
        note = (one.reason or "")[:NOTE_LENGTH]
        away_lines += [AgendaLine("away", *gap, note=note) for gap in find_gaps(span, taken)]
        taken.append(span)
    lines = [
        *(
            AgendaLine("hours", one.starts_at, one.ends_at, place=places[one.location_id][:60])
            for one in windows
        ),
        *(_show_line(visit, context.user.locale) for visit in visits),
        *away_lines,
        *(
            AgendaLine("free", *gap)
            for window in windows
            for gap in find_gaps((window.starts_at, window.ends_at), taken)
        ),
    ]
    return sorted(lines, key=lambda line: (line.starts_at, line.kind != "hours", line.ends_at))


@query("work.visits")
async def list_visits(context: Context, *, staff_id: int, day: date) -> list[Booking]:
    """List somebody's visits of a day by time, also those that took place; nothing for who may not see them."""
    if not await may_see(context, staff_id):
        return []
    found = await find_visits(context, staff_id, day)
    return [show_booking(visit, context.user.locale) for visit in found]


@query("work.visit")
async def find_visit(context: Context, *, booking_id: int) -> VisitAtWork | None:
    """Find a booking of the person's own work, or as an administrator any."""
    booking = await storage.bookings.find(context.session, booking_id)
    if booking is None or booking.status is BookingStatus.HELD:
        return None
    if not await may_see(context, booking.staff.id):
        return None
    has_begun = booking.starts_at <= context.now
    return VisitAtWork(
        booking=show_booking(booking, context.user.locale),
        can_mark=has_begun and booking.status in (BookingStatus.CONFIRMED, *_DONE),
        can_take_back=can_take_back(context, booking),
        can_cancel=booking.ends_at > context.now
        and booking.status in (BookingStatus.PENDING, BookingStatus.CONFIRMED),
        client_id=booking.user_id,
        can_write=booking.has_account and booking.user_id != context.user.id,
    )


def can_take_back(context: Context, booking: values.Booking) -> bool:
    """Tell whether a booking was marked today, by the person's clock."""
    if booking.status not in _DONE or booking.marked_at is None:
        return False
    zone = context.time_zone
    return booking.marked_at.astimezone(zone).date() == context.now.astimezone(zone).date()


async def find_visits(context: Context, staff_id: int, day: date) -> tuple[values.Booking, ...]:
    """Find somebody's visits of a day, whoever asks."""
    starts_from, starts_before = span_of(context, day)
    return await storage.bookings.list_of_staff(
        context.session, staff_id, starts_from=starts_from, starts_before=starts_before
    )


def span_of(context: Context, day: date) -> Span:
    """Give when a day of the person's begins, and when the next one does."""
    return (
        datetime.combine(day, time.min, context.time_zone),
        datetime.combine(day + timedelta(days=1), time.min, context.time_zone),
    )


def find_gaps(window: Span, taken: Sequence[Span]) -> Iterator[Span]:
    """Give what is left of a window, in order, but for what is too short."""
    begin, end = window
    for starts_at, ends_at in sorted(taken):
        if min(starts_at, end) - begin >= SHORTEST_GAP:
            yield begin, min(starts_at, end)
        begin = max(begin, ends_at)
    if end - begin >= SHORTEST_GAP:
        yield begin, end


def block(visit: values.Booking) -> Span:
    """Give what a visit takes of its staff, buffers included."""
    service = visit.service
    return visit.starts_at - service.buffer_before, visit.ends_at + service.buffer_after


def _show_line(visit: values.Booking, locale: str) -> AgendaLine:
    comment = " ".join((visit.comment or "").split())
    return AgendaLine(
        kind="visit",
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        place=visit.location.name[:60],
        client=visit.client_name[:60],
        service=visit.service.title_in(locale)[:60],
        room="" if visit.room is None else visit.room.name[:30],
        note=comment if len(comment) <= NOTE_LENGTH else f"{comment[: NOTE_LENGTH - 1]}…",
        phone=visit.phone,
        status=visit.status,
        is_coming=visit.coming_at is not None,
    )
