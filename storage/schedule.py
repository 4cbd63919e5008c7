"""Turns working hours of the wall clock into stretches of real time, on days of 23, 24 and 25 hours alike.

It knows nothing of databases. The order in which rules count for a day: a closed location, what a member of staff does
that day there, what the location does that day, the weekly hours.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from storage.values import Window

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of a day on the wall clock, in minutes since midnight, up to 1440."""

    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """When somebody works somewhere on a weekday; 1 is Monday."""

    staff_id: int
    location_id: int
    weekday: int
    period: Period


@dataclass(frozen=True, slots=True)
class Override:
    """What replaces the hours of a day, for one or, without `staff_id`, for all there; no period means closed."""

    location_id: int
    staff_id: int | None
    day: date
    period: Period | None


@dataclass(frozen=True, slots=True)
class Rules:
    """All that decides when people work; `zones` are those of the locations, by id."""

    weekly: Sequence[WeeklyHours]
    overrides: Sequence[Override]
    zones: Mapping[int, ZoneInfo]


type _Special = dict[tuple[int, int | None, date], list[Period | None]]
"""What replaces the hours of a location, of one there or of all, on a day."""


def plan_windows(rules: Rules, starts_from: datetime, starts_before: datetime) -> list[Window]:
    """List the windows that touch the span, whole, by staff, location and time."""
    usual: dict[tuple[int, int], dict[int, list[Period]]] = {}
    for hours in rules.weekly:
        week = usual.setdefault((hours.staff_id, hours.location_id), {})
        week.setdefault(hours.weekday, []).append(hours.period)
    special: _Special = {}
    for override in rules.overrides:
        key = (override.location_id, override.staff_id, override.day)
        special.setdefault(key, []).append(override.period)
        if override.staff_id is not None:
            usual.setdefault((override.staff_id, override.location_id), {})
    windows = (
        Window(*place, *_find_instants(day, period, rules.zones[place[1]]))
        for place, week in sorted(usual.items())
        for day in _days(starts_from, starts_before, rules.zones[place[1]])
        for period in _periods_of(day, week.get(day.isoweekday(), []), special, place)
    )
    return [
        window
        for window in windows
        if window.starts_at < window.ends_at
        and window.starts_at < starts_before
        and window.ends_at > starts_from
    ]


@lru_cache(maxsize=10_000)
def find_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Find when the wall clock shows a minute of a day, in UTC.

    A time that is skipped in spring is the instant of the change; of one that comes twice in autumn it is the first.
    So times in order stay in order, and periods that do not meet on the clock do not meet in time.
    """
    wall = datetime.combine(day, time.min) + minute * MINUTE
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    low, high = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), instant
    before = low.astimezone(zone).utcoffset()
    while high - low > MINUTE:
        middle = low + ((high - low) // 2 // MINUTE) * MINUTE
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def _days(starts_from: datetime, starts_before: datetime, zone: ZoneInfo) -> Iterator[date]:
    day = starts_from.astimezone(zone).date()
    last = starts_before.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _periods_of(
    day: date,
    usual: Iterable[Period],
    special: _Special,
    place: tuple[int, int],
) -> list[Period]:
    staff_id, location_id = place
    of_all = special.get((location_id, None, day), [])
    of_one = special.get((location_id, staff_id, day), [])
    periods: list[Period] = list(usual)
    if None in of_all or None in of_one:
        periods = []
    elif of_one:
        periods = [period for period in of_one if period is not None]
    elif of_all and periods:
        periods = [period for period in of_all if period is not None]
    return sorted(periods, key=lambda period: period.opens_minute)


def _find_instants(day: date, period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    opens = find_instant(day, period.opens_minute, zone)
    return opens, find_instant(day, period.closes_minute, zone)
