"""Days off and days with hours of their own: what is coming, and how it is written and taken back.

It knows nothing of weekly hours. A day is one of each location's own wall clock.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Literal

import storage
from actions.access import acts_as, has_role
from actions.affected import Choice, find_hits, find_place, let_stand, offer_opened, settle
from actions.clock_text import reread_hours, write_hours
from actions.freeing import waitlist_offer
from actions.notices import (
    booking_cancelled,
    move_asked,
    refund_due,
    visit_cancelled,
    visit_stands,
)
from actions.records import Location, show_location
from engine.actions import Context, MaxLength, Outcome, command, query
from storage import changes
from storage.values import Role

MOST_DAYS = 366
"""How many days in a row can be written at once."""


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Days in a row with the same hours, which are nothing where it is closed; without a name they are of all."""

    id: int
    first: date
    last: date
    staff_id: int | None
    staff_name: str | None
    location_id: int | None
    location_name: str | None
    hours: Annotated[str, MaxLength(80)] | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class DaysPlan:
    """What is to be written, or taken back, and the bookings that would lie outside working hours then."""

    days: Annotated[list[SpecialDays], MaxLength(8)]
    is_removal: bool
    booking_ids: list[int]


@query("special_days.list")
async def list_special_days(context: Context) -> list[SpecialDays]:
    """List the days from today on that have hours of their own, soonest first; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    today = context.now.astimezone(context.time_zone).date()
    return [
        SpecialDays(
            id=found.id,
            first=found.change.first,
            last=found.change.last,
            staff_id=found.change.staff_id,
            staff_name=found.staff_name,
            location_id=found.change.location_id,
            location_name=found.location_name,
            hours=write_hours(found.change.periods or ()) or None,
            reason=found.reason,
        )
        for found in await storage.special_days.list_coming(context.session, first=today)
    ]


@query("special_days.days")
async def list_days(context: Context) -> list[date]:
    """List the single days from today on that have hours of their own."""
    found = await list_special_days(context)
    days = {
        one.first + timedelta(days=after)
        for one in found
        for after in range((one.last - one.first).days + 1)
    }
    return sorted(days)


@command("special_days.elsewhere")
async def find_elsewhere(
    context: Context, *, staff_id: int, location_id: int
) -> list[Location] | Outcome[Literal["nowhere", "not_allowed"]]:
    """Find the other places where somebody works."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    places = await storage.locations.list_of(context.session, staff_id)
    others = [show_location(place) for place in places if place.id != location_id]
    return others or Outcome("nowhere")


@command("special_days.plan")
async def plan_special_days(  # noqa: PLR0913  # what is planned, by name
    context: Context,
    *,
    first: date,
    last: date,
    staff_id: int | None = None,
    location_id: int | None = None,
    hours: Annotated[str, MaxLength(80)] | None = None,
    reason: Annotated[str, MaxLength(60)] | None = None,
    closed_elsewhere: bool = False,
) -> DaysPlan | Outcome[Literal["too_long", "not_allowed"]]:
    """Plan the hours of some days, without which it is closed, and look which bookings would lie outside them; nothing is written.

    Where somebody has them at one place they can be away from all others, which is what is planned first.
    """
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    if not 0 <= (last - first).days < MOST_DAYS:
        return Outcome("too_long")
    days = SpecialDays(
        id=0,
        first=first,
        last=last,
        staff_id=staff_id,
        staff_name=await _name_staff(context, staff_id),
        location_id=location_id,
        location_name=await _name_place(context, location_id),
        hours=hours,
        reason=reason,
    )
    others = [replace(days, location_id=None, location_name=None, hours=None)]
    is_one_place = None not in (staff_id, location_id, hours)
    planned = [*others, days] if closed_elsewhere and is_one_place else [days]
    return await _plan(context, planned, is_removal=False)


@command("special_days.look")
async def look_at_days(
    context: Context,
    *,
    days: Annotated[list[SpecialDays], MaxLength(8)],
    is_removal: bool = False,
) -> DaysPlan | Outcome[Literal["not_allowed"]]:
    """Look which bookings would lie outside working hours if days were as planned, or had their usual hours again; nothing is written."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    return await _plan(context, days, is_removal=is_removal)


@command(
    "special_days.save",
    notifies=[
        booking_cancelled,
        move_asked,
        refund_due,
        visit_cancelled,
        visit_stands,
        waitlist_offer,
    ],
)
async def save_special_days(
    context: Context, *, plan: DaysPlan, choice: Choice | None = None
) -> Outcome[Literal["more_bookings", "not_allowed"]] | None:
    """Write or take back what was planned, unless it hits a booking that nobody has looked at; with those it hits happens what was chosen."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    changed = [_change(days, is_removal=plan.is_removal) for days in plan.days]
    hits = await find_hits(context, changed, seen=plan.booking_ids, choice=choice)
    if hits is None:
        return Outcome("more_bookings")
    place = find_place(changed)
    waits = await storage.opened.prepare(context.session, place, now=context.now)
    for change, days in zip(changed, plan.days, strict=True):
        await storage.special_days.replace(context.session, change, reason=days.reason)
    await settle(context, hits, choice)
    await let_stand(context)
    await offer_opened(context, sorted({day for change in changed for day in change.days}), waits)
    return None


async def _name_staff(context: Context, staff_id: int | None) -> str | None:
    return None if staff_id is None else await storage.staff.find_name(context.session, staff_id)


async def _name_place(context: Context, location_id: int | None) -> str | None:
    places = {one.id: one.name for one in await storage.locations.list_all(context.session)}
    return None if location_id is None else places.get(location_id)


async def _plan(context: Context, days: list[SpecialDays], *, is_removal: bool) -> DaysPlan:
    changed = [_change(one, is_removal=is_removal) for one in days]
    hits = await storage.fitting.list_hit(context.session, changed, now=context.now)
    return DaysPlan(days, is_removal, hits)


def _change(days: SpecialDays, *, is_removal: bool) -> changes.SpecialDays:
    periods = None if is_removal else reread_hours(days.hours)
    return changes.SpecialDays(days.first, days.last, periods, days.staff_id, days.location_id)
