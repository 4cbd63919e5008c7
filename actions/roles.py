"""Giving roles and taking them away, which owners alone do; there is always an owner.

It knows nothing of the first owner, whom settings name.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import storage
from actions.access import acts_as, has_role
from engine.actions import Context, MaxLength, Outcome, Person, command, notice, query
from storage.desk_values import Known
from storage.values import Role


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody the bot has met, with their highest role."""

    id: int
    name: str
    username: str | None
    role: Role
    since: datetime


@dataclass(frozen=True, slots=True)
class RoleNews:
    """The role that somebody has now."""

    role: Role


@query("roles.list")
async def list_colleagues(context: Context) -> list[Colleague]:
    """List who has a role, the highest first; nobody for who is no owner."""
    if not await has_role(context, Role.OWNER):
        return []
    found = await storage.clients.list_known(context.session, has_role=True)
    return [_show(person) for person in found]


@query("roles.candidates")
async def list_candidates(
    context: Context,
    *,
    search: Annotated[str, MaxLength(64)] | None = None,
    offset: int = 0,
    limit: int = 7,
) -> list[Colleague]:
    """List who has no role, by name; nobody for who is no owner."""
    if not await has_role(context, Role.OWNER):
        return []
    found = await storage.clients.list_known(
        context.session, search=search, has_role=False, offset=offset, limit=limit
    )
    return [_show(person) for person in found]


@query("roles.count_candidates")
async def count_candidates(
    context: Context, *, search: Annotated[str, MaxLength(64)] | None = None
) -> int:
    """Count them."""
    if not await has_role(context, Role.OWNER):
        return 0
    return await storage.clients.count_known(context.session, search=search, has_role=False)


@query("roles.find")
async def find_colleague(context: Context, *, person_id: int) -> Colleague | None:
    """Find somebody the bot has met, as they are now; nobody for who is no owner."""
    if not await has_role(context, Role.OWNER):
        return None
    found = await storage.clients.find_known(context.session, person_id)
    return None if found is None else _show(found)


@command("roles.choose")
async def choose_person(
    context: Context, *, person: Person
) -> Colleague | Outcome[Literal["not_allowed", "not_known"]]:
    """Find somebody who was shared through Telegram, if they have written to the bot."""
    if not await acts_as(context, Role.OWNER):
        return Outcome("not_allowed")
    found = await storage.clients.find_known(context.session, person.id)
    return Outcome("not_known") if found is None else _show(found)


@notice("role_changed")
async def role_changed(context: Context, *, role: Role) -> RoleNews | None:
    """Tell somebody of the role that they were given, or of having none any more, unless that has changed again."""
    return RoleNews(role) if context.user.role == role else None


@command("roles.give", notifies=[role_changed])
async def give_role(
    context: Context, *, person_id: int, role: Role
) -> Colleague | Outcome[Literal["not_allowed", "last_owner", "not_known"]]:
    """Give somebody a role in the place of the one they have, as an owner; that of a client takes theirs away."""
    await storage.users.lock_roles(context.session)
    if not await acts_as(context, Role.OWNER):
        return Outcome("not_allowed")
    before = await storage.clients.find_known(context.session, person_id)
    if before is None:
        return Outcome("not_known")
    if before.role is Role.OWNER and role is not Role.OWNER:
        owners = await storage.users.count_owners(context.session)
        if owners < 2:  # noqa: PLR2004  # they and another one
            return Outcome("last_owner")
    if before.role is not role:
        await storage.users.replace_role(
            context.session, person_id, role, granted_by=context.user.id
        )
        if person_id != context.user.id:
            await context.notify(person_id, role_changed(role=role))
    after = await storage.clients.find_known(context.session, person_id)
    return Outcome("not_known") if after is None else _show(after)


def _show(person: Known) -> Colleague:
    return Colleague(person.id, person.name, person.username, person.role, person.created_at)
