"""A hair salon with two places, four people, seven services and some bookings around a day.

It knows nothing of who uses it. Seeding again changes nothing; on a later day it adds bookings around that day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import bookings, services, slots, tables, users
from storage.rows import ENDS_AT
from storage.seeds.pictures import draw_picture
from storage.values import NewBooking, Profile, SlotSearch

MITTE, KREUZBERG = "Mitte, Rosenthaler Str. 12", "Kreuzberg, Oranienstr. 40"

LOCATIONS = {MITTE: "+49 30 5550 101", KREUZBERG: "+49 30 5550 102"}
"""Where people work, and the number to call there."""

ZONE = "Europe/Berlin"

SERVICES: tuple[dict[str, Any], ...] = (
    {
        "title": "Haircut",
        "category": "Hair",
        "titles": {"de": "Haarschnitt"},
        "duration_minutes": 45,
        "price": Decimal("42.00"),
        "buffer_after_minutes": 5,
    },
    {
        "title": "Haircut and beard",
        "category": "Hair",
        "titles": {"de": "Haarschnitt und Bart"},
        "duration_minutes": 60,
        "price": Decimal("58.00"),
        "buffer_after_minutes": 5,
    },
    {
        "title": "Colouring",
        "category": "Hair",
        "titles": {"de": "Färben"},
        "duration_minutes": 120,
        "price": Decimal("95.00"),
        "buffer_before_minutes": 5,
        "buffer_after_minutes": 15,
        "slot_step_minutes": 30,
        "needs_confirmation": True,
        "reschedule_until": timedelta(hours=12),
        "cancel_until": timedelta(hours=24),
    },
    {
        "title": "Wedding hairstyle",
        "category": "Hair",
        "titles": {"de": "Hochzeitsfrisur"},
        "duration_minutes": 120,
        "price": Decimal("140.00"),
        "slot_step_minutes": 60,
        "reschedule_until": timedelta(days=7),
        "cancel_until": timedelta(days=3),
        "reminders": [timedelta(days=7), timedelta(days=1)],
        "asks_phone": True,
        "asks_photo": True,
    },
    {
        "title": "Manicure",
        "category": "Hands",
        "titles": {"de": "Maniküre"},
        "duration_minutes": 40,
        "price": Decimal("35.50"),
        "slot_step_minutes": 20,
    },
    {
        "title": "Consultation",
        "category": "Good to know",
        "titles": {"de": "Beratung"},
        "duration_minutes": 15,
        "price": Decimal("0.00"),
    },
    {
        "title": "Styling class",
        "category": "Good to know",
        "titles": {"de": "Styling-Kurs"},
        "duration_minutes": 90,
        "price": Decimal("25.00"),
        "slot_step_minutes": 90,
        "capacity": 6,
    },
)

CATEGORIES = (("Hair", "Haare"), ("Hands", "Hände"), ("Good to know", "Gut zu wissen"))

PICTURED = "Wedding hairstyle"
"""The service that has a picture."""

_USUAL = {
    "slot_step_minutes": 15,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 0,
    "minimum_notice_minutes": 120,
    "reschedule_until": timedelta(hours=1),
    "cancel_until": timedelta(hours=1),
    "horizon_days": 60,
}


@dataclass(frozen=True, slots=True)
class _Shift:
    location: str
    weekdays: tuple[int, ...]
    periods: tuple[tuple[int, int], ...]


def _hours(*periods: str) -> tuple[tuple[int, int], ...]:
    """Read periods such as 09:00-13:00 as minutes since midnight."""
    return tuple(
        (_minutes(start), _minutes(end)) for start, _, end in (p.partition("-") for p in periods)
    )


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


_DAY = _hours("09:00-13:00", "14:00-18:00")
_LATE = _hours("11:00-15:00", "15:30-20:00")
_SHORT = _hours("10:00-14:00")

STAFF: dict[str, tuple[tuple[str, ...], tuple[_Shift, ...]]] = {
    "Anna Berg": (
        ("Haircut", "Haircut and beard", "Colouring", "Wedding hairstyle", "Consultation"),
        (_Shift(MITTE, (1, 2, 3, 4, 5), _DAY), _Shift(MITTE, (6,), _SHORT)),
    ),
    "Jonas Keller": (
        ("Haircut", "Haircut and beard", "Consultation", "Styling class"),
        (_Shift(MITTE, (2, 3, 4, 5, 6), _LATE),),
    ),
    "Mila Horvat": (
        ("Manicure", "Colouring", "Consultation"),
        (_Shift(MITTE, (1, 2, 3), _DAY), _Shift(KREUZBERG, (5, 6), _DAY)),
    ),
    "Inês Duarte": (
        ("Haircut", "Colouring", "Manicure", "Consultation"),
        (_Shift(KREUZBERG, (1, 2, 3, 4, 5), _DAY), _Shift(KREUZBERG, (7,), _SHORT)),
    ),
}

CLIENTS = (
    Profile(7_000_000_001, "Clara", "Sommer"),
    Profile(7_000_000_002, "Tomás", "Nunes"),
    Profile(7_000_000_003, "Farid"),
)
"""People beyond the ids that Telegram has given out so far."""

_BOOKED = (
    (-2, "Haircut", 0),
    (-1, "Manicure", 1),
    (0, "Haircut", 2),
    (0, "Consultation", 6),
    (1, "Colouring", 0),
    (1, "Haircut", 8),
    (2, "Haircut and beard", 3),
    (3, "Manicure", 4),
    (5, "Haircut", 5),
)
"""Days from today, what was booked, and the how-manieth free slot of the day it took."""


async def seed_salon(session: AsyncSession, *, today: date) -> None:
    """Fill an empty database, and see to bookings around today; does not commit."""
    found = await session.execute(select(tables.locations.c.id).limit(1))
    if found.first() is None:
        await _insert_salon(session, today)
    for client in CLIENTS:
        await users.identify(session, client)
    await _insert_bookings(session, today)


async def _insert_salon(session: AsyncSession, today: date) -> None:
    places = {
        name: await _insert(session, tables.locations, name=name, time_zone=ZONE, contact=number)
        for name, number in LOCATIONS.items()
    }
    await session.execute(
        insert(tables.service_categories),
        [
            {"title": title, "titles": {"de": german}, "position": place}
            for place, (title, german) in enumerate(CATEGORIES)
        ],
    )
    offered = {
        service["title"]: await _insert(session, tables.services, **{**_USUAL, **service})
        for service in SERVICES
    }
    await session.execute(
        insert(tables.service_pictures).values(service_id=offered[PICTURED], content=draw_picture())
    )
    for name, (skills, shifts) in STAFF.items():
        staff_id = await _insert(session, tables.staff, name=name)
        await session.execute(
            insert(tables.staff_services),
            [{"staff_id": staff_id, "service_id": offered[skill]} for skill in skills],
        )
        await _insert_shifts(session, staff_id, shifts, places)
    closed = [
        {"location_id": place, "day": day, "reason": reason}
        for place in places.values()
        for day, reason in _holidays(today)
    ]
    await session.execute(insert(tables.overrides), closed)


async def _insert_shifts(
    session: AsyncSession, staff_id: int, shifts: tuple[_Shift, ...], places: dict[str, int]
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


async def _insert_bookings(session: AsyncSession, today: date) -> None:
    start = datetime.combine(today, time.min, UTC)
    offered = {service.title: service for service in await services.list_active(session)}
    for number, (days, title, place) in enumerate(_BOOKED):
        if title not in offered:  # somebody has made the salon their own
            continue
        day = start + timedelta(days=days)
        search = SlotSearch(offered[title], day, day + timedelta(days=1))
        free = await slots.list_free(session, search, now=start - timedelta(days=3))
        if place >= len(free):  # closed, or a day off
            continue
        new = NewBooking(
            user_id=CLIENTS[number % len(CLIENTS)].telegram_id,
            service=offered[title],
            staff_id=free[place].staff.id,
            location_id=free[place].location.id,
            starts_at=free[place].starts_at,
            key=f"seed:{today}:{number}",
        )
        await bookings.insert(session, new, now=start - timedelta(days=3))
    for before, after in (("pending", "confirmed"), ("confirmed", "completed")):
        await session.execute(
            update(tables.bookings)
            .where(tables.bookings.c.key.startswith("seed:"), tables.bookings.c.status == before)
            .where(start >= ENDS_AT)
            .values(status=after)
        )


def _holidays(today: date) -> list[tuple[date, str]]:
    christmas = date(today.year, 12, 25)
    if christmas < today:
        christmas = date(today.year + 1, 12, 25)
    monday = today + timedelta(days=14 - today.weekday())
    return [(christmas, "Christmas"), (monday, "Stocktaking")]


async def _insert(session: AsyncSession, table: Any, **values: Any) -> int:
    made = await session.execute(insert(table).values(**values).returning(table.c.id))
    return int(made.scalar_one())
