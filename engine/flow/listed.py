"""The lists of a window as proofs see them: which names the codes inside can read, and of which types.

It knows no tables: what cannot be typed is unknown, and told where it is compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.annotations import type_of
from engine.flow.compile_listing import inside
from engine.flow.draft import called_action
from engine.flow.expressions import infer_expression
from engine.flow.model.controls import Options
from engine.flow.model.windows import Button, WindowStep
from engine.flow.types import ListOf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.actions import Catalog
    from engine.flow.compile import Room
    from engine.flow.model.controls import Control
    from engine.flow.model.flow import Flow
    from engine.flow.model.listing import ListLine
    from engine.flow.model.written import Code
    from engine.flow.types import Type

type Lines = tuple[ListLine, ...]


class Listed:
    """Knows the lists around each code of a flow."""

    def __init__(self, flow: Flow, catalog: Catalog) -> None:
        self._catalog = catalog
        self._around: dict[Code, Lines] = {}
        self._lines: dict[str, dict[str, Lines]] = {}
        for step in flow.steps.values():
            for one in step.lines if isinstance(step, WindowStep) else ():
                if one.within:
                    self._note(step.name, one)

    def _note(self, step: str, one: Button | Control) -> None:
        own = [one.when]
        if isinstance(one, Button):
            own += one.save.values()
            own += one.run.arguments.values() if one.run else []
        elif isinstance(one, Options):
            own.append(one.query)
        self._around.update((code, one.within) for code in own if code)
        lines = self._lines.setdefault(step, {})
        for depth, line in enumerate(one.within):
            lines.setdefault(line.id, one.within[: depth + 1])
            if line.when:
                self._around[line.when] = one.within[:depth]

    def read_by(self, code: Code) -> str:
        """Give a code with all that its names come from."""
        sources = (
            f"{line.source.text} {line.when.text if line.when else ''}"
            for line in self._around.get(code, ())
        )
        return " ".join((code.text, *sources))

    def room(self, code: Code, room: Room) -> Room:
        """Give what a code can read where it stands, from what can be read beside the lists."""
        return self._inside(self._around.get(code, ()), room)

    def names(self, step: str, room: Room) -> Mapping[str, Type | None]:
        """Give the names of all items of a step; one that means several things has no type."""
        found: dict[str, Type | None] = {}
        for lines in self._lines.get(step, {}).values():
            name = lines[-1].name
            type_ = self._inside(lines, room).names.get(name)
            known = type_ if not hasattr(type_, "unset") else None
            found[name] = known if found.get(name, known) == known else None
        return found

    def _inside(self, lines: Lines, room: Room) -> Room:
        known = (
            room.facts
        )  # what moves prove of items is of these, for no list hides the item of one around it
        for line in lines:
            if line.when:
                done = infer_expression(line.when.text, room.scope)
                room = room.knowing(done.when_true if done else ())
            room = inside(line, self._item(line, room), room)
        return room.knowing(known)

    def _item(self, line: ListLine, room: Room) -> Type | None:
        if line.is_call:
            action = called_action(line.source, self._catalog)
            listed = type_of(action.result) if action else None
        else:
            done = infer_expression(line.source.text, room.scope)
            listed = done.type if done else None
        return listed.item if isinstance(listed, ListOf) else None
