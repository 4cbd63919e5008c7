"""Lists that are picked from, marked and paged."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import (
    Back,
    Button,
    Column,
    Group,
    Multiselect,
    Next,
    Radio,
    ScrollingGroup,
    Select,
)
from aiogram_dialog.widgets.text import Const, Format

from engine.actions import Context, query
from tests.widgets.acts import EACH, forge, press
from tests.widgets.calls import ANSWER
from tests.widgets.compare import other_rows, other_step
from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The steps of the dialogs by hand."""

    pick = State()
    done = State()


@dataclass(frozen=True, slots=True)
class Dish:
    """Something to eat."""

    id: str
    title: str


DISHES = [
    Dish("soup", "Soup"),
    Dish("fish", "Fish"),
    Dish("salad", "Salad"),
    Dish("steak", "Steak"),
    Dish("ice", "Ice"),
]
OFFERED = list(DISHES)


@query("dishes.list")
async def list_dishes(_context: Context) -> list[Dish]:
    """List what there is."""
    return list(OFFERED)


@pytest.fixture(autouse=True)
def on_offer() -> list[Dish]:
    """Give what is offered, for a test to change."""
    OFFERED[:] = DISHES
    return OFFERED


async def _dishes(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    picked = dialog_manager.dialog_data.get("dish")
    title = next((one.title for one in DISHES if one.id == picked), "-")
    return {"dishes": OFFERED, "title": title}


async def _pick(_callback: CallbackQuery, _select: Any, manager: DialogManager, item: str) -> None:
    manager.dialog_data["dish"] = item
    await manager.next()


def _select() -> Select[str]:
    return Select(
        Format("{item.title}"),
        id="dish",
        item_id_getter=attrgetter("id"),
        items="dishes",
        on_click=_pick,
    )


def _done() -> Window:
    return Window(
        Format("{title}, a good choice."), Back(Const("Again")), state=Main.done, getter=_dishes
    )


FLOW = """\
data: {{dish: {{type: Dish, optional: true}}}}
steps:
  pick:
    choose: dishes.list()
    text: "Which?"
    button: "{{{{ item.title }}}}"
{keys}
    save: {{dish: item}}
    empty: {{text: "Closed.", go: end}}
  done:
    show: "{{{{ data.dish.title if data.dish is not None else '-' }}}}, a good choice."
    buttons: [{{text: "Again", go: pick}}]
"""


@pytest.mark.parametrize("columns", [1, 2, 5])
async def test_select_from_a_query(compare: Compare, columns: int) -> None:
    """Select in a Group is `choose`: one button for each item, so many in a row."""
    await compare(
        FLOW.format(keys=f"    columns: {columns}"),
        Window(Const("Which?"), Group(_select(), width=columns), state=Main.pick, getter=_dishes),
        _done(),
        functions=[list_dishes],
        acts=[EACH, press("Salad"), EACH, press("Again"), EACH],
    )


PAGER = other_rows(
    "aiogram-dialog's pager has five buttons, ours the pages that there are to turn to",
    ours=r"(Back \| )?\d/\d( \| More)?",
    theirs=r"1 \| < \| \d \| > \| \d",
)


async def test_select_in_a_scrolling_group(compare: Compare) -> None:
    """A list with `page` is a Select in a ScrollingGroup: the same items on each page, and the same is picked from it."""
    await compare(
        FLOW.format(keys="    page: 2"),
        Window(
            Const("Which?"),
            ScrollingGroup(_select(), id="pages", width=1, height=2),
            state=Main.pick,
            getter=_dishes,
        ),
        _done(),
        functions=[list_dishes],
        acts=[
            press("Fish"),
            press("Again"),
            press("More", theirs=">"),
            press("More", theirs=">"),
            press("Back", theirs="<"),
            press("Steak"),
            EACH,
        ],
        differences=[
            PAGER,
            other_step(
                "a list begins at its first page again", 'pressing "Again", button 0 of row 0'
            ),
        ],
    )


async def test_an_item_that_was_not_offered_is_refused(compare: Compare) -> None:
    """aiogram-dialog hands any id to `on_click`; here only an item of the list is picked."""
    forged = forge("Soup", "soup", "caviar")
    steps = await compare(
        FLOW.format(keys=""),
        Window(Const("Which?"), Column(_select()), state=Main.pick, getter=_dishes),
        _done(),
        functions=[list_dishes],
        acts=[forged],
        differences=[other_step("an item that is not in the list is refused", forged.said)],
    )

    assert [call.method for call in steps[-1].ours] == [ANSWER]
    assert steps[-1].theirs[0].payload["text"] == "-, a good choice."


async def test_an_item_that_is_gone_is_refused(compare: Compare, on_offer: list[Dish]) -> None:
    """Somebody presses what the list had when it was shown and has no more: the list is shown as it is now."""
    gone = press("Soup")

    def empty_kitchen(side: Any) -> None:
        if side.name == "usher":
            on_offer[:] = [one for one in DISHES if one.id != "soup"]
        gone.do(side)

    steps = await compare(
        FLOW.format(keys=""),
        Window(Const("Which?"), Column(_select()), state=Main.pick, getter=_dishes),
        _done(),
        functions=[list_dishes],
        acts=[type(gone)(gone.said, empty_kitchen)],
        differences=[other_step("an item that is gone is refused", gone.said)],
    )

    assert steps[-1].ours[0].rows() == ["Fish", "Salad", "Steak", "Ice"]


MANY = """\
data: {dishes: {type: "list[Dish]", default: []}}
steps:
  pick:
    choose: dishes.list()
    text: "Which?"
    button: "{{ item.title }}"
    many: {done: "Order", mark: "✓"}
    save: {dishes: items}
    empty: {text: "Closed.", go: end}
  done:
    show: "Yours: {% for one in data.dishes %}{{ one.title }}. {% endfor %}"
    buttons: [{text: "Other", go: pick}]
"""


async def _marked(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found: Any = dialog_manager.find("dishes")
    marked = found.get_checked()
    return {
        "dishes": DISHES,
        "titles": "".join(f"{one.title}. " for one in DISHES if one.id in marked),
    }


async def test_multiselect(compare: Compare) -> None:
    """`choose` with `many` is a Multiselect: a press marks, another takes the mark away, and one button goes on."""
    await compare(
        MANY,
        Window(
            Const("Which?"),
            Column(
                Multiselect(
                    Format("✓ {item.title}"),
                    Format("{item.title}"),
                    id="dishes",
                    item_id_getter=attrgetter("id"),
                    items="dishes",
                )
            ),
            Next(Const("Order")),
            state=Main.pick,
            getter=_marked,
        ),
        Window(Format("Yours: {titles}"), Back(Const("Other")), state=Main.done, getter=_marked),
        functions=[list_dishes],
        acts=[
            press("Salad"),
            press("Soup"),
            press("✓ Salad"),
            press("Ice"),
            press("Order"),
        ],
    )


async def test_radio(compare: Compare) -> None:
    """`choose` with `one` is a Radio: a press moves the mark."""
    await compare(
        """\
        data: {dish: {type: Dish, optional: true}}
        steps:
          pick:
            choose: dishes.list()
            text: "Which?"
            button: "{{ item.title }}"
            columns: 2
            one: {done: "Order", mark: "🔘", chosen: data.dish, too_few: "Mark one."}
            save: {dish: item}
            empty: {text: "Closed.", go: end}
          done:
            show: "{{ data.dish.title }}."
            end: {}
        """,
        Window(
            Const("Which?"),
            Group(
                Radio(
                    Format("🔘 {item.title}"),
                    Format("{item.title}"),
                    id="dish",
                    item_id_getter=attrgetter("id"),
                    items="dishes",
                ),
                width=2,
            ),
            Button(Const("Order"), id="order"),
            state=Main.pick,
            getter=_dishes,
        ),
        functions=[list_dishes],
        acts=[press("Salad"), press("Soup"), press("Ice")],
    )
