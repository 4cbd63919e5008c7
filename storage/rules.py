"""Queries for the rules of the desk, which are one row.

It knows nothing of who follows them.
"""

from collections.abc import Mapping

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.desk_tables import desk_rules
from storage.desk_values import DeskRules, NoShowOutcome


async def find(session: AsyncSession) -> DeskRules:
    """Find the rules."""
    return read((await session.execute(select(desk_rules))).one())


async def change(session: AsyncSession, values: Mapping[str, int | str | None]) -> DeskRules:
    """Change some of the rules, by the names of their columns."""
    rows = await session.execute(update(desk_rules).values(**values).returning(desk_rules))
    return read(rows.one())


def read(row: Row[*tuple[object, ...]]) -> DeskRules:
    """Make the rules of a row with the columns of their table."""
    found = row._mapping  # noqa: SLF001  # SQLAlchemy's documented name
    return DeskRules(
        open_bookings=found["open_bookings"],
        bookings_a_day=found["bookings_a_day"],
        bookings_a_week=found["bookings_a_week"],
        no_shows=found["no_shows"],
        no_shows_within_days=found["no_shows_within_days"],
        no_shows_outcome=NoShowOutcome(found["no_shows_outcome"]),
        no_shows_block_days=found["no_shows_block_days"],
        forget_after_months=found["forget_after_months"],
    )
