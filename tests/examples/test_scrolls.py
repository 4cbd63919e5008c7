"""The example `scrolls`: texts that are turned, by a list, by characters and by numbers alone, and one pager for two things."""

import calendar
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any

import yaml
from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.common import sync_scroll
from aiogram_dialog.widgets.kbd import (
    Button,
    Multiselect,
    NumberedPager,
    ScrollingGroup,
    StubScroll,
    SwitchTo,
)
from aiogram_dialog.widgets.text import Const, Format, List, ScrollingText

from engine.actions import Context, MaxLength, query
from tests.examples.conftest import PlayExample
from tests.examples.test_pagers import KEPT, PRODUCTS, list_products
from tests.widgets.acts import EACH, press
from tests.widgets.compare import other_rows

FLOW = yaml.safe_load((Path(__file__).parent / "scrolls" / "main.yaml").read_text())
LONG_TEXT = FLOW["steps"]["text"]["show"]


class Scrolls(StatesGroup):
    """The windows."""

    menu = State()
    list = State()
    text = State()
    stub = State()
    sync = State()


@query("days.names")
async def name_days(_context: Context) -> list[Annotated[str, MaxLength(20)]]:
    """Name the days of a week."""
    return list(calendar.day_name)


async def _products(**_: Any) -> dict[str, Any]:
    return {"products": PRODUCTS}


async def _page(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    scroll: Any = dialog_manager.find("stub")
    page = await scroll.get_page()
    return {"pages": 7, "current_page": page + 1, "day": calendar.day_name[page]}


MENU = SwitchTo(Const("Main menu"), id="main", state=Scrolls.menu)


def _stub() -> Window:
    return Window(
        Const("Stub Scroll. Getter is used to paginate\n"),
        Format("You are at page {current_page} of {pages}"),
        Format("Day by number is {day}"),
        StubScroll("stub", pages="pages"),
        NumberedPager("stub"),
        MENU,
        state=Scrolls.stub,
        getter=_page,
    )


def _sync() -> Window:
    return Window(
        Const("Sync Scroll. One pager for two scrollable objects"),
        List(Format("{item.id}. {item.title}"), items="products", id="synced", page_size=10),
        ScrollingGroup(
            Multiselect(
                Format("✓ {item.title}"),
                Format("{item.title}"),
                id="ms",
                items="products",
                item_id_getter=attrgetter("id"),
            ),
            width=1,
            height=10,
            id="pages",
            on_page_changed=sync_scroll("synced"),
        ),
        Button(Const("Keep"), id="keep"),
        MENU,
        state=Scrolls.sync,
    )


def _dialog() -> Dialog:
    return Dialog(
        Window(
            Const("Scrolling variant demo. Please, select an option:"),
            SwitchTo(Const("Text list scroll"), id="to_list", state=Scrolls.list),
            SwitchTo(Const("Text scroll"), id="to_text", state=Scrolls.text),
            SwitchTo(Const("Stub: getter-based"), id="to_stub", state=Scrolls.stub),
            SwitchTo(Const("Sync scroll"), id="to_sync", state=Scrolls.sync),
            state=Scrolls.menu,
        ),
        Window(
            Const("Text list scrolling:\n"),
            List(Format("{pos}. {item.title}"), items="products", id="list", page_size=10),
            NumberedPager("list"),
            MENU,
            state=Scrolls.list,
        ),
        Window(
            ScrollingText(Const(LONG_TEXT), id="text", page_size=1000),
            NumberedPager("text"),
            MENU,
            state=Scrolls.text,
        ),
        _stub(),
        _sync(),
        getter=_products,
    )


async def test_a_list_of_texts(play_example: PlayExample) -> None:
    """Each number leads to ten lines, and who comes back finds the page that was left."""
    await play_example(
        "scrolls",
        _dialog(),
        functions=[list_products, name_days],
        acts=[
            press("Text list scroll"),
            EACH,
            press("3"),
            press("Main menu"),
            press("Text list scroll"),
            press("1"),
        ],
    )


async def test_a_long_text(play_example: PlayExample) -> None:
    """A text of several thousand characters is cut at each thousandth."""
    await play_example(
        "scrolls",
        _dialog(),
        functions=[list_products, name_days],
        acts=[press("Text scroll"), EACH, press("5"), press("2"), press("Main menu")],
    )


async def test_a_pager_of_numbers_alone(play_example: PlayExample) -> None:
    """What stands on a page can be anything: here a page is a day, which there a getter makes of the number."""
    await play_example(
        "scrolls",
        _dialog(),
        functions=[list_products, name_days],
        acts=[press("Stub: getter-based"), EACH, press("7"), press("3")],
        differences=[
            other_rows("StubScroll is a row without buttons, which shows nothing", theirs="")
        ],
    )


async def test_one_pager_for_two(play_example: PlayExample) -> None:
    """The pager of the buttons turns the text above them, too."""
    await play_example(
        "scrolls",
        _dialog(),
        functions=[list_products, name_days],
        acts=[press("Sync scroll"), press(">"), press("Product 12"), press("3"), EACH, press("<")],
        differences=[KEPT],
    )
