"""Free times over the changes of the clock: hours are of the wall clock, times are instants, and none is lost or had twice.

The numbers are of issues of Cal.com, in which it was otherwise.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from actions import bookings, slots
from actions.records import Booking, Slot
from engine.actions import Context, Outcome, User
from engine.flow.formats import Formats
from storage import tables, users
from storage.values import Profile
from tests.actions.conftest import Noted

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
CHANGES = {
    BERLIN: (date(2027, 3, 28), date(2027, 10, 31)),
    NEW_YORK: (date(2027, 3, 14), date(2027, 11, 7)),
}
ALL_CHANGES = [(zone, day) for zone, days in CHANGES.items() for day in days]
BEFORE = timedelta(days=20)


@dataclass(frozen=True)
class Desk:
    """A place where one person gives one service at the same hours of the wall clock every day."""

    session: AsyncSession
    zone: str
    service_id: int
    location_id: int
    staff_id: int

    def ask(self, now: datetime, zone: str | None = None, user_id: int = 1) -> Context:
        """Make the context of somebody who is in a zone, that of the place unless told."""
        person = User(user_id, "client", "P", "en", zone or self.zone)
        return Context(
            self.session, person, now, ZoneInfo(zone or self.zone), outbox=Noted([]), key=None
        )

    async def free(self, context: Context, day: date) -> list[Slot]:
        """List the free times of a day of the person's zone."""
        return await slots.list_free(context, service_id=self.service_id, day=day)

    async def override(self, day: date, *hours: tuple[str, str]) -> None:
        """Let other hours be worked on a day."""
        for opens, closes in hours:
            await self.session.execute(
                insert(tables.overrides).values(
                    location_id=self.location_id,
                    day=day,
                    opens_minute=minutes(opens),
                    closes_minute=minutes(closes),
                )
            )


def minutes(clock: str) -> int:
    """Read a time of day as minutes since midnight."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


async def open_desk(
    session: AsyncSession, zone: str, *hours: tuple[str, str], **service: Any
) -> Desk:
    """Open a place in a zone with a service of half an hour, and know its two customers."""

    async def add(table: Any, **values: Any) -> int:
        made = await session.execute(insert(table).values(**values).returning(table.c.id))
        return int(made.scalar_one())

    place = await add(tables.locations, name=f"In {zone}", time_zone=zone)
    usual = {
        "title": "Half an hour",
        "price": Decimal(1),
        "duration_minutes": 30,
        "slot_step_minutes": 30,
        "horizon_days": 400,
    }
    offered = await add(tables.services, **{**usual, **service})
    member = await add(tables.staff, name="Example")
    skill = {"staff_id": member, "service_id": offered}
    at = {"staff_id": member, "location_id": place}
    await session.execute(insert(tables.staff_services).values(skill))
    await session.execute(insert(tables.staff_locations).values(at))
    for opens, closes in hours:
        for weekday in range(1, 8):
            span = {"opens_minute": minutes(opens), "closes_minute": minutes(closes)}
            await session.execute(insert(tables.weekly_hours).values(**at, weekday=weekday, **span))
    for user_id in (1, 2):
        await users.identify(session, Profile(user_id, "P"))
    return Desk(session, zone, offered, place, member)


def clocks(found: list[Slot], zone: str) -> list[str]:
    """Say what the clocks of a zone show at each time."""
    return [slot.starts_at.astimezone(ZoneInfo(zone)).strftime("%H:%M") for slot in found]


def midnight(day: date, zone: str) -> datetime:
    """Say when a day begins in a zone."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(("zone", "change"), ALL_CHANGES)
async def test_1092_a_booking_is_at_the_time_that_was_picked(
    session: AsyncSession, zone: str, change: date
) -> None:
    """What is booked from the other side of the change is shown, kept and reminded of at the hour that was picked, not one beside it."""
    desk = await open_desk(session, zone, ("09:00", "12:00"))
    now = midnight(change, zone) - BEFORE
    for day in (change - timedelta(days=1), change, change + timedelta(days=1)):
        picked = (await desk.free(desk.ask(now), day))[2]
        assert clocks([picked], zone) == ["10:00"]
        made = await bookings.create_booking(desk.ask(now), slot=picked, service_id=desk.service_id)
        assert isinstance(made, Booking)
        assert made.starts_at.astimezone(ZoneInfo(zone)) == datetime.combine(
            day, time(10), ZoneInfo(zone)
        )
        assert made.ends_at - made.starts_at == timedelta(minutes=30)
        assert clocks(await desk.free(desk.ask(now, user_id=2), day), zone) == [
            "09:00", "09:30", "10:30", "11:00", "11:30"
        ]  # fmt: skip


