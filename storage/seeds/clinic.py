"""A clinic with two buildings and a laboratory, nine people, rooms, and services that the staff confirm.

It knows nothing of who uses it. Seeding again changes nothing; on a later day it adds bookings around that day.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.seeds.planting import Business, Room, Shift, hours, next_christmas, plant
from storage.values import Profile

PODIL, PECHERSK, LABORATORY = (
    "Podil, 24 Illinska St",
    "Pechersk, 7 Mykilska St",
    "Laboratory, Podil",
)

SERVICES: tuple[dict[str, Any], ...] = (
    {
        "title": "Family doctor",
        "category": "General medicine",
        "titles": {"uk": "Сімейний лікар"},
        "duration_minutes": 20,
        "price": Decimal("650.00"),
        "slot_step_minutes": 20,
        "buffer_after_minutes": 5,
        "asks_phone": True,
    },
    {
        "title": "Doctor on duty, at night",
        "category": "General medicine",
        "titles": {"uk": "Черговий лікар, уночі"},
        "duration_minutes": 30,
        "price": Decimal("1200.00"),
        "minimum_notice_minutes": 30,
        "cancel_until": timedelta(0),
        "reschedule_until": timedelta(0),
        "reminders": [timedelta(hours=1)],
        "asks_phone": True,
    },
    {
        "title": "Cardiologist with ECG",
        "category": "Heart and vessels",
        "titles": {"uk": "Кардіолог з ЕКГ"},
        "duration_minutes": 40,
        "price": Decimal("1100.00"),
        "needs_room": True,
        "buffer_after_minutes": 10,
        "asks_phone": True,
        "asks_photo": True,
    },
    {
        "title": "Heart ultrasound",
        "category": "Heart and vessels",
        "titles": {"uk": "УЗД серця"},
        "duration_minutes": 30,
        "price": Decimal("950.00"),
        "slot_step_minutes": 30,
        "needs_room": True,
        "buffer_before_minutes": 5,
        "buffer_after_minutes": 15,
        "asks_phone": True,
        "asks_photo": True,
    },
    {
        "title": "Removal of a mole",
        "category": "Skin",
        "titles": {"uk": "Видалення родимки"},
        "duration_minutes": 45,
        "price": Decimal("2400.00"),
        "slot_step_minutes": 45,
        "needs_room": True,
        "needs_confirmation": True,
        "buffer_before_minutes": 15,
        "buffer_after_minutes": 30,
        "minimum_notice_minutes": 3 * 24 * 60,
        "reschedule_until": timedelta(days=2),
        "cancel_until": timedelta(days=1),
        "reminders": [timedelta(days=3), timedelta(days=1)],
        "asks_phone": True,
        "asks_photo": True,
    },
    {
        "title": "Dermatologist",
        "category": "Skin",
        "titles": {"uk": "Дерматолог"},
        "duration_minutes": 25,
        "price": Decimal("850.00"),
        "needs_confirmation": True,
        "asks_phone": True,
        "asks_photo": True,
    },
    {
        "title": "Antenatal class",
        "category": "Pregnancy",
        "titles": {"uk": "Курс для майбутніх батьків"},
        "duration_minutes": 90,
        "price": Decimal("300.00"),
        "slot_step_minutes": 90,
        "needs_room": True,
        "capacity": 12,
        "buffer_after_minutes": 30,
        "asks_comment": False,
    },
    {
        "title": "Blood test",
        "category": "Laboratory",
        "titles": {"uk": "Аналіз крові"},
        "duration_minutes": 10,
        "price": Decimal("280.00"),
        "slot_step_minutes": 10,
        "minimum_notice_minutes": 60,
        "cancel_until": timedelta(hours=1),
        "reschedule_until": timedelta(hours=1),
        "asks_photo": True,
        "asks_comment": False,
    },
)

CATEGORIES = {
    "General medicine": {"uk": "Загальна медицина"},
    "Heart and vessels": {"uk": "Серце та судини"},
    "Skin": {"uk": "Шкіра"},
    "Pregnancy": {"uk": "Вагітність"},
    "Laboratory": {"uk": "Лабораторія"},
}

_USUAL = {
    "slot_step_minutes": 20,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 5,
    "minimum_notice_minutes": 12 * 60,
    "reschedule_until": timedelta(hours=24),
    "cancel_until": timedelta(hours=6),
    "horizon_days": 45,
    "reminders": [timedelta(days=1), timedelta(hours=3)],
}

ROOMS = (
    Room(PODIL, "Room 12 (ECG)", ("Cardiologist with ECG",)),
    Room(PODIL, "Room 14 (ultrasound)", ("Heart ultrasound", "Cardiologist with ECG")),
    Room(PODIL, "Hall", ("Antenatal class",)),
    Room(PECHERSK, "Operating room", ("Removal of a mole",)),
    Room(PECHERSK, "Room 3", ("Cardiologist with ECG", "Heart ultrasound")),
)

_MORNING = hours("08:00-12:00", "12:30-15:00")
_AFTERNOON = hours("13:00-16:30", "17:00-20:00")
_EARLY = hours("06:30-11:00", "11:30-14:00")
_WEEK = (1, 2, 3, 4, 5)

STAFF: dict[str, tuple[tuple[str, ...], tuple[Shift, ...]]] = {
    "Olena Kovalenko": (
        ("Family doctor",),
        (Shift(PODIL, (1, 3, 5), _MORNING), Shift(PECHERSK, (2, 4), _AFTERNOON)),
    ),
    "Taras Melnyk": (
        ("Family doctor", "Doctor on duty, at night"),
        # A night is the end of one day and the beginning of the next.
        (Shift(PODIL, (1, 4), hours("20:00-24:00")), Shift(PODIL, (2, 5), hours("00:00-07:00"))),
    ),
    "Iryna Bondar": (
        ("Doctor on duty, at night",),
        (
            Shift(PODIL, (2, 3, 5, 6, 7), hours("20:00-24:00")),
            Shift(PODIL, (3, 4, 6, 7, 1), hours("00:00-07:00")),
        ),
    ),
    "Andrii Shevchuk": (
        ("Cardiologist with ECG", "Heart ultrasound"),
        (Shift(PODIL, (1, 2, 3, 4), _MORNING),),
    ),
    "Nadiia Tkachenko": (
        ("Cardiologist with ECG", "Heart ultrasound"),
        (Shift(PODIL, (1, 3), _AFTERNOON), Shift(PECHERSK, (2, 5), _MORNING)),
    ),
    "Maksym Lysenko": (
        ("Dermatologist", "Removal of a mole"),
        (Shift(PECHERSK, _WEEK, _MORNING),),
    ),
    "Sofiia Hrytsenko": (
        ("Antenatal class",),
        (Shift(PODIL, (2, 4), hours("17:00-20:00")), Shift(PODIL, (6,), hours("10:00-13:00"))),
    ),
    "Vira Petrenko": (("Blood test",), (Shift(LABORATORY, (1, 2, 3, 4, 5, 6), _EARLY),)),
    "Bohdan Rudenko": (("Blood test",), (Shift(PECHERSK, _WEEK, hours("07:00-11:00")),)),
}

CLIENTS = (
    Profile(7_000_000_101, "Marta", "Zelenska"),
    Profile(7_000_000_102, "Dmytro", "Kravets"),
    Profile(7_000_000_103, "Halyna"),
)
"""People beyond the ids that Telegram has given out so far."""

_BOOKED = (
    (-2, "Blood test", 3),
    (-1, "Family doctor", 1),
    (0, "Blood test", 6),
    (0, "Family doctor", 2),
    (1, "Cardiologist with ECG", 0),
    (1, "Antenatal class", 0),
    (2, "Dermatologist", 3),
    (3, "Removal of a mole", 1),
    (4, "Heart ultrasound", 2),
)


def _holidays(today: date) -> list[tuple[date, str]]:
    christmas = next_christmas(today)
    return [(christmas, "Christmas"), (christmas + timedelta(days=7), "New Year")]


CLINIC = Business(
    zone="Europe/Kyiv",
    locations={
        PODIL: "+380 44 555 0101",
        PECHERSK: "+380 44 555 0102",
        LABORATORY: "+380 44 555 0103",
    },
    categories=CATEGORIES,
    services=SERVICES,
    usual=_USUAL,
    staff=STAFF,
    clients=CLIENTS,
    booked=_BOOKED,
    closed=_holidays,
    rooms=ROOMS,
)


async def seed_clinic(session: AsyncSession, *, today: date) -> None:
    """Fill an empty database, and see to bookings around today; does not commit."""
    await plant(session, CLINIC, today=today)
