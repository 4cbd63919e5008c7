"""Which days and times a question offers to press: those that would be right answers, also where it asks for both at once.

It knows that clocks skip and repeat hours, and nothing of what is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from engine.dialog.judging import bounds_of, right_answers
from engine.dialog.remembered import PICKER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.formats import Formats
    from engine.flow.model.asking import AskStep

type Names = Mapping[str, Any]

_DAY: Final = timedelta(days=1)
_MINUTES: Final = 60
_MINUTES_OF_DAY: Final = 24 * _MINUTES


@dataclass(frozen=True, slots=True, order=True)
class Hour:
    """An hour of a day; `is_again` where clocks show it for the second time that day."""

    number: int
    is_again: bool = False

    @property
    def code(self) -> str:
        """What its button carries."""
        return f"{self.number}b" if self.is_again else str(self.number)


type Times = Mapping[tuple[Hour, int], time | datetime]
"""Times by their hour and minute, in their order."""


@dataclass(slots=True)
class Picked:
    """The hour and the minute that are picked, of a `day` where one is asked for; `since` is the screen on which the first of them was."""

    hour: Hour | None = None
    minute: int | None = None
    day: date | None = None
    since: int | None = None

    def of(self, times: Times) -> time | datetime | None:
        """Return the time that is picked; None before both parts of it are, or where it is not among `times`."""
        if self.hour is None or self.minute is None:
            return None
        return times.get((self.hour, self.minute))


def recall_picked(data: FlowData, step: AskStep) -> Picked:
    """Return what is picked at this step; nothing yet where another step remembered something."""
    kept = data.recall(PICKER)
    if not isinstance(kept, dict) or kept.get("step") != step.name:
        return Picked()
    number, day = kept.get("hour"), kept.get("day")
    return Picked(
        hour=None if number is None else Hour(number, bool(kept.get("again"))),
        minute=kept.get("minute"),
        day=date.fromisoformat(day) if day and step.calendar else None,
        since=kept.get("since"),
    )


def remember_picked(data: FlowData, step: AskStep, picked: Picked) -> None:
    """Remember what is picked at this step."""
    hour = picked.hour
    kept = {
        "step": step.name,
        "hour": hour.number if hour else None,
        "minute": picked.minute,
        "since": picked.since,
    }
    kept |= {"again": True} if hour and hour.is_again else {}
    kept |= {"day": picked.day.isoformat()} if picked.day else {}
    data.remember(PICKER, kept)


def shown_day(turn: Turn, data: FlowData, step: AskStep, names: Names) -> date | None:
    """Return the day of whose times one is picked now; None where days are, or where none is asked for."""
    day = recall_picked(data, step).day
    return day if day and right_days(turn, data, step, [day], names) else None


def days_of_bounds(
    turn: Turn, data: FlowData, step: AskStep, names: Names
) -> tuple[date | None, date | None]:
    """Return the first and the last day that can be an answer, or that of one; None where there is no such bound."""
    low, high = bounds_of(turn, data, step, names)
    return _day(turn, low), _day(turn, high)


def right_days(
    turn: Turn, data: FlowData, step: AskStep, days: Iterable[date], names: Names
) -> frozenset[date]:
    """Return those of some days that would be right answers, or that have a time which would."""
    if step.picker is None:
        return right_answers(turn, data, step, days, names)
    low, high = bounds_of(turn, data, step, names)
    allow = step.allow

    def is_right(moment: datetime) -> bool:
        if (low is not None and moment < low) or (high is not None and moment > high):
            return False
        return allow is None or bool(turn.evaluate(data, allow, {**names, "it": moment}))

    every = step.picker.step
    return frozenset(
        day
        for day in days
        if any(is_right(moment) for _, moment in _moments(day, every, turn.formats))
    )


def right_times(turn: Turn, data: FlowData, step: AskStep, names: Names) -> Times:
    """Return the times of a picker that would be right answers; of the day that is picked, where one is asked for."""
    picker, day = step.picker, shown_day(turn, data, step, names)
    if picker is None or (step.calendar and day is None):
        return {}
    known: dict[tuple[Hour, int], Any] = (
        dict(_moments(day, picker.step, turn.formats))
        if day
        else {
            (Hour(hour), minute): time(hour, minute)
            for hour in range(24)
            for minute in range(0, _MINUTES, picker.step)
        }
    )
    right = right_answers(turn, data, step, known.values(), names)
    return {place: one for place, one in known.items() if one in right}


def _day(turn: Turn, bound: Any) -> date | None:
    return turn.formats.day_of(bound) if isinstance(bound, datetime) else bound


def _moments(
    day: date, every: int, formats: Formats
) -> Iterator[tuple[tuple[Hour, int], datetime]]:
    """Give the instants of a day that are so many minutes apart: none that clocks skip, and both where they show a time twice."""
    zone = formats.time_zone
    midnight = datetime.combine(day, time(), zone)
    try:
        begins = midnight.astimezone(UTC)
        is_plain = midnight.utcoffset() == (midnight + _DAY).utcoffset()
        is_plain &= begins.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None)
    except OverflowError:  # the first or last day that there is
        return
    for minutes in range(0, _MINUTES_OF_DAY, every):
        place = (Hour(minutes // _MINUTES), minutes % _MINUTES)
        if is_plain:
            yield place, begins + timedelta(minutes=minutes)
            continue
        local = midnight + timedelta(minutes=minutes)
        found = dict.fromkeys(_shown(local.replace(fold=fold)) for fold in (0, 1))
        for number, moment in enumerate(one for one in found if one):
            yield (Hour(place[0].number, number > 0), place[1]), moment


def _shown(local: datetime) -> datetime | None:
    """Return the instant at which clocks show a time; None where they skip it."""
    moment = local.astimezone(UTC)
    back = moment.astimezone(local.tzinfo)
    return (
        moment if back.replace(tzinfo=None, fold=0) == local.replace(tzinfo=None, fold=0) else None
    )
