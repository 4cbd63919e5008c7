"""Every translation is of a text that is there.

It keeps silent about flows that could not be read.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING

from engine.flow.parts import aside_wordings, flow_wordings, media_wordings
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_translation(draft: BotDraft) -> Iterator[Problem]:
    """Report each translation of nothing."""
    if draft.file is None:
        return
    bot = draft.file
    others = [
        texts
        for locale, texts in draft.translations.items()
        if locale in bot.locales and locale != bot.locale
    ]
    known = _known_paths(draft) if others else frozenset()
    for texts in others:
        for path, node in texts.items():
            listed = _WORDS.sub(r"\1.1", path)  # a language may have more words for one line
            if listed not in known and not draft.is_unread(path):
                message = f'there is no text "{path}" to translate; {_hint(path, known)}'
                yield Problem(node.position, "unknown-translation", message)


def _known_paths(draft: BotDraft) -> frozenset[str]:
    known = {one.path for flow in draft.flows.values() for one in flow_wordings(flow.flow)}
    known |= {one.path for flow in draft.flows.values() for one in media_wordings(flow.flow)}
    known |= {one.path for flow in draft.flows.values() for one in aside_wordings(flow.flow)}
    if draft.file:
        asides = (words.aside_wordings for words in draft.file.notices.values())
        known |= {one.path for one in (*draft.file.wordings, *chain.from_iterable(asides))}
    return frozenset(known | set(draft.spots.texts.values()))


def _hint(path: str, known: frozenset[str]) -> str:
    """Suggest a text of the same flow, or of all flows when there is none such: comparing with each takes its time."""
    prefix = path.partition(".")[0] + "."
    near = [one for one in known if one.startswith(prefix)] or known
    close = get_close_matches(path, sorted(near), n=1, cutoff=0.8)
    return f'did you mean "{close[0]}"?' if close else "remove it"


_WORDS = re.compile(r"(\.anytime\.[^.]+\.words)\.[0-9]+$")
