"""What a key or an answer says means that, and no line of anytime, which would come first.

It compares labels as written, and answers that are listed one by one: by `allow`, or by a pattern of nothing but words.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

from engine.flow.expression.conclusions import Declared, conclude
from engine.flow.expression.state import NOTHING_KNOWN
from engine.flow.model.asking import AskStep
from engine.flow.model.windows import WindowStep
from engine.flow.parts import key_labels
from engine.flow.problems import Problem
from engine.flow.spoken import fold, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.flow.draft import BotDraft
    from engine.flow.model.anytime import Interruption
    from engine.flow.model.flow import Flow
    from engine.flow.model.windows import Button
    from engine.flow.nodes import ScalarNode
    from engine.flow.problems import Position

type _Texts = Mapping[str, ScalarNode] | None
type _Words = Mapping[str, tuple[Interruption, Position]]

_LISTED: Final = re.compile(r"\(?(?:\?:)?([\w -]+(?:\|[\w -]+)*)\)?\Z")


def check_taken_word(draft: BotDraft) -> Iterator[Problem]:
    """Report each key and answer that a line of anytime takes for a word of its own, in any language."""
    for flow_draft in draft.flows.values():
        found = (_check(flow_draft.flow, texts) for texts in (None, *draft.translations.values()))
        yield from _once(chain.from_iterable(found) if flow_draft.flow.anytime else ())


def check_taken_questions(draft: BotDraft) -> Iterator[Problem]:
    """Report the same of the bot's yes and no, which answer the questions of anytime."""
    for flow_draft in draft.flows.values():
        flow = flow_draft.flow
        if any(entry.confirm for entry in flow.anytime.values()):
            languages = (None, *draft.translations.values())
            found = (_taken_questions(draft, _words(flow, texts), texts) for texts in languages)
            yield from _once(chain.from_iterable(found))


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    told: set[tuple[Position, str]] = set()
    for problem in problems:
        if (problem.position, problem.message) not in told:
            told.add((problem.position, problem.message))
            yield problem


def _check(flow: Flow, texts: _Texts) -> Iterator[Problem]:
    words = _words(flow, texts)
    for step in flow.steps.values() if words else ():
        if isinstance(step, WindowStep) and step.keyboard and not step.keyboard.is_reply:
            yield from _taken_keys(step, words, texts)
        if isinstance(step, AskStep):
            yield from _taken_answers(step, words)


def _words(flow: Flow, texts: _Texts) -> _Words:
    """Give the lines by their folded words; the flow's own come before those of the bot."""
    lines = sorted(flow.anytime.values(), key=lambda one: not one.inherited)
    return {
        fold(word): (entry, place)
        for entry in reversed(lines)
        for word, place in words_of(entry, texts)
    }


def _taken_keys(step: WindowStep, words: _Words, texts: _Texts) -> Iterator[Problem]:
    targets = {one.text.path: one for one in step.buttons}
    for wording in key_labels(step):
        written = wording if texts is None else texts.get(wording.path)
        found = words.get(fold(written.text)) if written else None
        button = targets.get(wording.path)
        if written is None or found is None or (button and _does_as(button, found[0])):
            continue
        message = f'the key "{written.text}" sends a word of "{found[0].label}" in anytime, which comes first; write another label'
        yield Problem(written.position, "taken-word", message, _related(found))


def _does_as(button: Button, line: Interruption) -> bool:
    """Tell whether a line does what a key does."""
    if button.go is None or line.go is None or line.confirm or button.save:
        return False
    return button.go.step == line.go.step


def _taken_answers(step: AskStep, words: _Words) -> Iterator[Problem]:
    for answer in _listed_answers(step):
        if found := words.get(fold(answer)):
            place = step.allow.position if step.allow else step.keys.get("pattern", step.position)
            message = (
                f'the answer "{answer}" is a word of "{found[0].label}" in anytime, which comes first, '
                "so that nobody can give it; choose another for one of them"
            )
            yield Problem(place, "taken-word", message, _related(found))


def _listed_answers(step: AskStep) -> tuple[str, ...]:
    """Give the answers that are told one by one; none where there are others."""
    if step.type != "text":
        return ()
    if step.allow:
        state = conclude(step.allow.text, NOTHING_KNOWN, Declared({}), holds=True)
        known = state.paths.get("it") if state else None
        if known and known.values:
            return tuple(sorted(one for one in known.values if isinstance(one, str)))
    listed = _LISTED.match(step.pattern) if step.pattern else None
    return tuple(dict.fromkeys(listed[1].split("|"))) if listed else ()


def _taken_questions(draft: BotDraft, words: _Words, texts: _Texts) -> Iterator[Problem]:
    for name in ("yes", "no"):
        wording = draft.file.messages.get(name) if draft.file else None
        written = texts.get(wording.path) if wording and texts is not None else wording
        found = words.get(fold(written.text)) if written else None
        if written and found:
            message = (
                f'"{written.text}" answers the questions of anytime, and is a word of "{found[0].label}", '
                "which comes first; choose another word"
            )
            yield Problem(
                found[1], "taken-word", message, ((written.position, "the answer is here"),)
            )


def _related(found: tuple[Interruption, Position]) -> tuple[tuple[Position, str]]:
    return ((found[1], "the word is here"),)
