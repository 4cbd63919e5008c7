"""Windows with a keyboard of their own: forced replies, and keys that ask for a poll."""

from typing import Any

from aiogram.enums import ContentType
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput, TextInput
from aiogram_dialog.widgets.kbd import Back, Next, RequestPoll
from aiogram_dialog.widgets.markup.force_reply import ForceReplyFactory
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory
from aiogram_dialog.widgets.text import Const, Format

from tests.widgets.acts import send
from tests.widgets.compare import Difference
from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The steps of the dialogs by hand."""

    first = State()
    ask = State()
    done = State()


def _left(pair: Any) -> Any:
    """Leave out what becomes of the message before, which cannot be edited into one with such a keyboard."""
    gone = ("deleteMessage", "editMessageReplyMarkup")
    ours, theirs = ([one for one in calls if one.method not in gone] for calls in pair)
    return ours, theirs


LEFT = Difference("what was there before goes at another moment, or loses its buttons alone", _left)


async def _name(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found: Any = dialog_manager.find("name")
    return {"name": found.get_value()}


async def test_force_reply(compare: Compare) -> None:
    """ForceReplyFactory is `keyboard: {force_reply: true}`; after a press, where the library fails to edit, ours is sent anew."""
    await compare(
        """\
        data: {name: text}
        steps:
          first: {ask: text, text: "Hello?", save: {}}
          ask:
            ask: text
            text: "Your name?"
            max: 40
            keyboard: {force_reply: true, placeholder: "A name"}
            save: {name: it}
          done: {show: "Hello, {{ data.name }}.", buttons: [{text: "Again", go: ask}]}
        """,
        Window(Const("Hello?"), TextInput(id="first", on_success=Next()), state=Main.first),
        Window(
            Const("Your name?"),
            TextInput(id="name", on_success=Next()),
            markup_factory=ForceReplyFactory(input_field_placeholder=Const("A name")),
            state=Main.ask,
        ),
        Window(Format("Hello, {name}."), Back(Const("Again")), state=Main.done, getter=_name),
        acts=[send("Hi"), send("Ann")],
        differences=[LEFT],
    )


async def _keep(message: Message, _input: Any, manager: DialogManager) -> None:
    assert message.poll
    manager.dialog_data["question"] = message.poll.question
    await manager.next()


async def _question(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"question": dialog_manager.dialog_data["question"]}


async def test_request_poll(compare: Compare) -> None:
    """RequestPoll on a ReplyKeyboardFactory is `share` with `kind`, and the options of `keyboard`."""
    await compare(
        """\
        data: {quiz: poll}
        steps:
          ask:
            ask: poll
            text: "A quiz?"
            share: {text: "Make one", kind: quiz}
            keyboard: {under: chat, one_time: true, persistent: true, placeholder: "Or send one"}
            save: {quiz: it}
          done: {show: "So: {{ data.quiz.question }}", end: {}}
        """,
        Window(
            Const("A quiz?"),
            RequestPoll(Const("Make one"), poll_type="quiz"),
            MessageInput(_keep, content_types=[ContentType.POLL]),
            markup_factory=ReplyKeyboardFactory(
                resize_keyboard=True,
                one_time_keyboard=True,
                is_persistent=True,
                input_field_placeholder=Const("Or send one"),
            ),
            state=Main.ask,
        ),
        Window(Format("So: {question}"), state=Main.done, getter=_question),
        acts=[],
        differences=[LEFT],
    )
