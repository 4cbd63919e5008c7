"""Every message and label shows something, whichever way its conditions turn out.

It takes it that an expression gives something, and that a loop may go no round.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.flow.model.asides import AsideKind
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.windows import WindowStep
from engine.flow.parts import step_labels
from engine.flow.problems import Problem
from engine.flow.template_source import If, Literal, Output, parse_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.flow.draft import BotDraft
    from engine.flow.model.written import Wording
    from engine.flow.template_source import Node


def check_empty_text(draft: BotDraft) -> Iterator[Problem]:
    """Report each text that can come out empty: Telegram refuses it, and the person would see nothing."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            for wording in _shown(step) if isinstance(step, WindowStep) else ():
                for text in draft.texts_of(wording):
                    if _can_be_empty(text.text):
                        message = "the text can come out empty, which Telegram refuses; write something that is always shown"
                        yield Problem(text.position, "empty-text", message)


_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>")


def _shown(step: WindowStep) -> Iterator[Wording]:
    yield step.text
    yield from step_labels(step)
    asides = (button.aside for button in step.buttons)
    yield from (one.text for one in asides if one and one.kind is AsideKind.COPY)
    if isinstance(step, ChooseStep):
        yield step.button
        search, marking = step.search, step.marking
        words = [step.empty.text] if step.empty else []
        words += [search.clear, search.no_match] if search else []
        words += [marking.done, marking.too_few, marking.too_many] if marking else []
        yield from (wording for wording in words if wording)


def _can_be_empty(text: str) -> bool:
    if "{%" not in text and "{#" not in text:
        return "{{" not in text and not _is_something(Literal(text, 0))
    if _is_something(Literal(text.partition("{")[0], 0)):
        return False
    nodes, faults = parse_template(text)
    return not faults and not _shows_something(nodes)


def _shows_something(nodes: Sequence[Node]) -> bool:
    return any(_is_something(node) for node in nodes)


def _is_something(node: Node) -> bool:
    match node:
        case Literal(text=text):
            return bool(_TAGS.sub("", text).strip())
        case Output():
            return True
        case If(branches=branches):
            return node.has_else and all(_shows_something(branch.body) for branch in branches)
        case _:
            return False
