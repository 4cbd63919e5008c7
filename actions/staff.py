"""Queries about the people who can be booked.

It knows nothing of their working hours.
"""

import storage
from actions.records import Staff, show_staff
from engine.actions import Context, query


@query("staff.list")
async def list_staff(
    context: Context, *, service_id: int, location_id: int | None = None
) -> list[Staff]:
    """List who offers the service, at the location if one is given, by name."""
    found = await storage.staff.list_offering(context.session, service_id, location_id)
    return [show_staff(member) for member in found]
