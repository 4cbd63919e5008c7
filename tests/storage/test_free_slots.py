"""Free slots are those that a model without a database, minute by minute, finds too."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage import booking_tables, services, slots, tables
from storage.database import create_sessions
from storage.values import SlotSearch

MINUTE = timedelta(minutes=1)
ZONES = ("Europe/Berlin", "America/New_York")
DAYS = [
    date(2027, 3, 28),
    date(2026, 10, 25),
    date(2027, 10, 31),
    date(2027, 3, 14),
    date(2027, 1, 6),
]


@dataclass(frozen=True)
class World:
    """All that decides which slots are free; staff are numbered 0 and 1, locations too."""

    day: date
    duration: int
    step: int
    buffers: tuple[int, int]
    notice: int
    weekly: dict[int, list[tuple[int, int]]]
    places: dict[int, int]
    overrides: list[tuple[int, int | None, int, tuple[int, int] | None]]
    booked: list[tuple[int, int, int, str, int]]
    clock: int
    staff: int | None
    moving: int | None


@dataclass(frozen=True)
class Held:
    """What a booking blocks: whose time, from when, to when; `starts_at` is when its own time begins."""

    id: int
    staff: int
    blocked_from: datetime
    blocked_to: datetime
    starts_at: datetime
    blocks: bool


def periods() -> st.SearchStrategy[list[tuple[int, int]]]:
    """Draw up to three periods of a day that do not meet, on the quarter hour."""
    marks = st.lists(st.integers(0, 96), unique=True, max_size=6).map(sorted)
    cut = marks.map(lambda m: [(15 * a, 15 * b) for a, b in zip(m[::2], m[1::2], strict=False)])
    over_the_change = [(60, 150), (180, 240), (240, 1440)]
    return st.one_of(st.just([(0, 1440)]), st.just(over_the_change), cut)


period = st.tuples(st.integers(0, 95), st.integers(1, 96)).map(
    lambda marks: (15 * min(marks), 15 * max(marks[1], marks[0] + 1))
)
worlds = st.builds(
    World,
    day=st.sampled_from(DAYS),
    duration=st.sampled_from([15, 40, 60, 90]),
    step=st.sampled_from([10, 15, 30, 60]),
    buffers=st.tuples(st.sampled_from([0, 5, 30]), st.sampled_from([0, 10])),
    notice=st.sampled_from([0, 60, 600]),
    weekly=st.fixed_dictionaries({0: periods(), 1: periods()}),
    places=st.fixed_dictionaries({0: st.integers(0, 1), 1: st.integers(0, 1)}),
    overrides=st.lists(
        st.tuples(
            st.integers(0, 1),
            st.sampled_from([None, 0, 1]),
            st.integers(-1, 1),
            st.none() | period,
        ),
        max_size=2,
    ),
    booked=st.lists(
        st.tuples(
            st.integers(0, 1),
            st.integers(-300, 2000),
            st.sampled_from([15, 45, 120]),
            st.sampled_from(["confirmed", "pending", "held", "expired", "cancelled"]),
            st.sampled_from([0, 10]),
        ),
        max_size=8,
    ),
    clock=st.integers(-3000, 1200),
    staff=st.sampled_from([None, 0, 1]),
    moving=st.none() | st.integers(0, 7),
)


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds)
async def test_free_slots_are_those_of_the_model(engine: AsyncEngine, world: World) -> None:
    """Weekly hours, breaks, overrides, buffers, notice, horizon, moves and both changes of the clock, in two zones at once."""
    async with create_sessions(engine)() as session:
        ids = await store(session, world)
        service = await services.find(session, ids["service"])
        assert service is not None
        now = clock_of(world)
        held = await load_blocked(session, ids, now)
        moving = None if world.moving is None else next(iter(held[world.moving :]), None)
        search = SlotSearch(
            service,
            *span_of(world),
            staff_id=None if world.staff is None else ids["staff"][world.staff],
            moving=None if moving is None else moving.id,
        )
        found = await slots.list_free(session, search, now=now)
        counts = await slots.count_by_day(session, search, now=now, time_zone=ZoneInfo(ZONES[0]))
        await session.rollback()

    expected = model(world, [one for one in held if one.blocks], moving)
    assert [(slot.starts_at, ids["locations"].index(slot.location.id)) for slot in found] == sorted(
        expected
    )
    for slot in found:
        place = ids["locations"].index(slot.location.id)
        assert ids["staff"].index(slot.staff.id) == expected[(slot.starts_at, place)]
        assert slot.ends_at - slot.starts_at == timedelta(minutes=world.duration)
    by_day: dict[date, int] = {}
    for slot in found:
        day = slot.starts_at.astimezone(ZoneInfo(ZONES[0])).date()
        by_day[day] = by_day.get(day, 0) + 1
    assert counts == by_day


def span_of(world: World) -> tuple[datetime, datetime]:
    """Give the day asked for, in the first zone."""
    zone = ZoneInfo(ZONES[0])
    return (
        datetime.combine(world.day, time.min, zone),
        datetime.combine(world.day + timedelta(days=1), time.min, zone),
    )


def clock_of(world: World) -> datetime:
    """Give the instant at which is asked."""
    return span_of(world)[0].astimezone(UTC) + world.clock * MINUTE


def model(world: World, held: list[Held], moving: Held | None) -> dict[tuple[datetime, int], int]:
    """Find the free slots by looking at every minute: start and place, and who has least to do.

    A booking that is to be moved blocks nothing but the start that it has.
    """
    held = [one for one in held if one != moving]
    starts_from, starts_before = (at.astimezone(UTC) for at in span_of(world))
    before, after = (minutes * MINUTE for minutes in world.buffers)
    length = world.duration * MINUTE
    now = clock_of(world)
    earliest = max(starts_from, now + world.notice * MINUTE)
    latest = min(starts_before, now + timedelta(days=2))
    load = [
        sum(
            one.staff == staff
            and one.blocked_from < latest + length + after
            and one.blocked_to > earliest - before
            for one in held
        )
        for staff in range(2)
    ]
    free: dict[tuple[datetime, int], int] = {}
    for staff in range(2) if world.staff is None else [world.staff]:
        for opens, closes in windows(world, staff):
            start = opens
            while start + length <= closes:
                clash = any(
                    one.staff == staff
                    and one.blocked_from < start + length + after
                    and one.blocked_to > start - before
                    for one in held
                ) or (moving is not None and (moving.staff, moving.starts_at) == (staff, start))
                if earliest <= start < latest and not clash:
                    key = (start, world.places[staff])
                    free[key] = min((free.get(key, staff), staff), key=lambda s: (load[s], s))
                start += world.step * MINUTE
    return free


def windows(world: World, staff: int) -> Iterator[tuple[datetime, datetime]]:
    """Look at every minute of a location's days for the first on which the wall clock reaches an hour."""
    place = world.places[staff]
    zone = ZoneInfo(ZONES[place])
    for offset in (-1, 0, 1):
        day = world.day + timedelta(days=offset)
        rules = [o for o in world.overrides if o[0] == place and o[2] == offset]
        mine = [o[3] for o in rules if o[1] == staff]
        all_ = [o[3] for o in rules if o[1] is None]
        today: list[tuple[int, int] | None] = list(world.weekly[staff])
        if None in mine or None in all_:
            today = []
        elif mine:
            today = [*mine]
        elif all_ and today:
            today = [*all_]
        for hours in today:
            assert hours is not None
            opens, closes = (reach(day, minute, zone) for minute in hours)
            if opens < closes:
                yield opens, closes


