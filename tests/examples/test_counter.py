"""The example `counter` of the large bot: a number between its bounds, and how far it is."""

from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Cancel, Counter
from aiogram_dialog.widgets.text import Const, Format

from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press


class Counting(StatesGroup):
    """The window."""

    main = State()


async def _progress(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    counter: Any = dialog_manager.find("counter")
    return {"progress": int(counter.get_value() * 10)}


async def test_counter(play_example: PlayExample) -> None:
    """It counts from nought to ten and no further, and shows how far it is."""
    dialog = Dialog(
        Window(
            Const("<code>Counter</code> widget is used to create +/- buttons."),
            Const("<code>Progress</code> widget shows percentage\n"),
            Format("{progress} %"),
            Counter(id="counter", default=0, max_value=10),
            Cancel(Const("☰ Main menu")),
            state=Counting.main,
            getter=_progress,
        ),
    )
    up, down = press("+"), press("-")
    await play_example("counter", dialog, acts=[EACH, up, EACH, *[up] * 10, EACH, down, down])
