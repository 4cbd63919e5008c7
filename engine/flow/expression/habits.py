"""What expressions of other languages are written like here: methods, functions, filters and sums.

It knows no positions and finds no faults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.expression.typing_rules import is_number, is_text, without_none
from engine.flow.types import Kind, Scalar, Type

if TYPE_CHECKING:
    from collections.abc import Mapping


def method_hint(written: str, name: str, type_: Type | None) -> str:
    """Say how that is written which a value has as a method or a field in other languages."""
    name = name.lower()
    shown = _SHOWN.get(_kind(type_))
    if shown and name in _MOMENTS:
        return f'; write "{written} | {shown}" to show it'
    if name in METHODS:
        return f'; write "{METHODS[name].format(written)}"'
    if name in _JOINING:
        return "; join texts with \"+\", as in 'Dear ' + user.first_name"
    return ""


def function_hint(name: str, argument: str, type_: Type | None) -> str:
    """Say how that is written which other languages have a function for."""
    if name in ("str", "string") and type_ is not None and is_text(type_):
        return f'; write "{argument}", which is a text already'
    mend = FUNCTIONS.get(name.lower())
    return f'; write "{mend.format(argument)}"' if mend and (argument or "{" not in mend) else ""


def joining_hint(sign: str, left: Type, right: Type, written: str) -> str:
    """Say how a text and a number, or a day and a number, are brought together; `written` is the number."""
    if sign in "+-" and _kind(right) is Kind.INT and _kind(left) in (Kind.DATE, Kind.DATETIME):
        return f'; write "days({written})"'
    if sign == "+" and is_text(left) and is_number(right):
        return f'; write "({written} | number)"'
    if sign == "%" and is_text(left):
        return '; join texts with "+"'
    return ""


def _kind(type_: Type | None) -> Kind | None:
    inner = without_none(type_) if type_ is not None else None
    return inner.kind if isinstance(inner, Scalar) else None


_MOMENTS: Final = frozenset(
    [
        "strftime",
        "isoformat",
        "format",
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "second",
        "weekday",
        "date",
        "time",
        "total_seconds",
        "seconds",
        "days",
        "hours",
        "minutes",
        "tostring",
        "tolocaledatestring",
        "ctime",
    ]
)
_SHOWN: Final[Mapping[Kind | None, str]] = {
    Kind.DATE: "date",
    Kind.DATETIME: "datetime",
    Kind.TIME: "time",
    Kind.DURATION: "duration",
}
METHODS: Final[Mapping[str, str]] = {
    "abs": "abs({})",
    "capitalize": "{} | capitalize",
    "casefold": "{} | lower",
    "contains": "'…' in {}",
    "count": "len({})",
    "get": "{} | default(…)",
    "includes": "'…' in {}",
    "join": "{} | join",
    "length": "len({})",
    "lower": "{} | lower",
    "lowercase": "{} | lower",
    "round": "round({})",
    "size": "len({})",
    "title": "{} | capitalize",
    "tolowercase": "{} | lower",
    "touppercase": "{} | upper",
    "upper": "{} | upper",
    "uppercase": "{} | upper",
}
"""What values have in other languages, and how it is written here."""

_JOINING: Final = frozenset({"format", "concat", "append"})
FILTERS: Final[Mapping[str, str]] = {
    "currency": "money",
    "first_upper": "capitalize",
    "format_date": "date",
    "int": "number",
    "price": "money",
    "string": "number",
    "strftime": "date",
    "title": "capitalize",
    "ucfirst": "capitalize",
}
"""Filters of other languages, and those that flows have."""

FUNCTIONS: Final[Mapping[str, str]] = {
    "count": "len({})",
    "float": "{}",
    "format": "{} | number",
    "int": "{}",
    "length": "len({})",
    "size": "len({})",
    "str": "{} | number",
    "string": "{} | number",
    "timedelta": "days(1)",
}
"""Functions of other languages, and how it is written here; a choice or a text is one already."""
