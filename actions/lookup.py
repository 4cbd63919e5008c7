"""Looking up bookings among all of them: by day or week, by staff and status, by client or number.

It knows nothing of what is done with them; administrators alone may look.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal

import storage
from actions.access import acts_as, has_role
from actions.records import Booking, Staff, show_booking
from engine.actions import Context, MaxLength, Outcome, command, query
from storage.desk_values import BookingFilter
from storage.values import BookingStatus, Role

type Search = Annotated[str, MaxLength(64)]


class WantedBookings(StrEnum):
    """Which bookings are looked for."""

    STANDING = "standing"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day that are shown."""

    first: date
    last: date


@query("lookup.days")
async def find_days(context: Context, *, day: date, week: bool) -> Days:
    """Find the days that are shown: one, or its week from Monday on."""
    del context
    if not week:
        return Days(day, day)
    first = day - timedelta(days=day.weekday())
    return Days(first, first + timedelta(days=6))


@command("lookup.whose")
async def find_member(
    context: Context, *, staff_id: int
) -> Staff | Outcome[Literal["nobody", "not_allowed"]]:
    """Find whose bookings are looked for."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    name = await storage.staff.find_name(context.session, staff_id)
    return Outcome("nobody") if name is None else Staff(staff_id, name)


@query("lookup.bookings")
async def list_bookings(  # noqa: PLR0913  # what is looked for, by name
    context: Context,
    *,
    day: date,
    week: bool = False,
    staff_id: int | None = None,
    wanted: WantedBookings = WantedBookings.STANDING,
    search: Search | None = None,
    offset: int = 0,
    limit: int = 6,
) -> list[Booking]:
    """List bookings by time; with a name or number searched for those of all days, the last one first."""
    if not await has_role(context, Role.ADMIN):
        return []
    asked = await _ask(context, day, week=week, staff_id=staff_id, wanted=wanted, search=search)
    found = await storage.lookup.list_found(context.session, asked, offset=offset, limit=limit)
    return [show_booking(booking, context.user.locale) for booking in found]


@query("lookup.count")
async def count_bookings(  # noqa: PLR0913  # as above
    context: Context,
    *,
    day: date,
    week: bool = False,
    staff_id: int | None = None,
    wanted: WantedBookings = WantedBookings.STANDING,
    search: Search | None = None,
) -> int:
    """Count them."""
    if not await has_role(context, Role.ADMIN):
        return 0
    asked = await _ask(context, day, week=week, staff_id=staff_id, wanted=wanted, search=search)
    return await storage.lookup.count_found(context.session, asked)


async def _ask(  # noqa: PLR0913  # as above
    context: Context,
    day: date,
    *,
    week: bool,
    staff_id: int | None,
    wanted: WantedBookings,
    search: str | None,
) -> BookingFilter:
    days = await find_days(context, day=day, week=week)
    starts_from = datetime.combine(days.first, time.min, context.time_zone)
    starts_before = datetime.combine(days.last + timedelta(days=1), time.min, context.time_zone)
    return BookingFilter(
        starts_from=starts_from if search is None else None,
        starts_before=starts_before if search is None else None,
        staff_id=staff_id,
        status=None if wanted is WantedBookings.STANDING else BookingStatus(wanted.value),
        search=search,
    )
