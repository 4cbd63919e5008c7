"""Labels have no tags and no entities: Telegram shows them as they are written.

It looks at what is written around expressions, whose values are shown as they are, too.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from engine.flow.html import TAGS
from engine.flow.plain_texts import label_wordings
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.written import Wording


def check_html_label(draft: BotDraft) -> Iterator[Problem]:
    """Report the first sign of HTML in each label."""
    for flow_draft in draft.flows.values():
        yield from _find_html(draft, label_wordings(flow_draft.flow), "a label")


def check_html_sentence(draft: BotDraft) -> Iterator[Problem]:
    """Report the first sign of HTML in each sentence of the bot, and in what it says of itself."""
    if draft.file:
        yield from _find_html(draft, draft.file.plain_wordings, "a sentence of the bot")


def _find_html(draft: BotDraft, wordings: Iterable[Wording], kind: str) -> Iterator[Problem]:
    for wording in wordings:
        for text in draft.texts_of(wording):
            if found := _HTML.search(text.text):
                sign = found[0]
                mend = "leave it out" if sign.startswith("<") else f'write "{unescape(sign)}"'
                message = f'"{sign}" is shown as it is written: {kind} is no HTML; {mend}'
                place = draft.spots.place(text.position, found.start(), len(sign))
                yield Problem(place, "html-label", message)


_HTML: Final = re.compile(
    rf"&(?:amp|lt|gt|quot|apos|nbsp|#\d{{1,6}}|#x[0-9a-fA-F]{{1,5}});|</?(?:{'|'.join(sorted(TAGS))}|br|p)(?:\s[^<>]*)?/?>"
)
