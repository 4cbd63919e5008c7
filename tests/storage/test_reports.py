"""What reports count is what one counts by hand, minute by minute and booking by booking, over days of 23 and 25 hours too."""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from asyncpg import Range
from sqlalchemy import insert, text

from storage import absences, attempts, desk_tables, reports, services
from storage.desk_values import Absence
from storage.figures import Grouping, Key
from storage.values import NewBooking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

ZONES = {1: ZoneInfo("Europe/Berlin"), 2: ZoneInfo("America/New_York")}
MINUTE = timedelta(minutes=1)
STEP = 5 * MINUTE
"""All times are multiples of it."""

SHIFTS = {1: (1, 480, 1080), 2: (2, 0, 1440), 3: (1, 0, 240)}
"""Of each member of staff the place, and the minutes of each day between which they work there."""

OFFERED = {1: (1, 2), 2: (2, 3), 3: (1,)}
"""Of each service who offers it."""

STATUSES = ("held", "pending", "confirmed", "cancelled", "completed", "no_show")


@dataclass(frozen=True)
class Line:
    """A service of a visit: what it takes, with the buffer before or after it, and its price."""

    service_id: int
    minutes: int
    price: int
    busy: tuple[datetime, datetime]


@dataclass(frozen=True)
class Made:
    """A booking as a test remembers it."""

    id: int
    user_id: int
    status: str
    staff_id: int
    starts_at: datetime
    created_at: datetime
    lines: tuple[Line, ...]

    @property
    def day(self) -> date:
        """The day it is on, where it is."""
        return self.starts_at.astimezone(ZONES[SHIFTS[self.staff_id][0]]).date()

    @property
    def counts(self) -> bool:
        """Whether it is a visit."""
        return self.status not in ("held", "cancelled")


