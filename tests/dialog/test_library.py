"""What the run time relies on in aiogram-dialog beyond its documented interface, and living beside it."""

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.api.entities import Context, Stack
from aiogram_dialog.manager.manager import ManagerImpl
from aiogram_dialog.manager.message_manager import MessageManager
from aiogram_dialog.utils import CB_SEP, remove_intent_id
from aiogram_dialog.widgets.kbd import Button, Cancel, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from engine.dialog.conversation import decode_conversation
from engine.dialog.ports import StoredConversation
from engine.dialog.record import seal

if TYPE_CHECKING:
    from engine.dialog.registry import FlowRegistry


def _parameters(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)


def test_the_private_parts_are_as_they_were_when_built_upon() -> None:
    """A release that changes any of these needs a look at engine/dialog before it is taken."""
    assert _parameters(Dialog._callback_handler) == ["self", "callback", "dialog_manager"]
    assert _parameters(Dialog._message_handler) == ["self", "message", "dialog_manager"]
    assert _parameters(ManagerImpl._remove_kbd) == ["self"]
    assert _parameters(ManagerImpl.mark_closed) == ["self"]
    assert _parameters(ManagerImpl.reset_stack) == ["self", "remove_keyboard"]
    assert _parameters(ManagerImpl._process_launch_mode) == ["self", "old_dialog", "new_dialog"]
    assert _parameters(ManagerImpl._calc_show_mode) == ["self"]
    assert _parameters(ManagerImpl._get_last_message) == ["self"]
    assert _parameters(ManagerImpl._fix_cached_media_id) == ["self", "new_message"]
    assert _parameters(ManagerImpl.__init__)[1:] == [
        "event",
        "message_manager",
        "media_id_storage",
        "registry",
        "router",
        "data",
        "getter",
    ]
    assert _parameters(MessageManager.edit_message_safe) == [
        "self",
        "bot",
        "new_message",
        "old_message",
    ]
    assert set(Context.__dataclass_fields__) == {
        "_intent_id",
        "_stack_id",
        "state",
        "start_data",
        "dialog_data",
        "widget_data",
        "access_settings",
    }
    assert set(Stack.__dataclass_fields__) == {
        "_id",
        "intents",
        "last_message_id",
        "last_reply_keyboard",
        "last_media_id",
        "last_media_unique_id",
        "last_income_media_group_id",
        "content_type",
        "access_settings",
        "has_protected_content",
    }
    assert remove_intent_id(f"abc{CB_SEP}rest") == ("abc", "rest")


class ByHand(StatesGroup):
    """States of a dialog written in Python."""

    first = State()
    second = State()


async def _count(_callback: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    manager.dialog_data["count"] = manager.dialog_data.get("count", 0) + 1


async def _counted(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"count": dialog_manager.dialog_data.get("count", 0)}


async def _open_flow(_callback: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    registry: FlowRegistry = manager._registry  # type: ignore[attr-defined]  # the manager of this run
    await manager.start(registry.state_of("main", "word"))


MAIN = """\
flow: main
version: 1
title: Main
start: [/main]
steps:
  word:
    show: "A flow."
    buttons: [{text: "Leave", go: end}]
"""


def _open(chat: Any, state: State) -> None:
    """Put a dialog on top of what is open, as Python code with a manager would."""
    ((key, kept),) = chat.store.kept.items()
    conversation = decode_conversation(
        kept.value,
        bring=partial(chat.registry.bring_along, may_be_newer=False),
        find_state=chat.registry.find_state,
    )
    context = conversation.stack.push(state, None)
    conversation.contexts[context.id] = context
    chat.store.kept[key] = StoredConversation(
        kept.revision + 1, seal(conversation.head, conversation.encode())
    )


def test_contexts_leave_the_stack_where_flows_are_left() -> None:
    """The library closes a context in these places; the last one is for windows of a launch mode that no flow has."""
    closing = ("mark_closed", "reset_stack", "_process_launch_mode")
    assert inspect.getsource(ManagerImpl).count(".pop()") == len(closing)
    assert all(".pop()" in inspect.getsource(getattr(ManagerImpl, name)) for name in closing)


async def test_a_dialog_written_by_hand_shares_the_stack_with_flows(make_chat: Any) -> None:
    """Python dialogs open flows, get control back when they end, and keep their own data."""
    dialog = Dialog(
        Window(
            Format("By hand: {count}"),
            Button(Const("Count"), id="count", on_click=_count),
            Button(Const("Flow"), id="flow", on_click=_open_flow),
            SwitchTo(Const("On"), id="on", state=ByHand.second),
            state=ByHand.first,
            getter=_counted,
        ),
        Window(Const("Second"), Cancel(Const("Close")), state=ByHand.second),
    )
    chat = make_chat(main=MAIN, dialogs=[dialog])
    await chat.send("/start")
    _open(chat, ByHand.first)
    await chat.send("anything")
    await chat.press("Count")
    await chat.press("Count")
    assert await chat.text() == "By hand: 2"
    await chat.press("Flow")
    assert await chat.text() == "A flow."
    await chat.press("Leave")
    assert await chat.text() == "By hand: 2"
    await chat.press("On")
    await chat.press("Close")
    assert (await chat.text()).startswith("Home")
