"""What a window, or bot.yaml, says of how messages reach people, to its frozen value.

It knows the spelling, and nothing of Telegram.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.manner import EFFECTS, PLAIN, Manner, Preview, PreviewSize
from engine.flow.model.media import ALBUM, WITHOUT_TEXT
from engine.flow.nodes import MapNode
from engine.flow.reader import as_scalar, text_of

if TYPE_CHECKING:
    from engine.flow.nodes import Node
    from engine.flow.reader import Reader


def read_manner(reader: Reader, step: str, node: MapNode) -> Manner:
    """Read `preview`, `protect`, `silent` and `effect` of a window."""
    effect = node.entries.get("effect")
    return Manner(
        preview=_preview(reader, step, node),
        protected=_flag(node, "protect"),
        silent=_flag(node, "silent"),
        effect=_effect(text_of(effect)) if effect else None,
    )


def read_general_manner(node: Node | None) -> Manner:
    """Read `defaults` of bot.yaml, or what a notice says; of previews they say a word."""
    if not isinstance(node, MapNode):
        return PLAIN
    word, effect = node.entries.get("preview"), node.entries.get("effect")
    return Manner(
        preview=_preview_of_word(text_of(word)) if word else None,
        protected=_flag(node, "protect"),
        silent=_flag(node, "silent"),
        effect=_effect(text_of(effect)) if effect else None,
    )


def _preview(reader: Reader, step: str, node: MapNode) -> Preview | None:
    written = node.entries.get("preview")
    if written is None:
        return None
    if _has_caption(node.entries.get("media")):
        message = f'step "{step}" has both "media" and "preview", and a text under media has no preview; keep one'
        reader.report(node.keys["preview"].position, "conflicting-keys", message)
    if not isinstance(written, MapNode):
        return _preview_of_word(text_of(written))
    size = written.entries.get("size")
    return Preview(
        is_above=_flag(written, "above") is True,
        url=reader.wording(f"{step}.preview", written.entries["url"]),
        size=PreviewSize(text_of(size)) if size else None,
    )


def _has_caption(media: Node | None) -> bool:
    """Tell whether the text of a window stands under media, where Telegram previews no link."""
    without = {ALBUM, *(kind.value for kind in WITHOUT_TEXT)}
    return isinstance(media, MapNode) and without.isdisjoint(media.entries)


def _preview_of_word(word: str) -> Preview:
    return Preview(is_off=word == "off", is_above=word == "above")


def _effect(written: str) -> str:
    """Give the id of an effect that is named by its emoji, with or without the sign that colours it."""
    return EFFECTS.get(written.rstrip("\ufe0f"), written)


def _flag(node: MapNode, key: str) -> bool | None:
    found = node.entries.get(key)
    return None if found is None else as_scalar(found).value is True
