"""The rules of the desk, which administrators change: how many bookings a client may have, and what follows from missed visits.

It knows nothing of who follows them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import storage
from actions.access import acts_as
from engine.actions import Context, Outcome, command, query
from storage.desk_values import NoShowOutcome
from storage.values import Role


class Rule(StrEnum):
    """A rule that is a number."""

    OPEN_BOOKINGS = "open_bookings"
    BOOKINGS_A_DAY = "bookings_a_day"
    BOOKINGS_A_WEEK = "bookings_a_week"
    NO_SHOWS = "no_shows"
    NO_SHOWS_WITHIN_DAYS = "no_shows_within_days"
    NO_SHOWS_BLOCK_DAYS = "no_shows_block_days"


_BOUNDS = {
    Rule.OPEN_BOOKINGS: (1, 100),
    Rule.BOOKINGS_A_DAY: (0, 100),
    Rule.BOOKINGS_A_WEEK: (0, 100),
    Rule.NO_SHOWS: (0, 100),
    Rule.NO_SHOWS_WITHIN_DAYS: (1, 3650),
    Rule.NO_SHOWS_BLOCK_DAYS: (1, 3650),
}
"""The least and the most of each; where 0 is allowed it means that there is no such rule."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules as they are; 0 is none."""

    open_bookings: int
    bookings_a_day: int
    bookings_a_week: int
    no_shows: int
    no_shows_within_days: int
    no_shows_outcome: NoShowOutcome
    no_shows_block_days: int


@query("rules.find")
async def find_rules(context: Context) -> Rules:
    """Find the rules of the desk."""
    rules = await storage.rules.find(context.session)
    return Rules(
        open_bookings=rules.open_bookings,
        bookings_a_day=rules.bookings_a_day or 0,
        bookings_a_week=rules.bookings_a_week or 0,
        no_shows=rules.no_shows or 0,
        no_shows_within_days=rules.no_shows_within_days,
        no_shows_outcome=rules.no_shows_outcome,
        no_shows_block_days=rules.no_shows_block_days,
    )


@command("rules.set")
async def set_rule(
    context: Context, *, rule: Rule, number: int
) -> Outcome[Literal["not_allowed", "out_of_bounds"]] | None:
    """Give a rule another number, as an administrator; 0 takes it away where it may be missing."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    least, most = _BOUNDS[rule]
    if not least <= number <= most:
        return Outcome("out_of_bounds")
    await storage.rules.change(context.session, {rule.value: number or None})
    return None


@command("rules.set_outcome")
async def set_outcome(
    context: Context, *, outcome: NoShowOutcome
) -> Outcome[Literal["not_allowed"]] | None:
    """Say what follows from too many missed visits, as an administrator."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    await storage.rules.change(context.session, {"no_shows_outcome": outcome.value})
    return None
