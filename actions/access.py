"""Asks the database whether the person who called an action may, so that a role taken away a moment ago counts.

It knows nothing of the access rules written in flows, which are checked before.
"""

import storage
from engine.actions import Context
from storage.values import Role


async def has_role(context: Context, least: Role) -> bool:
    """Tell whether the person has the role or a higher one at this instant."""
    role = await storage.users.find_role(context.session, context.user.id)
    return role.rank >= least.rank


async def acts_as(context: Context, least: Role) -> bool:
    """Tell the same in a command, and have the audit log say of all that it changes that it was this person."""
    role = await storage.audit.act(context.session, context.user.id, now=context.now)
    return role.rank >= least.rank


async def may_see(context: Context, staff_id: int) -> bool:
    """Tell whether the person is that member of staff, or an administrator, and so may see their work."""
    return await has_role(context, Role.ADMIN) or await _is_own(context, staff_id)


async def acts_for(context: Context, staff_id: int | None) -> bool:
    """Tell the same in a command, as `acts_as` does; None is nobody in particular."""
    return await acts_as(context, Role.ADMIN) or await _is_own(context, staff_id)


async def _is_own(context: Context, staff_id: int | None) -> bool:
    own = await storage.staff.find_id_of(context.session, context.user.id)
    return own is not None and own == staff_id and await has_role(context, Role.STAFF)
