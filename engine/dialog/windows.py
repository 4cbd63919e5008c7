"""A step as a window of aiogram-dialog: what it shows, and what a press or a message in it means.

It does not know how the flow moves on from there, nor how a message reaches Telegram.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import structlog
from aiogram.enums import ParseMode
from aiogram_dialog.api.entities import EVENT_CONTEXT_KEY
from aiogram_dialog.api.internal.window import WindowProtocol
from aiogram_dialog.utils import remove_intent_id

from engine.dialog import walk
from engine.dialog.asking import take_answer, take_default
from engine.dialog.calendar_presses import may_turn_late, press_offered
from engine.dialog.callbacks import Control, Press, decode_press, item_key
from engine.dialog.choosing import may_come_late, press_list, search_list
from engine.dialog.collecting import collect_part
from engine.dialog.controls import keep_pressed, may_be_set_late, press_control
from engine.dialog.interruptions import (
    asked_line,
    press_answer,
    take_unknown,
    view_question,
    write_answer,
)
from engine.dialog.listing import ListedPresses
from engine.dialog.outgoing import FlowMessage
from engine.dialog.remembered import CALL, CONTROLS
from engine.dialog.reply_keyboard import is_under_chat
from engine.dialog.text_pages import Paging
from engine.dialog.trail import note_move, note_shown
from engine.dialog.turn import turn_of
from engine.dialog.turning import Turning
from engine.dialog.view import MAX_CAPTION, MAX_TEXT, View, build_view, cut_text, offered_buttons
from engine.dialog.waiting import leave
from engine.flow.carried import BETWEEN
from engine.flow.graph import MoveKind
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.steps import RunStep
from engine.flow.model.windows import WindowStep
from engine.flow.upgrade import find_call, move_of_call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiogram.fsm.state import State
    from aiogram.types import CallbackQuery, Message
    from aiogram_dialog.api.entities import Data, NewMessage
    from aiogram_dialog.api.protocols import DialogManager, DialogProtocol

    from engine.dialog.turn import Turn
    from engine.flow.compile import CompiledFlow
    from engine.flow.model.steps import Step
    from engine.flow.model.windows import Button

_logger = structlog.get_logger(__name__)


class FlowWindow(WindowProtocol):
    """One step of a checked flow; a step that does not wait has only results to process."""

    def __init__(self, compiled: CompiledFlow, step: Step, state: State) -> None:
        self._compiled = compiled
        self._step = step
        self._state = state

    def get_state(self) -> State:
        """Return the state in which this window is shown."""
        return self._state

    def find(self, _widget_id: str) -> None:
        """Find nothing: the controls of a step are no widgets of the library."""
        return

    async def render(self, _dialog: DialogProtocol, manager: DialogManager) -> NewMessage:
        """Return the message this step shows now."""
        turn, data = turn_of(manager), walk.current_data(manager)
        step = self._waiting_step()
        asked = asked_line(data)
        if not asked:
            note_shown(turn, data)
        view = view_question(turn, data, asked) if asked else await build_view(turn, data, step)
        # An invoice has no room for them: they stand above it in a message of their own.
        return _message(manager, view, "" if view.invoice else turn.take_notices())

    async def process_callback(
        self, callback: CallbackQuery, _dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        """Do what a press means; a press that this screen does not offer is refused."""
        turn = turn_of(manager)
        press = decode_press(callback.data or "")
        if press is None or not self._is_of_screen(press, manager):
            turn.is_stale = True
            return False
        if not isinstance(self._step, WindowStep) or not await self._do(manager, press):
            _logger.warning("press_refused", state=self._state.state, control=press.control.value)
            turn.is_stale = True
        return True

    async def process_message(
        self, message: Message, _dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        """Take an answer where one is asked for; say so where none is."""
        if asked := asked_line(walk.current_data(manager)):
            await write_answer(manager, asked, message.text or "")
        elif await self._press_key(manager, message):
            _tell_toast(turn_of(manager))
            if isinstance(self._step, AskStep) and self._step.deletes:
                turn_of(manager).deleted += (message.message_id,)
        elif isinstance(self._step, AskStep):
            if not collect_part(manager, self._step, message):
                await take_answer(manager, self._step, message)
        elif not (isinstance(self._step, ChooseStep) and search_list(manager, self._step, message)):
            await take_unknown(manager)
        return True

    async def process_result(self, _start_data: Data, result: Any, manager: DialogManager) -> None:
        """Go on after a flow that this step ran has ended."""
        data = walk.current_data(manager)
        data.remember(CONTROLS, None)  # what was shown before the flow ran is old
        path = data.recall(CALL)
        call = find_call(self._compiled, self._step, path)
        if path is not None and call is not None:
            note_move(turn_of(manager), data, *move_of_call(path))
            await walk.keep_results(manager, self._step, call, result)
        if isinstance(self._step, RunStep):
            await walk.walk(manager, self._step.go)

    def _is_of_screen(self, press: Press, manager: DialogManager) -> bool:
        """Tell whether a press is on the screen that is shown, or on one that still counts."""
        screen = turn_of(manager).conversation.here.screen
        if press.screen < screen and may_be_set_late(walk.current_data(manager), press):
            return True
        if press.screen >= screen:
            return press.screen == screen
        match self._step:
            case ChooseStep():
                return may_come_late(walk.current_data(manager), self._step, press)
            case AskStep():
                return may_turn_late(walk.current_data(manager), self._step, press)
            case _:
                return False

    def _waiting_step(self) -> WindowStep:
        if not isinstance(self._step, WindowStep):
            raise TypeError(f'step "{self._step.name}" shows nothing')
        return self._step

    async def _press_key(self, manager: DialogManager, message: Message) -> bool:
        """Do what a key under the chat means whose label was sent; False when the message is no such label."""
        turn, data = turn_of(manager), walk.current_data(manager)
        if not message.text or not is_under_chat(turn, self._step):
            return False
        view = await build_view(turn, data, self._waiting_step())
        carried = view.presses.get(message.text.strip())
        press = decode_press(remove_intent_id(carried)[1]) if carried else None
        return press is not None and await self._do(manager, press)

    async def _do(self, manager: DialogManager, press: Press) -> bool:
        turn, data = turn_of(manager), walk.current_data(manager)
        step = self._waiting_step()
        if asked := asked_line(data):
            return await press_answer(manager, asked, press.control)
        match press.control:
            case Control.BUTTON:
                buttons = await offered_buttons(turn, data, step)
                found = {item_key(one.id): one for one in buttons if not one.within}
                renamed = {
                    item_key(old): new for old, new in turn.conversation.here.buttons.items()
                }
                button = found.get(press.value) or found.get(item_key(renamed.get(press.value, "")))
                return button is not None and await _press_button(manager, step, button)
            case Control.SET | Control.LISTED | Control.TURN | Control.KEPT:
                act = press_control if press.control is Control.SET else press_listed
                return await act(manager, step, press)
            case Control.DEFAULT:
                return isinstance(step, AskStep) and await take_default(manager, step)
            case Control.DAY | Control.VIEW | Control.CLOCK | Control.NOTHING:
                return isinstance(step, AskStep) and await press_offered(manager, step, press)
            case _:
                return isinstance(step, ChooseStep) and await press_list(manager, step, press)


def _tell_toast(turn: Turn) -> None:
    """Say above the screen what would answer a press: a key under the chat sends a message, which has no answer."""
    if turn.toast:
        turn.notice(escape(turn.toast, quote=False))
        turn.toast = None


async def press_listed(manager: DialogManager, step: WindowStep, press: Press) -> bool:
    """Do what a button or control in a list means, or turn a page of the list."""
    turn, data = turn_of(manager), walk.current_data(manager)
    environment = await walk.environment_of(turn, data, step)
    lists = ListedPresses(turn, data, step)
    if press.control is Control.TURN:
        page, _, path = press.value.partition(BETWEEN)
        is_page = page.isdecimal()
        paging = Paging(turn, data, step, environment)
        return is_page and (
            paging.turn_to(int(page), path) or await lists.turn_to(int(page), path, environment)
        )
    if press.control is Control.KEPT:
        kept = await lists.find_control(press.value, environment)
        return kept is not None and await keep_pressed(kept.view, kept.control, kept.carries)
    found = await lists.find(press.value, environment)
    return found is not None and await _press_button(manager, step, found[0], found[1])


async def _press_button(
    manager: DialogManager,
    step: WindowStep,
    button: Button,
    names: Mapping[str, Any] | None = None,
) -> bool:
    """Do what a button means; `names` are what it can read where that is more than the window."""
    turn, data = turn_of(manager), walk.current_data(manager)
    environment = names or await walk.environment_of(turn, data, step)
    walk.save(turn, data, button.save, environment)
    turn.show_as = button.show_as
    if button.go is not None:
        note_move(turn, data, MoveKind.BUTTON, button.id)
        await leave(manager, button.go)
    elif button.run is not None:
        if button.toast is not None:
            walk.answer_press(turn, data, button.toast, environment)
        await walk.run_flow(manager, button.run, environment, path=f"button:{button.id}")
    elif button.toast is not None:
        walk.answer_press(turn, data, button.toast, environment)
    if button.turn is not None:
        window = await walk.environment_of(turn, data, step)
        await Turning(turn, data, step, window).press(button.turn, environment)
    return button.aside is None


def _message(manager: DialogManager, view: View, notices: str) -> NewMessage:
    context = manager.middleware_data[EVENT_CONTEXT_KEY]
    html = "\n\n".join(part for part in (notices, view.text) if part)
    cut = None if view.invoice else cut_text(html, MAX_CAPTION if view.media else MAX_TEXT)
    return FlowMessage(
        chat=context.chat,
        thread_id=context.thread_id,
        business_connection_id=context.business_connection_id,
        text=cut or html,
        reply_markup=view.keyboard,
        parse_mode=None if cut or view.invoice else ParseMode.HTML,
        invoice=view.invoice,
        media=view.media,
        above=view.above,
        **view.manner,
    )
