"""Controls: marks, numbers and options that a press keeps."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiogram.types import Update
from aiogram_dialog.utils import CB_SEP

from engine.actions import Context, query
from engine.dialog.callbacks import Control, Press, decode_press, encode_press, item_key
from engine.dialog.controls import control_key
from engine.dialog.turns import TurnResult

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


async def test_a_group_under_a_condition_is_there_as_a_whole(start: Start) -> None:
    """What stands in a group that is not there is neither shown nor taken when it is pressed late."""
    group = f'columns: 3, when: not data.wrapped, buttons: [{{{CYCLE}}}, {{text: "More", go: done, id: more}}]'
    chat = await start(CHECK, group)
    assert await chat.buttons() == [["Wrap"], ["S", "More"], ["Done"]]
    size, more = await chat.data_of("S"), await chat.data_of("More")
    await chat.press("Wrap")
    assert await chat.buttons() == [["✅ Wrap"], ["Done"]]
    for data in (size, more):
        await chat.forge(data)
        assert await chat.buttons() == [["✅ Wrap"], ["Done"]]
    await chat.press("✅ Wrap")
    assert (await chat.buttons())[1] == ["S", "More"]


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


async def _fetch(chat: Any, text: str) -> Update:
    """Press a button, and take the update that follows, as a poll does."""
    await chat.act("presses", {"text": text})
    (update,) = await chat.bot.get_updates(timeout=0)
    await chat.bot.get_updates(offset=update.update_id + 1, timeout=0)
    return update  # type: ignore[no-any-return]  # the chat is not typed here


def _restart(chat: Any, make_chat: Any, *controls: str) -> Any:
    """Return the same chat after the process was killed."""
    fresh = make_chat(list_dishes, main=flow_of(*controls))
    fresh.user_id, fresh.store.kept = chat.user_id, chat.store.kept
    return fresh


async def test_a_press_that_comes_again_counts_once(start: Start, make_chat: Any) -> None:
    """Delivered anew, at once or after a restart and later presses, plus has counted once."""
    chat = await start(COUNT)
    update = await _fetch(chat, "+")
    ended = [await chat.dispatcher.feed_update(chat.bot, update) for _ in range(2)]
    assert ended == [TurnResult.HANDLED, TurnResult.REPEATED]

    fresh = _restart(chat, make_chat, COUNT)
    await fresh.dispatcher.feed_update(fresh.bot, update)
    await fresh.press("-")
    await fresh.dispatcher.feed_update(fresh.bot, update)

    assert (await fresh.buttons())[0] == ["-", "2", "+"]


async def test_what_is_kept_outlasts_a_restart(start: Start, make_chat: Any) -> None:
    """After a restart the window is as it was, and a press on an earlier screen of the same visit still counts."""
    lines = (CHECK, COUNT, ONE)
    chat = await start(*lines)
    plus = await chat.data_of("+")
    await chat.press("Wrap")
    await chat.press("( ) L")
    fresh = _restart(chat, make_chat, *lines)

    await fresh.forge(plus)

    rows = [["✅ Wrap"], ["-", "3", "+"], ["( ) S"], ["( ) M"], ["(o) L"], ["Done"]]
    assert await fresh.buttons() == rows


async def test_presses_from_an_earlier_visit_are_old(start: Start) -> None:
    """Whoever left the step and came back finds the buttons of before refused."""
    chat = await start(COUNT, CHECK)
    plus, wrap = await chat.data_of("+"), await chat.data_of("Wrap")
    await chat.press("+")
    await chat.press("Done")
    await chat.forge(plus)
    await chat.press("Again")
    for data in (plus, wrap):
        await chat.forge(data)

    assert await chat.buttons() == [["-", "3", "+"], ["Wrap"], ["Done"]]


async def test_other_buttons_count_on_the_present_screen_only(start: Start) -> None:
    """Nobody goes on from a screen that shows another number than is kept."""
    chat = await start(COUNT)
    plus, done = await chat.data_of("+"), await chat.data_of("Done")
    for data in (plus, done):
        await chat.act("presses", {"data": data})
    await chat.deal()

    assert (await chat.text()).startswith("plain 3")


async def test_a_control_that_is_hidden_is_refused(start: Start) -> None:
    """The condition is asked again at the press, also of one on an earlier screen."""
    chat = await start(CHECK, COUNT + ", when: not data.wrapped")
    plus = await chat.data_of("+")
    await chat.press("Wrap")
    await chat.forge(plus)

    assert await chat.buttons() == [["✅ Wrap"], ["Done"]]
    assert (await chat.text()).startswith("wrapped 2")


@pytest.mark.parametrize("forged", ["v", "vpeople", "vpeople:", "vpeople:x", "vwrapped:2", "vsize:+huge", "vnobody:1", "vtags:-"])  # fmt: skip
async def test_what_no_button_carries_changes_nothing(start: Start, forged: str) -> None:
    """Data that nobody was sent are refused, or change nothing."""
    chat = await start(CHECK, COUNT, ONE, MANY)
    head, _, _ = (await chat.data_of("+")).partition(".")
    before = await chat.buttons()
    await chat.forge(f"{head}.{forged}")

    assert await chat.buttons() == before


async def test_a_late_press_of_a_number_that_a_deploy_bounds_anew(
    start: Start, redeploy: Any
) -> None:
    """A new version keeps what fits, and its bounds hold for a press on the screen of before."""
    chat = await start(COUNT)
    await chat.press("+")
    narrower = flow_of("count: data.people, max: 3")
    redeploy(chat, main=narrower)
    await chat.press("+")

    assert (await chat.buttons())[0] == ["-", "3", "+"]


WINDOWS = """\
flow: main
version: 1
title: Order
data:
  loud: {type: bool, default: false, keep: user}
  name: {type: text, optional: true}
  dish: {type: Dish, optional: true}
steps:
  dish:
    choose: dishes.list()
    text: "{{ 'LOUD' if data.loud else 'quiet' }}"
    button: "{{ item.title }}"
    page: 2
    save: {dish: item}
    buttons: [{check: data.loud, text: Loud}, {text: End, go: end}]
    empty: {text: "None.", go: end}
  name:
    ask: text
    text: "Name{{ '!' if data.loud else '?' }}"
    save: {name: it}
    buttons: [{check: data.loud, text: Loud}]
  done:
    show: "{{ data.name | default('') }}"
    buttons: [{text: "Close", go: end}]
"""


async def test_lists_and_questions_have_controls(make_chat: Any) -> None:
    """A control beside a list leaves its page as it is, one beside a question waits with it; what is kept for good stays."""
    chat = make_chat(list_dishes, main=WINDOWS)
    await chat.send("/start")
    await chat.press("Go")
    await chat.press("More")
    await chat.press("Loud")
    assert await chat.buttons() == [["Ice cream"], ["Back", "2/2"], ["✅ Loud"], ["End"]]
    await chat.press("Ice cream")
    assert await chat.text() == "Name!"
    await chat.press("✅ Loud")
    await chat.send("Ann")
    assert await chat.text() == "Ann"
    assert chat.kept.kept[chat.bot.id, chat.user_id] == {("main", "loud"): False}


def test_callback_data_fit_whatever_a_flow_says() -> None:
    """The longest id of a control, the longest key of an item and the largest number of a screen stay within 64 bytes."""
    key, item = control_key("x" * 500), item_key("ж" * 500)
    press = Press(36**10 - 1, Control.SET, f"{key}:+{item}")

    data = encode_press("A" * 8, press)

    assert len(data.encode()) <= 64
    assert decode_press(data.partition(CB_SEP)[2]) == press
