"""Every translation is of a text that is there.

It keeps silent about flows that could not be read.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from engine.flow.parts import flow_wordings, media_wordings
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_translation(draft: BotDraft) -> Iterator[Problem]:
    """Report each translation of nothing."""
    if draft.file is None:
        return
    known = {one.path for flow in draft.flows.values() for one in flow_wordings(flow.flow)}
    known |= {one.path for flow in draft.flows.values() for one in media_wordings(flow.flow)}
    known |= {one.path for one in draft.file.messages.values()}
    known |= set(draft.spots.texts.values())
    for locale, texts in draft.translations.items():
        if locale not in draft.file.locales or locale == draft.file.locale:
            continue
        for path, node in texts.items():
            if path not in known and not draft.is_unread(path):
                close = get_close_matches(path, sorted(known), n=1, cutoff=0.8)
                hint = f'did you mean "{close[0]}"?' if close else "remove it"
                message = f'there is no text "{path}" to translate; {hint}'
                yield Problem(node.position, "unknown-translation", message)
