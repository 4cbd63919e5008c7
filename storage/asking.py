"""Asks clients to move their bookings: from then on no deadline binds them, nor do they lose what they paid ahead.

It knows nothing of why they are asked, nor of how they are told.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_ASK = text("""
WITH asked AS (
    UPDATE bookings SET asked_to_move_at = CAST(:now AS timestamptz)
    WHERE id = ANY (CAST(:ids AS bigint[])) AND status IN ('pending', 'confirmed')
    RETURNING id, period
)
UPDATE payments SET refund_until = greatest(refund_until, lower(asked.period))
FROM asked WHERE booking_id = asked.id AND state = 'paid'
""")


async def ask_to_move(session: AsyncSession, ids: Sequence[int], *, now: datetime) -> None:
    """Let the clients of live bookings change them whatever the deadlines say, until they have moved them."""
    await session.execute(_ASK, {"ids": list(ids), "now": now})