def make_bookings(rng: random.Random, first: date, last: date) -> Iterator[Made]:
    """Make bookings that do not meet, some of them around the days, each of one service or two."""
    starts_from = datetime.combine(first - timedelta(days=3), time(), UTC)
    number = 0
    for staff_id in SHIFTS:
        at = starts_from
        while at.date() < last + timedelta(days=3):
            at += MINUTE * rng.choice((20, 60, 200, 900))
            number, lines, ends = number + 1, [], at
            plan = [
                (rng.randint(1, 3), STEP * rng.randint(1, 20)) for _ in range(rng.randint(1, 2))
            ]
            for place, (service_id, length) in enumerate(plan):
                busy = (
                    ends - STEP * (place == 0),
                    ends + length + 2 * STEP * (place + 1 == len(plan)),
                )
                lines.append(Line(service_id, length // MINUTE, rng.randint(0, 50), busy))
                ends += length
            created_at = at - MINUTE * rng.randrange(-9, 9000)
            yield Made(number, rng.randrange(30), rng.choice(STATUSES), staff_id, at, created_at, tuple(lines))  # fmt: skip
            at = ends


async def write(session: AsyncSession, bookings: Sequence[Made]) -> None:
    """Write a desk with these bookings."""
    await session.execute(
        text("TRUNCATE locations, services, staff, users, bookings RESTART IDENTITY CASCADE")
    )
    people = {one.user_id for one in bookings}
    rows: dict[str, list[dict[str, Any]]] = {
        "locations": [{"id": key, "name": f"L{key}", "time_zone": zone.key} for key, zone in ZONES.items()],
        "services": [
            {"id": key, "title": f"S{key}", "titles": {"de": f"D{key}"}, "price": 10, "duration_minutes": 30, "slot_step_minutes": 5}
            for key in OFFERED
        ],
        "staff": [{"id": key, "name": f"P{key}"} for key in SHIFTS],
        "staff_locations": [{"staff_id": key, "location_id": place} for key, (place, *_) in SHIFTS.items()],
        "staff_services": [{"staff_id": one, "service_id": key} for key, who in OFFERED.items() for one in who],
        "weekly_hours": [
            {"staff_id": key, "location_id": place, "weekday": weekday, "opens_minute": opens, "closes_minute": closes}
            for key, (place, opens, closes) in SHIFTS.items()
            for weekday in range(1, 8)
        ],
        "users": [{"id": key, "first_name": "P"} for key in people],
        "bookings": [row_of(one) for one in bookings],
        "booking_services": [
            {"booking_id": one.id, "position": place, "service_id": line.service_id, "duration_minutes": line.minutes, "price": line.price}
            for one in bookings
            for place, line in enumerate(one.lines, 1)
        ],
    }  # fmt: skip
    for name, values in rows.items():
        await session.execute(insert(desk_tables.metadata.tables[name]), values)


def row_of(one: Made) -> dict[str, Any]:
    """Give the row of a booking."""
    ends_at = one.starts_at + MINUTE * sum(line.minutes for line in one.lines)
    return {
        "id": one.id,
        "status": one.status,
        "user_id": one.user_id,
        "service_id": one.lines[0].service_id,
        "staff_id": one.staff_id,
        "location_id": SHIFTS[one.staff_id][0],
        "period": Range(one.starts_at, ends_at),
        "blocked": Range(one.starts_at - STEP, ends_at + 2 * STEP),
        "price": sum(line.price for line in one.lines),
        "created_at": one.created_at,
        "held_until": one.starts_at if one.status == "held" else None,
        "cancelled_at": one.starts_at if one.status == "cancelled" else None,
    }


@dataclass(frozen=True)
class Moment:
    """Five minutes at which somebody is at work, on a day of the place, and what they are booked for then."""

    staff_id: int
    day: date
    service_id: int | None


async def let_some_be_away(
    session: AsyncSession, rng: random.Random, first: date, last: date
) -> set[tuple[int, datetime]]:
    """Let people be away now and then, for minutes and for days, around what is booked; give each moment of it."""
    for staff_id in SHIFTS:
        at = datetime.combine(first - timedelta(days=2), time(), UTC)
        while at.date() < last + timedelta(days=2):
            at += STEP * rng.randrange(600)
            ends_at = at + STEP * rng.choice((1, 7, 30, 500))
            await absences.insert(session, Absence(0, staff_id, at, ends_at, None))
            at = ends_at
    rows = await session.execute(
        text("SELECT staff_id, lower(period), upper(period) FROM absences")
    )
    return {
        (staff_id, begins + STEP * number)
        for staff_id, begins, ends in rows
        for number in range((ends - begins) // STEP)
    }


def list_moments(
    bookings: Sequence[Made], away: set[tuple[int, datetime]], first: date, last: date
) -> list[Moment]:
    """List all moments of work on some days, at which nobody is away."""
    booked = {
        (one.staff_id, low + STEP * number): line.service_id
        for one in bookings
        if one.counts
        for line in one.lines
        for low, high in [line.busy]
        for number in range((high - low) // STEP)
    }
    at, moments = datetime.combine(first - timedelta(days=1), time(), UTC), []
    while at.date() < last + timedelta(days=2):
        for staff_id, (place, opens, closes) in SHIFTS.items():
            there = at.astimezone(ZONES[place])
            is_open = opens <= there.hour * 60 + there.minute < closes
            if is_open and first <= there.date() <= last and (staff_id, at) not in away:
                moments.append(Moment(staff_id, there.date(), booked.get((staff_id, at))))
        at += STEP
    return moments


def count_visits(mine: Sequence[Made], others: Sequence[Made], service_id: Key) -> dict[str, Any]:
    """Count what became of bookings, the slow way; the prices are those of one service, or of all."""

    def sum_of(*statuses: str) -> Decimal:
        lines = [line for one in mine if one.status in statuses for line in one.lines]
        return Decimal(sum(line.price for line in lines if service_id in (None, line.service_id)))

    visits = [one for one in mine if one.counts]
    firsts = [
        min((one.starts_at, one.id) for one in others if one.counts and one.user_id == person)
        for person in {one.user_id for one in visits} - {0}
    ]
    leads = [max((one.starts_at - one.created_at) / MINUTE, 0) for one in visits]
    return {
        "visits": len(visits),
        "cancelled": sum(one.status == "cancelled" for one in mine),
        "completed": sum(one.status == "completed" for one in mine),
        "no_shows": sum(one.status == "no_show" for one in mine),
        "new_clients": sum((one.starts_at, one.id) in firsts for one in visits),
        "revenue": sum_of("completed"),
        "expected": sum_of("pending", "confirmed"),
        "lead": MINUTE * statistics.median(leads) if leads else None,
    }


def is_of(
    by: Grouping | None, key: Key, staff_id: int, services_: Sequence[Key], day: date
) -> bool:
    """Tell whether something belongs to a row."""
    match by:
        case None:
            return True
        case Grouping.STAFF:
            return staff_id == key
        case Grouping.SERVICE:
            return key in services_
        case Grouping.LOCATION:
            return SHIFTS[staff_id][0] == key
        case _:
            return by.find_key(day) == key


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2027, 3, 10), date(2027, 4, 1)), (date(2026, 10, 23), date(2026, 11, 2))],
    ids=["spring", "autumn"],
)
async def test_reports_are_what_one_counts_by_hand(
    session: AsyncSession, first: date, last: date
) -> None:
    """All figures of all rows by everything that tells them apart are those of a slow count, across changes of clocks and absences."""
    rng = random.Random(str(first))  # noqa: S311 - of a test
    bookings = list(make_bookings(rng, first, last))
    await write(session, bookings)
    away = await let_some_be_away(session, rng, first, last)
    moments = list_moments(bookings, away, first, last)
    assert len(moments) < len(list_moments(bookings, set(), first, last))
    inside = [one for one in bookings if first <= one.day <= last]
    offers = {key: [one for one, who in OFFERED.items() if key in who] for key in SHIFTS}
    for by in (None, *Grouping):
        measured = await reports.measure(session, first, last, by)
        assert len(measured) >= (1 if by is None else 2)
        for row in measured:
            service_id = row.key if by is Grouping.SERVICE else None
            mine = [
                one for one in inside
                if is_of(by, row.key, one.staff_id, [line.service_id for line in one.lines], one.day)
            ]  # fmt: skip
            work = [
                one
                for one in moments
                if is_of(by, row.key, one.staff_id, offers[one.staff_id], one.day)
            ]
            busy = [one for one in work if one.service_id and service_id in (None, one.service_id)]
            expected = count_visits(mine, bookings, service_id) | {
                "working": STEP * len(work),
                "busy": STEP * len(busy),
            }
            assert {name: getattr(row, name) for name in expected} == expected, (by, row.key)


