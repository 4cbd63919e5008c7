"""Deep links as automata: whether two can match one payload, and whether one can be read in two ways.

It knows the characters that parts of a link can have, and nothing of who uses the links.
"""

from __future__ import annotations

import string
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.flow.links import Hole, Link, int_bounds, longest
from engine.flow.types import Choice, Kind, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.links import Part

_DIGITS: Final = frozenset(string.digits)
_NOT_ZERO: Final = _DIGITS - {"0"}
_ANY: Final = frozenset(string.ascii_letters + string.digits + "_-")
_DATE: Final = tuple(frozenset("-") if one == "-" else _DIGITS for one in "dddd-dd-dd")

type _Characters = frozenset[str]


@dataclass(slots=True)
class _Automaton:
    """States by number, of which 0 is the first; a state belongs to one place of one part, so that a run tells the reading."""

    edges: list[list[tuple[_Characters, int]]] = field(default_factory=lambda: [[]])
    ends: frozenset[int] = frozenset({0})

    def after(self, sources: frozenset[int], characters: _Characters) -> int:
        """Add a state that follows others by one of some characters."""
        self.edges.append([])
        state = len(self.edges) - 1
        for source in sources:
            self.edges[source].append((characters, state))
        return state

    def chain(self, places: tuple[_Characters, ...], least: int) -> frozenset[int]:
        """Add a state for each of some characters in a row; give those after at least so many."""
        states: list[int] = []
        sources = self.ends
        for characters in places:
            states.append(self.after(sources, characters))
            sources = frozenset({states[-1]})
        return frozenset(states[least - 1 :])


def find_overlap(one: Link, other: Link) -> str | None:
    """Give a payload that both links match, one of the shortest, if there is one."""
    return _find_word(_build(one), _build(other), apart=False)


def find_ambiguity(link: Link) -> str | None:
    """Give a payload that can be read in two ways, one of the shortest, if there is one."""
    automaton = _build(link)
    return _find_word(automaton, automaton, apart=True)


def _find_word(one: _Automaton, other: _Automaton, *, apart: bool) -> str | None:
    """Search the product of two automata; with `apart`, for two runs that part somewhere."""
    start = (0, 0, not apart)
    seen, waiting = {start}, deque([(start, "")])
    while waiting:
        (left, right, parted), word = waiting.popleft()
        if parted and left in one.ends and right in other.ends:
            return word
        for character, first, second in _steps(one, other, left, right):
            state = (first, second, parted or first != second)
            if state not in seen:
                seen.add(state)
                waiting.append((state, word + character))
    return None


def _steps(
    one: _Automaton, other: _Automaton, left: int, right: int
) -> Iterator[tuple[str, int, int]]:
    for mine, first in one.edges[left]:
        for theirs, second in other.edges[right]:
            if shared := mine & theirs:
                yield min(shared), first, second


def _build(link: Link) -> _Automaton:
    automaton = _Automaton()
    for part in link.parts:
        automaton.ends = _add(automaton, part)
    return automaton


def _add(automaton: _Automaton, part: Part) -> frozenset[int]:
    match part:
        case str():
            return _word(automaton, part)
        case Hole(type=Choice(values=values)):
            return frozenset[int]().union(*(_word(automaton, value) for value in set(values)))
        case Hole(type=Scalar(kind=Kind.TEXT, min=least)):
            return automaton.chain((_ANY,) * longest(part), max(least or 1, 1))
        case Hole(type=Scalar(kind=Kind.DATE)):
            return automaton.chain(_DATE, len(_DATE))
        case _:
            return _number(automaton, part)


def _word(automaton: _Automaton, text: str) -> frozenset[int]:
    return automaton.chain(tuple(frozenset(one) for one in text), len(text))


def _number(automaton: _Automaton, part: Hole) -> frozenset[int]:
    low, high = int_bounds(part.type)
    sources = automaton.ends
    ends = {automaton.after(sources, frozenset("0"))} if low <= 0 <= high else set[int]()
    if low < 0:
        sources |= {automaton.after(sources, frozenset("-"))}
    state = automaton.after(sources, _NOT_ZERO)
    ends.add(state)
    for _ in range(len(str(max(abs(low), abs(high)))) - 1):
        state = automaton.after(frozenset({state}), _DIGITS)
        ends.add(state)
    return frozenset(ends)
