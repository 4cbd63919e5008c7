"""Data to start with, for the demo and for tests: one business for each bot that ships.

It knows nothing of production, which enters its own.
"""

from collections.abc import Awaitable
from datetime import date
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from storage.seeds.clinic import seed_clinic
from storage.seeds.salon import seed_salon


class Seed(Protocol):
    """Fills an empty database, and sees to bookings around a day; whoever calls it commits."""

    def __call__(self, session: AsyncSession, *, today: date) -> Awaitable[None]:
        """Fill it."""


SEEDS: dict[str, Seed] = {"clinic": seed_clinic, "salon": seed_salon}
"""What fills the database, by the name of the bot."""


def find_seed(bot: str) -> Seed:
    """Give what fills the database for a bot; any other one begins with the salon."""
    return SEEDS.get(bot, seed_salon)
