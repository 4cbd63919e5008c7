"""What administrators read of the audit log: who changed what of the desk.

It knows nothing of how changes are written down; the words for tables and columns are in flows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from functools import partial
from typing import Annotated, Any

from annotated_types import Interval
from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_decimal
from babel.units import format_unit

import storage
from actions.access import has_role
from actions.audit_words import Detail, Subject, Term, What
from engine.actions import Context, MaxLength, query
from storage.desk_values import Change
from storage.values import NOBODY, BookingStatus, Role

PAGE = 5
"""How many changes are shown at once."""

LINE = 3
"""How many columns of a change stand in one entry."""

_LONGEST, _NAME, _WORD = 56, 40, 30

type Clipped = Annotated[str, MaxLength(_LONGEST)]
type Name = Annotated[str, MaxLength(_NAME)]
type Word = Annotated[str, MaxLength(_WORD)]

_HIDDEN = {
    "id",
    "by_link",
    "titles",
    "is_only",
    "position",
    "version",
    "user_id",
    "status",
    "blocked",
}
"""Columns that say nothing to people, or that are told in another way."""

_AS_EXPECTED = {"active", "note"}
"""Columns that need no words where something is added and they are true."""

_OF_TERMS = {Detail.ROLE, Detail.STATE, Detail.NO_SHOWS_OUTCOME}
"""Columns whose values are terms."""

_TO = " \N{EN DASH} "

_DAYS = re.compile(r"(\d+) day")
_CLOCK = re.compile(r"(\d+):(\d\d):\d\d")
"""The parts of an interval as the database writes it."""

_POINTERS = ("staff", "service", "room", "location")


_BECOMES = {
    BookingStatus.CONFIRMED.value: What.CONFIRMED,
    BookingStatus.CANCELLED.value: What.CANCELLED,
    BookingStatus.COMPLETED.value: What.COMPLETED,
    BookingStatus.NO_SHOW.value: What.NO_SHOW,
}

_DONE = {
    "insert": What.ADDED,
    "update": What.CHANGED,
    "delete": What.REMOVED,
}


@dataclass(frozen=True, slots=True)
class AuditField:
    """A column that changed, and what it was and is in the words of the person reading it; nothing where it was or is empty.

    Where it is one of few values, `was` and `becomes` say which.
    """

    name: Detail
    before: Clipped | None
    after: Clipped | None
    was: Term | None = None
    becomes: Term | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A change: without `who` of the system, or of somebody who is `forgotten`; `place` is its number on the page.

    `number` is that of a booking, `person` whom the change is about. One that `has_more` columns than it shows is followed by those that `goes_on`.
    """

    id: int
    place: Annotated[int, Interval(ge=1, le=PAGE)]
    goes_on: bool
    has_more: bool
    at: datetime
    who: Name | None
    forgotten: bool
    subject: Subject
    what: What
    label: Clipped | None
    number: Word | None
    person: Name | None
    fields: Annotated[list[AuditField], MaxLength(LINE)]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the log, and how many there are."""

    entries: Annotated[list[AuditEntry], MaxLength(PAGE)]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who has changed something."""

    id: int
    name: Name


@dataclass(frozen=True, slots=True)
class AuditSubject:
    """A table that something was changed of."""

    id: Subject


@query("audit.page")
async def show_page(
    context: Context,
    *,
    page: int = 1,
    actor_id: int | None = None,
    subject: str | None = None,
    only: int | None = None,
) -> AuditPage:
    """Show a page of the log, the last change first, or only one change with all its columns; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return AuditPage([], 1, 1)
    names = await storage.audit.list_names(context.session)
    if only is not None:
        change = await storage.audit.find_change(context.session, only)
        whole = [] if change is None else _show(change, 1, context, names)
        return AuditPage(whole[:PAGE], 1, 1)
    asked: dict[str, Any] = {"actor_id": actor_id, "subject": subject}
    count = await storage.audit.count_changes(context.session, **asked)
    pages = max(1, -(-count // PAGE))
    page = min(max(1, page), pages)
    found = await storage.audit.list_changes(
        context.session, **asked, offset=(page - 1) * PAGE, limit=PAGE
    )
    entries = [
        _show(change, place, context, names)[0] for place, change in enumerate(found, start=1)
    ]
    return AuditPage(entries, page, pages)


@query("audit.actors")
async def list_actors(context: Context) -> list[Actor]:
    """List who works here or has changed anything but bookings; nobody for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    found = await storage.audit.list_actors(context.session)
    return [Actor(user_id, _clip(name, _NAME)) for user_id, name in found]


