"""What a press or a word at a list does: pick, mark, search, turn the page, go on.

It does not know what the list looks like. Each function tells whether the list offers what was pressed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.dialog import walk
from engine.dialog.callbacks import Control
from engine.dialog.choices import (
    forget_choice,
    read_search,
    recall_choice,
    remember_choice,
)
from engine.dialog.list_view import ListView
from engine.dialog.offers import is_searching, marked_items, offered_items, searched_by_query
from engine.dialog.pages import turn_along
from engine.dialog.trail import note_move, note_refusal
from engine.dialog.turn import turn_of
from engine.flow.graph import MoveKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from aiogram.types import Message
    from aiogram_dialog.api.protocols import DialogManager

    from engine.dialog.callbacks import Press
    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.choosing import ChooseStep
    from engine.flow.model.written import Wording


async def press_list(manager: DialogManager, step: ChooseStep, press: Press) -> bool:
    """Do what a control of the list is for."""
    act = _ACTS.get(press.control)
    return act is not None and await act(manager, step, press.value)


def search_list(manager: DialogManager, step: ChooseStep, message: Message) -> bool:
    """Narrow the list to what a message says; False where it cannot be searched, or says nothing."""
    search = read_search(message.text or "")
    if step.search is None or not search:
        return False
    data = walk.current_data(manager)
    choice = recall_choice(data, step)
    choice.search, choice.page = search, 0
    remember_choice(data, step, choice)
    return True


def may_come_late(data: FlowData, step: ChooseStep, press: Press) -> bool:
    """Tell whether a press on an earlier screen of this list still means what it says: marks say what they make."""
    since = recall_choice(data, step).since
    return (
        press.control in (Control.MARK, Control.UNMARK)
        and since is not None
        and press.screen >= since
    )


async def _pick(manager: DialogManager, step: ChooseStep, key: str) -> bool:
    turn, data = turn_of(manager), walk.current_data(manager)
    item = dict(await offered_items(turn, data, step)).get(key)
    if item is None and "gone" in turn.bot.messages:
        turn.tell("gone")
    if item is None or step.marking is not None:
        return False
    environment = await walk.environment_of(turn, data, step)
    walk.save(turn, data, step.save, {**environment, "item": item})
    note_move(turn, data, MoveKind.PICK)
    forget_choice(data)
    await walk.walk(manager, step.go)
    return True


async def _mark(manager: DialogManager, step: ChooseStep, key: str) -> bool:
    turn, data = turn_of(manager), walk.current_data(manager)
    marking, choice = step.marking, recall_choice(data, step)
    if marking is None or key not in dict(await offered_items(turn, data, step)):
        return False
    marked = await marked_items(turn, data, step, choice)
    marks = {one: search for one, (_, search) in marked.items()}
    if key in marks:
        return True
    if marking.is_single:
        marks.clear()
    elif marking.max is not None and len(marks) >= marking.max:
        turn.toast = await _refusal(turn, data, step, "too_many", count=len(marks))
        return True
    marks[key] = searched_by_query(step, choice)
    _keep(turn, data, step, marks)
    return True


async def _unmark(manager: DialogManager, step: ChooseStep, key: str) -> bool:
    turn, data = turn_of(manager), walk.current_data(manager)
    if step.marking is None or step.marking.is_single:
        return False
    marked = await marked_items(turn, data, step, recall_choice(data, step))
    marks = {one: search for one, (_, search) in marked.items() if one != key}
    _keep(turn, data, step, marks)
    return True


async def _finish(manager: DialogManager, step: ChooseStep, _value: str) -> bool:
    """Go on with what is marked and still there, if that is neither too little nor too much."""
    turn, data = turn_of(manager), walk.current_data(manager)
    marking = step.marking
    if marking is None:
        return False
    marked = await marked_items(turn, data, step, recall_choice(data, step))
    items = [item for item, _ in marked.values()]
    if len(items) < marking.min:
        turn.toast = await _refusal(turn, data, step, "too_few", count=len(items))
    elif marking.max is not None and len(items) > marking.max:
        turn.toast = await _refusal(turn, data, step, "too_many", count=len(items))
    else:
        names = {"item": items[0]} if marking.is_single else {"items": items}
        environment = await walk.environment_of(turn, data, step)
        walk.save(turn, data, step.save, {**environment, **names})
        note_move(turn, data, MoveKind.PICK)
        forget_choice(data)
        await walk.walk(manager, step.go)
    return True


async def _turn_page(manager: DialogManager, step: ChooseStep, value: str) -> bool:
    if not value.isdecimal():
        return False
    data = walk.current_data(manager)
    choice = recall_choice(data, step)
    choice.page = int(value)
    remember_choice(data, step, choice)
    turn_along(data, step, step.pager, choice.page)
    return True


async def _clear(manager: DialogManager, step: ChooseStep, _value: str) -> bool:
    data = walk.current_data(manager)
    if not is_searching(data, step):
        return False
    choice = recall_choice(data, step)
    choice.search, choice.page = None, 0
    remember_choice(data, step, choice)
    return True


async def _read_heading(manager: DialogManager, step: ChooseStep, key: str) -> bool:
    """Say the whole heading, of which a button may show but a part; nothing else changes."""
    turn, data = turn_of(manager), walk.current_data(manager)
    item = dict(await offered_items(turn, data, step)).get(key)
    if item is None or step.group is None:
        return False
    view = ListView(turn, data, step, await walk.environment_of(turn, data, step))
    turn.toast = view.heading(item)
    return bool(turn.toast)


async def _proceed(manager: DialogManager, step: ChooseStep, _value: str) -> bool:
    """Leave an empty list; refused when it is no longer empty."""
    turn, data = turn_of(manager), walk.current_data(manager)
    if step.empty is None or step.empty.go is None or is_searching(data, step):
        return False
    if await offered_items(turn, data, step):
        return False
    note_move(turn, data, MoveKind.EMPTY)
    forget_choice(data)
    await walk.walk(manager, step.empty.go)
    return True


def _keep(turn: Turn, data: FlowData, step: ChooseStep, marks: Mapping[str, str | None]) -> None:
    choice = recall_choice(data, step)
    choice.marks = list(marks.items())
    if choice.since is None:
        choice.since = turn.conversation.here.screen
    remember_choice(data, step, choice)


async def _refusal(turn: Turn, data: FlowData, step: ChooseStep, name: str, *, count: int) -> str:
    """Return why marks cannot be kept, in the step's words or the bot's."""
    note_refusal(turn, data, name)
    marking = step.marking
    wording: Wording | None = getattr(marking, name)
    if wording is None or marking is None:
        names = {"min": marking.min, "max": marking.max} if marking else {}
        return turn.message(name, **names)
    environment = await walk.environment_of(turn, data, step)
    return turn.say(data, wording, {**environment, "count": count})


_ACTS: Final[Mapping[Control, Callable[[DialogManager, ChooseStep, str], Awaitable[bool]]]] = {
    Control.ITEM: _pick,
    Control.MARK: _mark,
    Control.UNMARK: _unmark,
    Control.DONE: _finish,
    Control.PAGE: _turn_page,
    Control.CLEAR: _clear,
    Control.HEADING: _read_heading,
    Control.PROCEED: _proceed,
}
