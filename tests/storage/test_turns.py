"""Whose turn it is: in order of joining, one after another, never twice at once, never too late and never in the night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.turns import (
    AWAKE_FROM,
    AWAKE_UNTIL,
    MOST_TURNS,
    SHORTEST_TURN,
    TURN,
    Turn,
    Waiting,
    plan_turns,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
LATER = NOON + timedelta(days=3)


def minutes(count: int) -> datetime:
    """Give a moment so many minutes after noon."""
    return NOON + timedelta(minutes=count)


def test_everybody_has_a_quarter_of_an_hour_in_order_of_joining() -> None:
    """The first begins at once, each of the others when the one before is over, and no more than eight are asked."""
    turns = plan_turns([Waiting(one, LATER) for one in range(12)], start=NOON, zone=BERLIN)

    assert turns == [
        Turn(one, minutes(15 * one), minutes(15 * one + 15)) for one in range(MOST_TURNS)
    ]


def test_who_has_another_turn_comes_later_and_who_is_too_late_not_at_all() -> None:
    """The next has theirs meanwhile; with less than five minutes left nobody is asked, with less than fifteen it is shorter."""
    busy = Waiting(1, LATER, [(NOON, minutes(10))])
    waiting = [busy, Waiting(2, LATER), Waiting(3, minutes(40)), Waiting(4, minutes(44))]

    assert plan_turns(waiting, start=NOON, zone=BERLIN) == [
        Turn(2, NOON, minutes(15)),
        Turn(1, minutes(15), minutes(30)),
        Turn(3, minutes(30), minutes(40)),
    ]
    assert plan_turns([busy], start=NOON, zone=BERLIN) == [Turn(1, minutes(10), minutes(25))]


def test_nobody_is_asked_in_the_night() -> None:
    """What is freed then waits for eight in the morning by the clock of the place, unless that is too late."""
    late = datetime(2026, 10, 24, 22, tzinfo=UTC)  # the night in which clocks change
    morning = datetime(2026, 10, 25, 7, tzinfo=UTC)
    waiting = [Waiting(1, morning), Waiting(2, morning + timedelta(days=1))]

    assert plan_turns(waiting, start=late, zone=BERLIN) == [Turn(2, morning, morning + TURN)]


_moments = st.integers(0, 60 * 24).map(minutes)
_spans = st.lists(st.tuples(_moments, st.integers(1, 90)), max_size=4).map(
    lambda all_: [(begin, begin + timedelta(minutes=length)) for begin, length in all_]
)


@settings(max_examples=60)
@given(st.lists(st.tuples(_moments, _spans), max_size=10), _moments)
def test_plans_hold_whatever_people_have(
    people: list[tuple[datetime, list[tuple[datetime, datetime]]]], start: datetime
) -> None:
    """Turns follow one another from the start on, each of another wish, awake, in time, and beside its other turns."""
    waiting = {number: Waiting(number, *one) for number, one in enumerate(people)}

    turns = plan_turns(list(waiting.values()), start=start, zone=BERLIN)

    assert len({turn.wish_id for turn in turns}) == len(turns) <= MOST_TURNS
    free_from = start
    for turn in turns:
        assert free_from <= turn.opens_at
        assert SHORTEST_TURN <= turn.closes_at - turn.opens_at <= TURN
        assert AWAKE_FROM <= turn.opens_at.astimezone(BERLIN).time() < AWAKE_UNTIL
        assert turn.closes_at <= waiting[turn.wish_id].latest
        for busy_from, busy_until in waiting[turn.wish_id].busy:
            assert turn.closes_at <= busy_from or busy_until <= turn.opens_at
        free_from = turn.closes_at
