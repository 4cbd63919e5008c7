"""The address of a button is one that Telegram opens, and no value decides to whom it leads.

It does not open addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.addresses import find_free_beginning
from engine.flow.model.windows import WindowStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.written import Wording
    from engine.flow.problems import Position


def check_bad_url(draft: BotDraft) -> Iterator[Problem]:
    """Report each address that is neither a web address nor one of Telegram, in any language."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            for button in step.buttons if isinstance(step, WindowStep) else ():
                for text, position in _written(draft, button.url):
                    free = find_free_beginning(text)
                    if free is not None:
                        yield Problem(position, "bad-url", _say(text, free))


def _written(draft: BotDraft, url: Wording | None) -> Iterator[tuple[str, Position]]:
    if url is None:
        return
    yield url.text, url.position
    for translated in draft.translations.values():
        if found := translated.get(url.path):
            yield found.text, found.position


def _say(text: str, free: str) -> str:
    if "{" not in text:
        return f'"{text}" is not a web address; begin it with "https://"'
    if not free:
        return 'a value decides where this address leads; write its beginning, such as "https://example.com/", and put values behind'
    return f'a value stands behind "{free}", where the name of the site is; write that name out, as in "https://example.com/"'
