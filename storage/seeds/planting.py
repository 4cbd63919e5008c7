"""Puts a business into an empty database, and bookings around a day into one that has it.

It knows nothing of any business in particular; nothing here commits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import booking_tables, bookings, services, slots, tables, users
from storage.rows import ENDS_AT
from storage.seeds.pictures import draw_picture
from storage.values import NewBooking, Profile, SlotSearch


@dataclass(frozen=True, slots=True)
class Shift:
    """When somebody works at a location on some days of the week, 1 for Monday, in minutes since midnight."""

    location: str
    weekdays: tuple[int, ...]
    periods: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A room of a location, and the services that can be given in it."""

    location: str
    name: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """What is put into the database.

    `locations` have the number to call there, `categories` and `services` their titles by locale, `staff` what each does and
    when; `usual` holds for services that do not say otherwise. `closed` gives days and reasons. What was `booked` is days from
    today, the service, and the how-manieth free slot of the day it took.
    """

    zone: str
    locations: Mapping[str, str]
    categories: Mapping[str, Mapping[str, str]]
    services: Sequence[Mapping[str, Any]]
    usual: Mapping[str, Any]
    staff: Mapping[str, tuple[Sequence[str], Sequence[Shift]]]
    clients: Sequence[Profile]
    booked: Sequence[tuple[int, str, int]]
    closed: Callable[[date], Sequence[tuple[date, str]]]
    rooms: Sequence[Room] = ()
    pictured: Sequence[str] = field(default=())


def next_christmas(today: date) -> date:
    """Find the 25th of December that is next, which may be today."""
    christmas = date(today.year, 12, 25)
    return christmas if christmas >= today else christmas.replace(year=today.year + 1)


def hours(*periods: str) -> tuple[tuple[int, int], ...]:
    """Read periods such as 09:00-13:00 as minutes since midnight."""
    return tuple(
        (_minutes(start), _minutes(end)) for start, _, end in (p.partition("-") for p in periods)
    )


async def plant(session: AsyncSession, business: Business, *, today: date) -> None:
    """Fill an empty database, and see to bookings around today."""
    found = await session.execute(select(tables.locations.c.id).limit(1))
    if found.first() is None:
        await _insert_business(session, business, today)
    for client in business.clients:
        await users.identify(session, client)
    await _insert_bookings(session, business, today)


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


async def _insert_business(session: AsyncSession, business: Business, today: date) -> None:
    places = {
        name: await _insert(
            session, tables.locations, name=name, time_zone=business.zone, contact=number
        )
        for name, number in business.locations.items()
    }
    await session.execute(
        insert(tables.service_categories),
        [
            {"title": title, "titles": titles, "position": place}
            for place, (title, titles) in enumerate(business.categories.items())
        ],
    )
    offered = {
        service["title"]: await _insert(session, tables.services, **{**business.usual, **service})
        for service in business.services
    }
    for title in business.pictured:
        await session.execute(
            insert(tables.service_pictures).values(
                service_id=offered[title], content=draw_picture()
            )
        )
    for room in business.rooms:
        room_id = await _insert(
            session, tables.rooms, location_id=places[room.location], name=room.name
        )
        await session.execute(
            insert(tables.service_rooms),
            [{"room_id": room_id, "service_id": offered[title]} for title in room.services],
        )
    for name, (skills, shifts) in business.staff.items():
        staff_id = await _insert(session, tables.staff, name=name)
        await session.execute(
            insert(tables.staff_services),
            [{"staff_id": staff_id, "service_id": offered[skill]} for skill in skills],
        )
        await _insert_shifts(session, staff_id, shifts, places)
    closed = [
        {"location_id": place, "day": day, "reason": reason}
        for place in places.values()
        for day, reason in business.closed(today)
    ]
    await session.execute(insert(tables.overrides), closed)


async def _insert_shifts(
    session: AsyncSession, staff_id: int, shifts: Sequence[Shift], places: Mapping[str, int]
) -> None:
    await session.execute(
        insert(tables.staff_locations),
        [
            {"staff_id": staff_id, "location_id": places[name]}
            for name in {shift.location: None for shift in shifts}
        ],
    )
    await session.execute(
        insert(tables.weekly_hours),
        [
            {
                "staff_id": staff_id,
                "location_id": places[shift.location],
                "weekday": weekday,
                "opens_minute": opens,
                "closes_minute": closes,
            }
            for shift in shifts
            for weekday in shift.weekdays
            for opens, closes in shift.periods
        ],
    )


async def _insert_bookings(session: AsyncSession, business: Business, today: date) -> None:
    start = datetime.combine(today, time.min, UTC)
    offered = {service.title: service for service in await services.list_active(session)}
    for number, (days, title, place) in enumerate(business.booked):
        if title not in offered:  # somebody has made the salon their own
            continue
        day = start + timedelta(days=days)
        search = SlotSearch(offered[title], day, day + timedelta(days=1))
        free = await slots.list_free(session, search, now=start - timedelta(days=3))
        if place >= len(free):  # closed, or a day off
            continue
        new = NewBooking(
            user_id=business.clients[number % len(business.clients)].telegram_id,
            service=offered[title],
            staff_id=free[place].staff.id,
            location_id=free[place].location.id,
            starts_at=free[place].starts_at,
            key=f"seed:{today}:{number}",
        )
        await bookings.insert(session, new, now=start - timedelta(days=3))
    for before, after in (("pending", "confirmed"), ("confirmed", "completed")):
        await session.execute(
            update(booking_tables.bookings)
            .where(
                booking_tables.bookings.c.key.startswith("seed:"),
                booking_tables.bookings.c.status == before,
            )
            .where(start >= ENDS_AT)
            .values(status=after)
        )


async def _insert(session: AsyncSession, table: Any, **values: Any) -> int:
    made = await session.execute(insert(table).values(**values).returning(table.c.id))
    return int(made.scalar_one())
