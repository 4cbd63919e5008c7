"""Working hours are wall-clock rules, and become the right instants on every day of the year."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.schedule import Override, Period, Rules, WeeklyHours, find_instant, plan_windows
from storage.values import Window

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


def utc(text: str) -> datetime:
    """Read an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def plan(day: date, periods: list[Period], *overrides: Override) -> list[Window]:
    """Plan one day in Berlin of one person with the same hours on every weekday."""
    weekly = [WeeklyHours(1, 1, weekday, period) for weekday in range(1, 8) for period in periods]
    noon = datetime.combine(day, datetime.min.time(), BERLIN) + timedelta(hours=12)
    rules = Rules(weekly, overrides, {1: BERLIN})
    windows = plan_windows(rules, noon - timedelta(days=1), noon + timedelta(days=1))
    return [w for w in windows if w.starts_at.astimezone(BERLIN).date() == day]


@pytest.mark.parametrize(
    ("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 10, 25), 25), (date(2027, 1, 4), 24)]
)
def test_a_whole_day_has_as_many_hours_as_it_has(day: date, hours: int) -> None:
    """From 00:00 to 24:00 are 23, 24 or 25 hours."""
    (window,) = plan(day, [Period(0, 1440)])

    assert window.ends_at - window.starts_at == timedelta(hours=hours)


def test_a_skipped_time_is_the_instant_of_the_change() -> None:
    """In spring, 02:30 does not exist; opening or closing then happens when the clock jumps."""
    assert find_instant(SPRING, 150, BERLIN) == utc("2027-03-28T01:00")
    assert find_instant(SPRING, 120, BERLIN) == utc("2027-03-28T01:00")
    assert find_instant(SPRING, 180, BERLIN) == utc("2027-03-28T01:00")
    assert find_instant(SPRING, 119, BERLIN) == utc("2027-03-28T00:59")


def test_a_repeated_time_is_the_first_of_the_two() -> None:
    """In autumn, 02:30 comes twice, and the earlier one counts."""
    assert find_instant(AUTUMN, 150, BERLIN) == utc("2027-10-31T00:30")
    assert find_instant(AUTUMN, 180, BERLIN) == utc("2027-10-31T02:00")


def test_a_break_over_the_change_gives_no_time_twice() -> None:
    """Hours that end and start again around the skipped hour do not overlap in real time."""
    first, second = plan(SPRING, [Period(60, 150), Period(180, 240)])

    assert (first.starts_at, first.ends_at) == (utc("2027-03-28T00:00"), utc("2027-03-28T01:00"))
    assert (second.starts_at, second.ends_at) == (utc("2027-03-28T01:00"), utc("2027-03-28T02:00"))


def test_hours_within_the_skipped_hour_are_no_window() -> None:
    """Working from 02:10 to 02:50 on that day is not working."""
    assert plan(SPRING, [Period(130, 170)]) == []


@given(
    day=st.sampled_from([SPRING, AUTUMN, date(2027, 4, 4), date(2026, 10, 4)]),
    minutes=st.lists(st.integers(0, 1440), min_size=2, max_size=8),
    zone=st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "UTC"]),
)
def test_times_in_order_stay_in_order(day: date, minutes: list[int], zone: str) -> None:
    """Whatever the zone does that day, a later time on the clock is no earlier instant."""
    instants = [find_instant(day, minute, ZoneInfo(zone)) for minute in sorted(minutes)]

    assert instants == sorted(instants)


DAY = date(2027, 1, 4)
USUAL = [Period(540, 720), Period(780, 1080)]


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ([], USUAL),
        ([Override(1, None, DAY, None)], []),
        ([Override(1, 1, DAY, None)], []),
        ([Override(1, None, DAY, Period(600, 660))], [Period(600, 660)]),
        ([Override(1, 1, DAY, Period(600, 660))], [Period(600, 660)]),
        ([Override(1, 2, DAY, None)], USUAL),
        ([Override(2, None, DAY, None)], USUAL),
        ([Override(1, None, DAY + timedelta(days=1), None)], USUAL),
        ([Override(1, None, DAY, None), Override(1, 1, DAY, Period(600, 660))], []),
        (
            [Override(1, None, DAY, Period(0, 60)), Override(1, 1, DAY, Period(600, 660))],
            [Period(600, 660)],
        ),
        (
            [Override(1, 1, DAY, Period(900, 960)), Override(1, 1, DAY, Period(600, 660))],
            [Period(600, 660), Period(900, 960)],
        ),
    ],
)
def test_overrides_replace_a_day(overrides: list[Override], expected: list[Period]) -> None:
    """A closed place wins over a person's own day, that over the place's hours, and those over the week."""
    rules = Rules(
        [WeeklyHours(1, 1, 1, period) for period in USUAL], overrides, {1: BERLIN, 2: BERLIN}
    )
    midnight = datetime.combine(DAY, datetime.min.time(), BERLIN)

    windows = plan_windows(rules, midnight, midnight + timedelta(hours=23))

    assert [
        Period(*(int((at - midnight).total_seconds() // 60) for at in (w.starts_at, w.ends_at)))
        for w in windows
        if w.staff_id == 1
    ] == expected


def test_an_own_day_needs_no_weekly_hours() -> None:
    """Somebody who never works on Mondays can work on one."""
    rules = Rules([], [Override(1, 1, DAY, Period(600, 660))], {1: BERLIN})
    midnight = datetime.combine(DAY, datetime.min.time(), BERLIN)

    assert len(plan_windows(rules, midnight, midnight + timedelta(days=1))) == 1


def test_hours_of_a_place_open_it_for_nobody_who_is_off() -> None:
    """Special hours of a location are worked by those who work that weekday."""
    rules = Rules(
        [WeeklyHours(1, 1, 2, Period(540, 600))],
        [Override(1, None, DAY, Period(0, 60))],
        {1: BERLIN},
    )
    midnight = datetime.combine(DAY, datetime.min.time(), BERLIN)

    assert plan_windows(rules, midnight, midnight + timedelta(hours=23)) == []
