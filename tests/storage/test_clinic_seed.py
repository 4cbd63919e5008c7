"""The clinic of the second bot is one that could be."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import bookings, services, slots, tables
from storage.rows import STARTS_AT
from storage.seeds.clinic import LABORATORY, PODIL, seed_clinic
from storage.values import SlotSearch

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


async def test_the_clinic_can_be_booked_as_a_clinic_is(session: AsyncSession) -> None:
    """Every service has free times within the week, with rooms where they are needed, at night and early; bookings have rooms or wait."""
    await seed_clinic(session, today=TODAY)
    await seed_clinic(session, today=TODAY)

    offered = {one.title: one for one in await services.list_active(session)}
    free = {
        title: await slots.list_free(
            session, SlotSearch(one, NOW, NOW + timedelta(days=9)), now=NOW
        )
        for title, one in offered.items()
    }
    assert min(len(found) for found in free.values()) > 4
    night = {one.starts_at.hour for one in free["Doctor on duty, at night"]}
    assert {18, 22, 4} <= night  # 20:00, midnight and 6:00 in Kyiv, two hours ahead of UTC
    early = [one for one in free["Blood test"] if one.location.name == LABORATORY]
    assert min(one.starts_at.time() for one in early).strftime("%H:%M") == "04:30"
    assert {one.starts_at.minute for one in free["Blood test"]} == {0, 10, 20, 30, 40, 50}
    soonest = min(one.starts_at for one in free["Removal of a mole"])
    assert soonest >= NOW + timedelta(days=3)

    near = (NOW - timedelta(days=3) <= STARTS_AT, NOW + timedelta(days=9) > STARTS_AT)
    made = await bookings.list_where(session, *near, newest_first=False, offset=0, limit=100)
    by_title = {one.service.title: one for one in made}
    assert len(made) >= 7
    assert by_title["Removal of a mole"].status == "pending"
    assert by_title["Antenatal class"].room is not None
    closed = await session.scalars(
        select(tables.overrides.c.reason)
        .join(tables.locations)
        .where(tables.locations.c.name == PODIL)
    )
    assert set(closed) == {"Christmas", "New Year"}
