"""A text that a regular expression matches.

It knows how Python takes patterns apart; one that it cannot satisfy has no text.
"""

from __future__ import annotations

import re
from re import _constants as ops  # type: ignore[attr-defined]  # there is no public way to a pattern's parts
from re import _parser as parser  # type: ignore[attr-defined]  # as above
from typing import TYPE_CHECKING, Any, Final

from engine.flow.answers.pattern import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LETTERS: Final = "a5A _-.,/@+:é"
"""What is tried where a pattern excludes some characters."""


def find_match(pattern: str) -> str | None:
    """Return a short text that a pattern matches as a whole; None where none was found."""
    try:
        text = "".join(_part(*part) for part in parser.parse(pattern))
        return text if compile_pattern(pattern)(text) else None
    except (ValueError, re.error, KeyError, StopIteration):
        return None


def _part(op: Any, given: Any) -> str:
    make = _PARTS.get(op)
    if make is None:
        raise ValueError(f"a pattern has {op}")
    return make(given)


def _repeated(given: Any) -> str:
    least, most, repeated = given
    times: int = least or min(most, 1)
    return _all(repeated) * times


def _not(given: Any) -> str:
    return next(one for one in _LETTERS if ord(one) != given)


def _all(parts: Any) -> str:
    return "".join(_part(*part) for part in parts)


def _one_of(members: Any) -> str:
    if members[0][0] is ops.NEGATE:
        taken = re.compile("[" + "".join(_member(*one) for one in members[1:]) + "]")
        return next(one for one in _LETTERS if not taken.match(one))
    op, given = members[0]
    if op is ops.LITERAL:
        return chr(given)
    if op is ops.RANGE:
        return chr(given[0])
    return next(one for one in _LETTERS if re.match(_member(op, given), one))


def _member(op: Any, given: Any) -> str:
    if op is ops.LITERAL:
        return re.escape(chr(given))
    if op is ops.RANGE:
        return f"{re.escape(chr(given[0]))}-{re.escape(chr(given[1]))}"
    return _CATEGORIES[given]


_CATEGORIES: Final = {
    ops.CATEGORY_DIGIT: r"\d",
    ops.CATEGORY_NOT_DIGIT: r"\D",
    ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S",
    ops.CATEGORY_WORD: r"\w",
    ops.CATEGORY_NOT_WORD: r"\W",
}

_PARTS: Final[Mapping[Any, Callable[[Any], str]]] = {
    ops.LITERAL: chr,
    ops.NOT_LITERAL: _not,
    ops.ANY: lambda _: "a",
    ops.AT: lambda _: "",
    ops.IN: _one_of,
    ops.BRANCH: lambda given: _all(given[1][0]),
    ops.SUBPATTERN: lambda given: _all(given[3]),
    ops.MAX_REPEAT: _repeated,
    ops.MIN_REPEAT: _repeated,
    ops.POSSESSIVE_REPEAT: _repeated,
}
