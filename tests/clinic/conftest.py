"""What the scenarios of the clinic play: its flows, in the clinic as it is seeded on the Monday on which scenarios begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.seeds.clinic import seed_clinic

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession


@pytest.hookimpl(optionalhook=True)
def pytest_usher_flows() -> str:
    """Play the flows of the clinic."""
    return "flows/clinic"


@pytest.hookimpl(optionalhook=True)
def pytest_usher_seed(session: AsyncSession, now: datetime) -> Awaitable[None]:
    """Fill the database with the clinic."""
    return seed_clinic(session, today=now.date())
