"""Queries about the people who can be booked.

It knows nothing of their working hours.
"""

import storage
from actions.records import Staff, show_staff
from engine.actions import Context, query


@query("staff.list")
async def list_staff(
    context: Context,
    *,
    service_id: int,
    location_id: int | None = None,
    more_service_ids: list[int] | None = None,
) -> list[Staff]:
    """List who offers the service, and more of the same visit, at the location if one is given, by name."""
    service_ids = [service_id, *(more_service_ids or ())]
    found = await storage.staff.list_offering(context.session, service_ids, location_id)
    return [show_staff(member) for member in found]
