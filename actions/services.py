"""Queries about services.

It knows nothing of who offers them when.
"""

import storage
from actions.records import Service, show_service
from engine.actions import Context, query


@query("services.list")
async def list_services(context: Context) -> list[Service]:
    """List the services that can be booked, by title as it was entered."""
    found = await storage.services.list_active(context.session)
    return [show_service(service, context.user.locale) for service in found]


@query("services.find")
async def find_service(context: Context, *, service_id: int) -> Service | None:
    """Find a service that can be booked; nothing when there is none of that id."""
    service = await storage.services.find(context.session, service_id)
    return None if service is None else show_service(service, context.user.locale)
