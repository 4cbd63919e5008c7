"""The example `subdialog`: a dialog that another one starts for a name, and what it gives back."""

from typing import Any

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Back, Button, Cancel, Group, Row, Start
from aiogram_dialog.widgets.text import Const, Format, Multi

from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press, send


class Name(StatesGroup):
    """The windows of the dialog that is started."""

    input = State()
    confirm = State()


class Main(StatesGroup):
    """The window that starts it."""

    main = State()


async def _data(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"name": dialog_manager.dialog_data.get("name")}


async def _take(message: Message, _input: Any, manager: DialogManager) -> None:
    manager.dialog_data["name"] = message.text
    await manager.next()


async def _give(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    await manager.done({"name": manager.dialog_data["name"]})


async def _keep(_data: Any, result: Any, manager: DialogManager) -> None:
    if result:
        manager.dialog_data["name"] = result["name"]


async def _reset(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    del manager.dialog_data["name"]


async def test_subdialog(play_example: PlayExample) -> None:
    """The name comes back when it is confirmed and stays as it was when it is not; it can be taken away."""
    main = Dialog(
        Window(
            Multi(
                Format("Hello, {name}", when="name"),
                Const("Hello, unknown person", when=~F["name"]),
            ),
            Group(
                Start(Const("Enter name"), id="set", state=Name.input),
                Button(Const("Reset name"), id="reset", on_click=_reset, when="name"),
            ),
            state=Main.main,
            getter=_data,
        ),
        on_process_result=_keep,
    )
    name = Dialog(
        Window(Const("What is your name?"), Cancel(), MessageInput(_take), state=Name.input),
        Window(
            Format("Your name is <code>{name}</code>, it is correct?"),
            Row(Back(Const("No")), Button(Const("Yes"), id="yes", on_click=_give)),
            state=Name.confirm,
            getter=_data,
        ),
    )
    await play_example(
        "subdialog",
        main,
        name,
        acts=[
            press("Enter name"),
            EACH,
            send("Ann"),
            EACH,
            press("No"),
            send("Bea"),
            press("Yes"),
            EACH,
            press("Enter name"),
            press("Cancel"),
            press("Reset name"),
        ],
    )
