"""What is said of a pager to its frozen value.

It knows how a pager is spelled, and nothing of what has the pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.listing import ON_A_PAGE
from engine.flow.model.paging import (
    ARROWS,
    IN_ROW,
    MOST_NUMBERS,
    Pager,
    PagerKind,
    PagerPart,
    TextPages,
)
from engine.flow.nodes import ListNode, MapNode
from engine.flow.reader import as_scalar, entries, text_of, whole_number

if TYPE_CHECKING:
    from engine.flow.nodes import Node
    from engine.flow.reader import Reader


def read_pager(reader: Reader, path: str, node: MapNode) -> Pager:
    """Read `pager`: the name of one, or a mapping; `path` is that of its labels."""
    written = node.entries.get("pager")
    if written is None:
        return ARROWS
    if not isinstance(written, MapNode):
        return Pager(kind=PagerKind(text_of(written)))
    known = written.entries
    labels = {
        part: reader.wording(f"{path}.{part.value}", known[part.value])
        for part in PagerPart
        if part.value in known
    }
    return Pager(
        kind=PagerKind(text_of(known["kind"])) if "kind" in known else PagerKind.NONE,
        labels=labels,
        columns=read_number(written, "columns") or IN_ROW,
        most=read_number(written, "most") or MOST_NUMBERS,
        position=written.position,
        turns={text_of(one): one.position for one in _listed(known.get("turns"))},
        layout=next((key for key in ("columns", "most") if key in known), ""),
        is_always="always" in known and as_scalar(known["always"]).value is True,
    )


def _listed(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, ListNode) else ()


def read_pages(reader: Reader, step: str, node: MapNode) -> TextPages | None:
    """Read `pages` of a text."""
    written = node.entries.get("pages")
    if not isinstance(written, MapNode):
        return None
    known = written.entries
    size = read_number(written, "page" if "of" in known else "characters")
    return TextPages(
        size=size or ON_A_PAGE,
        position=known["of"].position if "of" in known else written.position,
        listed=text_of(known["of"]) if "of" in known else None,
        pager=read_pager(reader, f"{step}.pages.pager", written),
    )


def read_number(node: Node | None, key: str) -> int | None:
    """Read the whole number under a key, if there is one."""
    found = entries(node).get(key)
    return None if found is None else whole_number(as_scalar(found))
