"""The example `switch` of the large bot: windows one after the other, and what was chosen in between."""

from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Back, Cancel, Checkbox, Next, Radio, Row
from aiogram_dialog.widgets.text import Case, Const, Format

from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press

FACES = {"happy": "😆", "afraid": "😱", "evil": "😈", "robot": "🤖", "clown": "🤡"}


class Steps(StatesGroup):
    """The windows."""

    first = State()
    options = State()
    last = State()


async def _chosen(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found: Any = {name: dialog_manager.find(name) for name in ("option", "face")}
    return {"option": found["option"].is_checked(), "face": found["face"].get_checked()}


async def test_steps(play_example: PlayExample) -> None:
    """What was chosen is there on the last step, and still there on the way back."""
    menu = Cancel(Const("☰ Main menu"))
    dialog = Dialog(
        Window(Const("Step 1. Press Next"), Next(), menu, state=Steps.first),
        Window(
            Const("Step 2. Select options"),
            Checkbox(
                Const("✓ Option is enabled"), Const("Click to enable the option"), id="option"
            ),
            Radio(
                Format("🔘 {item[1]}"),
                Format("⚪️ {item[1]}"),
                items=list(FACES.items()),
                item_id_getter=lambda item: item[0],
                id="face",
            ),
            Row(Back(), Next()),
            menu,
            state=Steps.options,
        ),
        Window(
            Const("Step 3. Your data:"),
            Case(
                {True: Const("Option: enabled"), False: Const("Option: disabled")},
                selector="option",
            ),
            Format("Selected emoji: {face}"),
            Back(),
            menu,
            state=Steps.last,
            getter=_chosen,
        ),
    )
    await play_example(
        "steps",
        dialog,
        acts=[
            EACH,
            press("Next"),
            EACH,
            press("Next"),
            press("Back"),
            press("Click to enable the option"),
            press("⚪️ 🤖"),
            press("Next"),
            EACH,
            press("Back"),
        ],
    )
