"""Group sessions: times of a service to which several bookings come, each with so many places.

It knows nothing of how a booking is made; a trigger of the database counts the places that live bookings take.
"""

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.booking_tables import group_sessions
from storage.values import NewBooking


async def lock(session: AsyncSession, new: NewBooking) -> int:
    """Find or open the session of a booking's time, keep others from its places until the commit, and return its id.

    It has as many places as the service has now, and never fewer than are taken.
    """
    opened = insert(group_sessions).values(
        service_id=new.service.id,
        staff_id=new.staff_id,
        location_id=new.location_id,
        starts_at=new.starts_at,
        capacity=new.service.capacity,
    )
    columns = group_sessions.c
    found = opened.on_conflict_do_update(
        index_elements=[
            columns.staff_id,
            columns.starts_at,
            columns.service_id,
            columns.location_id,
        ],
        set_={"capacity": func.greatest(opened.excluded.capacity, columns.taken)},
    )
    return int((await session.execute(found.returning(columns.id))).scalar_one())


async def has_places(session: AsyncSession, group_session_id: int, party: int) -> bool:
    """Tell whether so many people can still come to a session that is locked."""
    enough = text("SELECT taken + :party <= capacity FROM group_sessions WHERE id = :id")
    found = await session.execute(enough, {"party": party, "id": group_session_id})
    return bool(found.scalar_one())
