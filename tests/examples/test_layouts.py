"""The example `layouts` of the large bot: the same buttons in a row, in a column and two in a row."""

from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, Window
from aiogram_dialog.widgets.kbd import Button, Cancel, Column, Group, Row, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press


class Layouts(StatesGroup):
    """The windows."""

    menu = State()
    row = State()
    column = State()
    group = State()


def _dialog() -> Dialog:
    select: Select[str] = Select(
        Format("{item}"), id="sel", items=["Apple", "Banana", "Orange", "Pear"], item_id_getter=str
    )
    button = Button(Const("Additional button"), id="btn")
    back = SwitchTo(Const("Back"), id="back", state=Layouts.menu)
    return Dialog(
        Window(
            Const("Different keyboard layouts."),
            SwitchTo(Const("↔️ Row"), id="row", state=Layouts.row),
            SwitchTo(Const("↕️ Column"), id="column", state=Layouts.column),
            SwitchTo(Const("↩️ Group"), id="group", state=Layouts.group),
            Cancel(Const("☰ Main menu")),
            state=Layouts.menu,
        ),
        Window(
            Const("Select and Button inside <code>Row</code>"),
            Row(select, button),
            back,
            state=Layouts.row,
        ),
        Window(
            Const("Select and Button inside <code>Column</code>"),
            Column(select, button),
            back,
            state=Layouts.column,
        ),
        Window(
            Const("Select and Button inside <code>Group</code>, two in a row"),
            Group(select, button, width=2),
            back,
            state=Layouts.group,
        ),
    )


async def test_layouts(play_example: PlayExample) -> None:
    """All three stand alike, and every button leads back to where it is pressed."""
    await play_example(
        "layouts",
        _dialog(),
        acts=[
            EACH,
            press("↔️ Row"),
            EACH,
            press("Back"),
            press("↕️ Column"),
            EACH,
            press("Back"),
            press("↩️ Group"),
            EACH,
        ],
    )
