"""A file in its canonical form: two spaces for each level, short collections in brackets, every comment where it belongs.

It knows YAML's syntax; what each place asks for is told by `Place`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.formatting.comments import Comment, outline
from engine.flow.formatting.order import ITEM, Place, kind_of_file
from engine.flow.formatting.scalars import literal_lines, write_key, write_scalar
from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode, Style
from engine.flow.source import read_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.flow.formatting.comments import Collection, Entry
    from engine.flow.problems import Problem

WIDTH: Final = 100
"""Columns in which a collection in brackets must fit."""


class FormattingError(Exception):
    """A file would say something else in its canonical form, which is a fault of this program."""


def format_source(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """Give the canonical form of a file; one that cannot be read stays as it is, with its problems.

    Raises:
        FormattingError: what was written does not say the same.
    """
    source = read_source(path, text)
    if source.problems or not isinstance(source.root, MapNode | ListNode):
        return text, source.problems
    written = _write(source.root, Place(kind_of_file(path)))
    again = read_source(path, written)
    if again.problems or again.root is None or not _is_same(source.root, again.root):
        raise FormattingError(f'"{path}" would say something else')
    return written, ()


def _write(root: MapNode | ListNode, place: Place) -> str:
    made = outline(root)
    lines: list[str] = []
    for comment in made.header:
        _add_comment(lines, comment)
    if made.root.entries and made.root.entries[0].blank:
        made.root.entries[0].blank = False
        lines += [""] if lines else []
    lines += _block(made.root, place, 0)
    return "\n".join(lines).rstrip("\n") + "\n"


def _block(collection: Collection, place: Place, indent: int) -> list[str]:
    """Give the lines of a collection without brackets, their own indentation not yet before them."""
    lines: list[str] = []
    for entry in _ordered(collection, place):
        here = place.at(entry.key.text if entry.key else ITEM)
        body = _entry(entry, here, indent)
        if lines and (here.is_apart or _blank_above(entry)):
            lines.append("")
        for comment in entry.above:
            _add_comment(lines, comment)
        if entry.above and entry.blank:
            lines.append("")
        lines += body
    for comment in collection.below:
        _add_comment(lines, comment)
    return lines or (["{}"] if isinstance(collection.node, MapNode) else ["[]"])


def _blank_above(entry: Entry) -> bool:
    return entry.above[0].blank if entry.above else entry.blank


def _add_comment(lines: list[str], comment: Comment) -> None:
    if comment.blank and lines and lines[-1]:
        lines.append("")
    lines.append(comment.text)


def _ordered(collection: Collection, place: Place) -> Sequence[Entry]:
    """Sort the entries of a mapping; one that has no place of its own stays behind the one above it."""
    ranks = place.order
    if not ranks or not isinstance(collection.node, MapNode):
        return collection.entries
    keyed: list[tuple[int, Entry]] = []
    rank = -1
    for entry in collection.entries:
        rank = ranks.get(entry.key.text, rank) if entry.key else rank
        keyed.append((rank, entry))
    return [entry for _, entry in sorted(keyed, key=lambda pair: pair[0])]


def _entry(entry: Entry, place: Place, indent: int) -> list[str]:
    head = f"{write_key(entry.key)}:" if entry.key else "-"
    if entry.key is None:
        _lift(entry, place)
    inline, below = _value(entry, place, indent, len(head) + 1)
    if entry.key is None and inline is None and entry.inner is not None:
        _pass_on(entry)
        hung = _block(entry.inner, place, indent + 2)
        while not hung[0] or hung[0].startswith("#"):
            text = hung.pop(0)
            entry.above += [Comment(text, 0, 0, alone=True, blank=False)] if text else []
        return [f"- {hung[0]}", *_indented(hung[1:])]
    first = f"{head} {inline}" if inline else head
    if entry.behind is not None:
        first += f"  {entry.behind.text}"
    return [first, *_indented(below)]


def _scalar(node: ScalarNode, place: Place, *, in_flow: bool) -> str:
    quoted = place.keeps_quotes and node.style is not Style.PLAIN
    return write_scalar(node, is_text=place.is_text or quoted, in_flow=in_flow)


def _lift(item: Entry, place: Place) -> None:
    """Put what stands above the first line within an item above its dash, and what is behind its only entry behind it."""
    if item.inner is None or not item.inner.entries:
        return
    first = _ordered(item.inner, place)[0]
    if first.key is None:
        _lift(first, place.at(ITEM))
    item.above += first.above
    first.above, first.blank = [], False
    if len(item.inner.entries) == 1 and first.behind is not None:
        item.above += [item.behind] if item.behind else []
        item.behind, first.behind = first.behind, None


def _pass_on(item: Entry) -> None:
    """Put what is behind an item that goes on below behind its only line, or else above its dash."""
    inner = item.inner.entries if item.inner else []
    if item.behind is None or not inner:
        return
    if len(inner) == 1 and isinstance(inner[0].value, ScalarNode) and inner[0].behind is None:
        inner[0].behind = item.behind
    else:
        item.above.append(item.behind)
    item.behind = None


def _value(entry: Entry, place: Place, indent: int, used: int) -> tuple[str | None, list[str]]:
    """Give what stands on the line of a key or dash, and the lines below; None when all of it is below."""
    value = entry.value
    if isinstance(value, ScalarNode):
        lines = literal_lines(value.text)
        if lines is not None:
            return lines[0], lines[1:]
        return _scalar(value, place, in_flow=entry.key is None), []
    if entry.inner is None or not entry.inner.entries:
        return ("{}" if isinstance(value, MapNode) else "[]"), []
    flow = _flow(entry.inner, place)
    if flow is not None and indent + used + len(flow) <= WIDTH:
        return flow, []
    if entry.key is None:
        return None, []
    return None, _block(entry.inner, place, indent + 2)


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" if line else "" for line in lines]


def _flow(collection: Collection, place: Place) -> str | None:
    """Write a collection in brackets; None where it is to be a block, or holds what brackets cannot."""
    if (collection.entries and place.is_block) or collection.below:
        return None
    parts = []
    for entry in _ordered(collection, place):
        here = place.at(entry.key.text if entry.key else ITEM)
        part = None if entry.above or entry.behind else _flow_value(entry, here)
        if part is None:
            return None
        parts.append(f"{write_key(entry.key)}: {part}" if entry.key else part)
    inside = ", ".join(parts)
    return f"{{{inside}}}" if isinstance(collection.node, MapNode) else f"[{inside}]"


def _flow_value(entry: Entry, place: Place) -> str | None:
    if isinstance(entry.value, ScalarNode):
        if literal_lines(entry.value.text) is not None:
            return None
        return _scalar(entry.value, place, in_flow=True)
    if entry.inner is None:
        return "{}" if isinstance(entry.value, MapNode) else "[]"
    return _flow(entry.inner, place)


def _is_same(one: Node, other: Node) -> bool:
    """Tell whether two files say the same, whatever the order of keys."""
    match one, other:
        case ScalarNode(), ScalarNode():
            plain = isinstance(one.value, str) or one.value is None
            return one.value == other.value and (plain or one.text == other.text)
        case ListNode(), ListNode():
            return len(one.items) == len(other.items) and all(
                _is_same(a, b) for a, b in zip(one.items, other.items, strict=True)
            )
        case MapNode(), MapNode():
            return one.entries.keys() == other.entries.keys() and all(
                _is_same(value, other.entries[key]) for key, value in one.entries.items()
            )
        case _:
            return False
