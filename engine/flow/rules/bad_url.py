"""The address of a button is one that Telegram opens.

It looks only at addresses without expressions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.flow.model import WindowStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_bad_url(draft: BotDraft) -> Iterator[Problem]:
    """Report each address that is neither a web address nor one of Telegram."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            for button in step.buttons if isinstance(step, WindowStep) else ():
                url = button.url
                if url and "{{" not in url.text and not _URL.fullmatch(url.text):
                    message = f'"{url.text}" is not a web address; begin it with "https://"'
                    yield Problem(url.position, "bad-url", message)


_URL = re.compile(r"(?:https?://[^\s/.]+\.[^\s]+|tg://\S+)")
