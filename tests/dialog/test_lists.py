"""Lists that are searched, marked and grouped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from engine.actions import Context, query
from engine.dialog.callbacks import Control, Press, decode_press


@dataclass(frozen=True, slots=True)
class Dish:
    """Something to eat."""

    id: str
    title: str
    course: str


MENU = [
    Dish("soup", "Crème brûlée soup", "Starters"),
    Dish("fish", "Fish & <chips>", "Mains"),
    Dish("salad", "Salad", "Starters"),
    Dish("steak", "STEAK", "Mains"),
    Dish("ice", "Ice cream", "Sweets"),
]
_on_the_menu = list(MENU)
_asked: list[str | None] = []


@query("dishes.list")
async def list_dishes(_context: Context) -> list[Dish]:
    """List what there is today."""
    return list(_on_the_menu)


@query("dishes.find")
async def find_dishes(_context: Context, *, title: str | None = None) -> list[Dish]:
    """List three dishes, or those whose title begins with a text."""
    _asked.append(title)
    if title is None:
        return _on_the_menu[:3]
    return [dish for dish in _on_the_menu if dish.title.lower().startswith(title.lower())]


@pytest.fixture(autouse=True)
def menu() -> list[Dish]:
    """Give what is on the menu, for a test to change."""
    _on_the_menu[:] = MENU
    _asked.clear()
    return _on_the_menu


FLOW = """\
flow: main
version: 1
title: Order
data:
  order: {{type: "list[Dish]", default: []}}
  dish: {{type: Dish, optional: true}}
steps:
  pick:
    choose: {query}
    text: "Which?{{% if {search} %}} (some){{% endif %}}"
    button: "{{{{ item.title }}}}"
{keys}
    empty: {{text: "Kitchen closed.", go: end}}
    buttons: [{{text: "Leave", go: end}}]
    go: done
  done:
    show: "{{% for one in data.order %}}{{{{ one.title }}}}, {{% endfor %}}{{{{ data.dish.title if data.dish is not None else '-' }}}}."
    buttons: [{{text: "Again", go: pick}}]
"""
MANY = """\
    many: {min: 1, max: 2, done: "Take {{ count }}", chosen: data.order, too_few: "Take one.", too_many: "Only {{ count }}."}
    save: {order: items}
"""
ONE = """\
    one: {done: "Take it", chosen: data.dish, mark: "o", too_few: "Take one."}
    save: {dish: item}
"""
SEARCH = """\
    search: {by: label, clear: "All but {{ search }}", no_match: "No <b>{{ search }}</b> here."}
    save: {dish: item}
"""
GROUP = """\
    group: "{{ item.course }}"
    columns: 2
    page: 4
    save: {dish: item}
