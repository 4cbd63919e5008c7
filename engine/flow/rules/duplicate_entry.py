"""No two flows begin with one command or deep link.

It does not know which commands the engine keeps for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.link_automata import find_overlap
from engine.flow.links import find_faults, hole_names, read_link
from engine.flow.model import EntryKind
from engine.flow.problems import Position, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.links import Link


def check_duplicate_entry(draft: BotDraft) -> Iterator[Problem]:
    """Report the second flow that claims a way in."""
    claimed: dict[tuple[EntryKind, str], tuple[str, Position]] = {}
    for name, flow_draft in draft.flows.items():
        for entry in flow_draft.flow.start:
            key = (entry.kind, entry.value)
            if key in claimed:
                other, place = claimed[key]
                what = (
                    f'"/{entry.value}"'
                    if entry.kind is EntryKind.COMMAND
                    else f'deep link "{entry.value}"'
                )
                message = f'{what} already starts flow "{other}"; choose another'
                yield Problem(
                    entry.position,
                    "duplicate-entry",
                    message,
                    ((place, "it is claimed here first"),),
                )
            else:
                claimed[key] = (name, entry.position)
    yield from _overlaps(draft)


def _overlaps(draft: BotDraft) -> Iterator[Problem]:
    """Report each deep link that matches a payload which another one matches, too."""
    links = list(_links(draft))
    for index, (link, name, place) in enumerate(links):
        for other, other_name, other_place in links[:index]:
            if link.text == other.text or not (link.holes or other.holes):
                continue
            if word := find_overlap(link, other):
                message = (
                    f'deep links "{link.text}" of flow "{name}" and "{other.text}" of flow "{other_name}" '
                    f'both match "{word}"; begin one of them in another way'
                )
                related = ((other_place, "the other one is here"),)
                yield Problem(place, "duplicate-entry", message, related)


def _links(draft: BotDraft) -> Iterator[tuple[Link, str, Position]]:
    """Give the deep links that can be, with their flows and places."""
    for name, flow_draft in draft.flows.items():
        declared = draft.declared[name]
        for entry in flow_draft.flow.start:
            if entry.kind is not EntryKind.DEEP_LINK:
                continue
            link = read_link(entry.value, declared.params)
            if set(hole_names(entry.value)) <= declared.params.keys() and not any(
                find_faults(link)
            ):
                yield link, name, entry.position
