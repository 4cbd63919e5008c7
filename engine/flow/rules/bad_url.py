"""The address of a button or a preview is one that Telegram opens, and no value decides to whom it leads.

It does not open addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.addresses import find_free_beginning
from engine.flow.model.asides import Aside, AsideKind
from engine.flow.model.windows import WindowStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_bad_url(draft: BotDraft) -> Iterator[Problem]:
    """Report each address that is neither a web address nor one of Telegram, in any language."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            for button in step.buttons if isinstance(step, WindowStep) else ():
                yield from _check(draft, button.aside)
            preview = step.manner.preview if isinstance(step, WindowStep) else None
            if preview and preview.url:
                yield from _check(draft, Aside(kind=AsideKind.URL, text=preview.url))


def check_bad_notice_url(draft: BotDraft) -> Iterator[Problem]:
    """Report the same of the buttons of notices."""
    for words in draft.file.notices.values() if draft.file else ():
        for button in words.buttons:
            yield from _check(draft, button.aside)


_SECURE: Final = {AsideKind.WEB_APP: "a web app", AsideKind.LOGIN: "a login"}
"""What Telegram opens over https alone."""


def _check(draft: BotDraft, aside: Aside | None) -> Iterator[Problem]:
    if aside is None or not aside.is_address:
        return
    is_secure = aside.kind in _SECURE
    for text in draft.texts_of(aside.text):
        free = find_free_beginning(text.text, is_secure=is_secure)
        if free is not None:
            yield Problem(text.position, "bad-url", _say(text.text, free, aside))


def _say(text: str, free: str, aside: Aside) -> str:
    if aside.kind in _SECURE and find_free_beginning(text) is None:
        return f'"{text}" is not opened as {_SECURE[aside.kind]}; begin it with "https://"'
    if "{" not in text:
        return f'"{text}" is not a web address; begin it with "https://"'
    if not free:
        return 'a value decides where this address leads; write its beginning, such as "https://example.com/", and put values behind'
    return f'a value stands behind "{free}", where the name of the site is; write that name out, as in "https://example.com/"'
