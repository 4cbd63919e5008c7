"""The words by which people interrupt a flow, in each language, as they are compared.

It does not know what a word leads to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.model.anytime import Interruption
    from engine.flow.model.flow import Flow
    from engine.flow.nodes import ScalarNode
    from engine.flow.problems import Position

type SpokenWords = Mapping[str, Mapping[str, str]]
"""By language and folded word, the label of the line it belongs to."""


def fold(text: str) -> str:
    """Give a message as words are compared: in one case, with single spaces."""
    return " ".join(text.split()).casefold()


def spoken_words(
    flow: Flow, locale: str, translations: Mapping[str, Mapping[str, ScalarNode]]
) -> SpokenWords:
    """Give the words of a flow in its own language and in those it is translated to; its own lines come before inherited ones."""
    lines = sorted(flow.anytime.values(), key=lambda entry: not entry.inherited)
    spoken: dict[str, dict[str, str]] = {}
    for one, texts in ((locale, None), *translations.items()):
        words = spoken.setdefault(one, {})
        for entry in lines:
            words.update((fold(text), entry.label) for text, _ in words_of(entry, texts))
    return spoken


def words_of(
    entry: Interruption, texts: Mapping[str, ScalarNode] | None
) -> Iterator[tuple[str, Position]]:
    """Give the words of a line with their places: as the flow has them, or as translated, which may be more or fewer."""
    if texts is None or not entry.words:
        yield from ((word.text, word.position) for word in entry.words if texts is None)
        return
    base = entry.words[0].path.removesuffix(".1")
    number = 1
    while found := texts.get(f"{base}.{number}"):
        yield found.text, found.position
        number += 1
