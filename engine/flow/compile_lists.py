"""What `choose` says of searching and marking, compiled in the names of its place.

It knows what each of these texts and expressions can read; items and queries are typed elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.messages import SEARCH
from engine.flow.types import BOOL, INT, ListOf, Maybe, describe

if TYPE_CHECKING:
    from engine.flow.compile import Room, Tables
    from engine.flow.model.choosing import ChooseStep
    from engine.flow.types import Type

_COUNT: Final = {"count": INT}


def compile_search(tables: Tables, step: ChooseStep, room: Room) -> None:
    """Compile the words of a search, which can read what is searched for."""
    if step.search:
        searching = room.having({"search": SEARCH})
        tables.wording(step.search.clear, searching, html=False)
        tables.wording(step.search.no_match, searching, html=True)


def compile_marking(tables: Tables, step: ChooseStep, room: Room, item: Type | None) -> None:
    """Compile the words of marking, and the items marked at first, of which there may be none."""
    marking = step.marking
    if marking is None:
        return
    for wording in (marking.done, marking.too_few, marking.too_many):
        tables.wording(wording, room.having(_COUNT), html=False)
    for look in marking.looks:
        if look.when:
            tables.expression(look.when, room.having({"item": item}), BOOL)
    if marking.chosen and item:
        expected = item if marking.is_single else ListOf(item)
        tables.expression(marking.chosen, room, Maybe(expected))


def check_bounds(tables: Tables, step: ChooseStep, listed: ListOf) -> None:
    """Report numbers of marks that no list of the query can meet."""
    marking = step.marking
    if marking is None or marking.is_single:
        return
    if marking.max is not None and marking.min > marking.max:
        message = f'"min" is {marking.min}, which is above "max", {marking.max}; swap them'
        tables.report(marking.position, "bad-bounds", message)
        return
    for word, number in (("min", marking.min), ("max", marking.max)):
        if listed.max is not None and number is not None and number > listed.max:
            message = (
                f'"{word}" is {number}, and {describe(listed)} "{step.query.text}" has at most '
                f"{listed.max}; lower it"
            )
            tables.report(marking.position, "bad-bounds", message)
            return
