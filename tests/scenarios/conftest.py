"""What every scenario of the shipped bot finds: the salon as it is seeded, on the Monday on which scenarios begin."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import matplotlib.backends.backend_agg
import matplotlib.figure  # noqa: F401  # loading it first within an action may be too slow on a busy machine
import pytest
from sqlalchemy import insert, update

from storage import booking_tables, bookings, services, tables, users
from storage.seeds.salon import seed_salon
from storage.users import grant_role
from storage.values import NewBooking, Profile, Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from engine.service.simulation import Fill

SECOND = 6_002
"""The second person of a scenario."""


@pytest.hookimpl(optionalhook=True)
def pytest_usher_seed(session: AsyncSession, now: datetime) -> Awaitable[None]:
    """Fill the database with the salon."""
    return seed_salon(session, today=now.date())


@pytest.hookimpl(optionalhook=True)
def pytest_usher_databases(config: pytest.Config) -> Mapping[str, Fill]:
    """Name what scenarios can ask for besides."""
    del config
    return {
        "anna_works_here": _link_anna,
        "long_ago": _come_long_ago,
        "missed": _miss_visits,
        "two_rooms": _two_rooms,
    }


async def _two_rooms(session: AsyncSession, now: datetime) -> None:
    """Give the first place two rooms."""
    del now
    rooms = [{"location_id": 1, "name": name} for name in ("Garden room", "Salon")]
    await session.execute(insert(tables.rooms), rooms)


async def _link_anna(session: AsyncSession, now: datetime) -> None:
    """Let the second person of the scenario be Anna Berg."""
    del now
    await grant_role(session, SECOND, Role.STAFF)
    await session.execute(
        update(tables.staff).where(tables.staff.c.name == "Anna Berg").values(user_id=SECOND)
    )


async def _come_long_ago(session: AsyncSession, now: datetime) -> None:
    """Let three people have come to know the bot two months ago, and never have booked."""
    people = range(7_001, 7_004)
    for person in people:
        await users.identify(session, Profile(person, "Long ago"))
    known = update(tables.users).where(tables.users.c.id.in_(people))
    await session.execute(known.values(created_at=now - timedelta(days=61)))


async def _miss_visits(session: AsyncSession, now: datetime) -> None:
    """Let the second person of the scenario have missed a visit five days ago, and one yesterday."""
    await users.identify(session, Profile(SECOND, "Ann"))
    offered = {service.title: service for service in await services.list_active(session)}
    for days in (5, 1):
        starts_at = now - timedelta(days=days)
        new = NewBooking(SECOND, offered["Consultation"], 4, 2, starts_at, key=f"missed {days}")
        await bookings.insert(session, new, now=now)
    missed = update(booking_tables.bookings).where(booking_tables.bookings.c.user_id == SECOND)
    await session.execute(missed.values(status="no_show"))
