"""Controls inside lists: one value for each item, kept by the key of the item."""

from dataclasses import dataclass
from typing import Any

import pytest
from aiogram_dialog.utils import CB_SEP

from engine.actions import Context, command, query
from engine.dialog.callbacks import Control, decode_press
from engine.flow.carried import MOST_BYTES, carried_bytes


@dataclass(frozen=True, slots=True)
class Dish:
    """Something to eat."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Size:
    """How large it comes."""

    id: str
    title: str


DISHES = [Dish("soup", "Soup"), Dish("fish", "Fish"), Dish("ice", "Ice")]
_dishes = list(DISHES)
ORDERED: list[dict[str, int]] = []


@query("dishes.list")
async def list_dishes(_context: Context) -> list[Dish]:
    """List what there is."""
    return list(_dishes)


@query("sizes.list")
async def list_sizes(_context: Context, *, dish: str) -> list[Size]:
    """List how large a dish comes."""
    return [Size(f"{dish}-{size}", size) for size in ("small", "large")]


@command("dishes.order")
async def order(_context: Context, *, amounts: dict[str, int]) -> None:
    """Order so many of each."""
    ORDERED.append(amounts)


@pytest.fixture(autouse=True)
def dishes() -> list[Dish]:
    """Give what there is, for a test to change."""
    _dishes[:] = DISHES
    ORDERED.clear()
    return _dishes


FLOW = """\
flow: main
version: 1
title: Order
data:
  wanted: {type: "list[text]", max: 2, default: []}
  amounts: {type: "map[int]", min: 0, max: 3, default: {}}
  sizes: {type: "map[text]", default: {}}
  extras: {type: "map[list[text]]", default: {}}
  chosen: {type: "map[Size]", default: {}}
steps:
  pick:
    show: "{{ data.wanted | join }} {{ data.amounts['soup'] | default(0) }} {{ data.sizes['fish'] | default('-') }}"
    buttons:
      - list: dishes.list()
        as: dish
        page: 2
        buttons:
          - {check: data.wanted, text: "{{ dish.title }}", checked: "[{{ dish.title }}]"}
          - - {count: data.amounts, text: "{{ value }} {{ dish.title }}", when: dish.id in data.wanted, wrap: true}
            - {text: "?", run: about, with: {title: dish.title}, when: "data.amounts[dish.id] == 2"}
          - {cycle: data.sizes, labels: {s: "S", l: "L"}, when: dish.id == 'fish'}
          - {many: data.extras, labels: {hot: "Hot", cold: "Cold"}, columns: 2, max: 1, when: dish.id == 'fish'}
          - {one: data.chosen, of: sizes.list(dish=dish.id), text: "{{ item.title }}", columns: 2, when: dish.id == 'soup'}
      - {text: "Order", go: order}
  order:
    do: dishes.order(amounts=data.amounts)
    go: done
  done:
    show: "Ordered."
    buttons: [{text: "Again", go: pick, save: {amounts: "{}"}}]
"""
ABOUT = """\
flow: about
version: 1
title: About
params: {title: text}
steps:
  about: {show: "Two of {{ params.title }}.", buttons: [{text: Close, go: end}]}
