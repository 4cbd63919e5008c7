"""Remembers how a command ended, under the key of the one effect that it may have.

It knows nothing of what an outcome means; it is kept and given back as JSON.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.runtime_tables import command_outcomes


@dataclass(frozen=True, slots=True)
class RecordedOutcome:
    """How the command of a key ended; `outcome` is the JSON that was recorded, which may be null."""

    command: str
    outcome: Any


class AlreadyRecordedError(Exception):
    """Another transaction recorded an outcome under this key; roll back, and find it."""


async def find(session: AsyncSession, key: str) -> RecordedOutcome | None:
    """Find what was recorded under a key."""
    columns = command_outcomes.c
    rows = await session.execute(select(columns.command, columns.outcome).where(columns.key == key))
    row = rows.one_or_none()
    return None if row is None else RecordedOutcome(row.command, row.outcome)


async def record(session: AsyncSession, key: str, command: str, outcome: Any) -> None:
    """Record how a command ended, in the transaction of its effect.

    Waits for a transaction that is about to record the same key.

    Raises:
        AlreadyRecordedError: It did; this transaction must not be committed.
    """
    rows = await session.execute(
        insert(command_outcomes)
        .values(key=key, command=command, outcome=outcome)
        .on_conflict_do_nothing(index_elements=[command_outcomes.c.key])
        .returning(command_outcomes.c.key)
    )
    if rows.one_or_none() is None:
        raise AlreadyRecordedError(f'an outcome of "{command}" is recorded already')


async def forget(session: AsyncSession, *, older_than: timedelta, limit: int) -> int:
    """Delete so many outcomes of that age; return how many it deleted."""
    columns = command_outcomes.c
    old = select(columns.key).where(columns.created_at < func.now() - older_than).limit(limit)
    gone = await session.execute(
        delete(command_outcomes).where(columns.key.in_(old)).returning(columns.key)
    )
    return len(gone.all())
