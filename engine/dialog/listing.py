"""The lists among the buttons of a window: their buttons for each item that is shown, and which of them was pressed.

It does not know what a press leads to.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Any

from aiogram.types import InlineKeyboardButton

from engine.dialog.callbacks import Control, Press, encode_press
from engine.dialog.controls import ControlView
from engine.dialog.pager import PagerView
from engine.dialog.pages import page_of, turn_along, turn_page
from engine.dialog.walk import run_query
from engine.flow.carried import BETWEEN, PAGE_BYTES, share_of, shorten, write_path
from engine.flow.model.windows import Button

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.controls import Control as FlowControl
    from engine.flow.model.listing import ListLine
    from engine.flow.model.windows import WindowStep

type Line = Button | FlowControl
type Row = list[InlineKeyboardButton]
type Names = Mapping[str, Any]
type Keys = tuple[str, ...]
type Make = Callable[[Button, Names, Press], InlineKeyboardButton | None]
"""Makes a button in what it can read, with what a press on it is; None where it cannot be."""


@dataclass(frozen=True, slots=True)
class Items:
    """What the lists of a window hold for one person in one turn."""

    turn: Turn
    data: FlowData

    async def of(self, line: ListLine, environment: Names, keys: Keys) -> list[tuple[str, Any]]:
        """Return the items of a list after their keys; `keys` are those of the items around it."""
        if line.is_call:
            place = BETWEEN.join(keys)
            items = await run_query(self.turn, self.data, line.source, environment, of=place)
        else:
            items = self.turn.evaluate(self.data, line.source, environment)
        return [(self._key(line, item, environment), item) for item in items]

    def _key(self, line: ListLine, item: Any, environment: Names) -> str:
        if line.key is None:
            return str(getattr(item, "id", item))
        return str(self.turn.evaluate(self.data, line.key, {**environment, line.name: item}))

    def is_there(self, one: ListLine | Line, environment: Names) -> bool:
        """Tell whether a list or a button is there, as its condition says."""
        return one.when is None or self.turn.holds(self.data, one.when, environment)


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a window as one person sees them in one turn."""

    turn: Turn
    data: FlowData
    step: WindowStep
    make: Make

    async def rows(self, buttons: Sequence[Line], environment: Names, keys: Keys = ()) -> list[Row]:
        """Return the rows of a list that repeats these buttons and controls, inside the items that have these keys."""
        items, line = Items(self.turn, self.data), buttons[0].within[len(keys)]
        if not items.is_there(line, environment):
            return []
        listed = await items.of(line, environment, keys)
        path = write_path((line.id, *keys), PAGE_BYTES)
        pages = -(-len(listed) // line.page)
        page = max(0, min(page_of(self.data, self.step, path), pages - 1))
        blocks = []
        for key, item in listed[page * line.page : (page + 1) * line.page]:
            inner = {**environment, line.name: item}
            blocks.append(await self._item(buttons, inner, (*keys, key)))

        def make(text: str, target: int, look: dict[str, Any]) -> InlineKeyboardButton:
            press = Press(self.turn.screen, Control.TURN, f"{target}{BETWEEN}{path}")
            data = encode_press(self.data.context.id, press)
            return InlineKeyboardButton(text=text, callback_data=data, **look)

        pager = PagerView(self.turn, self.data, line.pager, environment, make)
        return [*_beside(blocks, line.columns), *pager.rows(page, pages)]

    async def _item(self, buttons: Sequence[Line], environment: Names, keys: Keys) -> list[Row]:
        """Return the rows of one item."""
        items, depth = Items(self.turn, self.data), len(keys)
        rows: list[Row] = []
        for _, group in groupby(buttons, key=lambda one: _place(one, depth)):
            own = list(group)
            if len(own[0].within) > depth:
                rows += await self.rows(own, environment, keys)
                continue
            there = [one for one in own if items.is_there(one, environment)]
            made = [row for one in there for row in await self._made(one, environment, keys)]
            if len(own) == 1:
                rows += made
            elif made:
                rows.append([button for row in made for button in row])
        return rows

    async def _made(self, one: Line, environment: Names, keys: Keys) -> list[Row]:
        """Return the rows of a button or control that has its line for itself."""
        if not isinstance(one, Button):
            return await ControlView(self.turn, self.data, self.step, environment, keys).rows(one)
        made = self._button(one, environment, keys)
        return [[made]] if made else []

    def _button(
        self, button: Button, environment: Names, keys: Keys
    ) -> InlineKeyboardButton | None:
        press = Press(self.turn.screen, Control.LISTED, write_path((button.id, *keys)))
        return self.make(button, environment, press)


@dataclass(frozen=True, slots=True)
class FoundControl:
    """A control of a list that was pressed; `act` is what the press makes, in so many bytes."""

    view: ControlView
    control: FlowControl
    act: str
    room: int

    def carries(self, act: str) -> bool:
        """Tell whether the press makes this."""
        return shorten(act, self.room) == self.act


@dataclass(frozen=True, slots=True)
class ListedPresses:
    """What presses on the lists of a window mean now; what is not offered any more means nothing."""

    turn: Turn
    data: FlowData
    step: WindowStep

    async def find(self, value: str, environment: Names) -> tuple[Button, Names] | None:
        """Return the button that was pressed, and what it can read with the items that it is of."""
        name, *keys = value.split(BETWEEN)
        room = share_of(len(keys) + 1)
        renamed = {
            shorten(old, room): new for old, new in self.turn.conversation.here.buttons.items()
        }
        for button in self.step.buttons:
            if len(button.within) == len(keys) > 0 and (
                shorten(button.id, room) == name or renamed.get(name) == button.id
            ):
                inside = await self._inside(button.within, keys, environment, room)
                if inside and Items(self.turn, self.data).is_there(button, inside[0]):
                    return button, inside[0]
        return None

    async def find_control(self, value: str, environment: Names) -> FoundControl | None:
        """Return the control that was pressed, as its items make it look, and what the press makes, as it is carried."""
        path, _, act = value.rpartition(BETWEEN)
        name, *keys = path.split(BETWEEN)
        room = share_of(len(keys) + 2)
        for control in self.step.controls:
            if len(control.within) == len(keys) > 0 and shorten(control.id, room) == name:
                inside = await self._inside(control.within, keys, environment, room)
                if inside and Items(self.turn, self.data).is_there(control, inside[0]):
                    view = ControlView(self.turn, self.data, self.step, *inside)
                    return FoundControl(view, control, act, room)
        return None

    async def turn_to(self, page: int, path: str, environment: Names) -> bool:
        """Turn to a page of a list; tell whether a list that is there has it."""
        name, *carried = path.split(BETWEEN)
        room = share_of(len(carried) + 1, PAGE_BYTES)
        for lines in self._lines():
            *outer, line = lines
            if len(outer) != len(carried) or shorten(line.id, room) != name:
                continue
            inside = await self._inside(outer, carried, environment, room)
            if inside and page < await self.pages(line, inside):
                turn_page(self.data, self.step, path, page)
                turn_along(self.data, self.step, line.pager, page)
                return True
        return False

    async def pages(self, line: ListLine, inside: tuple[Names, Keys]) -> int:
        """Return how many pages a list has; none where it is not there."""
        items = Items(self.turn, self.data)
        if not items.is_there(line, inside[0]):
            return 0
        return -(-len(await items.of(line, *inside)) // line.page)

    async def _inside(
        self, lines: Sequence[ListLine], carried: Sequence[str], environment: Names, room: int
    ) -> tuple[Names, Keys] | None:
        """Return what can be read inside the items that have these keys, as they are carried; None when one is gone."""
        items = Items(self.turn, self.data)
        keys: Keys = ()
        for line, part in zip(lines, carried, strict=True):
            if not items.is_there(line, environment):
                return None
            listed = await items.of(line, environment, keys)
            found = next((one for one in listed if shorten(one[0], room) == part), None)
            if found is None:
                return None
            environment, keys = {**environment, line.name: found[1]}, (*keys, found[0])
        return environment, keys

    def _lines(self) -> Iterator[Sequence[ListLine]]:
        """Give each list behind those around it."""
        found = {
            one.within[depth].id: one.within[: depth + 1]
            for one in self.step.lines
            for depth in range(len(one.within))
        }
        yield from found.values()


def _place(one: Line, depth: int) -> tuple[str, int]:
    """Tell the rows of one item apart, and the lists inside it."""
    if len(one.within) > depth:
        return one.within[depth].id, 0
    return "", one.inner


def _beside(blocks: Sequence[list[Row]], columns: int) -> Iterator[Row]:
    """Set the rows of items side by side, so many items at a time."""
    for at in range(0, len(blocks), columns):
        for rows in zip_longest(*blocks[at : at + columns], fillvalue=()):
            yield [button for row in rows for button in row]
