"""How long people are kept who do not come any more: the rule, whom it would reach, and the job that obeys it.

It knows nothing of what is stored about them.
"""

from calendar import monthrange
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

import storage
from actions.access import acts_as
from engine.actions import Context, Outcome, command, job, query
from storage.values import Role

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

LONGEST_MONTHS: Final = 120

_BATCH: Final = 50
"""People who are forgotten in one transaction."""


@query("retention.find")
async def find_retention(context: Context) -> int:
    """Tell after how many months without a visit people are forgotten; 0 is never."""
    rules = await storage.rules.find(context.session)
    return rules.forget_after_months or 0


@query("retention.count")
async def count_absent(context: Context, *, months: int) -> int:
    """Count whom such a rule would have forgotten at once, as an administrator; to others it is nobody."""
    if months < 1 or not await acts_as(context, Role.ADMIN):
        return 0
    since = months_before(context.now, months)
    return await storage.retention.count_absent(context.session, since=since)


@command("retention.set")
async def set_retention(
    context: Context, *, months: int
) -> Outcome[Literal["not_allowed", "out_of_bounds"]] | None:
    """Have people forgotten after so many months without a visit, as an administrator; 0 is never."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    if not 0 <= months <= LONGEST_MONTHS:
        return Outcome("out_of_bounds")
    await storage.rules.change(context.session, {"forget_after_months": months or None})
    return None


@job("forget_absent")
async def forget_absent(session: "AsyncSession", now: datetime) -> int:
    """Forget some of those whom the rule reaches, as if they had asked for it, and tell how many."""
    rules = await storage.rules.find(session)
    if rules.forget_after_months is None:
        return 0
    since = months_before(now, rules.forget_after_months)
    people = await storage.retention.lock_absent(session, since=since, limit=_BATCH)
    for person in people:
        standing = await storage.standings.find(session, person, now=now)
        await storage.privacy.erase(
            session,
            person,
            is_blocked=standing.is_blocked(now),
            blocked_until=standing.kept_until,
            now=now,
        )
    return len(people)


def months_before(moment: datetime, months: int) -> datetime:
    """Go back by the calendar, at most to the last day of that month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
