"""The lines of `anytime` to their frozen values: commands and words, the error, and what nothing else takes.

It knows their keys; where they hold is decided later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.anytime import Anytime, Interruption, Unknown
from engine.flow.nodes import ListNode, MapNode, Node
from engine.flow.reader import entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.model.written import Wording
    from engine.flow.reader import Reader
    from engine.flow.shape import Shape

_OWN = ("error", "unknown")


def build_anytime(reader: Reader, root: MapNode, shape: Shape) -> Anytime:
    """Make the model of every line of the right shape."""
    written = root.entries.get("anytime")
    known = {
        key: node for key, node in entries(written).items() if not shape.spoils("anytime", key)
    }
    found = {}
    for key, node in known.items():
        if key not in _OWN and isinstance(node, MapNode) and isinstance(written, MapNode):
            found[key] = _interruption(reader, key, written, node)
    error, unknown = known.get("error"), known.get("unknown")
    return Anytime(
        entries=found,
        on_error=reader.target("anytime.error.say", error) if error else None,
        on_unknown=_unknown(reader, unknown) if isinstance(unknown, MapNode) else None,
    )


def _interruption(reader: Reader, key: str, written: MapNode, node: MapNode) -> Interruption:
    path = f"anytime.{key.removeprefix('/')}"
    return Interruption(
        label=key,
        position=written.keys[key].position,
        go=reader.beside(f"{path}.say", node),
        run=reader.call(node) if "run" in node.entries else None,
        words=tuple(_words(reader, f"{path}.words", node.entries.get("words"))),
        confirm=reader.optional_message(f"{path}.confirm", node, "confirm"),
    )


def _words(reader: Reader, path: str, node: Node | None) -> Iterator[Wording]:
    items = node.items if isinstance(node, ListNode) else (node,) if node else ()
    for number, item in enumerate(items, 1):
        yield reader.wording(f"{path}.{number}", item)


def _unknown(reader: Reader, node: MapNode) -> Unknown:
    path = "anytime.unknown.say"
    go = reader.beside(path, node)
    return Unknown(
        position=node.position,
        say=None if go else reader.optional_message(path, node, "say"),
        go=go,
        run=reader.call(node) if "run" in node.entries else None,
    )
