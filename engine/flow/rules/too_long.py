"""Texts fit into a message, and button labels on a button.

It counts texts without expressions exactly, and of others only what is written around them.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final

from engine.flow.model.choosing import ChooseStep
from engine.flow.model.flow import EntryKind
from engine.flow.model.paying import PayStep
from engine.flow.model.windows import WindowStep
from engine.flow.parts import anytime_toasts, flow_wordings, step_labels, step_toasts, window_texts
from engine.flow.problems import Problem
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.written import Wording
    from engine.flow.nodes import ScalarNode


def check_too_long(draft: BotDraft) -> Iterator[Problem]:
    """Report each text that is too long whatever its expressions give."""
    for flow_draft in draft.flows.values():
        flow = flow_draft.flow
        places = {
            path: place
            for step in flow.steps.values()
            if isinstance(step, WindowStep)
            for path, place in _places(step)
        }
        places |= {
            entry.text.path: _Place.COMMAND
            for entry in flow.start
            if entry.text and entry.kind is EntryKind.COMMAND
        }
        places |= {
            (entry.text or flow.title).path: _Place.BUTTON
            for entry in flow.start
            if entry.kind is EntryKind.MENU
        }
        toasts = (one for step in flow.steps.values() for one in step_toasts(step))
        places |= {one.path: _Place.ANSWER for one in (*toasts, *anytime_toasts(flow))}
        for wording in flow_wordings(flow):
            place = places.get(wording.path, _Place.MESSAGE)
            for text in draft.texts_of(wording):
                yield from _check(text, place)


def check_long_messages(draft: BotDraft) -> Iterator[Problem]:
    """Report each sentence of the bot that is too long whatever its expressions give."""
    for name, wording in draft.file.messages.items() if draft.file else ():
        for text in draft.texts_of(wording):
            yield from _check(text, _OF_THE_BOT.get(name, _Place.MESSAGE))


class _Place(Enum):
    """Where a text is shown: its name, and how many UTF-16 units it can have there."""

    MESSAGE = ("text", 4096)
    PAGES = ("text in pages", 8192)
    CAPTION = ("text under media", 1024)
    BUTTON = ("button label", 64)
    ANSWER = ("answer to a press", 200)
    COMMAND = ("description of a command", 256)
    TITLE = ("title of an invoice", 32)
    INVOICE = ("description of an invoice", 255)


_OF_THE_BOT: Final = {
    **dict.fromkeys(
        ("next_page", "previous_page", "proceed", "clear_search", "yes", "no"), _Place.BUTTON
    ),
    **dict.fromkeys(
        ("old_button", "not_yours", "error", "too_few", "too_many", "slow_down"), _Place.ANSWER
    ),
}
"""Where the sentences of the bot are shown that are no messages; one of an error may be either."""


def _places(step: WindowStep) -> Iterator[tuple[str, _Place]]:
    labels = list(step_labels(step))
    answers: list[Wording | None] = []
    if isinstance(step, ChooseStep):
        search, marking = step.search, step.marking
        labels += [
            one for one in (step.group, search and search.clear, marking and marking.done) if one
        ]
        answers = [marking.too_few, marking.too_many] if marking else []
    if step.media:
        yield from ((text.path, _Place.CAPTION) for text in window_texts(step))
    if step.pages and not step.pages.listed:
        yield step.text.path, _Place.PAGES
    if isinstance(step, PayStep):
        labels += step.wordings
    yield from ((label.path, _Place.BUTTON) for label in labels)
    if isinstance(step, PayStep):
        yield step.text.path, _Place.INVOICE
        yield step.title.path, _Place.TITLE
    yield from ((answer.path, _Place.ANSWER) for answer in answers if answer)


_FORMATTED = (_Place.MESSAGE, _Place.PAGES, _Place.CAPTION)
_MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>")


def _check(written: Wording | ScalarNode, place: _Place) -> Iterator[Problem]:
    text = written.text
    if "{%" in text:
        return
    certain = _MARKUP.sub("", text)
    what, most = place.value
    units = utf16_length(_TAGS.sub("", certain) if place in _FORMATTED else certain)
    if units > most:
        message = f"the {what} has {units} characters as Telegram counts them; at most {most} can be shown, so shorten it"
        yield Problem(written.position, "too-long", message)
