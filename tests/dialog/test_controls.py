"""Controls: marks, numbers and options that a press keeps."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from engine.actions import Context, query

FLOW = """\
flow: main
version: 1
title: Order
data:
  wrapped: {{type: bool, default: false}}
  people: {{type: int, min: 1, max: 4, default: 2}}
  size: {{type: [small, medium, large], default: small}}
  tags: {{type: "list[text]", max: 2, default: []}}
  dish: {{type: Dish, optional: true}}
  dishes: {{type: "list[Dish]", default: []}}
steps:
  pick:
    show: "{{{{ 'wrapped' if data.wrapped else 'plain' }}}} {{{{ data.people }}}} {{{{ data.size }}}}"
    buttons:
{lines}
      - {{text: "Done", go: done}}
  done:
    show: "Done."
    buttons: [{{text: "Again", go: pick}}]
"""
CHECK = 'check: data.wrapped, text: "Wrap"'
COUNT = "count: data.people"
CYCLE = "cycle: data.size, labels: {small: S, medium: M, large: L}"
ONE = 'one: data.size, labels: {small: S, medium: M, large: L}, text: "( ) {{ label }}", checked: "(o) {{ label }}"'
MANY = 'many: data.tags, labels: {hot: Hot, cold: Cold, sweet: Sweet}, min: 1, too_many: "Two at most.", too_few: "One at least."'
DISH = 'one: data.dish, of: dishes.list(), text: "{{ item.title }}", columns: 2'
DISHES = 'many: data.dishes, of: dishes.list(), text: "{{ item.title }}", columns: 2'


@dataclass(frozen=True, slots=True)
class Dish:
    """Something to eat."""

    id: str
    title: str


MENU = [Dish("soup", "Soup"), Dish("fish", "Fish"), Dish("ice", "Ice cream")]
_on_the_menu = list(MENU)


@query("dishes.list")
async def list_dishes(_context: Context) -> list[Dish]:
    """List what there is today."""
    return list(_on_the_menu)


@pytest.fixture(autouse=True)
def menu() -> list[Dish]:
    """Give what is on the menu, for a test to change."""
    _on_the_menu[:] = MENU
    return _on_the_menu


type Start = Callable[..., Awaitable[Any]]


def flow_of(*controls: str, keys: str = "") -> str:
    """Write a flow with one line for each control."""
    lines = "\n".join(f"      - {{{one}{keys}}}" for one in controls)
    return FLOW.format(lines=lines)


@pytest.fixture
def start(make_chat: Any) -> Start:
    """Give a function that opens a chat at a window with controls."""

    async def open_window(*controls: str, keys: str = "") -> Any:
        chat = make_chat(list_dishes, main=flow_of(*controls, keys=keys))
        await chat.send("/start")
        await chat.press("Go")
        return chat

    return open_window


async def test_a_check_is_marked_and_not(start: Start) -> None:
    """A press marks, another takes the mark away; the text is shown anew each time."""
    chat = await start(CHECK)
    await chat.press("Wrap")
    assert await chat.buttons() == [["✅ Wrap"], ["Done"]]
    assert (await chat.text()).startswith("wrapped")
    await chat.press("✅ Wrap")
    assert await chat.buttons() == [["Wrap"], ["Done"]]


async def test_a_counter_stops_at_its_bounds(start: Start) -> None:
    """Minus and plus count between the bounds of the type; at a bound a press is answered and changes nothing."""
    chat = await start(COUNT)
    assert (await chat.buttons())[0] == ["-", "2", "+"]
    for _ in range(4):
        await chat.press("+")
    assert (await chat.buttons())[0] == ["-", "4", "+"]
    await chat.press("4")
    assert (await chat.buttons())[0] == ["-", "4", "+"]
    assert all(one["answered"] and not one["text"] for one in await chat.alerts())


async def test_two_presses_of_plus_in_one_moment_count_twice(start: Start) -> None:
    """Whoever presses plus three times before a screen arrives has counted three times, up to the bound."""
    chat = await start(COUNT)
    data = await chat.data_of("+")
    for _ in range(3):
        await chat.act("presses", {"data": data})
    await chat.deal()
    assert (await chat.buttons())[0] == ["-", "4", "+"]


async def test_two_presses_of_a_mark_in_one_moment_mark_once(start: Start) -> None:
    """A mark says what it makes: pressed twice on one screen it is there."""
    chat = await start(CHECK, CYCLE)
    for label in ("Wrap", "S"):
        data = await chat.data_of(label)
        for _ in range(2):
            await chat.act("presses", {"data": data})
        await chat.deal()
    assert await chat.buttons() == [["✅ Wrap"], ["M"], ["Done"]]


async def test_a_cycle_goes_round(start: Start) -> None:
    """Each press shows the next option, after the last one the first."""
    chat = await start(CYCLE)
    for label in ("S", "M", "L"):
        await chat.press(label)
    assert await chat.buttons() == [["S"], ["Done"]]


async def test_one_of_several_is_marked(start: Start) -> None:
    """A press moves the mark; pressing what is marked changes nothing."""
    chat = await start(ONE)
    await chat.press("( ) M")
    assert await chat.buttons() == [["( ) S"], ["(o) M"], ["( ) L"], ["Done"]]
    writes = chat.store.writes
    await chat.press("(o) M")
    assert chat.store.writes == writes


async def test_several_are_marked_within_bounds(start: Start) -> None:
    """No more than fit the list are marked and no fewer than min stay, and the answer says so."""
    chat = await start(MANY)
    await chat.press("Cold")
    await chat.press("Hot")
    await chat.press("Sweet")
    assert (await chat.alerts())[-1]["text"] == "Two at most."
    await chat.press("✅ Cold")
    await chat.press("✅ Hot")
    assert (await chat.alerts())[-1]["text"] == "One at least."
    assert (await chat.buttons())[:3] == [["✅ Hot"], ["Cold"], ["Sweet"]]


async def test_items_of_a_query_are_options(start: Start, menu: list[Dish]) -> None:
    """Records of a query are options by their id; those that are gone can be neither pressed nor kept."""
    chat = await start(DISH, DISHES)
    await chat.press("Fish")
    assert (await chat.buttons())[:2] == [["Soup", "✅ Fish"], ["Ice cream"]]
    rows = (await chat.messages())[-1]["buttons"]
    soup, ice = rows[2][0]["callback_data"], rows[3][0]["callback_data"]
    for data in (soup, ice):
        await chat.act("presses", {"data": data})
    await chat.deal()
    assert (await chat.buttons())[2:4] == [["✅ Soup", "Fish"], ["✅ Ice cream"]]
    menu.pop()
    await chat.forge(ice)
    assert (await chat.buttons())[1:] == [["✅ Soup", "Fish"], ["Done"]]
