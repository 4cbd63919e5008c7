"""What people send: texts, files, contacts and places."""

from typing import Any

import pytest
from aiogram import F
from aiogram.enums import ContentType
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.api.entities import MediaAttachment, MediaId
from aiogram_dialog.widgets.input import MessageInput, TextInput
from aiogram_dialog.widgets.kbd import Back, Cancel, Next, RequestContact, RequestLocation
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory
from aiogram_dialog.widgets.media import DynamicMedia
from aiogram_dialog.widgets.text import Const, Format

from tests.widgets.acts import EACH, press, send
from tests.widgets.compare import Difference
from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The steps of the dialogs by hand."""

    ask = State()
    done = State()


async def _failed(_message: Message, _input: Any, manager: DialogManager, _error: Any) -> None:
    manager.dialog_data["failed"] = True


async def _answered(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found: Any = dialog_manager.find("answer")
    failed = dialog_manager.dialog_data.pop("failed", False)
    return {"answer": found.get_value() if found else None, "failed": failed}


def _whole(text: str) -> int:
    number = int(text)
    if number not in range(1, 7):
        raise ValueError("between 1 and 6")
    return number


async def test_text_input(compare: Compare) -> None:
    """TextInput with a type is `ask`: a right answer goes on, a wrong one is told above the question."""
    await compare(
        """\
        data: {people: int}
        steps:
          ask:
            ask: int
            text: "For how many?"
            min: 1
            max: 6
            invalid: "A number from 1 to 6."
            save: {people: it}
            buttons: [{text: "Stop", go: end}]
          done: {show: "A table for {{ data.people }}.", buttons: [{text: "Other", go: ask}]}
        """,
        Window(
            Const("A number from 1 to 6.\n", when=F["failed"]),
            Const("For how many?"),
            TextInput(id="answer", type_factory=_whole, on_success=Next(), on_error=_failed),
            Cancel(Const("Stop")),
            state=Main.ask,
            getter=_answered,
        ),
        Window(
            Format("A table for {answer}."), Back(Const("Other")), state=Main.done, getter=_answered
        ),
        acts=[EACH, send("many"), send("9"), send("4"), EACH, press("Other"), send("2")],
    )


async def _keep_photo(message: Message, _input: Any, manager: DialogManager) -> None:
    assert message.photo
    photo = message.photo[-1]
    manager.dialog_data["photo"] = [photo.file_id, photo.file_unique_id]
    await manager.next()


async def _photo(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    file_id = MediaId(*dialog_manager.dialog_data["photo"])
    return {"photo": MediaAttachment(ContentType.PHOTO, file_id=file_id)}


async def test_message_input_and_dynamic_media(compare: Compare) -> None:
    """MessageInput for a content type is `ask` for it; DynamicMedia shows what was sent."""
    await compare(
        """\
        data: {picture: file}
        steps:
          ask:
            ask: photo
            text: "Your picture?"
            save: {picture: it}
          done:
            show: "Is this it?"
            media: {photo: {from: data.picture}}
            buttons: [{text: "No", go: ask}]
        """,
        Window(
            Const("Your picture?"),
            MessageInput(_keep_photo, content_types=[ContentType.PHOTO]),
            state=Main.ask,
        ),
        Window(
            DynamicMedia("photo"),
            Const("Is this it?"),
            Back(Const("No")),
            state=Main.done,
            getter=_photo,
        ),
        acts=[send(photo=True), EACH, press("No")],
    )


async def _keep_shared(message: Message, _input: Any, manager: DialogManager) -> None:
    if message.contact:
        manager.dialog_data["shared"] = message.contact.first_name
    if message.location:
        manager.dialog_data["shared"] = f"{message.location.latitude:.1f}"
    await manager.next()


async def _shared(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"shared": dialog_manager.dialog_data.get("shared", "nobody")}


SHARING = """\
data: {{shared: {{type: {type}, optional: true}}}}
steps:
  ask:
    ask: {type}
    text: "Please share it."
    share: "Share"
    save: {{shared: it}}
    buttons: [{{text: "Rather not", go: done}}]
  done:
    show: "Thank you, {{{{ {shown} if data.shared is not None else 'nobody' }}}}."
    buttons: [{{text: "Again", go: ask}}]
"""


def _swept(pair: Any) -> Any:
    """Leave out what takes a keyboard down: theirs says "..." and stays, ours says "…" and is deleted."""
    ours, theirs = pair
    left = [one for one in ours if one.payload.get("text") != "…" and one.method != "deleteMessage"]
    return left, [one for one in theirs if one.payload.get("text") != "..."]


SWEPT = Difference("the message that takes a keyboard down is deleted", _swept)


def _left(pair: Any) -> Any:
    """Leave out what becomes of a message that cannot be edited into one with keys: ours loses its buttons, theirs is deleted."""
    ours, theirs = pair
    lost = [one for one in ours if one.method != "editMessageReplyMarkup"]
    return (lost, [one for one in theirs if one.method != "deleteMessage"])


LEFT = Difference("what was said before a keyboard below stays in the chat", _left)


@pytest.mark.parametrize(
    ("kind", "shown", "key"),
    [
        ("contact", "data.shared.first_name", RequestContact(Const("Share"))),
        ("location", "data.shared.latitude | number(1)", RequestLocation(Const("Share"))),
    ],
)
async def test_keys_that_share(compare: Compare, kind: str, shown: str, key: Any) -> None:
    """RequestContact and RequestLocation on a reply keyboard are `ask` with `share`; other buttons are keys beside it."""
    await compare(
        SHARING.format(type=kind, shown=shown),
        Window(
            Const("Please share it."),
            key,
            Next(Const("Rather not")),
            MessageInput(_keep_shared, content_types=[kind]),
            markup_factory=ReplyKeyboardFactory(resize_keyboard=True),
            state=Main.ask,
        ),
        Window(
            Format("Thank you, {shared}."), Back(Const("Again")), state=Main.done, getter=_shared
        ),
        acts=[press("Share"), EACH, press("Again"), press("Rather not"), press("Again")],
        differences=[SWEPT, LEFT],
    )
