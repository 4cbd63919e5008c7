"""Asks clients to move their bookings: from then on no deadline binds them, nor do they lose what they paid ahead.

It knows nothing of why they are asked, nor of how they are told.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import fitting

_ASK = text("""
WITH asked AS (
    UPDATE bookings SET asked_to_move_at = CAST(:now AS timestamptz)
    WHERE id = ANY (CAST(:ids AS bigint[])) AND status IN ('pending', 'confirmed')
    RETURNING id, period
)
UPDATE payments SET refund_until = greatest(refund_until, lower(asked.period))
FROM asked WHERE booking_id = asked.id AND state = 'paid'
""")

_ASKED = text("""
SELECT id FROM bookings
WHERE asked_to_move_at IS NOT NULL AND status IN ('pending', 'confirmed')
AND lower(period) > CAST(:now AS timestamptz)
""")

_LET_STAND = text("""
UPDATE bookings SET asked_to_move_at = NULL
WHERE id = ANY (CAST(:ids AS bigint[])) AND asked_to_move_at IS NOT NULL
RETURNING id
""")


async def ask_to_move(session: AsyncSession, ids: Sequence[int], *, now: datetime) -> None:
    """Let the clients of live bookings change them whatever the deadlines say, until they have moved them."""
    await session.execute(_ASK, {"ids": list(ids), "now": now})


async def let_stand(session: AsyncSession, *, now: datetime) -> list[int]:
    """Ask nobody any more whose booking lies within working hours again, and return these bookings; what they paid can be had back as long as it could."""
    asked = set(await session.scalars(_ASKED, {"now": now}))
    if not asked:
        return []
    within = asked.difference(await fitting.list_outside(session, now=now))
    return sorted(await session.scalars(_LET_STAND, {"ids": sorted(within)}))