@pytest.mark.parametrize(("zone", "change"), ALL_CHANGES)
async def test_10517_and_4702_hours_stay_where_they_are_on_the_clock(
    session: AsyncSession, zone: str, change: date
) -> None:
    """Who begins at half past seven does so every day of the weeks around a change, whenever one asks."""
    desk = await open_desk(session, zone, ("07:30", "09:00"))
    for ahead in (1, 20, 60):
        now = midnight(change, zone) - timedelta(days=ahead)
        for offset in range(0 if ahead == 1 else -1, 40, 3):
            found = await desk.free(desk.ask(now), change + timedelta(days=offset))
            assert clocks(found, zone) == ["07:30", "08:00", "08:30"]


@pytest.mark.parametrize(("zone", "change"), ALL_CHANGES)
async def test_6217_what_is_shown_can_be_booked(
    session: AsyncSession, zone: str, change: date
) -> None:
    """Who works half an hour a day has one time on each, the same on the clock, and it can be booked from before the change."""
    desk = await open_desk(session, zone, ("12:30", "13:00"))
    now = midnight(change, zone) - BEFORE
    person = desk.ask(now)
    for offset in (-7, -1, 0, 1, 7):
        (slot,) = await desk.free(person, change + timedelta(days=offset))
        assert clocks([slot], zone) == ["12:30"]
        made = await bookings.create_booking(person, slot=slot, service_id=desk.service_id)
        assert isinstance(made, Booking)


@pytest.mark.parametrize(("zone", "change"), ALL_CHANGES)
@pytest.mark.parametrize("days", [6, 7, 8])
async def test_12137_notice_is_so_many_hours_and_moves_no_hours(
    session: AsyncSession, zone: str, change: date, days: int
) -> None:
    """When the least notice ends around the change, times before it are gone, and the others are where they were on the clock."""
    desk = await open_desk(session, zone, ("09:00", "17:00"), minimum_notice_minutes=days * 24 * 60)
    now = midnight(change, zone) - timedelta(days=7) + timedelta(hours=12)
    earliest = now + timedelta(days=days)
    usual = [f"{hour:02}:{minute:02}" for hour in range(9, 17) for minute in (0, 30)]
    for offset in range(-2, 4):
        day = change + timedelta(days=offset)
        found = await desk.free(desk.ask(now), day)
        assert all(slot.starts_at >= earliest for slot in found)
        opens = datetime.combine(day, time(9), ZoneInfo(zone)).astimezone(UTC)
        gone = sum(opens + n * timedelta(minutes=30) < earliest for n in range(len(usual)))
        assert clocks(found, zone) == usual[gone:]
    late = replace(found[0], starts_at=earliest - timedelta(minutes=30))
    refused = await bookings.create_booking(desk.ask(now), slot=late, service_id=desk.service_id)
    assert refused == Outcome("not_available")


@pytest.mark.parametrize(("zone", "change"), ALL_CHANGES)
async def test_whole_days_are_of_23_and_25_hours(
    session: AsyncSession, zone: str, change: date
) -> None:
    """From 00:00 to 24:00 no time is lost or twice there, and the one that clocks show twice says which of the two it is."""
    desk = await open_desk(session, zone, ("00:00", "24:00"))
    now = midnight(change, zone) - BEFORE
    found = [
        slot
        for offset in (-1, 0, 1)
        for slot in await desk.free(desk.ask(now), change + timedelta(days=offset))
    ]
    starts = [slot.starts_at for slot in found]

    assert {later - earlier for earlier, later in pairwise(starts)} == {timedelta(minutes=30)}
    spring = change == CHANGES[zone][0]
    assert len(found) == 2 * (24 + (23 if spring else 25) + 24)
    shown = Formats("en", ZoneInfo(zone), "EUR", now)
    labels = [(shown.day_of(slot.starts_at), shown.time(slot.starts_at)) for slot in found]
    assert len(set(labels)) == len(labels)
    assert len({slot.id for slot in found}) == len(found)
    twice = [label for _, label in labels if "UTC" in label or "GMT" in label or "+" in label]
    assert len(twice) == (0 if spring else 4)