async def test_what_somebody_wanted_is_counted_by_day_service_and_staff(
    session: AsyncSession,
) -> None:
    """Attempts and losses are of the day of the time that was wanted, where it is, and a report has their share."""
    first = date(2027, 3, 10)
    rng = random.Random(1)  # noqa: S311 - of a test
    await write(session, list(make_bookings(rng, first, first)))
    service, *_ = await services.list_active(session)
    late = datetime(2027, 3, 11, 3, tzinfo=UTC)  # it is the evening before in New York
    for place, is_lost in ((2, True), (2, False), (2, False), (1, True)):
        wanted = NewBooking(1, service, staff_id=place, location_id=place, starts_at=late)
        await attempts.note(session, wanted, is_lost=is_lost)
    (day,) = await reports.measure(session, first, first)
    assert (day.attempts, day.lost, day.lost_rate) == (3, 1, 1 / 3)
    by_staff = await reports.measure(session, first, first + timedelta(days=1), Grouping.STAFF)
    assert [(one.name, one.attempts, one.lost) for one in by_staff] == [
        ("P1", 1, 1),
        ("P2", 3, 1),
        ("P3", 0, 0),
    ]
    by_day = await reports.measure(session, first, first + timedelta(days=1), Grouping.DAY)
    assert [(one.key, one.attempts) for one in by_day] == [
        (first, 3),
        (first + timedelta(days=1), 1),
    ]
    by_service = await reports.measure(session, first, first, Grouping.SERVICE, locale="de")
    assert [(one.name, one.lost_rate) for one in by_service] == [
        ("D1", 1 / 3),
        ("D2", None),
        ("D3", None),
    ]
