"""What every scenario of the shipped bot finds: the salon as it is seeded, on the Monday on which scenarios begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.seeds.salon import seed_salon

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession


@pytest.hookimpl(optionalhook=True)
def pytest_usher_seed(session: AsyncSession, now: datetime) -> Awaitable[None]:
    """Fill the database with the salon."""
    return seed_salon(session, today=now.date())