def reach(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Find the first quarter of an hour at which the wall clock of a day is at a minute or past it."""
    wanted = datetime.combine(day, time.min) + minute * MINUTE
    at = datetime.combine(day, time.min, zone).astimezone(UTC)
    while at.astimezone(zone).replace(tzinfo=None) < wanted:
        at += 15 * MINUTE
    return at


async def store(session: AsyncSession, world: World) -> dict[str, Any]:
    """Write the world into tables; overrides and bookings that cannot be are left out."""

    async def add(table: Any, **values: Any) -> int:
        made = await session.execute(insert(table).values(**values).returning(table.c.id))
        return int(made.scalar_one())

    places = [
        await add(tables.locations, name=f"{i} {z}", time_zone=z) for i, z in enumerate(ZONES)
    ]
    service = await add(
        tables.services,
        title="Example",
        price=Decimal(1),
        duration_minutes=world.duration,
        slot_step_minutes=world.step,
        buffer_before_minutes=world.buffers[0],
        buffer_after_minutes=world.buffers[1],
        minimum_notice_minutes=world.notice,
        horizon_days=2,
    )
    staff = [await add(tables.staff, name=f"Staff {number}") for number in range(2)]
    await add(tables.users, id=1, first_name="A")
    for number, staff_id in enumerate(staff):
        place = places[world.places[number]]
        skill = {"staff_id": staff_id, "service_id": service}
        await session.execute(insert(tables.staff_services).values(skill))
        at = {"staff_id": staff_id, "location_id": place}
        await session.execute(insert(tables.staff_locations).values(at))
        for opens, closes in world.weekly[number]:
            for weekday in range(1, 8):
                hours = {"weekday": weekday, "opens_minute": opens, "closes_minute": closes}
                await session.execute(insert(tables.weekly_hours).values(**at, **hours))
    await store_overrides(session, world, places, staff)
    for number, minute, length, status, buffer in world.booked:
        start = span_of(world)[0].astimezone(UTC) + minute * MINUTE
        end = start + length * MINUTE
        now = clock_of(world)
        await session.execute(
            insert_or_skip(booking_tables.bookings)
            .values(
                user_id=1,
                service_id=service,
                staff_id=staff[number],
                location_id=places[world.places[number]],
                period=Range(start, end),
                blocked=Range(start, end + buffer * MINUTE),
                price=1,
                status="held" if status == "expired" else status,
                held_until=now if status == "expired" else now + MINUTE,
                cancelled_at=now if status == "cancelled" else None,
            )
            .on_conflict_do_nothing(constraint=booking_tables.NO_OVERLAP)
        )
    return {"locations": places, "service": service, "staff": staff}


async def store_overrides(
    session: AsyncSession, world: World, places: list[int], staff: list[int]
) -> None:
    """Write the overrides, and take out of the world those that meet an earlier one."""
    kept = []
    for override in world.overrides:
        place, who, offset, hours = override
        made = await session.execute(
            insert_or_skip(tables.overrides)
            .values(
                location_id=places[place],
                staff_id=None if who is None else staff[who],
                day=world.day + timedelta(days=offset),
                opens_minute=hours and hours[0],
                closes_minute=hours and hours[1],
            )
            .on_conflict_do_nothing()
            .returning(tables.overrides.c.id)
        )
        if made.one_or_none() is not None and (who is None or world.places[who] == place):
            kept.append(override)
    world.overrides[:] = kept


async def load_blocked(session: AsyncSession, ids: dict[str, Any], now: datetime) -> list[Held]:
    """Read what the bookings that got in block, and those that block nothing any more."""
    rows = await session.execute(
        select(booking_tables.bookings).order_by(booking_tables.bookings.c.id)
    )
    return [
        Held(
            id=row.id,
            staff=ids["staff"].index(row.staff_id),
            blocked_from=row.blocked.lower,
            blocked_to=row.blocked.upper,
            starts_at=row.period.lower,
            blocks=row.status in {"confirmed", "pending"}
            or (row.status == "held" and row.held_until > now),
        )
        for row in rows
    ]
