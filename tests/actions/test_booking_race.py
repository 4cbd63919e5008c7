"""Two hundred people want one slot; one gets it, and nobody waits for ever."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from actions.bookings import create_booking
from actions.records import Booking, Slot, show_slot
from actions.special_days import DaysPlan, look_at_days, plan_special_days, save_special_days
from engine.actions import Context, Outcome, User
from storage import bookings, database, services, slots, users
from storage.values import NewBooking, Profile, Role, Service, SlotSearch
from tests.actions.conftest import Noted

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
ADMIN = 999


def people_of(ahead: int) -> range:
    """Give the people who race for a day; others each day, so that nobody's bookings of before count."""
    return range(1_000 * ahead, 1_000 * ahead + 200)


def context(session: AsyncSession, user_id: int) -> Context:
    """Make the context of one of many."""
    person = User(user_id, "client", "P", "en", "Europe/Berlin")
    return Context(session, person, NOW, ZONE, outbox=Noted([]))


async def prepare(sessions: async_sessionmaker[AsyncSession], ahead: int) -> tuple[Service, Slot]:
    """Make the people known, and find a free slot so many days ahead."""
    async with sessions() as session, session.begin():
        for user_id in (*people_of(ahead), ADMIN):
            await users.identify(session, Profile(user_id, "P"))
        await users.grant_role(session, ADMIN, Role.ADMIN)
        service = (await services.list_active(session))[3]
        start = NOW + timedelta(days=ahead)
        search = SlotSearch(service, start, start + timedelta(days=3))
        found = await slots.list_free(session, search, now=NOW)
    return service, show_slot(found[0])


async def attempt(
    sessions: async_sessionmaker[AsyncSession], user_id: int, service: Service, slot: Slot
) -> Booking | Outcome[str]:
    """Try to book, in a transaction of its own, as the engine does."""
    async with sessions() as session, session.begin():
        return await create_booking(context(session, user_id), slot=slot, service_id=service.id)


async def count_deadlocks(engine: AsyncEngine) -> int:
    """Ask the server how many deadlocks it has broken in this database."""
    async with engine.connect() as connection:
        await connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        asked = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int((await connection.execute(asked)).scalar_one())


async def race(engine: AsyncEngine, ahead: int) -> Counter[str]:
    """Let two hundred try at once; count how they ended."""
    sessions = database.create_sessions(engine)
    service, slot = await prepare(sessions, ahead)
    async with asyncio.timeout(60):
        ended = await asyncio.gather(
            *(attempt(sessions, person, service, slot) for person in people_of(ahead))
        )
    return Counter("booked" if isinstance(end, Booking) else end.name for end in ended)


async def test_one_of_two_hundred_gets_the_slot(salon: AsyncEngine) -> None:
    """Through the pool of production, ten connections for two hundred people: one booking a round, no deadlock."""
    before = await count_deadlocks(salon)

    for ahead in range(6, 11):
        assert await race(salon, ahead) == {
            "booked": 1,
            "slot_taken": 199,
        }

    assert await count_deadlocks(salon) == before


async def test_one_gets_the_slot_through_a_wider_pool(salon_url: str, salon: AsyncEngine) -> None:
    """With sixty transactions open at a time, still one wins and no deadlock is broken."""
    limits = database.Limits(connections=60, pool_timeout_seconds=60)
    engine = database.create_engine(salon_url, limits)
    before = await count_deadlocks(salon)
    try:
        for ahead in (12, 13):
            assert await race(engine, ahead) == {
                "booked": 1,
                "slot_taken": 199,
            }
    finally:
        await engine.dispose()

    assert await count_deadlocks(salon) == before


