"""A hair salon with two places, four people, seven services and some bookings around a day.

It knows nothing of who uses it. Seeding again changes nothing; on a later day it adds bookings around that day.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.seeds.planting import Business, Shift, hours, next_christmas, plant
from storage.values import Profile

MITTE, KREUZBERG = "Mitte, Rosenthaler Str. 12", "Kreuzberg, Oranienstr. 40"

LOCATIONS = {MITTE: "+49 30 5550 101", KREUZBERG: "+49 30 5550 102"}
"""Where people work, and the number to call there."""

ZONE = "Europe/Berlin"

SERVICES: tuple[dict[str, Any], ...] = (
    {
        "title": "Haircut",
        "category": "Hair",
        "titles": {"de": "Haarschnitt", "uk": "Стрижка"},
        "duration_minutes": 45,
        "price": Decimal("42.00"),
        "buffer_after_minutes": 5,
    },
    {
        "title": "Haircut and beard",
        "category": "Hair",
        "titles": {"de": "Haarschnitt und Bart", "uk": "Стрижка й борода"},
        "duration_minutes": 60,
        "price": Decimal("58.00"),
        "buffer_after_minutes": 5,
    },
    {
        "title": "Colouring",
        "category": "Hair",
        "titles": {"de": "Färben", "uk": "Фарбування"},
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
        "titles": {"de": "Hochzeitsfrisur", "uk": "Весільна зачіска"},
        "duration_minutes": 120,
        "price": Decimal("140.00"),
        "slot_step_minutes": 60,
        "reschedule_until": timedelta(days=7),
        "cancel_until": timedelta(days=3),
        "reminders": [timedelta(days=7), timedelta(days=1)],
        "deposit": Decimal("40.00"),
        "asks_phone": True,
        "asks_photo": True,
    },
    {
        "title": "Manicure",
        "category": "Hands",
        "titles": {"de": "Maniküre", "uk": "Манікюр"},
        "duration_minutes": 40,
        "price": Decimal("35.50"),
        "slot_step_minutes": 20,
    },
    {
        "title": "Consultation",
        "category": "Good to know",
        "titles": {"de": "Beratung", "uk": "Консультація"},
        "duration_minutes": 15,
        "price": Decimal("0.00"),
    },
    {
        "title": "Styling class",
        "category": "Good to know",
        "titles": {"de": "Styling-Kurs", "uk": "Курс зі стайлінгу"},
        "duration_minutes": 90,
        "price": Decimal("25.00"),
        "slot_step_minutes": 90,
        "capacity": 6,
    },
)

CATEGORIES = {
    "Hair": {"de": "Haare", "uk": "Волосся"},
    "Hands": {"de": "Hände", "uk": "Руки"},
    "Good to know": {"de": "Gut zu wissen", "uk": "Корисно знати"},
}

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


_DAY = hours("09:00-13:00", "14:00-18:00")
_LATE = hours("11:00-15:00", "15:30-20:00")
_SHORT = hours("10:00-14:00")

STAFF: dict[str, tuple[tuple[str, ...], tuple[Shift, ...]]] = {
    "Anna Berg": (
        ("Haircut", "Haircut and beard", "Colouring", "Wedding hairstyle", "Consultation"),
        (Shift(MITTE, (1, 2, 3, 4, 5), _DAY), Shift(MITTE, (6,), _SHORT)),
    ),
    "Jonas Keller": (
        ("Haircut", "Haircut and beard", "Consultation", "Styling class"),
        (Shift(MITTE, (2, 3, 4, 5, 6), _LATE),),
    ),
    "Mila Horvat": (
        ("Manicure", "Colouring", "Consultation"),
        (Shift(MITTE, (1, 2, 3), _DAY), Shift(KREUZBERG, (5, 6), _DAY)),
    ),
    "Inês Duarte": (
        ("Haircut", "Colouring", "Manicure", "Consultation"),
        (Shift(KREUZBERG, (1, 2, 3, 4, 5), _DAY), Shift(KREUZBERG, (7,), _SHORT)),
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


def _holidays(today: date) -> list[tuple[date, str]]:
    christmas = next_christmas(today)
    monday = today + timedelta(days=14 - today.weekday())
    return [(christmas, "Christmas"), (monday, "Stocktaking")]


SALON = Business(
    zone=ZONE,
    locations=LOCATIONS,
    categories=CATEGORIES,
    services=SERVICES,
    usual=_USUAL,
    staff=STAFF,
    clients=CLIENTS,
    booked=_BOOKED,
    closed=_holidays,
    pictured=(PICTURED,),
)


async def seed_salon(session: AsyncSession, *, today: date) -> None:
    """Fill an empty database, and see to bookings around today; does not commit."""
    await plant(session, SALON, today=today)
