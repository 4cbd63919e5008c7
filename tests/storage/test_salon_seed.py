"""The salon of the demo is one that could be."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import booking_tables, bookings, desk_tables, locations, services, slots, staff
from storage.rows import ENDS_AT, STARTS_AT
from storage.seeds.salon import seed_salon
from storage.values import SlotSearch

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


async def count_rows(session: AsyncSession) -> dict[str, int]:
    """Count the rows of every table."""
    return {
        table.name: (await session.execute(select(func.count()).select_from(table))).scalar_one()
        for table in desk_tables.metadata.sorted_tables
    }


async def test_the_salon_has_all_that_a_demo_shows(session: AsyncSession) -> None:
    """Two places, seven services that four people offer, bookings past and to come, and days off."""
    await seed_salon(session, today=TODAY)

    places = await locations.list_all(session)
    offered = await services.list_active(session)
    people = {
        member.name
        for service in offered
        for member in await staff.list_offering(session, [service.id])
    }
    counted = await count_rows(session)

    assert len({place.name for place in places}) == 2
    assert len(offered) == 7
    assert len(people) == 4
    assert {service.title_in("de") for service in offered}.isdisjoint(s.title for s in offered)
    assert counted["bookings"] >= 7
    assert counted["overrides"] == 4


async def test_every_service_can_be_booked_soon(session: AsyncSession) -> None:
    """Somebody opening the demo finds free slots of each service within the week."""
    await seed_salon(session, today=TODAY)

    for service in await services.list_active(session):
        search = SlotSearch(service, NOW, NOW + timedelta(days=7))
        assert len(await slots.list_free(session, search, now=NOW)) > 15


async def test_seeding_twice_changes_nothing(session: AsyncSession) -> None:
    """The demo may seed at every start."""
    await seed_salon(session, today=TODAY)
    before = await count_rows(session)

    await seed_salon(session, today=TODAY)

    assert await count_rows(session) == before


async def test_a_later_day_gets_bookings_of_its_own(session: AsyncSession) -> None:
    """A demo opened a month later shows bookings on that day too, and what is over as completed."""
    await seed_salon(session, today=TODAY)
    later = datetime(2027, 1, 12, tzinfo=UTC)

    await seed_salon(session, today=later.date())

    that_day = (later <= STARTS_AT, later + timedelta(days=1) > STARTS_AT)
    assert await bookings.list_where(session, *that_day, newest_first=False, offset=0, limit=1)
    statuses = await session.scalars(
        select(booking_tables.bookings.c.status).where(later > ENDS_AT)
    )
    assert set(statuses) == {"completed"}
