"""What can be picked in the three windows, the same for both bots.

It knows nothing of either.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.actions import Catalog, Context, query


@dataclass(frozen=True, slots=True)
class Service:
    """Something to pick."""

    id: int
    title: str


SERVICES = [Service(number, f"Service number {number}") for number in range(1, 11)]


@query("services.list")
async def list_services(_context: Context) -> list[Service]:
    """List the ten services."""
    return SERVICES


catalog = Catalog([list_services])
"""All that a service of its own needs to play these windows."""
