"""Texts fit into a message, and button labels on a button.

It counts texts without expressions exactly, and of others only what is written around them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.flow.model import WindowStep
from engine.flow.parts import flow_wordings
from engine.flow.problems import Position, Problem
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_too_long(draft: BotDraft) -> Iterator[Problem]:
    """Report each text that is too long whatever its expressions give."""
    for flow_draft in draft.flows.values():
        flow = flow_draft.flow
        labels = {
            button.text.path
            for step in flow.steps.values()
            if isinstance(step, WindowStep)
            for button in step.buttons
        }
        for wording in flow_wordings(flow):
            texts = [(wording.text, wording.position)]
            texts += [
                (found.text, found.position)
                for translated in draft.translations.values()
                if (found := translated.get(wording.path))
            ]
            for text, place in texts:
                yield from _check(text, place, is_label=wording.path in labels)


_IN_MESSAGE = 4096
_ON_BUTTON = 64
_MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>")


def _check(text: str, place: Position, *, is_label: bool) -> Iterator[Problem]:
    certain = _MARKUP.sub("", text)
    if "{%" in text:
        return
    units = utf16_length(certain if is_label else _TAGS.sub("", certain))
    most = _ON_BUTTON if is_label else _IN_MESSAGE
    if units > most:
        what = "button label" if is_label else "text"
        message = f"the {what} has {units} UTF-16 units; at most {most} can be shown, so shorten it"
        yield Problem(place, "too-long", message)
