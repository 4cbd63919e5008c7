"""The lines of `buttons` that repeat buttons for each item of a list, to buttons that know the lines around them.

It knows how these lines are spelled, and nothing of what their lists hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from engine.flow.build_controls import is_control
from engine.flow.build_paging import read_number, read_pager
from engine.flow.model.listing import ITEM, ON_A_PAGE, ListLine
from engine.flow.model.windows import GroupLine
from engine.flow.nodes import ListNode, MapNode
from engine.flow.reader import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.flow.model.windows import Button
    from engine.flow.nodes import Node
    from engine.flow.reader import Reader

_CALL: Final = re.compile(r"\s*[A-Za-z_]\w*\.[\w.]*\s*\(")


@dataclass(frozen=True, slots=True)
class Listed:
    """A button or control in a list, as written: the row and the lists that it is in, its row in the last one, and its place among all."""

    node: MapNode
    row: int
    within: tuple[ListLine, ...]
    inner: int
    place: int


def read_listed(reader: Reader, step: str, node: MapNode) -> tuple[Listed, ...]:
    """Find what lists repeat under `buttons`."""
    lines: dict[str, ListLine] = {}
    found = []
    for row, item in enumerate(_items(node)):
        if is_list(item):
            made = _listed(reader, step, item, row, lines)
            found += [replace(one, place=place) for place, one in enumerate(made)]
    return tuple(found)


def read_buttons(
    reader: Reader, step: str, node: MapNode, listed: Sequence[Listed]
) -> tuple[Button, ...]:
    """Read the buttons of a step in the order of their lines, those of lists as well."""
    buttons = {button.id: button for button in reader.buttons(step, node)}
    for one in listed:
        if not is_control(one.node):
            button = reader.button(step, one.node, (one.row, one.place))
            reader.add_button(buttons, replace(button, within=one.within, inner=one.inner))
    return (
        tuple(sorted(buttons.values(), key=lambda one: one.row)) if listed else (*buttons.values(),)
    )


def read_groups(reader: Reader, step: str, node: MapNode) -> tuple[GroupLine, ...]:
    """Read the lines of `buttons` whose buttons fill rows."""
    return tuple(
        GroupLine(
            item.position,
            row,
            read_number(item, "columns") or 1,
            rows=read_number(item, "rows"),
            pager=read_pager(reader, f"{step}.groups.{row + 1}.pager", item),
            id=text_of(item.entries["id"]) if "id" in item.entries else None,
        )
        for row, item in enumerate(_items(node))
        if isinstance(item, MapNode) and "buttons" in item.entries and not is_list(item)
    )


def is_list(node: Node) -> bool:
    """Tell whether a line of `buttons` repeats buttons."""
    return isinstance(node, MapNode) and "list" in node.entries


def _items(node: Node) -> tuple[Node, ...]:
    written = node.entries.get("buttons") if isinstance(node, MapNode) else None
    return written.items if isinstance(written, ListNode) else ()


def _listed(
    reader: Reader, step: str, node: Node, row: int, lines: dict[str, ListLine]
) -> Iterator[Listed]:
    """Give what a line repeats, each with all lines around it."""
    if not isinstance(node, MapNode):
        return
    line = _line(reader, step, node)
    _note(reader, lines, line)
    for inner, item in enumerate(_items(node)):
        if is_list(item):
            if line.columns > 1:
                message = f'the list "{line.source.text}" has "columns", and a list inside it has rows of its own; keep one'
                reader.report(line.position, "conflicting-keys", message)
            for one in _listed(reader, step, item, row, lines):
                yield replace(one, within=(line, *one.within))
            continue
        for single in item.items if isinstance(item, ListNode) else (item,):
            if isinstance(single, MapNode):
                yield Listed(single, row, (line,), inner, 0)


def _line(reader: Reader, step: str, node: MapNode) -> ListLine:
    known = node.entries
    name = text_of(known["as"]) if "as" in known else ITEM
    line_id = text_of(known["id"]) if "id" in known else name
    source = reader.code(known["list"])
    return ListLine(
        id=line_id,
        source=source,
        is_call=_CALL.match(source.text) is not None,
        position=(known.get("id") or known.get("as") or known["list"]).position,
        name=name,
        key=reader.optional_code(node, "key"),
        when=reader.optional_code(node, "when"),
        page=read_number(node, "page") or ON_A_PAGE,
        columns=read_number(node, "columns") or 1,
        pager=read_pager(reader, f"{step}.lists.{line_id}", node),
    )


def _note(reader: Reader, lines: dict[str, ListLine], line: ListLine) -> None:
    """Note a line by its id, which only one of a step has."""
    if line.id in lines:
        message = f'two lists of the step have the id "{line.id}"; give one of them another "id"'
        reader.report(line.position, "duplicate-button", message)
    lines[line.id] = line
