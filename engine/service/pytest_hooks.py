"""What a conftest.py may say to the pytest plugin: where scenarios find a database, and what is in it.

It knows nothing of how scenarios are collected or played.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from engine.service.simulation import Fill


@pytest.hookspec(firstresult=True)
def pytest_usher_flows(config: pytest.Config) -> str | None:
    """Return the directory of the flows that scenarios beside this conftest.py and below play; the setting names that of all others."""


@pytest.hookspec(firstresult=True)
def pytest_usher_database(config: pytest.Config) -> str | None:
    """Return the URL of a database with all tables and no rows for this process; see to its end with `config.add_cleanup`."""


@pytest.hookspec(firstresult=True)
def pytest_usher_seed(session: AsyncSession, now: datetime) -> Awaitable[None] | None:
    """Fill the database as every scenario finds it; `now` is the time at which scenarios begin."""


@pytest.hookspec
def pytest_usher_databases(config: pytest.Config) -> Mapping[str, Fill] | None:
    """Return functions by the names that scenarios give as `database`, each awaited with a session and the time of the scenario."""
