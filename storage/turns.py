"""Says who of those who wait is offered a freed time when: one after another, in the order in which they joined.

It knows nothing of databases. Nobody has two turns at once, and no turn begins in the night of the place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

TURN = timedelta(minutes=15)
"""How long a freed time is kept for one of those who wait."""

SHORTEST_TURN = timedelta(minutes=5)
"""What somebody needs at least to make up their mind."""

MOST_TURNS = 8
"""How many are asked one after another before a freed time is anybody's."""

AWAKE_FROM, AWAKE_UNTIL = time(8), time(21)
"""When turns begin, by the clock of the place."""

type Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who could have a time if they took it before `latest`; they have other turns in the spans that are `busy`."""

    wish_id: int
    latest: datetime
    busy: Sequence[Span] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """From when until when a time is kept for whom."""

    wish_id: int
    opens_at: datetime
    closes_at: datetime


def plan_turns(
    waiting: Sequence[Waiting], *, start: datetime, zone: ZoneInfo, most: int = MOST_TURNS
) -> list[Turn]:
    """Give turns to those who wait, from a moment on: the first who can begin soonest, and so on.

    Whoever has another turn just then comes later; whoever would have no time left is passed by.
    """
    turns: list[Turn] = []
    left, free_from = list(waiting), start
    while left and len(turns) < most:
        begin = {one.wish_id: _find_begin(one, free_from, zone) for one in left}
        left = [one for one in left if begin[one.wish_id] + SHORTEST_TURN <= one.latest]
        if not left:
            break
        chosen = min(left, key=lambda one: begin[one.wish_id])  # the first of those who are alike
        opens_at = begin[chosen.wish_id]
        free_from = min(opens_at + TURN, chosen.latest)
        turns.append(Turn(chosen.wish_id, opens_at, free_from))
        left.remove(chosen)
    return turns


def _find_begin(one: Waiting, start: datetime, zone: ZoneInfo) -> datetime:
    """Find when somebody's turn can begin."""
    begin = _wake(start, zone)
    for busy_from, busy_until in sorted(one.busy):
        if begin < busy_until and busy_from < begin + TURN:
            begin = _wake(busy_until, zone)
    return begin


def _wake(moment: datetime, zone: ZoneInfo) -> datetime:
    """Give a moment, or the next morning where it is night."""
    there = moment.astimezone(zone)
    if AWAKE_FROM <= there.time() < AWAKE_UNTIL:
        return moment
    day = there.date() if there.time() < AWAKE_FROM else there.date() + timedelta(days=1)
    return datetime.combine(day, AWAKE_FROM, zone).astimezone(moment.tzinfo)
