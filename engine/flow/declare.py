"""The declared names of a flow with their types and default values.

It knows which types the catalog's signatures name, and nothing of steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.flow.annotations import holds_upload
from engine.flow.model.flow import Keep
from engine.flow.names import as_name
from engine.flow.problems import Problem
from engine.flow.types import Choice, Maybe, Type, parse_type
from engine.flow.values import from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.build import FlowDraft
    from engine.flow.model.flow import Slot


@dataclass(slots=True)
class Declared:
    """What a flow declares; `broken` are dotted names whose type is not known."""

    params: dict[str, Type] = field(default_factory=dict)
    returns: dict[str, Type] = field(default_factory=dict)
    data: dict[str, Type] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def unset(self) -> frozenset[str]:
        """Give the names of data that have no value at the beginning and are never nothing.

        One that outlasts the flow must not be such a name, which is told where it is declared.
        """
        return frozenset(
            name
            for name, type_ in self.data.items()
            if not isinstance(type_, Maybe) and name not in {*self.defaults, *self.kept}
        )

    def given(self) -> frozenset[str]:
        """Give the dotted names that may be nothing but have a value at the beginning.

        A value that outlasts the flow may have been left as nothing the last time.
        """
        return frozenset(
            f"data.{name}"
            for name, type_ in self.data.items()
            if isinstance(type_, Maybe)
            and self.defaults.get(name) is not None
            and name not in self.kept
        )


def declare(draft: FlowDraft, names: Mapping[str, Type]) -> Declared:
    """Type the params, returns and data of a flow."""
    declared = Declared(broken=set(draft.broken_names))
    declared.kept |= {slot.name for slot in draft.flow.data.values() if slot.keep is not Keep.FLOW}
    groups = {
        "params": (draft.flow.params, declared.params),
        "returns": (draft.flow.returns, declared.returns),
        "data": (draft.flow.data, declared.data),
    }
    for group, (slots, types) in groups.items():
        for slot in slots.values():
            type_ = _slot_type(slot, names, declared)
            if type_ is None:
                declared.broken.add(f"{group}.{slot.name}")
                continue
            if as_name(slot.name) != slot.name:
                declared.broken |= {f"{group}.{slot.name}", f"{group}.{as_name(slot.name)}"}
            types[slot.name] = Maybe(type_) if slot.optional else type_
            if slot.has_default:
                _add_default(slot, types[slot.name], declared)
    return declared


def _slot_type(slot: Slot, names: Mapping[str, Type], declared: Declared) -> Type | None:
    if isinstance(slot.type, tuple):
        return _choice(slot.type, slot, declared)
    try:
        type_ = parse_type(slot.type, names)
    except ValueError as error:
        declared.problems.append(Problem(slot.position, "unknown-type", str(error)))
        return None
    if holds_upload(type_):
        message = (
            f'"{slot.name}" cannot be "{slot.type}": an Upload is shown and not kept; '
            "load it where it is shown"
        )
        declared.problems.append(Problem(slot.position, "cannot-keep", message))
        return None
    try:
        return parse_type(slot.type, names, min=slot.min, max=slot.max)
    except ValueError as error:
        declared.problems.append(Problem(slot.position, "bad-bounds", str(error)))
        return type_


def _choice(texts: tuple[str, ...], slot: Slot, declared: Declared) -> Choice:
    if slot.min is not None or slot.max is not None:
        message = (
            f'"{slot.name}" is one of the texts listed, which have no "min" and "max"; remove them'
        )
        declared.problems.append(Problem(slot.position, "bad-bounds", message))
    return Choice(None, texts)


def _add_default(slot: Slot, type_: Type, declared: Declared) -> None:
    try:
        declared.defaults[slot.name] = from_json(type_, slot.default)
    except ValueError as error:
        declared.defaults[slot.name] = None
        message = f'the default of "{slot.name}" does not fit: {error}'
        declared.problems.append(Problem(slot.position, "bad-default", message))
