"""How long a text can become, in UTF-16 units as Telegram counts them: what is written, and the longest of what is put in.

It knows types and formats, and takes a text or a list without a bound for one of a customary size.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Final

from babel.core import UnknownLocaleError

from engine.flow.direction import MARKS, marks_values
from engine.flow.formats import Formats
from engine.flow.template_source import For, If, Literal, Output, parse_template
from engine.flow.types import Choice, Kind, ListOf, Scalar
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.flow.expression.typed import Typed
    from engine.flow.template_source import Node
    from engine.flow.templates import Template

CUSTOMARY_TEXT: Final = 100
"""Units that a text without "max" counts as: what a name or a title seldom exceeds."""

CUSTOMARY_LIST: Final = 20
"""Rounds that a loop over a list without "max" counts as."""

LONGEST_FORMAT: Final = 160
"""Units that no date, time, amount or number of any locale exceeds."""

_NUMBER: Final = 20
_TAG: Final = re.compile(r"<[^<>]*>")
_FILTER: Final = re.compile(
    r"""
    .*\|\s*(date|time|datetime|weekday|day|month|year|hour|minute|money|number|duration)\b
    \s*(?:\(\s*['"](\w+)['"]\s*\))?
    \s*(?:\|\s*default\(\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\))?\s*\Z
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Size:
    """The longest that one thing put into a text can be; `is_bound` when that follows from its type."""

    most: int
    is_bound: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """What is put into a text where it is longest: as it is written, how long it can be and how often it is there."""

    written: str
    size: Size
    times: int = 1

    @property
    def most(self) -> int:
        """All units it takes."""
        return self.size.most * self.times


@dataclass(frozen=True, slots=True)
class Extent:
    """What a text has at most: units that are written, and parts that are put in."""

    fixed: int = 0
    parts: tuple[Part, ...] = ()

    @property
    def most(self) -> int:
        """The units of the longest that the text can become."""
        return self.fixed + sum(part.most for part in self.parts)

    def and_then(self, other: Extent) -> Extent:
        """Give one after the other."""
        return Extent(self.fixed + other.fixed, (*self.parts, *other.parts))

    def repeated(self, times: int) -> Extent:
        """Give the same so many times."""
        parts = tuple(Part(one.written, one.size, one.times * times) for one in self.parts)
        return Extent(self.fixed * times, parts)

    def describe(self) -> str:
        """Say the sum: `120 written + "data.comment" 500 + "item.title" 100 (no bound) × 20`."""  # noqa: RUF002 - a sum
        said = [f"{self.fixed:,} written"]
        for part in self.parts:
            bound = "" if part.size.is_bound else " (no bound)"
            times = f" × {part.times}" if part.times > 1 else ""  # noqa: RUF001 - a sum
            said.append(f'"{part.written}" {part.size.most:,}{bound}{times}')
        return " + ".join(said)


def size_of(typed: Typed) -> Size:
    """Give how long a value can be where it is put into a text, whatever the locale."""
    match typed.type:
        case Scalar(kind=Kind.INT):
            ends = [end for end in (typed.range.low, typed.range.high) if end is not None]
            return Size(max(len(str(end)) for end in ends) if len(ends) > 1 else _NUMBER)
        case Choice(values=values):
            return Size(max((utf16_length(value) for value in values), default=0))
        case Scalar(kind=Kind.PHONE):
            return Size(16)
        case Scalar(kind=Kind.EMAIL):
            return Size(254)
        case _ if typed.range.high is not None:
            return Size(int(typed.range.high))
        case _:
            return Size(CUSTOMARY_TEXT, is_bound=False)


def rounds_of(typed: Typed) -> int:
    """Give how many rounds a loop over a list has at most."""
    most = typed.type.max if isinstance(typed.type, ListOf) else None
    return CUSTOMARY_LIST if most is None else most


def format_size(written: str, locale: str, currency: str) -> Size | None:
    """Give how long what the last filter shows can be in a locale; None for what is not shown by one of them."""
    found = _FILTER.match(written)
    if found is None:
        return None
    try:
        shown = _longest(found[1], found[2] or "", locale, currency)
        return Size(max(shown, utf16_length(found[3] or found[4] or "")))
    except (UnknownLocaleError, ValueError):
        return Size(0)  # the locale is none, which is the one problem, told at bot.yaml


def measure(text: str, sizes: Mapping[int, Size | int], locale: str, currency: str) -> Extent:
    """Give the longest that a text can become; `sizes` are those of values and loops by their offset."""
    nodes, _ = parse_template(text)
    return _body(nodes, sizes, locale, currency)


def longest_in(
    templates: Mapping[str, Template], before: Extent, most: int, currency: str
) -> tuple[Extent, str] | None:
    """Give the longest that a text can become and its language, where that is more than `most` with what stands before it."""
    extents = [
        (before.and_then(measure(one.text, one.sizes, locale, currency)), locale)
        for locale, one in templates.items()
        if before.most + one.bound > most
    ]
    longest = max(extents, key=lambda one: one[0].most, default=None)
    return longest if longest and longest[0].most > most else None


def _body(
    nodes: Sequence[Node], sizes: Mapping[int, Size | int], locale: str, currency: str
) -> Extent:
    extent = Extent()
    for node in nodes:
        match node:
            case Literal(text=text):
                extent = extent.and_then(Extent(utf16_length(unescape(_TAG.sub("", text)))))
            case Output(code=code, offset=offset):
                shown = format_size(code.text, locale, currency)
                size = shown or sizes.get(offset)
                if isinstance(size, Size):
                    marks = MARKS if marks_values(locale) else 0
                    extent = extent.and_then(Extent(marks, (Part(code.text.strip(), size),)))
            case If(branches=branches):
                bodies = [_body(branch.body, sizes, locale, currency) for branch in branches]
                extent = extent.and_then(max(bodies, key=lambda one: one.most))
            case For(body=body, offset=offset):
                rounds = sizes.get(offset)
                times = rounds if isinstance(rounds, int) else CUSTOMARY_LIST
                extent = extent.and_then(_body(body, sizes, locale, currency).repeated(times))
    return extent


@lru_cache(maxsize=512)
def _longest(name: str, style: str, locale: str, currency: str) -> int:
    """Try days of every month and weekday, times of both halves of a day, and the largest amounts."""
    formats = Formats(locale, dt.UTC, currency, dt.datetime(2025, 12, 28, tzinfo=dt.UTC))
    show = getattr(formats, name)
    values: list[object]
    match name:
        case "money" | "number":
            values = [Decimal("-999999999999.99"), -999999999999999]
        case "duration":
            values = [-dt.timedelta(days=99999, hours=22, minutes=58)]
        case "time" | "hour" | "minute":
            values = [dt.time(hour, 58) for hour in (10, 22)]
        case _:
            values = [
                dt.datetime(2026, month, day, 22, 58, tzinfo=dt.UTC)
                for month in range(1, 13)
                for day in range(20, 27)
            ]
    shown = [show(value, style) if style else show(value) for value in values]
    # Where clocks are set back, a time says its offset from UTC.
    return max(map(utf16_length, shown)) + (len(" (UTC+12:45)") if "time" in name else 0)
