"""Menus: from a line `{menu: main}` to one button for each flow that has an entry in it.

It knows the order of the buttons; who may press them is decided at run time, by the access of their flow.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.flow.model.flow import EntryKind
from engine.flow.model.moves import Call
from engine.flow.model.windows import Button, WindowStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.flow.build import FlowDraft
    from engine.flow.model.controls import Control
    from engine.flow.model.flow import Flow
    from engine.flow.model.moves import Opening
    from engine.flow.model.windows import MenuLine
    from engine.flow.model.written import Code, Wording

type Menus = Mapping[str, tuple[MenuItem, ...]]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of a menu: the flow it opens and where, its label and condition, and whether that flow has an access."""

    flow: str
    text: Wording
    when: Code | None
    is_guarded: bool
    opening: Opening | None = None


def list_menus(flows: Iterable[Flow]) -> Menus:
    """Give the entries of every menu: those with a smaller `order` first, then those without, by name of flow."""
    placed: dict[str, list[tuple[bool, int, str, MenuItem]]] = defaultdict(list)
    for flow in flows:
        for entry in flow.start:
            if entry.kind is EntryKind.MENU:
                item = MenuItem(
                    flow.name,
                    replace(entry.text or flow.title, looks=entry.looks),
                    entry.when,
                    flow.access is not None,
                    entry.opening,
                )
                place = (entry.order is None, entry.order or 0, flow.name)
                placed[entry.value].append((*place, item))
    return {
        menu: tuple(item for *_, item in sorted(items, key=lambda one: one[:3]))
        for menu, items in placed.items()
    }


def menu_lines(flow: Flow) -> Iterator[tuple[WindowStep, MenuLine]]:
    """Give the places of a flow that show a menu."""
    for step in flow.steps.values():
        if isinstance(step, WindowStep):
            for line in step.menus:
                yield step, line


def show_menus(draft: FlowDraft, menus: Menus) -> FlowDraft:
    """Give the same flow with the buttons of the menus that it shows."""
    flow = draft.flow
    steps = {
        name: _with_buttons(step, menus) if isinstance(step, WindowStep) and step.menus else step
        for name, step in flow.steps.items()
    }
    return replace(draft, flow=replace(flow, steps=steps))


def _with_buttons[StepT: WindowStep](step: StepT, menus: Menus) -> StepT:
    """Set the rows of each menu where its line stands among the rows of the step."""
    rows: dict[int, list[Sequence[Button | Control]]] = defaultdict(list)
    for line in step.menus:
        made = [_button(line, item) for item in menus.get(line.menu, ())]
        rows[line.row] += [made[at : at + line.columns] for at in range(0, len(made), line.columns)]
    own = (*step.buttons, *step.controls)
    for row in sorted({one.row for one in own}):
        rows[row].append([one for one in own if one.row == row])
    placed = [made for row in sorted(rows) for made in rows[row]]
    rows_of = {one.row: number for number, made in enumerate(placed) for one in made}
    groups = (replace(one, row=rows_of[one.row]) for one in step.groups if one.row in rows_of)
    moved = [replace(one, row=row) for row, made in enumerate(placed) for one in made]
    return replace(
        step,
        buttons=tuple(one for one in moved if isinstance(one, Button)),
        groups=tuple(groups),
        controls=tuple(one for one in moved if not isinstance(one, Button)),
    )


def _button(line: MenuLine, item: MenuItem) -> Button:
    return Button(
        id=f"menu {line.menu} {item.flow}",  # no id of a flow has a space
        text=item.text,
        position=line.position,
        row=line.row,
        run=Call(item.flow, line.position, is_of_menu=True, opening=item.opening),
        when=item.when,
        outer=line.when,
        is_guarded=item.is_guarded,
    )
