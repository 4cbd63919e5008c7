"""Problems as people read them: in order, and one that a fragment brings to many places told once.

It does not know how a problem is found, nor how it is written out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.flow.problems import Position, Problem

type _Via = tuple[tuple[Position, str], ...]

OF_THE_USER: Final = frozenset({"duplicate-button", "too-many-buttons"})
"""Problems that a fragment has only beside what else is at the place of its use."""


def settle_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems; those of one place in a fragment are told for its first use, and say where that is."""
    told: list[Problem] = []
    uses: dict[tuple[Position, str], dict[_Via, list[Problem]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in _without_followers(dict.fromkeys(problems)):
        if not one.position.via:
            told.append(_bare(one, one.position, ()))
        elif one.code in OF_THE_USER:
            *_, (used, _) = one.position.via
            told.append(_bare(one, used, ((one.position, "the fragment has it here"),)))
        else:
            uses[one.position.bare(), one.code][one.position.via].append(one)
    for by_use in uses.values():
        others = len(by_use) - 1
        told.extend(
            _bare(one, one.position, _notes(one.position, others)) for one in by_use[min(by_use)]
        )
    return tuple(sorted(dict.fromkeys(told)))


def _without_followers(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Leave out that an access refuses people, where the access is wrong itself, and that a wrong text can be empty."""
    found = _without_empty_texts(problems)
    accesses = [one.related[0][0] for one in found if one.code == "weaker-access"]
    wrong = {
        access for access in accesses if any(_is_within(one.position, access) for one in found)
    }
    for one in found:
        if one.code != "weaker-access" or one.related[0][0] not in wrong:
            yield one


def _without_empty_texts(problems: Iterable[Problem]) -> list[Problem]:
    found = list(problems)
    wrong = [one for one in found if one.code != "empty-text"]
    return [
        one
        for one in found
        if one.code != "empty-text"
        or not any(_is_within(other.position, one.position) for other in wrong)
    ]


def _is_within(place: Position, outer: Position) -> bool:
    is_there = place.path == outer.path and place.line == outer.line
    return is_there and 0 <= place.column - outer.column < outer.length


def _notes(position: Position, others: int) -> _Via:
    *inner, (place, note) = position.via
    if others:
        note += f", and so in {others} other place{'s' if others > 1 else ''}"
    return (*inner, (place, note))


def _bare(one: Problem, position: Position, more: _Via) -> Problem:
    related = tuple((place.bare(), note) for place, note in (*one.related, *more))
    return replace(one, position=position.bare(), related=related)
