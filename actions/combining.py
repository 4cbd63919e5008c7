"""Several services in one visit: which can be added to those chosen, and what is left when one is taken away.

It knows nothing of times; a visit of several is booked as one that takes as long as all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import storage
from actions.records import Service, show_service
from engine.actions import Context, Money, query
from storage import values
from storage.values import join_services

MOST_SERVICES = 4
"""How many services a visit can have."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A service that can be added to a visit, or taken out of it, and what the visit is then."""

    id: int
    title: str
    minutes: int
    price: Money
    visit: Service


@query("services.addable")
async def list_addable(
    context: Context, *, service_id: int, more_service_ids: list[int] | None = None
) -> list[Choice]:
    """List what can be done in the same visit: nothing in a group, and nothing that nobody gives together with the rest."""
    chosen = await _find(context, service_id, more_service_ids)
    if not 0 < len(chosen) < MOST_SERVICES or chosen[0].capacity > 1:
        return []
    found = await storage.services.list_combinable(context.session, [one.id for one in chosen])
    return [_show(context, one, [*chosen, one]) for one in found]


@query("services.chosen")
async def list_chosen(
    context: Context, *, service_id: int, more_service_ids: list[int] | None = None
) -> list[Choice]:
    """List the services of a visit of several in their order, each with what is left without it."""
    chosen = await _find(context, service_id, more_service_ids)
    if len(chosen) < 2:  # noqa: PLR2004  # of one nothing can be taken away
        return []
    return [_show(context, one, [part for part in chosen if part != one]) for one in chosen]


async def _find(
    context: Context, service_id: int, more_service_ids: list[int] | None
) -> list[values.Service]:
    ids = [service_id, *(more_service_ids or ())]
    found = await storage.services.find_all(context.session, ids)
    return [found[one] for one in ids if one in found]


def _show(context: Context, service: values.Service, parts: Sequence[values.Service]) -> Choice:
    locale = context.user.locale
    shown = show_service(service, locale)
    visit = show_service(join_services(parts), locale)
    return Choice(shown.id, shown.title, shown.minutes, shown.price, visit)
