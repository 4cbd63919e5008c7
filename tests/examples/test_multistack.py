"""The example `multistack`: a dialog that opens again and again, each time in a message of its own."""

from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Cancel, Multiselect, Start
from aiogram_dialog.widgets.text import Const, Format

from tests.examples.apart import said_above
from tests.examples.conftest import PlayExample
from tests.widgets.acts import press, press_in, send
from tests.widgets.compare import other_value, own_call

OLDER = "their sentences are messages, by which the others grow older"
AGED = ("ReplyMarkup", "Text")


class Greeting(StatesGroup):
    """The window."""

    greeting = State()


async def _data(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    kept = dialog_manager.dialog_data
    fruits = ["Apple", "Pear", "Orange", "Banana"]
    return {"counter": kept.get("counter", 0), "last": kept.get("last", "-"), "fruits": fruits}


async def _click(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["counter"] = manager.dialog_data.get("counter", 0) + 1


async def _take(message: Message, _input: Any, manager: DialogManager) -> None:
    manager.dialog_data["last"] = message.text
    await message.answer(f"Nice to meet you, {message.text}")


async def test_multistack(play_example: PlayExample) -> None:
    """Each stack counts, marks, closes and takes replies for itself, whatever the others do."""
    dialog = Dialog(
        Window(
            Format("Clicked: {counter}\n"),
            Format("Last text: {last}"),
            Button(Const("Click me!"), id="click", on_click=_click),
            Start(
                Const("Start new stack"),
                id="new",
                state=Greeting.greeting,
                mode=StartMode.NEW_STACK,
            ),
            Multiselect(
                Format("✓ {item}"), Format("{item}"), id="check", item_id_getter=str, items="fruits"
            ),
            Cancel(),
            MessageInput(_take),
            state=Greeting.greeting,
            getter=_data,
        )
    )
    first, second = "Clicked: 0", "Clicked: 1"
    await play_example(
        "multistack",
        dialog,
        works_on=True,
        acts=[
            send("Ann"),
            press("Click me!"),
            press("Start new stack"),
            press("Pear"),
            press_in(second, "Orange"),
            send("Bea", to=first),
            send("Cleo", to=second),
            press("Start new stack"),
            press("Click me!"),
            press("Cancel"),
            press("Cancel"),
            press("Click me!"),
            press("Cancel"),
        ],
        differences=[
            *(said_above(f"Nice to meet you, {name}") for name in ("Ann", "Bea", "Cleo")),
            *(other_value(OLDER, f"editMessage{what}", "message_id") for what in AGED),
            own_call(
                "a press counts once, so that the window it was in gets new buttons",
                "editMessageText",
            ),
        ],
    )
