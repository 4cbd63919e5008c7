"""What every scenario of the shipped bot finds: the salon as it is seeded, on the Monday on which scenarios begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from storage import tables
from storage.seeds.salon import seed_salon

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from engine.service.simulation import Fill


@pytest.hookimpl(optionalhook=True)
def pytest_usher_seed(session: AsyncSession, now: datetime) -> Awaitable[None]:
    """Fill the database with the salon."""
    return seed_salon(session, today=now.date())


@pytest.hookimpl(optionalhook=True)
def pytest_usher_databases(config: pytest.Config) -> Mapping[str, Fill]:
    """Name what scenarios can ask for besides."""
    del config
    return {"two_rooms": _two_rooms}


async def _two_rooms(session: AsyncSession, now: datetime) -> None:
    """Give the first place two rooms."""
    del now
    rooms = [{"location_id": 1, "name": name} for name in ("Garden room", "Salon")]
    await session.execute(insert(tables.rooms), rooms)