"""

type Start = Callable[..., Any]


@pytest.fixture
def start(make_chat: Any) -> Start:
    """Give a function that opens a chat at a list."""

    async def open_list(keys: str, query: str = "dishes.list()", search: str = "False") -> Any:
        flow = FLOW.format(keys=keys.rstrip(), query=query, search=search)
        chat = make_chat(list_dishes, find_dishes, main=flow)
        await chat.send("/start")
        await chat.press("Go")
        return chat

    return open_list


async def _labels(chat: Any) -> list[str]:
    return [label for row in await chat.buttons() for label in row]


async def test_items_are_marked_until_done(start: Start) -> None:
    """A press marks, another takes the mark away; done keeps what is marked, in the order of the list."""
    chat = await start(MANY)
    await chat.press("Salad")
    await chat.press("Fish & <chips>")
    assert await chat.buttons() == [
        ["Crème brûlée soup"],
        ["✅ Fish & <chips>"],
        ["✅ Salad"],
        ["STEAK"],
        ["Ice cream"],
        ["Take 2"],
        ["Leave"],
    ]
    await chat.press("✅ Salad")
    await chat.press("Ice cream")
    await chat.press("Take 2")
    assert await chat.text() == "Fish & <chips>, Ice cream, -."


async def test_too_few_or_too_many_marks_are_told_in_the_answer(start: Start) -> None:
    """Below min and above max nothing moves, and the answer to the press says why."""
    chat = await start(MANY)
    await chat.press("Take 0")
    assert (await chat.alerts())[-1]["text"] == "Take one."
    for title in ("Salad", "STEAK", "Ice cream"):
        await chat.press(title)
    assert (await chat.alerts())[-1]["text"] == "Only 2."
    assert "Ice cream" in await _labels(chat)


async def test_chosen_items_are_marked_at_first(start: Start) -> None:
    """Who comes again finds marked what was kept; each visit begins with what is kept."""
    chat = await start(MANY)
    await chat.press("Salad")
    await chat.press("Take 1")
    await chat.press("Again")
    assert "✅ Salad" in await _labels(chat)
    await chat.press("✅ Salad")
    await chat.press("Leave")
    await chat.press("Go")
    assert "Salad" in await _labels(chat)


async def test_items_that_are_gone_are_dropped(start: Start, menu: list[Dish]) -> None:
    """What is no longer on the list is neither counted nor kept."""
    chat = await start(MANY)
    await chat.press("Salad")
    await chat.press("STEAK")
    del menu[2]
    await chat.press("Take 2")
    assert await chat.text() == "STEAK, -."
    await chat.press("Again")
    del menu[2]
    await chat.press("Take 1")
    assert (await chat.alerts())[-1]["text"] == "Take one."
    assert "Take 0" in await _labels(chat)


async def test_a_fast_second_mark_counts(start: Start) -> None:
    """Two marks pressed on one screen are both made; the same press twice makes one."""
    chat = await start(MANY)
    await chat.press("Salad")
    steak, ice = await chat.data_of("STEAK"), await chat.data_of("Ice cream")
    await chat.forge(steak)
    await chat.forge(steak)
    assert await _labels(chat) == [
        "Crème brûlée soup", "Fish & <chips>", "✅ Salad", "✅ STEAK", "Ice cream", "Take 2", "Leave",
    ]  # fmt: skip
    await chat.press("✅ Salad")
    await chat.forge(ice)
    assert "✅ Ice cream" in await _labels(chat)


async def test_marks_of_an_earlier_visit_are_old(start: Start) -> None:
    """A mark's button counts on the screens of one visit only, and done on the present one only."""
    chat = await start(MANY)
    await chat.press("Salad")
    old = await chat.data_of("STEAK")
    done = await chat.data_of("Take 1")
    await chat.press("STEAK")
    await chat.forge(done)
    assert "Take 2" in await _labels(chat)
    await chat.press("Take 2")
    await chat.press("Again")
    await chat.press("✅ STEAK")
    await chat.forge(old)
    assert "STEAK" in await _labels(chat)


async def test_marks_survive_pages_and_a_restart(start: Start, make_chat: Any) -> None:
    """Marks are part of what is kept: another process goes on with them, on any page."""
    chat = await start(MANY + "    page: 2\n")
    await chat.press("Fish & <chips>")
    await chat.press("More")
    again = make_chat(list_dishes, find_dishes, main=FLOW.format(
        keys=(MANY + "    page: 2").rstrip(), query="dishes.list()", search="False"
    ))  # fmt: skip
    again.store.kept, again.user_id = chat.store.kept, chat.user_id
    await again.press("STEAK")
    await again.press("Take 2")
    assert await again.text() == "Fish & <chips>, STEAK, -."


async def test_one_mark_moves_until_done(start: Start) -> None:
    """With `one` a press moves the mark; done keeps it, and none marked is told."""
    chat = await start(ONE)
    await chat.press("Take it")
    assert (await chat.alerts())[-1]["text"] == "Take one."
    await chat.press("Salad")
    await chat.press("STEAK")
    assert [label for label in await _labels(chat) if label.startswith("o ")] == ["o STEAK"]
    await chat.press("o STEAK")
    await chat.press("Take it")
    assert await chat.text() == "STEAK."
    await chat.press("Again")
    assert "o STEAK" in await _labels(chat)


async def test_words_narrow_a_list_by_its_labels(start: Start) -> None:
    """Case and accents do not matter, every word must be found, and a button ends the search."""
    chat = await start(SEARCH, search="search is not None")
    await chat.send("SOUP  brulee")
    assert await chat.text() == "Which? (some)"
    assert await chat.buttons() == [["Crème brûlée soup"], ["All but SOUP brulee"], ["Leave"]]
    await chat.send("steak")
    assert (await _labels(chat))[0] == "STEAK"
    await chat.press("All but steak")
    assert len(await _labels(chat)) == 6
    await chat.send("ice")
    await chat.press("Ice cream")
    assert await chat.text() == "Ice cream."
    await chat.press("Again")
    assert await chat.text() == "Which?"


async def test_a_search_that_finds_nothing_says_so(start: Start) -> None:
    """The text for no match is shown with the words searched for, escaped; the list itself is not empty."""
    chat = await start(SEARCH)
    await chat.send("<b>&")
    assert await chat.text() == "No <b>& here."
    assert await chat.buttons() == [["All but <b>&"], ["Leave"]]