"""


@pytest.fixture
def start(make_chat: Any) -> Any:
    """Give a function that opens the window."""

    async def open_window() -> Any:
        chat = make_chat(list_dishes, list_sizes, order, main=FLOW, about=ABOUT)
        await chat.send("/start")
        await chat.press("Go")
        return chat

    return open_window


async def test_each_item_keeps_a_value_of_its_own(start: Any) -> None:
    """Marks are the keys of what is marked, other values are kept by key; conditions read them."""
    chat = await start()
    assert await chat.buttons() == [
        ["Soup"], ["small", "large"], ["Fish"], ["S"], ["Hot", "Cold"], ["1/2", "More"], ["Order"],
    ]  # fmt: skip
    await chat.press("Soup")
    await chat.press("Fish")
    await chat.press("S")
    await chat.press("large")
    await chat.press("Cold")
    await chat.press("Hot")
    assert await chat.buttons() == [
        ["[Soup]"], ["-", "0 Soup", "+"], ["small", "✅ large"],
        ["[Fish]"], ["-", "0 Fish", "+"], ["L"], ["Hot", "✅ Cold"], ["1/2", "More"], ["Order"],
    ]  # fmt: skip
    assert await chat.text() == "soup, fish 0 l"


async def test_two_presses_in_one_moment_and_late_ones_count(start: Any) -> None:
    """Plus counts twice, a mark once; nothing is taken of an item that is gone, nor of what its item does not show."""
    chat = await start()
    soup = await chat.data_of("Soup")
    for _ in range(2):
        await chat.act("presses", {"data": soup})
    await chat.deal()
    assert (await chat.buttons())[1] == ["-", "0 Soup", "+"]
    plus = await chat.data_of("+")
    for _ in range(2):
        await chat.act("presses", {"data": plus})
    await chat.deal()
    assert (await chat.buttons())[1] == ["-", "2 Soup", "+", "?"]
    await chat.press("?")
    assert await chat.text() == "Two of Soup."
    await chat.press("Close")
    await chat.forge(plus.replace("soup", "fish"))
    await chat.forge(plus.replace("soup", "nothing"))
    assert (await chat.text()).startswith("soup 2")
    assert "0 Fish" not in str(await chat.buttons())
    plus = await chat.data_of("+")
    _dishes.pop(0)
    await chat.forge(plus)
    assert (await chat.text()).startswith("soup 2")


async def test_a_bound_of_the_list_and_the_way_to_an_action(start: Any) -> None:
    """No more is marked than the list holds; an action gets the values by their keys; an empty map begins anew."""
    chat = await start()
    for label in ("Soup", "Fish", "More", "Ice"):
        await chat.press(label)
    assert (await chat.buttons())[0] == ["Ice"]
    await chat.press("Back")
    for _ in range(3):
        await chat.press("+")
    assert (await chat.text()).startswith("soup, fish 3")
    await chat.press("+")
    assert (await chat.text()).startswith("soup, fish 0")
    await chat.press("-")
    await chat.press("Order")
    assert ORDERED == [{"soup": 3}]
    await chat.press("Again")
    assert (await chat.buttons())[1][:3] == ["-", "0 Soup", "+"]


UNDER_CHAT = """\
flow: main
version: 1
title: Order
data:
  wanted: {type: "list[text]", max: 9, default: []}
  dish: {type: Dish, optional: true}
steps:
  pick:
    show: "{{ data.wanted | join }}, {{ data.dish.title if data.dish is not None else '-' }}"
    keyboard: {under: chat}
    buttons:
      - list: dishes.list()
        page: 2
        buttons:
          - - {check: data.wanted, text: "{{ item.title }}", checked: "[{{ item.title }}]"}
            - {text: "Only {{ item.title }}", go: pick, save: {dish: item}}
      - {text: "Done", go: end}
"""


async def test_a_list_under_the_chat_is_pressed_by_its_words(make_chat: Any) -> None:
    """Keys of items say which item they are of; what none says any more is no press."""
    chat = make_chat(list_dishes, main=UNDER_CHAT)
    await chat.send("/start")
    await chat.press("Go")
    for words, text in (
        ("Soup", "soup, -"),
        ("Only Fish", "soup, Fish"),
        ("More", "soup, Fish"),
        ("Ice", "soup, ice, Fish"),
        ("Back", "soup, ice, Fish"),
        ("[Soup]", "ice, Fish"),
    ):
        await chat.send(words)
        assert (await chat.text()).endswith(text)
    _dishes.pop(0)
    await chat.send("Soup")
    assert (await chat.text()).startswith("Use the buttons.")


@pytest.mark.parametrize("key", ["soup", "a" * 60])
async def test_checker_knows_what_controls_carry(start: Any, dishes: list[Dish], key: str) -> None:
    """No control carries more than was computed before, and long keys fit, too, and are found again."""
    dishes[:] = [Dish("fish", "Fish"), Dish(key, "Long")]
    chat = await start()
    compiled = chat.registry.bot.flows["main"]
    most = carried_bytes(compiled, compiled.flow.steps["pick"])
    for label in ("Fish", "Long", "S", "Hot"):
        await chat.press(label)
    sent: dict[str, int] = {}
    for row in (await chat.messages())[-1]["buttons"]:
        for button in row:
            data = str(button["callback_data"])
            press = decode_press(data.partition(CB_SEP)[2])
            assert press is not None
            if press.control is Control.KEPT:
                name = press.value.partition("\x1e")[0]
                sent[name] = max(sent.get(name, 0), len(data.encode()))
    assert {"wanted", "amounts", "sizes", "extras"} <= sent.keys()
    assert all(sent[name] <= most[name] <= MOST_BYTES for name in sent)
    await chat.press("[Long]")
    assert "Long" in str(await chat.buttons())
    assert "[Long]" not in str(await chat.buttons())
