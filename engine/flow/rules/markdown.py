"""Texts are HTML: what Markdown would make bold, or a link, is shown with its signs.

It looks at what is written around expressions and tags, and not into code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.flow.plain_texts import label_wordings, message_wordings
from engine.flow.problems import Problem
from engine.flow.template_source import MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.written import Wording


def check_markdown(draft: BotDraft) -> Iterator[Problem]:
    """Report what was meant to be formatted in another way than texts are."""
    for flow_draft in draft.flows.values():
        flow = flow_draft.flow
        for wording in (one for one in message_wordings(flow) if not one.is_markdown):
            for text in draft.texts_of(wording):
                for start, end, meant in _find_markdown(text.text):
                    sign = text.text[start:end]
                    message = f'"{sign}" is shown with its signs: texts are HTML, and no Markdown; write {meant}'
                    place = draft.spots.place(text.position, start, end - start)
                    yield Problem(place, "markdown", message)
        yield from _find_marks(draft, label_wordings(flow), "labels")


def check_markdown_sentence(draft: BotDraft) -> Iterator[Problem]:
    """Report what was meant to be formatted in the sentences of the bot, and in what it says of itself."""
    if draft.file:
        plain = (one for one in draft.file.wordings if not one.is_markdown)
        yield from _find_marks(draft, plain, "sentences of the bot")


def _find_marks(draft: BotDraft, wordings: Iterable[Wording], kind: str) -> Iterator[Problem]:
    for wording in wordings:
        for text in draft.texts_of(wording):
            for start, end, _ in _find_markdown(text.text, _MARKED):
                message = f'"{text.text[start:end]}" is shown with its signs: {kind} cannot be formatted; leave them out'
                place = draft.spots.place(text.position, start, end - start)
                yield Problem(place, "markdown", message)


_OPAQUE: Final = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<(code|pre)\b.*?</\1>|<[a-zA-Z/][^<>]*>", re.DOTALL
)
_MARKED: Final = re.compile(
    r"(?<![\w*])\*\*(?=[^\s*])(?P<b>[^*\n]+?)(?<=\S)\*\*(?![\w*])"
    r"|(?<![\w_/])__(?=[^\s_])(?P<b2>[^_\n]+?)(?<=\S)__(?![\w_])"
    r"|(?<![\w~])~~(?=[^\s~])(?P<s>[^~\n]+?)(?<=\S)~~(?![\w~])"
)
_MARKDOWN: Final = re.compile(
    _MARKED.pattern + r"|\[(?P<words>[^\[\]\n]+)\]\((?P<link>(?:https?|tg|mailto):[^)\s]+|\x00+)\)"
    r"|(?<![\w*/])\*(?=[^\s*])(?P<b3>[^*\n]+?)(?<=\S)\*(?![\w*])"
    r"|(?<![\w_/])_(?=[^\s_])(?P<i>[^_\n]+?)(?<=\S)_(?![\w_])"
    r"|(?<!`)`(?=[^\s`])(?P<code>[^`\n]+?)`(?!`)"
)


def _find_markdown(
    text: str, pattern: re.Pattern[str] = _MARKDOWN
) -> Iterator[tuple[int, int, str]]:
    """Give where something in Markdown begins and ends, with the HTML that it stands for."""
    if len(text) > MOST_CHARACTERS or not any(sign in text for sign in "*_`~["):
        return
    clear = _OPAQUE.sub(lambda found: "\x00" * len(found[0]), text)
    for found in pattern.finditer(clear):
        kind = found.lastgroup or ""
        within = text[found.start(kind) : found.end(kind)]
        if kind == "link":
            words = text[found.start("words") : found.end("words")]
            meant = f'<a href="{within}">{words}</a>'
        else:
            tag = kind.rstrip("23")
            meant = f"<{tag}>{within}</{tag}>"
        yield found.start(), found.end(), meant
