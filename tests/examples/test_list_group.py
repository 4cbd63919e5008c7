"""The example `list_group`: a mark and two colours for each of a list, the colours where the mark is."""

from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, SubManager, Window
from aiogram_dialog.widgets.kbd import (
    Cancel,
    Checkbox,
    ListGroup,
    ManagedCheckbox,
    Radio,
    Row,
)
from aiogram_dialog.widgets.text import Const, Format

from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press


class Lists(StatesGroup):
    """The window."""

    greeting = State()


def _when_checked(_data: dict[str, Any], _widget: Any, manager: SubManager) -> bool:
    check: ManagedCheckbox | None = manager.find("check")
    return check is not None and check.is_checked()


def _dialog() -> Dialog:
    return Dialog(
        Window(
            Const("Hello, please check you options for each item:"),
            ListGroup(
                Checkbox(Format("✓ {item}"), Format("  {item}"), id="check"),
                Row(
                    Radio(
                        Format("🔘 {item} ({data[item]})"),
                        Format("⚪️ {item} ({data[item]})"),
                        id="radio",
                        item_id_getter=str,
                        items=["black", "white"],
                        when=_when_checked,
                    ),
                ),
                id="lg",
                item_id_getter=str,
                items=["apple", "orange", "pear"],
            ),
            Cancel(Const("Close")),
            state=Lists.greeting,
        )
    )


async def test_list_group(play_example: PlayExample) -> None:
    """Each fruit has a mark and a colour of its own; the colours are there while the fruit is marked."""
    await play_example(
        "list_group",
        _dialog(),
        acts=[
            EACH,
            press("  orange"),
            EACH,
            press("⚪️ white (orange)"),
            press("  pear"),
            press("⚪️ black (pear)"),
            EACH,
            press("✓ orange"),
            press("  orange"),
        ],
    )
