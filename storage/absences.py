"""Queries for the times at which members of staff are away; nobody can book them then.

It knows nothing of who may say so. Triggers keep absences and live bookings apart, whoever writes them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, RowMapping, delete, func, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from storage import taking
from storage.booking_tables import LIVE
from storage.desk_tables import absences
from storage.desk_values import Absence

_SPAN = "tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz))"

_SWEEP = text(f"""
DELETE FROM bookings WHERE id IN (
    SELECT id FROM bookings
    WHERE {LIVE} AND status = 'held' AND held_until <= CAST(:now AS timestamptz)
    AND staff_id = CAST(:staff_id AS integer) AND blocked && {_SPAN}
    FOR UPDATE SKIP LOCKED
)
""")  # noqa: S608 - the texts put in are constants of this project

_IS_TAKEN = text(f"""
SELECT EXISTS (
    SELECT FROM bookings WHERE {LIVE} AND staff_id = CAST(:staff_id AS integer) AND blocked && {_SPAN}
)
""")  # noqa: S608 - as above

_INSERT = text(f"""
INSERT INTO absences (staff_id, period, reason, whole)
SELECT CAST(:staff_id AS integer), free, CAST(:reason AS text), {_SPAN}
FROM unnest(
    tstzmultirange({_SPAN}) - (
        SELECT coalesce(range_agg(taken), '{{}}') FROM (
            SELECT blocked FROM bookings
            WHERE {LIVE} AND staff_id = CAST(:staff_id AS integer) AND blocked && {_SPAN}
            UNION ALL
            SELECT period FROM absences WHERE staff_id = CAST(:staff_id AS integer) AND period && {_SPAN}
        ) AS times(taken)
    )
) AS free
RETURNING id
""")  # noqa: S608 - as above


async def lock(session: AsyncSession, staff_id: int) -> None:
    """Wait for who takes a time of a member of staff, and keep others waiting until the commit."""
    await taking.lock_times(session, staff_id)


async def is_taken(session: AsyncSession, span: Absence, *, now: datetime) -> bool:
    """Tell whether any of a span is booked or held, once holds that have expired are gone."""
    values = _bind(span)
    await session.execute(_SWEEP, {**values, "now": now})
    return bool((await session.execute(_IS_TAKEN, values)).scalar_one())


async def insert(session: AsyncSession, span: Absence) -> int:
    """Let somebody be away for what is neither booked nor an absence already; return how many stretches that makes."""
    made = await session.execute(_INSERT, {**_bind(span), "reason": span.reason})
    return len(made.all())


async def list_between(
    session: AsyncSession, staff_id: int, *, starts_from: datetime, starts_before: datetime
) -> tuple[Absence, ...]:
    """List the stretches of time that touch a span in which a member of staff is away, by time."""
    query = select(absences).where(
        absences.c.staff_id == staff_id,
        absences.c.period.op("&&")(Range(starts_from, starts_before)),
    )
    rows = await session.execute(query.order_by(func.lower(absences.c.period)))
    return tuple(_read(row) for row in rows.mappings())


async def list_whole(
    session: AsyncSession, staff_id: int, *, starts_from: datetime, starts_before: datetime
) -> tuple[Absence, ...]:
    """List the absences of a member of staff that touch a span as they were asked for, bookings in them or not, by time."""
    query = (
        select(func.min(absences.c.id), absences.c.whole, func.min(absences.c.reason))
        .where(
            absences.c.staff_id == staff_id,
            absences.c.whole.op("&&")(Range(starts_from, starts_before)),
        )
        .group_by(absences.c.whole)
        .order_by(func.lower(absences.c.whole), func.upper(absences.c.whole))
    )
    rows = await session.execute(query)
    return tuple(
        Absence(first_id, staff_id, whole.lower, whole.upper, reason)
        for first_id, whole, reason in rows
    )


async def find(session: AsyncSession, absence_id: int) -> Absence | None:
    """Find an absence by one of its stretches, as it was asked for."""
    rows = await session.execute(select(absences).where(absences.c.id == absence_id))
    found = rows.mappings().one_or_none()
    return None if found is None else _read(found, absences.c.whole)


async def remove(session: AsyncSession, absence: Absence) -> bool:
    """Let somebody be there after all, in all stretches of an absence; tell whether they were to be away."""
    whole = Range(absence.starts_at, absence.ends_at)
    gone = delete(absences).where(
        absences.c.staff_id == absence.staff_id, absences.c.whole == whole
    )
    return bool((await session.execute(gone.returning(absences.c.id))).all())


def _bind(span: Absence) -> dict[str, Any]:
    return {"staff_id": span.staff_id, "starts_at": span.starts_at, "ends_at": span.ends_at}


def _read(row: RowMapping, of: Column[Range[datetime]] = absences.c.period) -> Absence:
    period = row[of]
    return Absence(
        row[absences.c.id],
        row[absences.c.staff_id],
        period.lower,
        period.upper,
        row[absences.c.reason],
    )
