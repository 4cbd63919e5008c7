"""Deep links: from what an entry says to what it reads out of a payload, and the payload that a link carries.

It knows neither flows nor Telegram's addresses; whether two links can be mistaken for each other is asked elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from engine.flow.types import Choice, Kind, Maybe, Scalar, Type, describe
from engine.flow.values import LARGEST_INT, from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST_PAYLOAD: Final = 64
"""What Telegram carries, in characters."""

SAFE: Final = re.compile(r"[A-Za-z0-9_-]+")
"""The characters that Telegram carries."""

_HOLE: Final = re.compile(r"\{([^{}]*)\}")
_DATE_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class Hole:
    """A place of a link that a value of a parameter takes."""

    name: str
    type: Type


type Part = str | Hole


@dataclass(frozen=True)
class Link:
    """A deep link of a flow: fixed parts, and parameters of int, text, date and choice between them."""

    text: str
    parts: tuple[Part, ...]

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The places that values take, in order."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    @property
    def longest(self) -> int:
        """How many characters a payload can have."""
        return sum(longest(part) for part in self.parts)

    def read(self, payload: str) -> Mapping[str, Any] | None:
        """Give the parameters in a payload as JSON; None when it does not fit."""
        found = self._pattern.fullmatch(payload)
        if found is None:
            return None
        values: dict[str, Any] = {}
        for hole, raw in zip(self.holes, found.groups(), strict=True):
            values[hole.name] = int(raw) if _is(hole.type, Kind.INT) else raw
            try:
                from_json(hole.type, values[hole.name])
            except ValueError:
                return None
        return values

    def write(self, values: Mapping[str, Any]) -> str:
        """Give the payload that carries values of the parameters."""
        return "".join(
            part if isinstance(part, str) else str(to_json(part.type, values[part.name]))
            for part in self.parts
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("".join(_expression(part) for part in self.parts), re.ASCII)


def hole_names(text: str) -> tuple[str, ...]:
    """Give the names in braces of a link as written."""
    return tuple(_HOLE.findall(text))


def read_link(text: str, params: Mapping[str, Type]) -> Link:
    """Read a link as written; names that are no parameters stay text."""
    parts: list[Part] = []
    at = 0
    for found in _HOLE.finditer(text):
        type_ = params.get(found[1])
        if type_ is not None:
            inner = type_.inner if isinstance(type_, Maybe) else type_
            parts += [text[at : found.start()], Hole(found[1], inner)]
            at = found.end()
    parts.append(text[at:])
    return Link(text, tuple(part for part in parts if part != ""))


def find_faults(link: Link) -> Iterator[str]:
    """Say why a link cannot be: what Telegram does not carry, types that cannot stand in one, too long a payload."""
    found = list(_part_faults(link))
    yield from found
    if found:
        return
    if not link.parts:
        yield f'deep link "{link.text}" is empty; write 1 to {LONGEST_PAYLOAD} characters'
    elif link.longest > LONGEST_PAYLOAD:
        sizes = " + ".join(str(longest(part)) for part in link.parts)
        counted = f", {sizes}" if len(link.parts) > 1 else ""
        yield (
            f'the payload of deep link "{link.text}" can have {link.longest} characters{counted}; '
            f"Telegram carries {LONGEST_PAYLOAD}"
        )


def longest(part: Part) -> int:
    """Count the characters that a part can have."""
    match part:
        case str():
            return len(part)
        case Hole(type=Scalar(kind=Kind.TEXT, max=most)):
            return most or LONGEST_PAYLOAD
        case Hole(type=Scalar(kind=Kind.DATE)):
            return _DATE_LENGTH
        case Hole(type=Choice(values=values)):
            return max(map(len, values))
        case _:
            return max(map(len, map(str, int_bounds(part.type))))


def int_bounds(type_: Type) -> tuple[int, int]:
    """Give the least and the greatest whole number of a type."""
    low = type_.min if isinstance(type_, Scalar) else None
    high = type_.max if isinstance(type_, Scalar) else None
    return -LARGEST_INT if low is None else low, LARGEST_INT if high is None else high


def _part_faults(link: Link) -> Iterator[str]:
    for part in link.parts:
        match part:
            case str() if not SAFE.fullmatch(part):
                yield f'deep link "{link.text}" has characters other than A-Z, a-z, 0-9, "_" and "-"'
            case str() | Hole(type=Scalar(kind=Kind.INT | Kind.DATE)):
                pass
            case Hole(name=name, type=Scalar(kind=Kind.TEXT, max=None)):
                yield f'"{name}" has no bound, and a deep link does; give it "max", at most {LONGEST_PAYLOAD}'
            case Hole(type=Scalar(kind=Kind.TEXT)):
                pass
            case Hole(name=name, type=Choice(values=values)):
                for value in values:
                    if not SAFE.fullmatch(value):
                        yield f'"{name}" can be "{value}", and a deep link has only A-Z, a-z, 0-9, "_" and "-"'
            case Hole(name=name, type=type_):
                yield f'"{name}" is {describe(type_)}, and a deep link carries only int, text, date and choices'


def _expression(part: Part) -> str:
    match part:
        case str():
            return re.escape(part)
        case Hole(type=Scalar(kind=Kind.TEXT, min=least, max=most)):
            return f"([A-Za-z0-9_-]{{{max(least or 1, 1)},{most}}})"
        case Hole(type=Scalar(kind=Kind.DATE)):
            return r"(\d{4}-\d\d-\d\d)"
        case Hole(type=Choice(values=values)):
            return f"({'|'.join(map(re.escape, sorted(values, key=len, reverse=True)))})"
        case _:
            sign = "-?" if int_bounds(part.type)[0] < 0 else ""
            return rf"(0|{sign}[1-9]\d{{0,18}})"


def _is(type_: Type, kind: Kind) -> bool:
    return isinstance(type_, Scalar) and type_.kind is kind
