"""Names that the language uses itself are not given to other things.

It does not check how a name is spelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.anytime import ON_ENTER, ON_EXIT
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.listing import ITEM
from engine.flow.model.moves import END
from engine.flow.model.windows import WindowStep
from engine.flow.parts import step_lists
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.listing import ListLine


def check_reserved_name(draft: BotDraft) -> Iterator[Problem]:
    """Report flows, steps and loads with a name that would hide the language's own."""
    for flow_draft in draft.flows.values():
        if flow_draft.flow.name in _TRANSLATED:
            message = f'a flow cannot be named "{flow_draft.flow.name}", under which other texts are translated; choose another name'
            yield Problem(flow_draft.flow.position, "reserved-name", message)
        steps = flow_draft.flow.steps
        for name in sorted(_PARTS.intersection(flow_draft.step_names)):
            message = f'a step cannot be named "{name}", which is a part of every flow; choose another name'
            yield Problem(flow_draft.place_of(name), "reserved-name", message)
        if END in steps:
            message = (
                f'a step cannot be named "{END}", which is where flows end; choose another name'
            )
            yield Problem(steps[END].position, "reserved-name", message)
        for step in steps.values():
            yield from _of_items(step) if isinstance(step, WindowStep) else ()
            taken = _NAMES | _LIST_NAMES if isinstance(step, ChooseStep) else _NAMES
            if isinstance(step, WindowStep) and step.pages:
                taken |= _PAGE_NAMES
            for name, code in (step.load if isinstance(step, WindowStep) else {}).items():
                if name in taken:
                    message = f'a load cannot be named "{name}", which expressions read already; choose another name'
                    yield Problem(draft.spots.key(code.position), "reserved-name", message)


def _of_items(step: WindowStep) -> Iterator[Problem]:
    for line in step_lists(step):
        if line.name in (_NAMES | _LIST_NAMES | _PAGE_NAMES) - {ITEM}:
            message = f'an item cannot be called "{line.name}", which expressions read already; choose another name'
            yield Problem(line.position, "reserved-name", message)
    for line in _hiding(step):
        message = f'the list around this one has "{line.name}" already; give its items another name with "as"'
        yield Problem(line.position, "reserved-name", message)


def _hiding(step: WindowStep) -> Iterator[ListLine]:
    """Give the lists whose items have the name of those of a list around them."""
    found = {}
    for one in step.lines:
        for depth, line in enumerate(one.within):
            if line.name in {outer.name for outer in one.within[:depth]}:
                found[line.id] = line
    yield from found.values()


_NAMES = frozenset(
    {"data", "params", "user", "item", "it", "result", "formats", "True", "False", "None"}
)
_TRANSLATED = frozenset({"bot", "fragments"})
_LIST_NAMES = frozenset({"items", "search", "count"})
_PAGE_NAMES = frozenset({"page", "pages", "target"})
_PARTS = frozenset({"anytime", ON_ENTER, ON_EXIT})
