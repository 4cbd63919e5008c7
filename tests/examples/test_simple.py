"""The example `simple`: a name with a picture above the question, an age to pick, and a summary."""

from pathlib import Path
from typing import Any

from aiogram.enums import ContentType
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Back, Button, Row, Select, SwitchTo
from aiogram_dialog.widgets.media import StaticMedia
from aiogram_dialog.widgets.text import Const, Format, Multi

from tests.examples.apart import said_above
from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press, send


class Talk(StatesGroup):
    """The windows."""

    greeting = State()
    age = State()
    finish = State()


async def _data(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    grown = data.get("age") in {"18-25", "25-40", "40+"}
    return {"name": data.get("name", ""), "is_grown": grown}


async def _take_name(message: Message, _input: Any, manager: DialogManager) -> None:
    manager.dialog_data["name"] = message.text
    await message.answer(f"Nice to meet you, {message.text}")
    await manager.next()


async def _refuse(message: Message, _input: Any, _manager: DialogManager) -> None:
    await message.answer("Text is expected")


async def _take_age(_event: Any, _select: Any, manager: DialogManager, age: str) -> None:
    manager.dialog_data["age"] = age
    await manager.next()


async def _finish(callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    assert callback.message is not None
    await callback.message.answer("Thank you. To start again click /start")
    await manager.done()


def _dialog(files: Path) -> Dialog:
    return Dialog(
        Window(
            Const("Greetings! Please, introduce yourself:"),
            StaticMedia(path=files / "1.png", type=ContentType.PHOTO),
            MessageInput(_take_name, content_types=[ContentType.TEXT]),
            MessageInput(_refuse),
            state=Talk.greeting,
        ),
        Window(
            Format("{name}! How old are you?"),
            Select(
                Format("{item}"),
                id="age",
                items=["0-12", "12-18", "18-25", "25-40", "40+"],
                item_id_getter=str,
                on_click=_take_age,
            ),
            state=Talk.age,
            getter=_data,
        ),
        Window(
            Multi(
                Format("{name}! Thank you for your answers."),
                Const("Hope you are not smoking", when="is_grown"),
                sep="\n\n",
            ),
            Row(
                Back(),
                SwitchTo(Const("Restart"), id="restart", state=Talk.greeting),
                Button(Const("Finish"), on_click=_finish, id="finish"),
            ),
            state=Talk.finish,
            getter=_data,
        ),
    )


async def test_simple(play_example: PlayExample, files: Path) -> None:
    """Both ask, refuse, keep and sum up alike; what a handler sends aside stands above the next screen here."""
    await play_example(
        "simple",
        _dialog(files),
        acts=[
            send(sticker=True),
            send("Ann"),
            EACH,
            press("40+"),
            EACH,
            press("Restart"),
            send("B"),
        ],
        differences=[
            said_above("Text is expected"),
            said_above("Nice to meet you, Ann"),
            said_above("Nice to meet you, B"),
            said_above("Thank you. To start again click /start"),
        ],
    )
