"""Lists among the buttons of a window: each item with buttons of its own, also inside one another."""

from dataclasses import dataclass
from typing import Any

import pytest
from aiogram_dialog.utils import CB_SEP

from engine.actions import Context, query
from engine.dialog.callbacks import Control, decode_press
from engine.flow.carried import MOST_BYTES, carried_bytes


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of an order."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Order:
    """Things that were ordered together."""

    id: str
    title: str
    is_open: bool
    note: str | None
    lines: list[Line]


_orders: list[Order] = []
_asked: list[str] = []


@query("orders.list")
async def list_orders(_context: Context) -> list[Order]:
    """List all orders."""
    return list(_orders)


@query("orders.lines")
async def list_lines(_context: Context, *, order_id: str) -> list[Line]:
    """List what is in an order."""
    _asked.append(order_id)
    return [line for order in _orders if order.id == order_id for line in order.lines]


@pytest.fixture(autouse=True)
def orders() -> list[Order]:
    """Give the orders there are, for a test to change."""
    _orders[:] = [
        Order(f"o{number}", f"Order {number}", number != 2, "late" if number == 3 else None, [
            Line(10 * number + one, f"thing {number}.{one}") for one in range(number)
        ])
        for number in range(1, 6)
    ]  # fmt: skip
    _asked.clear()
    return _orders


FLOW = """\
flow: main
version: 1
title: Orders
data:
  order: {type: Order, optional: true}
  line: {type: Line, optional: true}
  note: {type: text, optional: true}
steps:
  orders:
    show: "Orders. {{ data.order.title if data.order is not None else '-' }} {{ data.note | default('-') }}"
    buttons:
      - list: orders.list()
        page: 2
        pager: numbers
        buttons:
          - [{text: "{{ item.title }}", go: orders, id: pick, save: {order: item}}, {text: "x", go: orders, id: drop, when: item.is_open, save: {note: "item.title"}}]
          - {text: "Note {{ item.note }}", go: noted, when: item.note is not None, save: {note: item.note}}
          - {text: "Show", run: one, with: {title: item.title}}
      - {text: "Leave", go: end}
  noted:
    show: "Note: {{ data.note | default('none') }}"
    buttons: [{text: "Back to all", go: orders}]
"""
ONE = """\
flow: one
version: 1
title: One
params: {title: text}
steps:
  one: {show: "One: {{ params.title }}", buttons: [{text: Close, go: end}]}
"""
NESTED = """\
flow: main
version: 1
title: Orders
data:
  line: {type: Line, optional: true}
  order: {type: Order, optional: true}
steps:
  orders:
    show: "{{ data.order.title if data.order is not None else '-' }}: {{ data.line.title if data.line is not None else '-' }}"
    buttons:
      - list: orders.list()
        as: order
        page: 5
        pager: none
        buttons:
          - {text: "{{ order.title }}", go: orders, id: all, save: {order: order, line: None}}
          - list: orders.lines(order_id=order.id)
            page: 2
            columns: 2
            buttons: [{text: "{{ item.title }}", go: orders, id: line, save: {order: order, line: item}}]
      - {text: "Leave", go: end}
"""


@pytest.fixture
def start(make_chat: Any) -> Any:
    """Give a function that opens a window with lists."""

    async def open_window(flow: str = FLOW) -> Any:
        chat = make_chat(list_orders, list_lines, main=flow, one=ONE)
        await chat.send("/start")
        await chat.press("Go")
        return chat

    return open_window


async def test_each_item_has_its_buttons(start: Any) -> None:
    """The buttons stand there for each item of a page, without those whose condition does not hold of it."""
    chat = await start()

    assert await chat.buttons() == [
        ["Order 1", "x"],
        ["Show"],
        ["Order 2"],
        ["Show"],
        ["[ 1 ]", "2", "3"],
        ["Leave"],
    ]


async def test_press_reads_its_item(start: Any) -> None:
    """What a button saves is of the item that it stands beside."""
    chat = await start()
    await chat.press("Order 2")
    assert await chat.text() == "Orders. Order 2 -"
    await chat.press("x")
    assert await chat.text() == "Orders. Order 2 Order 1"


