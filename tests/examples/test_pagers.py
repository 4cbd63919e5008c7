"""The example `scrolls`: a long list that is marked, turned by arrows and by numbers."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any

from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, Window
from aiogram_dialog.widgets.kbd import (
    Button,
    Cancel,
    Multiselect,
    NumberedPager,
    ScrollingGroup,
    SwitchTo,
)
from aiogram_dialog.widgets.text import Const, Format

from engine.actions import Context, MaxLength, query
from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press
from tests.widgets.compare import own_call

KEPT = own_call("what is marked is kept by a button, which opens the list anew", "editMessageText")


class Scrolls(StatesGroup):
    """The windows."""

    menu = State()
    default = State()
    numbers = State()


@dataclass(frozen=True, slots=True)
class Product:
    """Something to mark."""

    id: int
    title: Annotated[str, MaxLength(20)]


PRODUCTS = [Product(number, f"Product {number}") for number in range(1, 30)]


@query("products.list")
async def list_products(_context: Context) -> list[Product]:
    """List what there is."""
    return PRODUCTS


async def _products(**_: Any) -> dict[str, Any]:
    return {"products": PRODUCTS}


def _marks() -> Multiselect[str]:
    return Multiselect(
        Format("✓ {item.title}"),
        Format("{item.title}"),
        id="ms",
        items="products",
        item_id_getter=attrgetter("id"),
    )


def _dialog() -> Dialog:
    menu = SwitchTo(Const("Main menu"), id="main", state=Scrolls.menu)
    return Dialog(
        Window(
            Const("Scrolling variant demo. Please, select an option:"),
            SwitchTo(Const("Default Pager"), state=Scrolls.default, id="default"),
            SwitchTo(Const("Pager options"), state=Scrolls.numbers, id="pagers"),
            Cancel(Const("☰ Main menu")),
            state=Scrolls.menu,
        ),
        Window(
            Const("Scrolling group with default pager (legacy mode)"),
            ScrollingGroup(_marks(), width=1, height=5, id="pages"),
            Button(Const("Keep"), id="keep"),
            menu,
            state=Scrolls.default,
        ),
        Window(
            Const("Scrolling group with external paging controls"),
            ScrollingGroup(_marks(), width=1, height=5, hide_pager=True, id="bare"),
            NumberedPager(scroll="bare"),
            Button(Const("Keep"), id="keep"),
            menu,
            state=Scrolls.numbers,
        ),
        getter=_products,
    )


async def test_the_default_pager(play_example: PlayExample) -> None:
    """First, back, here, on and last lead to the same pages, and marks stay on each."""
    await play_example(
        "pagers",
        _dialog(),
        functions=[list_products],
        acts=[
            press("Default Pager"),
            press("Product 2"),
            press(">"),
            press("Product 9"),
            EACH,
            press("6"),
            press("<"),
        ],
        differences=[KEPT],
    )


async def test_the_pager_of_numbers(play_example: PlayExample) -> None:
    """Each number leads to its page; the one of this page has brackets."""
    await play_example(
        "pagers",
        _dialog(),
        functions=[list_products],
        acts=[press("Pager options"), press("4"), press("Product 17"), EACH, press("1")],
        differences=[KEPT],
    )
