"""Days that are opened, or whose hours grow, while people wait for them: their times are offered like any that is freed.

It knows nothing of who opens them. A caller calls `prepare` first, changes hours, then `offer`, in one transaction.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import hours, locations, offers, services, taking, waitlist
from storage.tables import staff_locations
from storage.values import Location, SlotSearch, Window
from storage.wishes import FreedTime, Offer


async def prepare(session: AsyncSession, location_id: int | None, *, now: datetime) -> set[int]:
    """Lock the waitlists of a location, or of all, where anybody waits, and all who work there; return those locations."""
    locked = await waitlist.lock(session, location_id, now=now)
    if locked:
        columns = staff_locations.c
        working = select(columns.staff_id).where(columns.location_id.in_(locked))
        await taking.lock_staff(session, (await session.scalars(working)).all())
    return locked


async def offer(
    session: AsyncSession, day: date, location_ids: Collection[int], *, now: datetime
) -> tuple[Offer, ...]:
    """Offer what is free on a day at some locations to those who wait, each of them the first to be asked for one time."""
    made: list[Offer] = []
    for place in await locations.list_all(session):
        if place.id in location_ids:
            for window in await _list_windows(session, place, day, now=now):
                freed = FreedTime(
                    staff_id=window.staff_id,
                    location=place,
                    blocked_from=window.starts_at,
                    blocked_to=window.ends_at,
                    starts_at=window.starts_at,
                )
                made += await offers.offer(session, freed, but=_list_first(made), now=now)
    return tuple(made)


def _list_first(made: Collection[Offer]) -> set[int]:
    """List the wishes that are the first in some line."""
    soonest: dict[int, Offer] = {}
    for one in made:
        other = soonest.setdefault(one.hold_id, one)
        if one.opens_at < other.opens_at:
            soonest[one.hold_id] = one
    return {one.wish.id for one in soonest.values()}


async def _list_windows(
    session: AsyncSession, place: Location, day: date, *, now: datetime
) -> list[Window]:
    """List when anybody works there that day who gives what is waited for."""
    zone = ZoneInfo(place.time_zone)
    found: set[Window] = set()
    for service_id in await waitlist.list_service_ids(session, place.id, day, now=now):
        service = await services.find(session, service_id)
        if service is not None:
            search = SlotSearch(
                service=service,
                starts_from=datetime.combine(day, time.min, zone),
                starts_before=datetime.combine(day + timedelta(days=1), time.min, zone),
                location_id=place.id,
            )
            found.update(await hours.list_windows(session, search))
    return sorted(found, key=lambda one: (one.starts_at, one.staff_id))
