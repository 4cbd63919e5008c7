"""Queries about places.

It knows nothing of who works there.
"""

import storage
from actions.records import Location, show_location
from engine.actions import Context, query


@query("locations.list")
async def list_locations(
    context: Context,
    *,
    service_id: int | None = None,
    more_service_ids: list[int] | None = None,
    idle: bool = False,
) -> list[Location]:
    """List the locations by name; of a service, and more of the same visit, those at which somebody offers them.

    With `idle` they are all, those that are not in use last.
    """
    if service_id is None:
        every = await storage.locations.list_all(context.session)
        found = tuple(one for one in every if one.active or idle)
    else:
        service_ids = [service_id, *(more_service_ids or ())]
        found = await storage.locations.list_offering(context.session, service_ids)
    return [show_location(one) for one in found]
