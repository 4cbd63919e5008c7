"""What administrators are told of how the desk does, as figures that a text shows.

It knows nothing of how they are measured, nor of pictures and files of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from babel.dates import format_skeleton, format_timedelta
from babel.numbers import format_decimal

import storage
from actions.access import has_role
from actions.periods import Days, Period, find_days
from engine.actions import Context, MaxLength, Money, query
from storage.figures import Figures, Grouping
from storage.values import Role

NAME_WIDTH = 11
"""How many letters of a name a row of the table has; with its figures it is as wide as a phone."""

LEAST = 0.01
"""The smallest rate that is told in a number."""

NOTHING = "-"
"""What stands where there is nothing to measure."""

type Line = Annotated[str, MaxLength(40)]

type Percent = Annotated[str, MaxLength(4)]
"""A rate in whole percent, without the sign."""


@dataclass(frozen=True, slots=True)
class Report:
    """What some days come to; rates are in percent, and nothing where there is nothing to measure. `hours` are those that people worked."""

    first: date
    last: date
    visits: int = 0
    cancelled: int = 0
    new_clients: int = 0
    revenue: Money = Decimal(0)
    expected: Money = Decimal(0)
    fill: Percent | None = None
    hours: int = 0
    no_shows: Percent | None = None
    lead: timedelta | None = None
    attempts: int = 0
    lost: Percent | None = None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of the table in two parts, each a line of letters of one width: how much there was, and how it went."""

    amounts: Line
    rates: Line


@query("reports.total")
async def find_total(
    context: Context, *, period: Period, first: date | None = None, last: date | None = None
) -> Report:
    """Measure some days as one; for who is no administrator nothing is measured."""
    days = days_of(context, period, first, last)
    found = await measure(context, days, None)
    if not found:
        return Report(days.first, days.last)
    one = found[0]
    return Report(
        first=days.first,
        last=days.last,
        visits=one.visits,
        cancelled=one.cancelled,
        new_clients=one.new_clients,
        revenue=one.revenue,
        expected=one.expected,
        fill=percent(one.fill_rate),
        hours=one.working // timedelta(hours=1),
        no_shows=percent(one.no_show_rate),
        lead=None if one.lead is None else round_lead(one.lead),
        attempts=one.attempts,
        lost=percent(one.lost_rate),
    )


@query("reports.rows")
async def list_rows(
    context: Context,
    *,
    period: Period,
    by: Grouping,
    first: date | None = None,
    last: date | None = None,
) -> Annotated[list[ReportRow], MaxLength(400)]:
    """Measure some days, told apart by staff, service, place, day, week or month, as rows of a table."""
    found = await measure(context, days_of(context, period, first, last), by)
    return [show_row(one, by, context.user.locale) for one in found]


def days_of(context: Context, period: Period, first: date | None, last: date | None) -> Days:
    """Find the days that somebody means, today being where they are."""
    today = context.now.astimezone(context.time_zone).date()
    return find_days(period, today, first=first, last=last)


async def measure(context: Context, days: Days, by: Grouping | None) -> Sequence[Figures]:
    """Measure some days for an administrator; nothing for anybody else."""
    if not await has_role(context, Role.ADMIN):
        return ()
    return await storage.reports.measure(
        context.session, days.first, days.last, by, locale=context.user.locale
    )


def round_lead(lead: timedelta) -> timedelta:
    """Give a lead time as exactly as it says anything: in minutes below two hours, else in whole hours."""
    step = timedelta(minutes=1) if lead < timedelta(hours=2) else timedelta(hours=1)
    return (lead + step / 2) // step * step


def show_row(one: Figures, by: Grouping, locale: str) -> ReportRow:
    """Write a row as two lines: name, fill rate, visits and revenue; name, no-show rate, lead time and rate of lost times."""
    language = locale.replace("-", "_")
    name = name_of(one, by, locale)
    name = (name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…").ljust(NAME_WIDTH)
    money = format_decimal(one.revenue, "#,##0", locale=language)
    lead = (
        NOTHING
        if one.lead is None
        else format_timedelta(one.lead, format="narrow", locale=language)
    )
    return ReportRow(
        f"{name}{_rate(one.fill_rate):>5}{one.visits:>7}{money:>8}",
        f"{name}{_rate(one.no_show_rate):>8}{lead:>6}{_rate(one.lost_rate):>6}",
    )


def name_of(one: Figures, by: Grouping, locale: str) -> str:
    """Say of what a row is, in a few letters."""
    language = locale.replace("-", "_")
    if not isinstance(one.key, date):
        return one.name or NOTHING
    match by:
        case Grouping.MONTH:
            return format_skeleton("yMMM", one.key, locale=language)
        case Grouping.WEEK:
            ends = one.key + timedelta(days=6)
            days = (format_skeleton("Md", day, locale=language) for day in (one.key, ends))
            return "-".join(day.rstrip(".") for day in days)
        case _:
            return format_skeleton("MEd", one.key, locale=language)


def percent(rate: float | None) -> Percent | None:
    """Say a rate in whole percent; one that would be rounded to none of them is below one."""
    if rate is None:
        return None
    return "<1" if 0 < rate < LEAST else str(round(rate * 100))


def _rate(rate: float | None) -> str:
    return NOTHING if rate is None else f"{percent(rate)}%"