async def test_an_empty_list_that_is_searched_is_still_empty(
    start: Start, menu: list[Dish]
) -> None:
    """Without a search the empty list has its own text and way on."""
    menu.clear()
    chat = await start(SEARCH)
    assert await chat.text() == "Kitchen closed."
    assert await chat.buttons() == [["OK"], ["Leave"]]


async def test_an_item_that_is_not_found_cannot_be_picked(start: Start) -> None:
    """While a list is narrowed, only what is on it can be pressed."""
    chat = await start(SEARCH)
    salad = decode_press((await chat.data_of("Salad")).partition("\x1d")[2])
    await chat.send("steak")
    prefix, _, payload = (await chat.data_of("STEAK")).partition("\x1d")
    screen = payload.partition(".")[0]
    assert salad is not None
    await chat.forge(f"{prefix}\x1d{screen}.{salad.control.value}{salad.value}")
    assert (await _labels(chat))[0] == "STEAK"


async def test_a_photo_is_no_search(start: Start) -> None:
    """What has no words is answered as anywhere else."""
    chat = await start(SEARCH)
    await chat.send("", contact={"phone_number": "+491511234567", "first_name": "A"})
    assert (await chat.text()).startswith("Use the buttons.")


async def test_the_query_can_do_the_search(start: Start) -> None:
    """By query, the query gets the words, and None without them; nothing else is filtered."""
    by_query = SEARCH.replace("label", "query")
    chat = await start(by_query, query="dishes.find(title=search)")
    await chat.send("ice")
    assert (await _labels(chat))[0] == "Ice cream"
    await chat.press("Ice cream")
    assert await chat.text() == "Ice cream."
    assert set(_asked) == {None, "ice"}


async def test_marks_found_by_several_searches_are_kept_together(start: Start) -> None:
    """What was marked in a search stays marked beyond it, though the whole list does not have it."""
    keys = MANY + '    search: {by: query, clear: "All", no_match: "None."}\n'
    chat = await start(keys, query="dishes.find(title=search)")
    await chat.send("ice")
    await chat.press("Ice cream")
    await chat.send("ste")
    await chat.press("STEAK")
    await chat.press("All")
    await chat.press("Take 2")
    assert await chat.text() == "Ice cream, STEAK, -."


async def test_items_stand_under_their_headings(start: Start) -> None:
    """Items of one group stand together, in rows of their own; a page that begins within a group repeats its heading."""
    chat = await start(GROUP)
    assert await chat.buttons() == [
        ["Starters"],
        ["Crème brûlée soup", "Salad"],
        ["Mains"],
        ["Fish & <chips>", "STEAK"],
        ["1/2", "More"],
        ["Leave"],
    ]
    await chat.press("More")
    assert await chat.buttons() == [["Sweets"], ["Ice cream"], ["Back", "2/2"], ["Leave"]]


async def test_a_heading_answers_with_itself(start: Start) -> None:
    """Pressing a heading changes nothing and is answered with the whole of it."""
    chat = await start(GROUP)
    await chat.press("Mains")
    assert (await chat.alerts())[-1]["text"] == "Mains"
    assert (await _labels(chat))[0] == "Starters"


async def test_a_list_that_shrank_shows_its_last_page(start: Start, menu: list[Dish]) -> None:
    """A page that is no longer there gives the last one there is."""
    chat = await start(GROUP.replace("page: 4", "page: 2"))
    await chat.press("More")
    await chat.press("More")
    del menu[2:]
    await chat.press("3/3")
    assert "Crème brûlée soup" in await _labels(chat)
    assert "1/1" not in await _labels(chat)


@pytest.mark.parametrize("control", sorted(set(Control) - {Control.BUTTON}))
async def test_no_control_works_where_it_is_not_offered(start: Start, control: Control) -> None:
    """A press that the screen does not have changes nothing, whichever control it forges."""
    chat = await start("    save: {dish: item}\n")
    prefix, _, payload = (await chat.data_of("Salad")).partition("\x1d")
    before = await _labels(chat)
    for value in ("", "nothing", "-1"):
        await chat.forge(f"{prefix}\x1d{payload.partition('.')[0]}.{control.value}{value}")
        assert await _labels(chat) == before
        assert (await chat.text()).startswith("Which?")


def test_presses_name_their_control() -> None:
    """No two controls share a letter."""
    assert len({control.value for control in Control}) == len(Control)
    assert decode_press("a.m~key") == Press(10, Control.MARK, "~key")
