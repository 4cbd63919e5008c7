"""What administrators do to the team: who works here, what they offer, where, and which Telegram account is theirs.

Every change is made from the sheet that was seen. It knows nothing of weekly hours, nor of higher roles than that of staff.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import storage
from actions.access import acts_as, has_role
from actions.affected import let_stand, offer_opened
from actions.assigning import assign
from actions.freeing import waitlist_offer
from actions.notices import visit_stands
from actions.records import Location, show_location
from actions.roles import role_changed
from actions.sheets import Title
from actions.weeks import LONGEST_WAIT
from engine.actions import Context, Outcome, Person, command, query
from storage.desk_values import Assignment
from storage.values import Role, Service


@dataclass(frozen=True, slots=True)
class TeamLine:
    """Somebody in the list of the team."""

    id: int
    name: Title
    is_active: bool


@dataclass(frozen=True, slots=True)
class Skill:
    """A service that somebody may offer, with its title in the user's language."""

    id: int
    title: Title
    is_active: bool


@dataclass(frozen=True, slots=True)
class TeamSheet:
    """All that can be changed of somebody; `linked_to` says whose Telegram account is theirs, `visits_ahead` are booked and not over.

    `role_goes` says whether the role of staff came with that link, and goes with it.
    """

    id: int
    name: Title
    is_active: bool
    linked_id: int | None
    linked_to: str | None
    role_goes: bool
    services: list[Skill]
    places: list[Location]
    visits_ahead: int


@query("team.list")
async def list_team(context: Context) -> list[TeamLine]:
    """List the team by name, those who work here first; nobody for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    return [TeamLine(*found) for found in await storage.team.list_all(context.session)]


@query("team.sheet")
async def find_sheet(context: Context, *, staff_id: int) -> TeamSheet:
    """Find all that can be changed of somebody, who is never deleted.

    Raises:
        LookupError: there is nobody of that id, or the person is no administrator.
    """
    found = await storage.team.find(context.session, staff_id, now=context.now)
    if found is None or not await has_role(context, Role.ADMIN):
        raise LookupError(f"no sheet of member of staff {staff_id}")
    return TeamSheet(
        id=found.id,
        name=found.name,
        is_active=found.active,
        linked_id=found.user_id,
        linked_to=None if found.user_id is None else found.user_name,
        role_goes=found.role_goes,
        services=[_show_skill(context, one) for one in found.services],
        places=[show_location(place) for place in found.places],
        visits_ahead=found.visits_ahead,
    )


@query("team.skills")
async def list_skills(context: Context) -> list[Skill]:
    """List all services by title, also those that are not offered; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    return [_show_skill(context, one) for one in await storage.offering.list_all(context.session)]


@command("team.add")
async def add_member(context: Context, *, name: Title) -> int | Outcome[Literal["not_allowed"]]:
    """Add somebody who offers nothing and works nowhere yet, and return their id."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    return await storage.team.add(context.session, name)


@command("team.rename")
async def rename_member(
    context: Context, *, shown: TeamSheet, name: Title
) -> Outcome[Literal["changed_meanwhile", "not_allowed"]] | None:
    """Give somebody another name, unless it is not the one shown."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    refused = await storage.team.change(
        context.session, shown.id, "name", was=shown.name, value=name
    )
    return None if refused is None else Outcome("changed_meanwhile")


@command("team.switch", notifies=[visit_stands, waitlist_offer])
async def switch_member(
    context: Context, *, shown: TeamSheet
) -> Outcome[Literal["changed_meanwhile", "not_allowed"]] | None:
    """Let somebody be booked no more, or again, from what was shown; what is booked with them stays, and those who wait are offered their times."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    await storage.waitlist.lock(context.session, None, now=context.now)
    await storage.hours.lock(context.session, None)
    waits: set[int] = set()
    if not shown.is_active:
        waits = await storage.opened.prepare(context.session, None, now=context.now)
    refused = await storage.team.change(
        context.session, shown.id, "active", was=shown.is_active, value=not shown.is_active
    )
    if refused is not None:
        return Outcome("changed_meanwhile")
    await let_stand(context)
    today = context.now.astimezone(context.time_zone).date()
    ahead = (today + timedelta(days=after) for after in range(LONGEST_WAIT))
    await offer_opened(context, ahead, waits)
    return None


@command("team.assign")
async def assign_member(
    context: Context,
    *,
    shown: TeamSheet,
    services: list[Skill] | None = None,
    places: list[Location] | None = None,
) -> Outcome[Literal["changed_meanwhile", "not_allowed"]] | None:
    """Say which services somebody offers, or where they work, from what was shown; with a place its weekly hours go."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    await storage.hours.lock(context.session, None)
    is_seen = await assign(
        context, Assignment.SERVICES_OF_STAFF, shown.id, shown=shown.services, chosen=services
    ) and await assign(
        context, Assignment.PLACES_OF_STAFF, shown.id, shown=shown.places, chosen=places
    )
    return None if is_seen else Outcome("changed_meanwhile")


@command("team.link", notifies=[role_changed])
async def link_member(
    context: Context, *, shown: TeamSheet, person: Person
) -> Outcome[Literal["not_known", "taken", "changed_meanwhile", "not_allowed"]] | None:
    """Let a person shared through Telegram be that member of staff, whose role they get unless they have a higher one; they are told."""
    await storage.users.lock_roles(context.session)
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    known = await storage.clients.find_known(context.session, person.id)
    if known is None:
        return Outcome("not_known")
    if shown.linked_id is not None:
        return Outcome("changed_meanwhile")
    refused = await storage.team.change(
        context.session, shown.id, "user_id", was=None, value=person.id
    )
    if refused is not None:
        return Outcome("taken" if refused == "taken" else "changed_meanwhile")
    if known.role is Role.CLIENT:
        await storage.users.grant_role(
            context.session, person.id, Role.STAFF, granted_by=context.user.id, by_link=True
        )
        await context.notify(person.id, role_changed(role=Role.STAFF))
    return None


@command("team.unlink", notifies=[role_changed])
async def unlink_member(
    context: Context, *, shown: TeamSheet
) -> Outcome[Literal["changed_meanwhile", "not_allowed"]] | None:
    """Let nobody be that member of staff; the role that came with it goes, but what an owner gave stays."""
    await storage.users.lock_roles(context.session)
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    linked_id = shown.linked_id
    if linked_id is None:
        return Outcome("changed_meanwhile")
    refused = await storage.team.change(
        context.session, shown.id, "user_id", was=linked_id, value=None
    )
    if refused is not None:
        return Outcome("changed_meanwhile")
    before = await storage.users.find_role(context.session, linked_id)
    taken = await storage.users.revoke_linked_role(context.session, linked_id)
    if taken and before is Role.STAFF:
        await context.notify(linked_id, role_changed(role=Role.CLIENT))
    return None


def _show_skill(context: Context, service: Service) -> Skill:
    return Skill(service.id, service.title_in(context.user.locale), service.active)
