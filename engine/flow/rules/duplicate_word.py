"""No two lines of anytime are meant by one word, and every word is one that somebody can send.

It does not ask whether a key or an answer is the same word, which another check tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.problems import Problem
from engine.flow.spoken import fold, words_of
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.draft import BotDraft
    from engine.flow.model.anytime import Interruption
    from engine.flow.model.flow import Flow
    from engine.flow.nodes import ScalarNode
    from engine.flow.problems import Position

LONGEST_WORD: Final = 64
"""Words of a line of anytime, in UTF-16 units: longer ones nobody sends as they are written."""


def check_duplicate_word(draft: BotDraft) -> Iterator[Problem]:
    """Report each word that is claimed twice in a language, and those that are a command or too long."""
    for flow_draft in draft.flows.values():
        yield from _check(flow_draft.flow, None)
        for texts in draft.translations.values():
            yield from _check(flow_draft.flow, texts)


def _check(flow: Flow, texts: Mapping[str, ScalarNode] | None) -> Iterator[Problem]:
    claimed: dict[str, tuple[Interruption, Position]] = {}
    for entry in flow.anytime.values():
        for word, place in words_of(entry, texts):
            if reason := _refuse(word):
                yield Problem(place, "duplicate-word", reason)
                continue
            first = claimed.setdefault(fold(word), (entry, place))
            if first[1] != place and first[0].inherited == entry.inherited:
                message = f'the word "{word}" already means "{first[0].label}"; choose another'
                related = ((first[1], "it is claimed here first"),)
                yield Problem(place, "duplicate-word", message, related)


def _refuse(word: str) -> str:
    if word.startswith("/"):
        return f'the word "{word}" is a command; make it a line of its own'
    if "\n" in word or not word.strip() or utf16_length(word) > LONGEST_WORD:
        return f"a word is 1 to {LONGEST_WORD} characters on one line"
    return ""
