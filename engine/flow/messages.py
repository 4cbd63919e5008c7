"""The engine's sentences that only some bots need, and what each of them can read.

It knows which step says which of them, and nothing of how a sentence is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.types import INT, Kind, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.model.choosing import ChooseStep
    from engine.flow.problems import Position
    from engine.flow.types import Type

LONGEST_SEARCH: Final = 64
"""What is kept of the words a person searches for, in UTF-16 units."""

SEARCH: Final = Scalar(Kind.TEXT, 1, LONGEST_SEARCH)
"""The type of `search` where there is one."""

MESSAGES_OF_LISTS: Final[Mapping[str, Mapping[str, Type]]] = {
    "clear_search": {"search": SEARCH},
    "no_match": {"search": SEARCH},
    "too_few": {"min": INT},
    "too_many": {"max": INT},
}
"""What a list says when its step does not: to be written in bot.yaml where one needs it, with the names it can read."""

MESSAGES_OF_CONTROL: Final[Mapping[str, Mapping[str, Type]]] = {
    "yes": {},
    "no": {},
    "too_deep": {},
    "not_yours": {},
    "old_invoice": {},
}
"""The answers to `confirm`, and what is said when too many flows are open, without it the sentence on errors, and to whom another's window is not open or who pays an invoice of the past, without it that on old buttons."""

MESSAGES_OF_ENTRIES: Final[Mapping[str, Mapping[str, Type]]] = {"bad_link": {}, "slow_down": {}}
"""What is said of a link that does not fit, and to whom the throttle holds up."""

MESSAGES_OF_TROUBLE: Final[Mapping[str, Mapping[str, Type]]] = {
    "unavailable": {},
    "late": {},
    "moved": {},
    "gone": {},
    "done_anyway": {},
}
"""What is said while nothing can be done, of a message that waited for too long to be acted upon, to whom a deploy moved, of an item that is pressed when its list has it no more, and of what broke after a command had done its work."""

OTHER_MESSAGES: Final = {
    **MESSAGES_OF_LISTS,
    **MESSAGES_OF_CONTROL,
    **MESSAGES_OF_ENTRIES,
    **MESSAGES_OF_TROUBLE,
}
"""All sentences that only some bots need."""


def said_by_bot(step: ChooseStep) -> Iterator[tuple[str, Position]]:
    """Give the sentences that a step leaves to the bot, each with the place that needs it."""
    search, marking = step.search, step.marking
    if search and not search.clear:
        yield "clear_search", search.position
    if search and not search.no_match:
        yield "no_match", search.position
    if marking and marking.min and not marking.too_few:
        yield "too_few", marking.position
    if marking and marking.max and not marking.is_single and not marking.too_many:
        yield "too_many", marking.position
