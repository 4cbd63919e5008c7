"""The example `reply_buttons` of the large bot: controls as keys under the chat, each with what it shows now."""

from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, Window
from aiogram_dialog.widgets.kbd import Cancel, Checkbox, Radio
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory
from aiogram_dialog.widgets.text import Const, Format

from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press
from tests.widgets.test_inputs import LEFT, SWEPT


class Keys(StatesGroup):
    """The window."""

    main = State()


async def test_keys(play_example: PlayExample) -> None:
    """A key does what the button would do, and the keyboard comes anew with what has changed."""
    dialog = Dialog(
        Window(
            Const("Reply keyboard with multiple widgets."),
            Checkbox(Const("✓ Checkbox"), Const("Checkbox"), id="chk"),
            Radio(
                Format("🔘 {item}"),
                Format("⚪️ {item}"),
                items=["A", "B", "C"],
                item_id_getter=str,
                id="radio",
            ),
            Cancel(Const("☰ Main menu")),
            markup_factory=ReplyKeyboardFactory(
                input_field_placeholder=Format("{event.from_user.first_name}"),
                resize_keyboard=True,
            ),
            state=Keys.main,
        ),
    )
    await play_example(
        "keys",
        dialog,
        acts=[EACH, press("Checkbox"), press("⚪️ B"), press("⚪️ C"), EACH],
        differences=[SWEPT, LEFT],
    )
