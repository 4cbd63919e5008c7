"""Queries about places.

It knows nothing of who works there.
"""

import storage
from actions.records import Location, show_location
from engine.actions import Context, query


@query("locations.list")
async def list_locations(context: Context) -> list[Location]:
    """List the locations by name."""
    return [show_location(found) for found in await storage.locations.list_all(context.session)]
