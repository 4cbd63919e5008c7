"""The example `multiwidget` of the large bot: several controls in one window, each keeping its own."""

from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, Window
from aiogram_dialog.widgets.kbd import Cancel, Checkbox, Counter, Multiselect, Radio
from aiogram_dialog.widgets.text import Const, Format

from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press


class Many(StatesGroup):
    """The window."""

    main = State()


async def test_many_widgets(play_example: PlayExample) -> None:
    """A press on one of them leaves the others as they are."""
    dialog = Dialog(
        Window(
            Const("Multiple widgets in one window.\n"),
            Format("Your name: {event.from_user.first_name}"),
            Checkbox(Const("✓ Checkbox"), Const("Checkbox"), id="chk"),
            Radio(
                Format("🔘 {item}"),
                Format("⚪️ {item}"),
                items=["A", "B", "C", "D"],
                item_id_getter=str,
                id="radio",
            ),
            Multiselect(
                Format("✓ {item}"),
                Format("{item}"),
                items=["😆", "😱", "🤯", "😈", "🤖", "👻", "🤡"],
                item_id_getter=str,
                id="faces",
            ),
            Counter(id="counter", default=0, max_value=10),
            Cancel(Const("☰ Main menu")),
            state=Many.main,
        ),
    )
    await play_example(
        "many_widgets",
        dialog,
        acts=[EACH, press("Checkbox"), press("⚪️ C"), press("😈"), press("😱"), press("+"), EACH],
    )