@query("audit.subjects")
async def list_subjects(context: Context) -> list[AuditSubject]:
    """List the tables of which anything was changed; none for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    return [
        AuditSubject(_find(Subject, one))
        for one in await storage.audit.list_subjects(context.session)
    ]


def _show(
    change: Change,
    place: int,
    context: Context,
    names: Mapping[str, str],
) -> list[AuditEntry]:
    """Make the records of a change, so many that all its columns have place."""
    fields = _show_fields(change, context, names)
    is_booking = change.subject == "bookings"
    name = change.actor_name if change.actor_id else None
    first = AuditEntry(
        id=change.id,
        place=place,
        goes_on=False,
        has_more=len(fields) > LINE,
        at=change.at,
        who=None if name is None else _clip(name, _NAME),
        forgotten=change.actor_id == NOBODY,
        subject=_find(Subject, change.subject),
        what=_find_what(change),
        label=None if change.label is None else _clip(change.label, _LONGEST),
        number=change.row_id if is_booking else None,
        person=None if change.person_name is None else _clip(change.person_name, _NAME),
        fields=fields[:LINE],
    )
    rest = range(LINE, len(fields), LINE)
    return [
        first,
        *(
            replace(first, goes_on=True, has_more=False, fields=fields[at : at + LINE])
            for at in rest
        ),
    ]


def _find_what(change: Change) -> What:
    if change.subject == "bookings" and change.operation == "update":
        return _BECOMES.get(change.after.get("status", ""), What.MOVED)
    return _DONE[change.operation]


def _show_fields(change: Change, context: Context, names: Mapping[str, str]) -> list[AuditField]:
    """Give what changed, column by column; of rows that came or went, what their label does not say."""
    told = _HIDDEN if change.operation == "update" else _HIDDEN | {"title", "name"}
    shown = []
    for column in {**change.before, **change.after}:
        is_pointer = column.removesuffix("_id") in _POINTERS
        if column in told or (is_pointer and change.operation != "update"):
            continue
        if change.operation == "insert" and column in _AS_EXPECTED and change.after[column] is True:
            continue
        show = partial(_show_value, column, context=context, names=names)
        before, after = show(change.before.get(column)), show(change.after.get(column))
        if column == "period" and change.subject == "bookings":
            before, after = _begin(before), _begin(after)
        name = _find(Detail, column.removesuffix("_id"))
        was, becomes = (_find_term(name, told) for told in (before, after))
        shown.append(AuditField(name, before, after, was, becomes))
    return shown


def _find[Known: Subject | Detail](kind: type[Known], name: str) -> Known:
    return kind(name) if name in kind.__members__.values() else kind("other")


def _find_term(name: Detail, shown: str | None) -> Term | None:
    if name not in _OF_TERMS or shown is None or shown not in Term.__members__.values():
        return None
    return Term(shown)


def _show_value(
    column: str, value: object, *, context: Context, names: Mapping[str, str]
) -> str | None:
    """Put a value into words that need no translation."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "✓" if value else "✗"
    locale = context.user.locale.replace("-", "_")
    match value:
        case int():
            shown = _show_number(column, value, locale, names)
        case float():
            shown = str(format_decimal(value, "#,##0.00", locale))
        case list() | dict():
            shown = _show_many(value, locale)
        case str() if column in {"reschedule_until", "cancel_until"}:
            shown = _show_span(value, locale)
        case str() if column == "day":
            shown = str(format_date(date.fromisoformat(value), "full", locale))
        case str() if column in {"period", "closed"}:
            shown = _show_period(value, locale, context.time_zone)
        case str() if column in {"blocked_since", "blocked_until"}:
            shown = _show_moment(datetime.fromisoformat(value), locale, context.time_zone)
        case _:
            shown = str(value)
    return _clip(shown, _LONGEST)


def _show_number(column: str, number: int, locale: str, names: Mapping[str, str]) -> str:
    if column == "weekday":
        return str(get_day_names(locale=locale)[number - 1])
    if column in {"opens_minute", "closes_minute"}:
        return f"{number // 60}:{number % 60:02}"
    return names.get(f"{column} {number}", "?") if column.endswith("_id") else str(number)


def _show_period(written: str, locale: str, zone: tzinfo) -> str:
    """Say from when to when a range of instants is, as the person's clock has it."""
    ends = (end.strip('"') for end in written.strip("[]()").split(","))
    return _TO.join(
        _show_moment(datetime.fromisoformat(end), locale, zone) if end else "…" for end in ends
    )


def _begin(shown: str | None) -> str | None:
    """Keep of a time that is told when it begins."""
    return None if shown is None else shown.split(_TO, maxsplit=1)[0]


def _show_many(values: list[object] | dict[str, object], locale: str) -> str:
    """Say a list of intervals, or words in several languages."""
    if isinstance(values, list):
        return ", ".join(_show_span(str(one), locale) for one in values)
    return "; ".join(" ".join(str(words).split()) for words in values.values() if words)


def _show_span(written: str, locale: str) -> str:
    """Say how long an interval is, as the database writes it: days, then hours and minutes."""
    days = _DAYS.search(written)
    clock = _CLOCK.search(written)
    hours, minutes = map(int, clock.groups()) if clock else (0, 0)
    amounts = {"day": int(days[1]) if days else 0, "hour": hours, "minute": minutes}
    told = [
        str(format_unit(amount, f"duration-{unit}", "short", locale=locale))
        for unit, amount in amounts.items()
        if amount
    ]
    return " ".join(told) or str(format_unit(0, "duration-minute", "short", locale=locale))


def _show_moment(moment: datetime, locale: str, zone: tzinfo) -> str:
    there = moment.astimezone(zone)
    return f"{format_date(there, 'medium', locale)}, {format_time(there, 'short', locale=locale)}"


def _clip(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
