"""The keys of an invoice to the parts of its frozen value.

It knows how they are spelled, and nothing of what an invoice may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.flow.model.paying import Price, Tips
from engine.flow.nodes import ListNode, MapNode
from engine.flow.reader import entries, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.nodes import Node
    from engine.flow.reader import Reader


def build_pay(reader: Reader, name: str, node: MapNode) -> dict[str, Any]:
    """Read what an invoice has beyond a window, by the names of its value."""
    known = node.entries
    outcomes = known.get("outcomes")
    targets = {
        key: reader.target(f"{name}.outcomes.{key}", at) for key, at in entries(outcomes).items()
    }
    if isinstance(outcomes, MapNode):
        for key, target in targets.items():
            reader.spots.keys[target.position] = outcomes.keys[key].position
    return {
        "title": reader.wording(f"{name}.title", known["title"]),
        "button": reader.wording(f"{name}.button", known["button"]),
        "prices": tuple(_prices(reader, f"{name}.prices", known["pay"])),
        "save": reader.codes(node, "save"),
        "about": reader.optional_code(node, "about"),
        "command": reader.optional_code(node, "check"),
        "outcomes": targets,
        "needs": tuple(texts_of(known["need"])) if "need" in known else (),
        "tips": _tips(reader, known.get("tips")),
        "photo": reader.optional_wording(f"{name}.photo", node, "photo"),
    }


def _prices(reader: Reader, path: str, written: Node) -> Iterator[Price]:
    if not isinstance(written, ListNode):
        yield Price(reader.code(written))
        return
    for number, line in enumerate(written.items, 1):
        if isinstance(line, MapNode):
            text = reader.wording(f"{path}.{number}", line.entries["text"])
            yield Price(reader.code(line.entries["amount"]), text)


def _tips(reader: Reader, node: Node | None) -> Tips | None:
    if not isinstance(node, MapNode):
        return None
    listed = node.entries.get("suggest")
    suggested = listed.items if isinstance(listed, ListNode) else ()
    return Tips(reader.code(node.entries["max"]), tuple(map(reader.code, suggested)))