async def test_a_person_in_a_hurry_stays_within_the_limit(salon: AsyncEngine) -> None:
    """One person trying many slots at once from many chats gets as many bookings as the limit has."""
    sessions = database.create_sessions(salon)
    service, _ = await prepare(sessions, 20)
    async with sessions() as session:
        start = NOW + timedelta(days=20)
        search = SlotSearch(service, start, start + timedelta(days=7))
        free = await slots.list_free(session, search, now=NOW)
    apart = [show_slot(slot) for slot in free[::8]][:12]
    assert len(apart) == 12
    hurried = people_of(20)[0]

    async with asyncio.timeout(60):
        ended = await asyncio.gather(*(attempt(sessions, hurried, service, slot) for slot in apart))

    assert sum(isinstance(end, Booking) for end in ended) == 5
    assert ended.count(Outcome("limit_reached")) == 7


async def test_a_day_is_closed_or_booked_never_both(salon: AsyncEngine) -> None:
    """When closing a day and booking it meet, one of the two is refused."""
    sessions = database.create_sessions(salon)

    async def plan(day: date) -> DaysPlan:
        async with sessions() as session, session.begin():
            plan = await plan_special_days(context(session, ADMIN), first=day, last=day)
            assert isinstance(plan, DaysPlan)
            return plan

    async def save(plan: DaysPlan) -> Outcome[str] | None:
        async with sessions() as session, session.begin():
            return await save_special_days(context(session, ADMIN), plan=plan)

    async def open_again(plan: DaysPlan) -> None:
        async with sessions() as session, session.begin():
            admin = context(session, ADMIN)
            back = await look_at_days(admin, days=plan.days, is_removal=True)
            assert isinstance(back, DaysPlan)
            assert await save_special_days(admin, plan=back) is None

    for ahead in range(30, 42):
        service, slot = await prepare(sessions, ahead)
        closing = await plan(slot.starts_at.astimezone(ZONE).date())
        booked, closed = await asyncio.gather(
            attempt(sessions, people_of(ahead)[0], service, slot), save(closing)
        )
        await open_again(closing)  # the rounds and tests that come after find their days there
        assert isinstance(booked, Booking) == (closed == Outcome("more_bookings"))


async def test_an_expired_hold_gives_way(salon: AsyncEngine) -> None:
    """A hold keeps its slot until it expires; then the next booking sweeps it aside in one statement."""
    sessions = database.create_sessions(salon)
    service, slot = await prepare(sessions, 45)
    hold = NewBooking(
        user_id=people_of(45)[0],
        service=service,
        staff_id=slot.staff_id,
        location_id=slot.location_id,
        starts_at=slot.starts_at,
        held_until=NOW + timedelta(minutes=5),
    )
    async with sessions() as session, session.begin():
        held = await bookings.insert(session, hold, now=NOW)
        assert held is not None
        late = NewBooking(
            people_of(45)[1], service, slot.staff_id, slot.location_id, slot.starts_at
        )
        assert await bookings.insert(session, late, now=NOW + timedelta(minutes=4)) is None
        won = await bookings.insert(session, late, now=NOW + timedelta(minutes=5))
        swept = await bookings.find(session, held.id)

    assert won is not None
    assert swept is None


async def test_two_hundred_racing_for_an_expired_hold(salon: AsyncEngine) -> None:
    """Sweeping at once does not deadlock either, and one wins."""
    sessions = database.create_sessions(salon)
    service, slot = await prepare(sessions, 48)
    hold = NewBooking(
        user_id=people_of(48)[0],
        service=service,
        staff_id=slot.staff_id,
        location_id=slot.location_id,
        starts_at=slot.starts_at,
        held_until=NOW,
    )
    async with sessions() as session, session.begin():
        await bookings.insert(session, hold, now=NOW - timedelta(minutes=5))
    before = await count_deadlocks(salon)

    async with asyncio.timeout(60):
        ended = await asyncio.gather(
            *(attempt(sessions, person, service, slot) for person in people_of(48))
        )

    assert sum(isinstance(end, Booking) for end in ended) == 1
    assert ended.count(Outcome("slot_taken")) == 199
    assert await count_deadlocks(salon) == before