@pytest.mark.parametrize(
    ("zone", "change", "there"),
    [(BERLIN, day, NEW_YORK) for day in (*CHANGES[BERLIN], *CHANGES[NEW_YORK])]
    + [(NEW_YORK, day, BERLIN) for day in (*CHANGES[BERLIN], *CHANGES[NEW_YORK])],
)
async def test_a_customer_in_another_zone_misses_nothing(
    session: AsyncSession, zone: str, change: date, there: str
) -> None:
    """The days of their own zone, whatever its clocks do, hold every time of the place once, and the same instants."""
    desk = await open_desk(
        session, zone, ("00:00", "02:30"), ("08:00", "13:00"), ("22:00", "24:00")
    )
    now = midnight(change, zone) - BEFORE
    days = [change + timedelta(days=offset) for offset in range(-3, 4)]
    mine = [slot for day in days for slot in await desk.free(desk.ask(now, there), day)]
    theirs = [slot for day in days for slot in await desk.free(desk.ask(now), day)]

    assert len({slot.starts_at for slot in mine}) == len(mine)
    span = (midnight(days[1], zone), midnight(days[-1], zone))
    assert [slot.starts_at for slot in mine if span[0] <= slot.starts_at < span[1]] == [
        slot.starts_at for slot in theirs if span[0] <= slot.starts_at < span[1]
    ]
    made = await bookings.create_booking(
        desk.ask(now, there), slot=mine[len(mine) // 2], service_id=desk.service_id
    )
    assert isinstance(made, Booking)


@pytest.mark.parametrize(("zone", "change"), ALL_CHANGES)
async def test_hours_of_the_day_of_the_change_alone_are_of_its_clock(
    session: AsyncSession, zone: str, change: date
) -> None:
    """Other hours for that one day, morning and afternoon, are those that its clocks show; its neighbours keep theirs."""
    desk = await open_desk(session, zone, ("09:00", "10:00"))
    await desk.override(change, ("01:00", "04:00"), ("13:00", "14:00"))
    now = midnight(change, zone) - BEFORE

    day = clocks(await desk.free(desk.ask(now), change), zone)
    spring = change == CHANGES[zone][0]
    night = {
        (BERLIN, True): ["01:00", "01:30", "03:00", "03:30"],
        (BERLIN, False): ["01:00", "01:30", "02:00", "02:30", "02:00", "02:30", "03:00", "03:30"],
        (NEW_YORK, True): ["01:00", "01:30", "03:00", "03:30"],
        (NEW_YORK, False): ["01:00", "01:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30"],
    }[(zone, spring)]
    assert day == [*night, "13:00", "13:30"]
    for offset in (-1, 1):
        found = await desk.free(desk.ask(now), change + timedelta(days=offset))
        assert clocks(found, zone) == ["09:00", "09:30"]


@pytest.mark.parametrize(("zone", "change"), ALL_CHANGES)
async def test_a_booking_over_the_change_takes_as_long_as_it_takes(
    session: AsyncSession, zone: str, change: date
) -> None:
    """Two hours are two hours, whatever the clock says at their end, and what they block is free for nobody."""
    desk = await open_desk(
        session, zone, ("00:00", "06:00"), duration_minutes=120, buffer_after_minutes=30
    )
    now = midnight(change, zone) - BEFORE
    night = await desk.free(desk.ask(now), change)
    slot = next(one for one in night if clocks([one], zone) == ["01:00"])

    made = await bookings.create_booking(desk.ask(now), slot=slot, service_id=desk.service_id)

    assert isinstance(made, Booking)
    assert made.ends_at - made.starts_at == timedelta(hours=2)
    left = await desk.free(desk.ask(now, user_id=2), change)
    blocked = timedelta(minutes=150)
    assert [one.starts_at for one in left] == [
        one.starts_at
        for one in night
        if not made.starts_at - blocked < one.starts_at < made.starts_at + blocked
    ]