async def test_page_stays_until_it_is_turned(start: Any) -> None:
    """Who comes back to a window is on the page where they were."""
    chat = await start()
    await chat.press("2")
    await chat.press("Note late")
    assert await chat.text() == "Note: late"
    await chat.press("Back to all")
    assert (await chat.buttons())[0] == ["Order 3", "x"]


async def test_flow_is_run_with_an_item(start: Any) -> None:
    """A button that runs a flow gives it what it reads of its item, and the window comes back."""
    chat = await start()
    await chat.press("3")
    await chat.press("Show")
    assert await chat.text() == "One: Order 5"
    await chat.press("Close")
    assert (await chat.buttons())[0] == ["Order 5", "x"]


async def test_what_is_not_offered_now_is_refused(start: Any, orders: list[Order]) -> None:
    """An item that is gone, a button that it does not have, and a page that is not there do nothing."""
    chat = await start()
    drop, pick = await chat.data_of("x"), await chat.data_of("Order 1")

    await chat.forge(drop.replace("o1", "o2"))
    assert await chat.text() == "Orders. - -"
    await chat.forge((await chat.data_of("x")).replace("o1", "o9"))
    assert await chat.text() == "Orders. - -"
    turn = await chat.data_of("2")
    await chat.forge(turn.replace(".t1", ".t7"))
    assert (await chat.buttons())[0] == ["Order 1", "x"]
    now = await chat.data_of("Order 1")
    del orders[0]
    await chat.forge(now)
    assert (await chat.text()).startswith("Orders. - -")
    for old in (drop, pick):
        await chat.forge(old)
        assert (await chat.buttons())[0] == ["Order 2"]


async def test_lists_inside_lists_have_pages_of_their_own(start: Any) -> None:
    """What is inside an item is asked for with it, and its pages are turned without others."""
    chat = await start(NESTED)
    rows = await chat.buttons()
    assert rows[:7] == [
        ["Order 1"],
        ["thing 1.0"],
        ["Order 2"],
        ["thing 2.0", "thing 2.1"],
        ["Order 3"],
        ["thing 3.0", "thing 3.1"],
        ["1/2", "More"],
    ]
    assert _asked == ["o1", "o2", "o3", "o4", "o5"]
    await chat.forge(await _turning(chat, "o4"))
    rows = await chat.buttons()
    assert ["thing 4.2", "thing 4.3"] in rows
    assert ["thing 3.0", "thing 3.1"] in rows
    await chat.press("thing 4.3")
    assert await chat.text() == "Order 4: thing 4.3"
    await chat.press("Order 5")
    assert await chat.text() == "Order 5: -"


async def _turning(chat: Any, order: str) -> str:
    rows = (await chat.messages())[-1]["buttons"]
    found = [one["callback_data"] for row in rows for one in row if one["text"] == "More"]
    return next(str(data) for data in found if data.endswith(order))


@pytest.mark.parametrize("flow", [FLOW, NESTED])
@pytest.mark.parametrize("key", ["o1", "a" * 60, "ü" * 40])
async def test_checker_knows_what_buttons_carry(
    start: Any, orders: list[Order], flow: str, key: str
) -> None:
    """No button carries more than was computed before, those with long keys carry just that, and none too much."""
    orders[:] = [
        Order(f"{key}{n}", "T", is_open=True, note="n", lines=[Line(-(2**63) + n, "L")])
        for n in range(2)
    ]
    chat = await start(flow)
    compiled = chat.registry.bot.flows["main"]
    most = carried_bytes(compiled, compiled.flow.steps["orders"])

    sent: dict[str, int] = {}
    for row in (await chat.messages())[-1]["buttons"]:
        for button in row:
            data = str(button["callback_data"])
            press = decode_press(data.partition(CB_SEP)[2])
            assert press is not None
            if press.control is Control.LISTED:
                name = press.value.partition("\x1e")[0]
                sent[name] = max(sent.get(name, 0), len(data.encode()))
    screen, owner = 4, 9  # a private chat's buttons do not tell whose they are
    assert all(sent[name] <= most[name] <= MOST_BYTES for name in sent)
    if len(key) > 2:
        assert {name: size + screen + owner for name, size in sent.items()} == most
