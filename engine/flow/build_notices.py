"""The words of notices out of bot.yaml.

It knows nothing of which notices there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.build_asides import read_aside
from engine.flow.build_manner import read_general_manner
from engine.flow.model.asides import ASIDE_KEYS
from engine.flow.model.notices import NoticeButton, NoticeWords
from engine.flow.nodes import ListNode, MapNode
from engine.flow.reader import entries, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.model.written import Wording
    from engine.flow.nodes import Node
    from engine.flow.reader import Reader


def build_notices(reader: Reader, root: MapNode) -> Mapping[str, NoticeWords]:
    """Read `notices` of a bot.yaml that has the right shape."""
    group = root.entries.get("notices")
    if not isinstance(group, MapNode):
        return {}
    return {
        name: NoticeWords(
            name,
            group.keys[name].position,
            _text(reader, name, node),
            tuple(_buttons(reader, f"notices.{name}.buttons", entries(node).get("buttons"))),
            read_general_manner(node),
        )
        for name, node in group.entries.items()
    }


def _text(reader: Reader, name: str, node: Node) -> Wording:
    """Read the text of a notice, which may say for itself how it is written."""
    known = entries(node)
    reader.step_format = text_of(known["format"]) if "format" in known else None
    text = reader.message(f"notices.{name}.text", known["text"])
    reader.step_format = None
    return text


def _buttons(reader: Reader, path: str, node: Node | None) -> Iterator[NoticeButton]:
    for row, item in enumerate(node.items if isinstance(node, ListNode) else ()):
        for inner in item.items if isinstance(item, ListNode) else (item,):
            if isinstance(inner, MapNode):
                yield _button(reader, path, inner, row)


def _button(reader: Reader, path: str, node: MapNode, row: int) -> NoticeButton:
    known = node.entries
    start = text_of(known["start"]) if "start" in known else None
    main = "start" if start else next(key for key in ASIDE_KEYS if key in known)
    name = text_of(known["id"]) if "id" in known else start or main
    return NoticeButton(
        text=reader.wording(f"{path}.{name}", node),
        position=known[main].position,
        row=row,
        start=start,
        arguments=reader.codes(node, "with"),
        aside=read_aside(reader, f"{path}.{name}", node),
    )
