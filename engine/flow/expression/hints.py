"""The mends that messages of the expression language offer.

It knows no positions and finds no faults.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from engine.flow.expression.typing_rules import is_text, without_none
from engine.flow.types import NOTHING, Choice, Kind, Scalar, Type, choose_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.expression.source import Source

SHOWN_BY: Final[Mapping[Kind, str]] = {
    Kind.DATE: "date",
    Kind.TIME: "time",
    Kind.DATETIME: "datetime",
    Kind.MONEY: "money",
    Kind.DECIMAL: "number",
    Kind.DURATION: "duration",
}
"""The filter by which a value of each kind is shown that has no text of its own."""


def mend_nothing(source: Source, node: ast.expr, shown: Type = NOTHING) -> str:
    """Say what to do about a value that may be nothing; where it is `shown`, with the filter that its type needs."""
    written, shows = source.quote(node), _shows(shown)
    return f'check "{source.quote(filtered(node))} is not None" first, or write "{written}{shows} | default(…)"'


def filtered[Node: ast.expr | ast.keyword](node: Node) -> Node | ast.expr:
    """Give what the filters at the end of an expression are for; all of it where it has none."""
    read: Node | ast.expr = node
    while isinstance(read, ast.BinOp) and isinstance(read.op, ast.BitOr):
        read = read.left
    return read


def mend_default(source: Source, value: tuple[Type, ast.expr], otherwise: Type) -> str:
    """Say how a value is shown before a text stands in for it; nothing where that is not what was meant."""
    type_, node = value
    shows = _shows(type_) or (" | number" if _is_int(type_) else "")
    written = source.quote(node)
    return f'; write "{written}{shows} | default(…)"' if shows and is_text(otherwise) else ""


def choice_hint(expected: Type, actual: Type) -> str:
    """Say which values a choice has, and which was meant; nothing where either is no choice."""
    expected = without_none(expected)
    if not isinstance(expected, Choice) or not isinstance(actual, Choice):
        return ""
    wrong = [value for value in actual.values if value not in expected.values]
    return choose_from(wrong[0] if wrong else "", expected.values, "values")


def _shows(type_: Type) -> str:
    inner = without_none(type_)
    shown_by = SHOWN_BY.get(inner.kind) if isinstance(inner, Scalar) else None
    return f" | {shown_by}" if shown_by else ""


def _is_int(type_: Type) -> bool:
    inner = without_none(type_)
    return isinstance(inner, Scalar) and inner.kind is Kind.INT
