"""What administrators know and decide about clients: their visits, a note, and who may not book.

It knows nothing of how bookings heed it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from annotated_types import Interval

import storage
from actions.access import acts_as, has_role
from actions.records import Booking, show_booking
from engine.actions import Context, MaxLength, Outcome, command, query
from storage.values import Role

MOST_CONTACTS = 10
"""How many places somebody is told to ask at."""

type Search = Annotated[str, MaxLength(64)]
type ClientId = Annotated[int, Interval(ge=0)]


@dataclass(frozen=True, slots=True)
class ClientLine:
    """Somebody in the list of clients."""

    id: ClientId
    name: str
    username: str | None


@dataclass(frozen=True, slots=True)
class Client:
    """All that the desk knows of a client, with the numbers of their visits.

    `blocked` is so until somebody says otherwise, or until `blocked_until`; `waits` says that by the rule their bookings wait for a word, `barred_until` how long
    it keeps them from booking. `phone` is the last that they shared.
    """

    id: int
    name: str
    username: str | None
    phone: str | None
    reachable: bool
    ahead: int
    past: int
    cancelled: int
    missed: int
    note: Annotated[str, MaxLength(1000)] | None
    blocked: bool
    blocked_until: datetime | None
    waits: bool
    barred_until: datetime | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask at a place."""

    place: str
    number: str


@query("clients.list")
async def list_clients(
    context: Context, *, search: Search | None = None, offset: int = 0, limit: int = 7
) -> list[ClientLine]:
    """List people by name, or whose name, phone or booking's number is searched for; nobody for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    found = await storage.clients.list_known(
        context.session, search=search, offset=offset, limit=limit
    )
    return [ClientLine(one.id, one.name, one.username) for one in found]


@query("clients.count")
async def count_clients(context: Context, *, search: Search | None = None) -> int:
    """Count them."""
    if not await has_role(context, Role.ADMIN):
        return 0
    return await storage.clients.count_known(context.session, search=search)


@query("clients.find")
async def find_client(context: Context, *, client_id: ClientId) -> Client | None:
    """Find all that the desk knows of a client; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return None
    return await _find(context, client_id)


@query("clients.ahead")
async def list_ahead(context: Context, *, client_id: ClientId) -> list[Booking]:
    """List a client's bookings that are not over, soonest first; none for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    found = await storage.bookings.list_upcoming(context.session, client_id, now=context.now)
    return [show_booking(booking, context.user.locale) for booking in found]


@query("clients.past")
async def list_past(
    context: Context, *, client_id: ClientId, offset: int = 0, limit: int = 7
) -> list[Booking]:
    """List a client's bookings that are over or cancelled, the last one first; none for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    found = await storage.bookings.list_past(
        context.session, client_id, now=context.now, offset=offset, limit=limit
    )
    return [show_booking(booking, context.user.locale) for booking in found]


@query("clients.count_past")
async def count_past(context: Context, *, client_id: ClientId) -> int:
    """Count them."""
    if not await has_role(context, Role.ADMIN):
        return 0
    return await storage.bookings.count_past(context.session, client_id, now=context.now)


@query("clients.contacts")
async def list_contacts(context: Context) -> Annotated[list[Contact], MaxLength(MOST_CONTACTS)]:
    """List whom people can ask, place by place."""
    places = await storage.locations.list_all(context.session)
    told = [Contact(one.name, one.contact) for one in places if one.contact is not None]
    return told[:MOST_CONTACTS]


@query("clients.is_blocked")
async def is_blocked(context: Context) -> bool:
    """Tell whether the person may not book."""
    standing = await storage.standings.find(context.session, context.user.id, now=context.now)
    return standing.is_blocked(context.now)


@command("clients.may_book")
async def may_book(context: Context) -> Outcome[Literal["blocked", "limit_reached"]] | None:
    """Say before anything is chosen why the person can have no booking by themselves, whatever its time; staff always can."""
    if await acts_as(context, Role.STAFF):
        return None
    standing = await storage.standings.find(context.session, context.user.id, now=context.now)
    if standing.is_blocked(context.now):
        return Outcome("blocked")
    return Outcome("limit_reached") if standing.ahead >= standing.rules.open_bookings else None


@command("clients.block")
async def block_client(
    context: Context, *, client_id: ClientId, days: Annotated[int, Interval(ge=1, le=3650)] | None
) -> Client | Outcome[Literal["not_allowed", "not_found", "works_here"]]:
    """Keep a client from booking for so many days, or until somebody lets them; what is held for them goes, what is booked stays."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    known = await storage.clients.find_known(context.session, client_id)
    if known is not None and known.role is not Role.CLIENT:
        return Outcome("works_here")
    if known is not None:
        until = None if days is None else context.now + timedelta(days=days)
        await storage.standings.block(context.session, client_id, now=context.now, until=until)
    return await _find(context, client_id) or Outcome("not_found")


@command("clients.unblock")
async def unblock_client(
    context: Context, *, client_id: ClientId
) -> Client | Outcome[Literal["not_allowed", "not_found"]]:
    """Let a client book again, also one whom the rule about missed visits keeps from it: these count no more."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    if await storage.clients.find_known(context.session, client_id) is not None:
        await storage.standings.unblock(context.session, client_id, now=context.now)
    return await _find(context, client_id) or Outcome("not_found")


@command("clients.note")
async def note_client(
    context: Context, *, client_id: ClientId, note: Annotated[str, MaxLength(1000)] | None
) -> Client | Outcome[Literal["not_allowed", "not_found"]]:
    """Keep a note about a client in the place of the one before, or none."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    if await storage.clients.find_known(context.session, client_id) is not None:
        await storage.standings.write_note(context.session, client_id, note)
    return await _find(context, client_id) or Outcome("not_found")


async def _find(context: Context, client_id: int) -> Client | None:
    known = await storage.clients.find_known(context.session, client_id)
    if known is None:
        return None
    facts = await storage.standings.find_facts(context.session, client_id, now=context.now)
    standing = await storage.standings.find(context.session, client_id, now=context.now)
    until = standing.blocked_by_rule_until
    return Client(
        id=known.id,
        name=known.name,
        username=known.username,
        phone=facts.phone,
        reachable=known.unreachable_at is None,
        ahead=facts.ahead,
        past=facts.past,
        cancelled=facts.cancelled,
        missed=facts.missed,
        note=facts.note,
        blocked=standing.blocked_since is not None,
        blocked_until=standing.blocked_until,
        waits=standing.needs_confirmation,
        barred_until=until if until is not None and until > context.now else None,
    )
