"""What members of staff see of their weeks, in lines and in a picture; administrators of everybody's.

A week is one of the person's calendar, from Monday on. It knows nothing of how the picture is drawn.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Annotated

from annotated_types import Ge
from babel.dates import format_date, format_time

import storage
from actions.access import may_see
from actions.agenda import block, find_gaps, span_of
from actions.week_picture import Block, Week, draw_week
from engine.actions import Context, MaxLength, Upload, query
from storage import desk_values, values
from storage.values import BookingStatus, Window

type Span = tuple[datetime, datetime]

_DAYS = 7
_HOURS = 24.0


@dataclass(frozen=True, slots=True)
class WorkDay:
    """A day of somebody's week: how long they work, and how much of that is booked, in percent; `id` is the day as YYYY-MM-DD."""

    id: str
    day: date
    hours: timedelta
    visits: Annotated[int, Ge(0)]
    load: Annotated[int, Ge(0)]
    is_away: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """All that there is of a span of somebody's work."""

    windows: Sequence[Window]
    visits: Sequence[values.Booking]
    away: Sequence[desk_values.Absence]


@query("work.week")
async def list_week(
    context: Context, *, staff_id: int, day: date
) -> Annotated[list[WorkDay], MaxLength(7)]:
    """List the days of the week of a day; nothing for who may not see them."""
    if not await may_see(context, staff_id):
        return []
    days = _days_of(day)
    found = await _find(context, staff_id, days)
    return [_sum_up(found, one, span_of(context, one)) for one in days]


@query("work.picture")
async def draw_picture(context: Context, *, staff_id: int, day: date) -> Upload | None:
    """Draw the week of a day; nothing for who may not see it."""
    if not await may_see(context, staff_id):
        return None
    days = _days_of(day)
    found = await _find(context, staff_id, days)
    members = {one.id: one.name for one in await storage.staff.list_all(context.session)}
    picture = await asyncio.to_thread(
        draw_week, _lay_out(context, found, days, members.get(staff_id, ""))
    )
    return Upload(picture, f"week-{days[0].isoformat()}.png")


def _days_of(day: date) -> list[date]:
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=after) for after in range(_DAYS)]


async def _find(context: Context, staff_id: int, days: Sequence[date]) -> _Found:
    span = {
        "starts_from": span_of(context, days[0])[0],
        "starts_before": span_of(context, days[-1])[1],
    }
    return _Found(
        await storage.agenda.list_windows(context.session, staff_id, **span),
        await storage.bookings.list_of_staff(context.session, staff_id, **span),
        await storage.absences.list_between(context.session, staff_id, **span),
    )


def _sum_up(found: _Found, day: date, span: Span) -> WorkDay:
    """Count what a day has; time away is no time of work, and who did not come took none."""
    away = [(one.starts_at, one.ends_at) for one in found.away]
    windows = [
        gap
        for window in found.windows
        if span[0] <= window.starts_at < span[1]
        for gap in find_gaps((window.starts_at, window.ends_at), away)
    ]
    visits = [one for one in found.visits if span[0] <= one.starts_at < span[1]]
    taken = [block(one) for one in visits if one.status is not BookingStatus.NO_SHOW]
    free = [gap for window in windows for gap in find_gaps(window, taken)]
    hours, left = _add(windows), _add(free)
    return WorkDay(
        id=day.isoformat(),
        day=day,
        hours=hours,
        visits=len(visits),
        load=round(100 * (1 - left / hours)) if hours else 0,
        is_away=any(begin < span[1] and end > span[0] for begin, end in away),
    )


def _add(spans: Sequence[Span]) -> timedelta:
    return sum((end - begin for begin, end in spans), timedelta())


def _lay_out(context: Context, found: _Found, days: list[date], name: str) -> Week:
    """Say in columns and hours of the wall clock what is drawn; days at the end without anything are left out."""
    locale = context.user.locale.replace("-", "_")
    spans = [span_of(context, day) for day in days]
    blocks = [
        *_blocks(context, spans, [Block(0, 0, 0, "hours")] * len(found.windows), found.windows),
        *_blocks(
            context,
            spans,
            [Block(0, 0, 0, "away", (one.reason or "",)) for one in found.away],
            found.away,
        ),
    ]
    together = [
        list(same) for _, same in groupby(found.visits, lambda one: (one.starts_at, one.ends_at))
    ]
    words = [_describe(context, same, locale) for same in together]
    visits = [same[0] for same in together]
    blocks += _blocks(context, spans, words, visits)
    last = max((one.column for one in blocks), default=4)
    shown = days[: max(last, 4) + 1]
    today = context.now.astimezone(context.time_zone)
    column = (today.date() - days[0]).days
    return Week(
        title=f"{name} · {format_date(days[0], 'long', locale)}",
        days=[str(format_date(day, "EEE d", locale)) for day in shown],
        blocks=blocks,
        now=(column, _hour(today)) if 0 <= column < len(shown) else None,
    )


def _blocks(
    context: Context,
    spans: Sequence[Span],
    kinds: Sequence[Block],
    stretches: Sequence[Window | values.Booking | desk_values.Absence],
) -> list[Block]:
    """Cut stretches of time into those of each day."""
    cut = []
    for kind, stretch in zip(kinds, stretches, strict=True):
        for column, (begin, end) in enumerate(spans):
            begins, ends = max(stretch.starts_at, begin), min(stretch.ends_at, end)
            if begins < ends:
                until = _HOURS if ends == end else _hour(ends.astimezone(context.time_zone))
                from_hour = _hour(begins.astimezone(context.time_zone))
                cut.append(Block(column, from_hour, until, kind.kind, kind.words))
    return cut


def _describe(context: Context, same: Sequence[values.Booking], locale: str) -> Block:
    """Say what is to be read of visits at one time, which are several of a group session."""
    one = same[0]
    begins = format_time(one.starts_at, "short", tzinfo=context.time_zone, locale=locale)
    more = f" +{len(same) - 1}" if len(same) > 1 else ""
    match one.status:
        case BookingStatus.PENDING | BookingStatus.COMPLETED | BookingStatus.NO_SHOW:
            kind = one.status.value
        case _:
            kind = BookingStatus.CONFIRMED.value
    return Block(
        0,
        0,
        0,
        kind,  # type: ignore[arg-type]  # the statuses are kinds by name
        (f"{begins} {one.client_name}{more}", one.service.title_in(context.user.locale)),
    )


def _hour(at: datetime) -> float:
    return at.hour + at.minute / 60
