"""What is in the database of a simulation that pytest has no part in: the salon, or what a function of the bot's fills in.

It knows nothing of what the rows mean.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from engine.service.errors import SettingsError
from engine.simulate.memory import BEGINNING
from storage.seeds.clinic import seed_clinic
from storage.seeds.salon import seed_salon

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from engine.service.simulation import Seed

    type Fill = Callable[[AsyncSession, datetime], Awaitable[None]]
    """Fills a database as every simulation finds it that begins at a time; whoever calls it commits."""

DEFAULT_FILL: Final = "engine.service.filling:fill_with_salon"


async def fill_with_salon(session: AsyncSession, now: datetime) -> None:
    """Fill the database with the salon that the demo has."""
    await seed_salon(session, today=now.date())


async def fill_with_clinic(session: AsyncSession, now: datetime) -> None:
    """Fill the database with the clinic of the second bot that ships."""
    await seed_clinic(session, today=now.date())


def load_fill(reference: str) -> Seed:
    """Return what fills the database, named `module:function`, for simulations that begin at the usual time.

    Raises:
        SettingsError: there is no such function.
    """
    module, _, name = reference.partition(":")
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        fill: Any = getattr(import_module(module), name, None) if module and name else None
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        fill = None
    if not callable(fill):
        raise SettingsError(f'"{reference}" is no function, written module:function')
    return partial(_fill, fill)


async def _fill(fill: Fill, session: AsyncSession) -> None:
    await fill(session, BEGINNING)
