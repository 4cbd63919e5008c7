"""No two flows begin with one command or deep link.

It does not know which commands the engine keeps for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.link_automata import find_overlap
from engine.flow.links import find_faults, hole_names, read_link
from engine.flow.model.flow import EntryKind
from engine.flow.problems import Position, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.links import Link
    from engine.flow.model.flow import Entry


def check_duplicate_entry(draft: BotDraft) -> Iterator[Problem]:
    """Report the second flow that claims a way in."""
    claimed: dict[tuple[EntryKind, str], tuple[str, Position]] = {}
    for name, flow_draft in draft.flows.items():
        for entry in flow_draft.flow.start:
            key = (entry.kind, _claim(entry, name))
            if key in claimed:
                other, place = claimed[key]
                message = f'{_WORDS[entry.kind].format(entry.value)} already starts flow "{other}"; choose another'
                yield Problem(
                    entry.position,
                    "duplicate-entry",
                    message,
                    ((place, "it is claimed here first"),),
                )
            else:
                claimed[key] = (name, entry.position)
    yield from _overlaps(draft)


MOST_PAIRS: Final = 300
"""Links that begin alike take some 3 ms each pair; a bot has a handful."""

_WORDS: Final = {
    EntryKind.COMMAND: '"/{}"',
    EntryKind.DEEP_LINK: 'deep link "{}"',
    EntryKind.MENU: 'an entry in menu "{}"',
}


def _claim(entry: Entry, flow: str) -> str:
    """Give what only one flow can claim: a menu has room for all flows, with one entry each."""
    return f"{flow} {entry.value}" if entry.kind is EntryKind.MENU else entry.value


def _overlaps(draft: BotDraft) -> Iterator[Problem]:
    """Report each deep link that matches a payload which another one matches, too."""
    links = list(_links(draft))
    compared = 0
    for index, (link, name, place) in enumerate(links):
        for other, other_name, other_place in links[:index]:
            if link.text == other.text or not _may_overlap(link, other):
                continue
            compared += 1
            if compared > MOST_PAIRS:
                message = f"more than {MOST_PAIRS} pairs of deep links with values begin alike, which is as much as is compared; begin them in other ways"
                yield Problem(place, "duplicate-entry", message)
                return
            if word := find_overlap(link, other):
                message = (
                    f'deep links "{link.text}" of flow "{name}" and "{other.text}" of flow "{other_name}" '
                    f'both match "{word}"; begin one of them in another way'
                )
                related = ((other_place, "the other one is here"),)
                yield Problem(place, "duplicate-entry", message, related)


def _may_overlap(link: Link, other: Link) -> bool:
    """Tell quickly whether two links begin alike, so that they are worth comparing."""
    if not (link.holes or other.holes):
        return False
    first, second = _beginning(link), _beginning(other)
    return first.startswith(second) or second.startswith(first)


def _beginning(link: Link) -> str:
    return link.text.partition("{")[0]


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
