"""Counts how often somebody wanted a time, and how often it had just gone, by its day, service and staff.

It knows nothing of why a time is wanted. Whoever counts has asked for the time before, so that they hold the lock on its staff: nobody waits for a count.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.values import NewBooking

_NOTE = text("""
INSERT INTO slot_attempts (day, service_id, staff_id, attempts, lost)
SELECT (CAST(:starts_at AS timestamptz) AT TIME ZONE time_zone)::date, CAST(:service_id AS integer),
    CAST(:staff_id AS integer), 1, CAST(CAST(:is_lost AS boolean) AS integer)
FROM locations WHERE id = CAST(:location_id AS integer)
ON CONFLICT (day, service_id, staff_id)
DO UPDATE SET attempts = slot_attempts.attempts + 1, lost = slot_attempts.lost + excluded.lost
""")


async def note(session: AsyncSession, new: NewBooking, *, is_lost: bool) -> None:
    """Count that somebody wanted a time, in the transaction that took it, or was refused it."""
    await session.execute(
        _NOTE,
        {
            "starts_at": new.starts_at,
            "service_id": new.service.id,
            "staff_id": new.staff_id,
            "location_id": new.location_id,
            "is_lost": is_lost,
        },
    )
