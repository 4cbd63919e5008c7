"""What `choose` says of searching and marking to its frozen values.

It knows how these are spelled, and nothing of the query or its items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.build_looks import read_looks
from engine.flow.model.choosing import MARK, Marking, Search, SearchBy
from engine.flow.nodes import MapNode, Node
from engine.flow.reader import as_scalar, entries, text_of, whole_number

if TYPE_CHECKING:
    from engine.flow.reader import Reader

_KINDS: Final = ("one", "many")


def read_search(reader: Reader, step: str, node: MapNode) -> Search | None:
    """Read `search: label`, `search: query`, or either with its words."""
    written = node.entries.get("search")
    if written is None:
        return None
    if not isinstance(written, MapNode):
        return Search(SearchBy(text_of(written)), written.position)
    by = written.entries["by"]
    return Search(
        SearchBy(text_of(by)),
        by.position,
        clear=reader.optional_wording(f"{step}.clear", written, "clear"),
        no_match=reader.optional_message(f"{step}.no_match", written, "no_match"),
    )


def read_marking(reader: Reader, step: str, node: MapNode) -> Marking | None:
    """Read `one` or `many` with what it says of marks."""
    kind = next((key for key in _KINDS if key in node.entries), None)
    if kind is None:
        return None
    written = node.entries[kind]
    marking = written if isinstance(written, MapNode) else node
    is_single = kind == "one"
    mark = entries(written).get("mark")
    return Marking(
        is_single=is_single,
        position=node.keys[kind].position,
        min=1 if is_single else _number(written, "min") or 0,
        max=1 if is_single else _number(written, "max"),
        chosen=reader.optional_code(marking, "chosen"),
        mark=text_of(entries(mark).get("text", mark)) if mark else MARK,
        looks=read_looks(reader, mark) if isinstance(mark, MapNode) else (),
        done=reader.optional_wording(f"{step}.done", marking, "done"),
        too_few=reader.optional_wording(f"{step}.too_few", marking, "too_few"),
        too_many=reader.optional_wording(f"{step}.too_many", marking, "too_many"),
    )


def _number(node: Node, key: str) -> int | None:
    found = entries(node).get(key)
    return None if found is None else whole_number(as_scalar(found))
