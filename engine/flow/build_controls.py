"""The lines of `buttons` that keep a value, to their frozen values.

It knows how they are spelled, and nothing of what they keep.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from engine.flow.model.controls import Check, Count, CountPart, Options, OptionsKind
from engine.flow.model.written import Code
from engine.flow.nodes import MapNode
from engine.flow.reader import as_scalar, button_lines, entries, text_of, whole_number
from engine.flow.schemas.controls import CONTROLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.flow.build_listing import Listed
    from engine.flow.model.controls import Control
    from engine.flow.model.written import Wording
    from engine.flow.nodes import Node
    from engine.flow.reader import Reader


def is_control(node: Node) -> bool:
    """Tell whether a line of `buttons` is a control."""
    return isinstance(node, MapNode) and any(key in node.entries for key in CONTROLS)


def read_controls(
    reader: Reader,
    step: str,
    node: MapNode,
    taken: frozenset[str],
    listed: Sequence[Listed],
) -> tuple[Control, ...]:
    """Read the controls of a step, those in lists as well; `taken` are the ids of its buttons."""
    ids = set(taken)
    controls = []
    outer = reader.outer_conditions(node)
    found: list[tuple[MapNode, dict[str, Any]]] = [
        (inner, {"row": row, "place": place, "outer": outer.get(row)})
        for row, place, inner in button_lines(node)
    ]
    found += [
        (one.node, {"row": one.row, "place": one.place, "within": one.within, "inner": one.inner})
        for one in listed
    ]
    for inner, where in found:
        if not is_control(inner):
            continue
        control = _control(reader, step, inner, where)
        if control is None:
            continue
        if control.id in ids:
            message = (
                f'two buttons of the step have the id "{control.id}"; give one of them another "id"'
            )
            reader.report(control.position, "duplicate-button", message)
            continue
        ids.add(control.id)
        controls.append(control)
    return tuple(controls)


def _control(reader: Reader, step: str, node: MapNode, where: dict[str, Any]) -> Control | None:
    kind = next(key for key in CONTROLS if key in node.entries)
    value = reader.code(node.entries[kind])
    named = _KEPT.fullmatch(value.text.strip())
    if named is None:
        message = (
            f'"{kind}" names what it keeps, such as "data.{_example(value.text)}", '
            f'and "{value.text}" is no name of data'
        )
        reader.report(value.position, "bad-control", message)
        return None
    control_id = text_of(node.entries["id"]) if "id" in node.entries else named[1]
    path = f"{step}.buttons.{control_id}"
    common = {
        **where,
        "id": control_id,
        "name": named[1],
        "value": value,
        "position": value.position,
        "when": reader.optional_code(node, "when"),
    }
    match kind:
        case "check":
            return Check(
                **common,
                text=reader.optional_wording(path, node, "text"),
                checked=reader.optional_wording(f"{path}_checked", node, "checked"),
            )
        case "count":
            return _count(reader, path, node, common)
        case _:
            return _options(reader, path, node, {**common, "kind": OptionsKind(kind)})


def _count(reader: Reader, path: str, node: MapNode, common: dict[str, Any]) -> Count:
    known = node.entries
    hidden = frozenset(part for part in CountPart if part in known and known[part].value is False)

    def words(part: CountPart) -> Wording | None:
        own = path if part is CountPart.TEXT else f"{path}_{part}"
        return None if part in hidden else reader.optional_wording(own, node, part)

    return Count(
        **common,
        text=words(CountPart.TEXT),
        minus=words(CountPart.MINUS),
        plus=words(CountPart.PLUS),
        hidden=hidden,
        min=_number(node, "min"),
        max=_number(node, "max"),
        step=_number(node, "step") or 1,
        wrap="wrap" in known and known["wrap"].value is True,
    )


def _options(reader: Reader, path: str, node: MapNode, common: dict[str, Any]) -> Options:
    labels = node.entries.get("labels")
    step, _, control_id = path.partition(".buttons.")
    query = reader.optional_code(node, "of")
    key = reader.optional_code(node, "key")
    if query and key is None:
        key = Code("item.id", query.position)
    return Options(
        **common,
        text=reader.optional_wording(path, node, "text"),
        checked=reader.optional_wording(f"{path}_checked", node, "checked"),
        labels={
            value: reader.wording(f"{step}.labels.{control_id}.{value}", label)
            for value, label in entries(labels).items()
        },
        places=(
            {value: at.position for value, at in labels.keys.items()}
            if isinstance(labels, MapNode)
            else {}
        ),
        query=query,
        key=key,
        columns=_number(node, "columns"),
        min=_number(node, "min") or 0,
        max=_number(node, "max"),
        too_few=reader.optional_wording(f"{path}_too_few", node, "too_few"),
        too_many=reader.optional_wording(f"{path}_too_many", node, "too_many"),
    )


def _number(node: MapNode, key: str) -> int | None:
    return whole_number(as_scalar(node.entries[key])) if key in node.entries else None


def _example(written: str) -> str:
    found = _NAME.search(written.rpartition(".")[2])
    return found[0] if found else "wrapped"


# In a fragment that is not used yet, a parameter stands for the whole.
_KEPT: Final = re.compile(r"(?:data\.|\$)([a-z][a-z0-9_]*)")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
