"""Queries for people whom nothing is kept for any more: who has had no visit for long, and has nothing open.

It knows nothing of what forgetting somebody takes.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

_IS_ABSENT = """
users.id <> 0
AND users.created_at < CAST(:since AS timestamptz)
AND NOT EXISTS (SELECT FROM roles WHERE user_id = users.id)
AND NOT EXISTS (SELECT FROM staff WHERE user_id = users.id)
AND NOT EXISTS (
    SELECT FROM bookings WHERE user_id = users.id AND greatest(upper(period), bookings.created_at) >= CAST(:since AS timestamptz)
)
AND NOT EXISTS (
    SELECT FROM payments
    WHERE user_id = users.id AND (state = 'refund_due' OR paid_at >= CAST(:since AS timestamptz))
)
AND NOT EXISTS (
    SELECT FROM waitlist_wishes WHERE user_id = users.id
    AND (joined_at >= CAST(:since AS timestamptz) OR ended_at IS NULL AND last_day >= CAST(:since AS timestamptz)::date)
)
AND NOT EXISTS (
    SELECT FROM booking_messages
    WHERE users.id IN (sender_id, recipient_id) AND sent_at >= CAST(:since AS timestamptz)
)
"""

_COUNT = text(f"SELECT count(*) FROM users WHERE {_IS_ABSENT}")  # noqa: S608 - of constants

_LOCK = text(f"""
SELECT id FROM users WHERE {_IS_ABSENT} ORDER BY id LIMIT CAST(:limit AS integer) FOR UPDATE SKIP LOCKED
""")  # noqa: S608 - of constants

_STILL = text(f"""
SELECT id FROM users WHERE id = ANY(CAST(:ids AS bigint[])) AND {_IS_ABSENT} ORDER BY id
""")  # noqa: S608 - of constants


async def count_absent(session: AsyncSession, *, since: datetime) -> int:
    """Count the people who have been away since then: no visit, payment, wish or message, nothing open, and no part in the desk."""
    found: int = (await session.execute(_COUNT, {"since": since})).scalar_one()
    return found


async def lock_absent(session: AsyncSession, *, since: datetime, limit: int) -> tuple[int, ...]:
    """Lock some of those people until the commit, and give their ids; others may do the same at once."""
    ids = await _find(session, _LOCK, since=since, limit=limit)
    return await _find(session, _STILL, since=since, ids=ids) if ids else ()


async def _find(
    session: AsyncSession, query: TextClause, **values: datetime | int | Sequence[int]
) -> tuple[int, ...]:
    return tuple((await session.execute(query, values)).scalars())
