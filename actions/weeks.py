"""The weekly hours of members of staff: shown, changed, copied; and the reading of hours as people write them.

It knows nothing of days that have hours of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

import storage
from actions.access import acts_as, has_role
from actions.affected import Choice, find_hits, let_stand, offer_opened, settle
from actions.clock_text import read_hours, reread_hours, write_hours
from actions.freeing import waitlist_offer
from actions.notices import (
    booking_cancelled,
    move_asked,
    refund_due,
    visit_cancelled,
    visit_stands,
)
from actions.records import Location, Staff, show_location, show_staff
from engine.actions import Context, MaxLength, Outcome, command, query
from storage.changes import UsualDays
from storage.schedule import Period
from storage.values import Role

LONGEST_WAIT = 90
"""How many days ahead the times of longer weekly hours are offered to those who wait."""


@dataclass(frozen=True, slots=True)
class DayHours:
    """The hours of a day, as they can be read again; nothing where it is closed."""

    written: Annotated[str, MaxLength(80)] | None


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A weekday with its hours; `id` is 1 for Monday, and `example` some such day, by which it is named."""

    id: int
    example: date
    hours: Annotated[str, MaxLength(80)] | None


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """The weekdays of somebody at a place as they are to be, and the bookings that would lie outside them."""

    staff_id: int
    location_id: int
    days: Annotated[list[WeekDay], MaxLength(7)]
    booking_ids: list[int]


@command("hours.read")
async def read_day(
    context: Context, *, text: Annotated[str, MaxLength(200)]
) -> DayHours | Outcome[Literal["unreadable", "ends_early", "overlap", "too_many"]]:
    """Read the hours of a day, such as 9-13, 14.30-18, or closed; nothing is written."""
    del context
    found = read_hours(text)
    return DayHours(write_hours(found) or None) if isinstance(found, tuple) else Outcome(found)


@query("hours.places")
async def list_places(context: Context, *, staff_id: int) -> list[Location]:
    """List the places at which somebody works, by name; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    found = await storage.locations.list_of(context.session, staff_id)
    return [show_location(place) for place in found]


@query("hours.colleagues")
async def list_colleagues(context: Context, *, staff_id: int, location_id: int) -> list[Staff]:
    """List who else works at a place, by name; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    found = await storage.staff.list_at(context.session, location_id)
    return [show_staff(member) for member in found if member.id != staff_id]


@query("hours.week")
async def show_week(
    context: Context, *, staff_id: int, location_id: int
) -> Annotated[list[WeekDay], MaxLength(7)]:
    """List the weekdays of somebody at a place, Monday first; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    return _show(await storage.weeks.find_week(context.session, staff_id, location_id))


@command("hours.plan")
async def plan_days(
    context: Context,
    *,
    staff_id: int,
    location_id: int,
    days: Annotated[list[WeekDay], MaxLength(7)],
    hours: Annotated[str, MaxLength(80)] | None,
) -> WeekPlan | Outcome[Literal["not_allowed"]]:
    """Plan the same hours for some weekdays, and look which bookings would lie outside them; nothing is written."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    periods = reread_hours(hours)
    return await _plan(context, UsualDays(staff_id, location_id, {day.id: periods for day in days}))


@command("hours.plan_copy")
async def plan_copy(
    context: Context, *, staff_id: int, location_id: int, colleague_id: int
) -> WeekPlan | Outcome[Literal["not_allowed"]]:
    """Plan the week that a colleague has at the place, and look which bookings would lie outside it; nothing is written."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    week = await storage.weeks.find_week(context.session, colleague_id, location_id)
    return await _plan(context, UsualDays(staff_id, location_id, week))


@command(
    "hours.save",
    notifies=[
        booking_cancelled,
        move_asked,
        refund_due,
        visit_cancelled,
        visit_stands,
        waitlist_offer,
    ],
)
async def save_week(
    context: Context, *, plan: WeekPlan, choice: Choice | None = None
) -> Outcome[Literal["more_bookings", "elsewhere", "not_there", "not_allowed"]] | None:
    """Write weekdays as planned, unless they meet hours at another place, or hit a booking that nobody has looked at."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    week = {day.id: reread_hours(day.hours) for day in plan.days}
    change = UsualDays(plan.staff_id, plan.location_id, week)
    hits = await find_hits(context, [change], seen=plan.booking_ids, choice=choice)
    if hits is None:
        return Outcome("more_bookings")
    places = await storage.locations.list_of(context.session, plan.staff_id)
    if plan.location_id not in {place.id for place in places}:
        return Outcome("not_there")
    waits = await storage.opened.prepare(context.session, plan.location_id, now=context.now)
    if not await storage.weeks.replace(context.session, change):
        return Outcome("elsewhere")
    await settle(context, hits, choice)
    await let_stand(context)
    today = context.now.astimezone(context.time_zone).date()
    ahead = (today + timedelta(days=after) for after in range(LONGEST_WAIT))
    await offer_opened(context, [day for day in ahead if day.isoweekday() in week], waits)
    return None


async def _plan(context: Context, change: UsualDays) -> WeekPlan:
    hits = await storage.fitting.list_hit(context.session, [change], now=context.now)
    return WeekPlan(change.staff_id, change.location_id, _show(change.week), hits)


def _show(week: Mapping[int, tuple[Period, ...]]) -> list[WeekDay]:
    monday = date(2024, 1, 1)
    return [
        WeekDay(weekday, monday.replace(day=weekday), write_hours(periods) or None)
        for weekday, periods in sorted(week.items())
    ]
