"""The example `select` of the large bot: one of a list, marked or not, several, and one button that takes turns."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any

from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import (
    Button,
    Cancel,
    Column,
    Multiselect,
    Radio,
    Select,
    SwitchTo,
    Toggle,
)
from aiogram_dialog.widgets.text import Const, Format, List

from engine.actions import Context, MaxLength, query
from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press
from tests.widgets.compare import own_call


class Selects(StatesGroup):
    """The windows."""

    menu = State()
    select = State()
    radio = State()
    multi = State()
    toggle = State()


Word = Annotated[str, MaxLength(20)]


@dataclass(frozen=True, slots=True)
class Fruit:
    """Something to pick."""

    id: Word
    name: Word
    emoji: Word


FRUITS = [
    Fruit("apple_a", "Apple", "🍏"),
    Fruit("banana_b", "Banana", "🍌"),
    Fruit("orange_o", "Orange", "🍊"),
    Fruit("pear_p", "Pear", "🍐"),
]


@query("fruits.list")
async def list_fruits(_context: Context) -> list[Fruit]:
    """List what there is."""
    return FRUITS


async def _fruits(**_: Any) -> dict[str, Any]:
    return {"fruits": FRUITS}


async def _reset(_callback: Any, _button: Any, manager: DialogManager) -> None:
    multi: Any = manager.find("multi")
    await multi.reset_checked()


def _dialog() -> Dialog:
    back = SwitchTo(Const("Back"), id="back", state=Selects.menu)
    given: dict[str, Any] = {"items": "fruits", "item_id_getter": attrgetter("id")}
    name = Format("{item.emoji} {item.name}")
    return Dialog(
        Window(
            Const("Different keyboard Selects."),
            SwitchTo(Const("Select"), id="s_select", state=Selects.select),
            SwitchTo(Const("Radio"), id="s_radio", state=Selects.radio),
            SwitchTo(Const("Multiselect"), id="s_multi", state=Selects.multi),
            SwitchTo(Const("Toggle"), id="s_toggle", state=Selects.toggle),
            Cancel(Const("☰ Main menu")),
            state=Selects.menu,
        ),
        Window(
            Const("Select widget"),
            List(Format("+ {item.emoji} {item.name} - {item.id}"), items="fruits"),
            Column(Select(Format("{item.emoji} {item.name} ({item.id})"), id="sel", **given)),
            back,
            state=Selects.select,
        ),
        Window(
            Const("Radio widget"),
            Column(Radio("🔘 " + name, "⚪️ " + name, id="radio", **given)),
            back,
            state=Selects.radio,
        ),
        Window(
            Const("Multiselect widget"),
            Column(Multiselect(Format("✓ {item.name}"), name, id="multi", **given)),
            Button(Const("↩️ Reset"), id="reset", on_click=_reset),
            back,
            state=Selects.multi,
        ),
        Window(
            Const("Toggle widget. Click to switch between items."),
            Const("It is compatible and interchangeable with <code>Radio</code>."),
            Column(Toggle(name, id="radio", **given)),
            back,
            state=Selects.toggle,
        ),
        getter=_fruits,
    )


async def test_selects(play_example: PlayExample) -> None:
    """Each kind of selection shows and keeps alike; Radio and Toggle share what they keep."""
    await play_example(
        "selects",
        _dialog(),
        functions=[list_fruits],
        acts=[
            EACH,
            press("Select"),
            EACH,
            press("Back"),
            press("Radio"),
            EACH,
            press("⚪️ 🍌 Banana"),
            press("⚪️ 🍐 Pear"),
            EACH,
            press("Back"),
            press("Toggle"),
            EACH,
            press("🍐 Pear"),
            press("🍏 Apple"),
            press("Back"),
            press("Multiselect"),
            EACH,
            press("🍐 Pear"),
            press("🍏 Apple"),
            press("✓ Pear"),
            press("↩️ Reset"),
        ],
        differences=[
            own_call(
                "what was picked is kept, so the buttons are those of a new screen",
                "editMessageText",
            )
        ],
    )
