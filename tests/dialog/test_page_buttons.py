"""Buttons of their own that turn pages, and what turns along."""

from dataclasses import dataclass
from typing import Any

import pytest

from engine.actions import Context, query


@dataclass(frozen=True, slots=True)
class Dish:
    """Something to eat."""

    id: int
    title: str


_dishes: list[Dish] = []


@query("dishes.list")
async def list_dishes(_context: Context) -> list[Dish]:
    """List what there is."""
    return list(_dishes)


FLOW = """\
flow: main
version: 1
title: Pages
data:
  dish: {type: Dish, optional: true}
  some: {type: bool, default: false}
  at: {type: int, min: 1, max: 9, default: 3}
steps:
"""
CHOOSE = """\
  pick:
    choose: dishes.list()
    text: "Which?"
    button: "{{ item.title }}"
    page: 2
    pager: none
    save: {dish: item}
    empty: {text: "None.", go: end}
    go: end
    buttons:
      - [{text: F, turn: first}, {text: P, turn: previous}, {text: N, turn: next}, {text: L, turn: last}, {text: At, turn: data.at, toast: "There."}]
"""
SHARED = """\
  pick:
    show: "{% for dish in dishes %}{{ dish.title }} {% endfor %}{{ page }}/{{ pages }}"
    load: {dishes: dishes.list()}
    pages: {of: dishes, page: 2, pager: {kind: none, turns: [keys, item]}}
    buttons:
      - {text: N, turn: next, of: text}
      - {text: P, turn: previous, of: keys}
      - {text: "2", turn: 2, of: item}
      - id: keys
        columns: 1
        rows: 1
        pager: {kind: full, turns: [text]}
        buttons:
          - {text: A, toast: a, id: a}
          - {check: data.some, text: B}
          - {text: C, toast: c, id: c, when: not data.some}
      - list: dishes.list()
        page: 2
        pager: none
        buttons: [{text: "{{ item.title }}", toast: "{{ item.title }}"}]
      - {text: End, go: end}
"""


@pytest.fixture
def start(make_chat: Any) -> Any:
    """Give a function that opens a window with pages of seven dishes."""

    async def open_window(step: str) -> Any:
        _dishes[:] = [Dish(number, f"d{number}") for number in range(7)]
        chat = make_chat(list_dishes, main=FLOW + step)
        await chat.send("/start")
        await chat.press("Go")
        return chat

    return open_window


async def test_buttons_turn_the_pages_of_a_list(start: Any) -> None:
    """Each word leads to its page, a number to that page; beyond the ends there is no other page."""
    chat = await start(CHOOSE)
    seen = []
    for label in ("N", "N", "F", "P", "L", "N", "P", "At"):
        await chat.press(label)
        seen.append((await chat.buttons())[0])
    assert seen == [["d2"], ["d4"], ["d0"], ["d0"], ["d6"], ["d6"], ["d4"], ["d4"]]
    assert (await chat.alerts())[-1]["text"] == "There."
    del _dishes[3:]
    await chat.press("L")
    assert (await chat.buttons())[0] == ["d2"]


async def test_texts_groups_and_lists_share_pages(start: Any) -> None:
    """What a pager turns goes along, whichever button turns it; a group has as many pages as it has rows now."""
    chat = await start(SHARED)

    async def shown() -> tuple[str, str, str]:
        rows = await chat.buttons()
        return (await chat.text())[-3:], rows[3][0], rows[5][0]

    assert await shown() == ("1/4", "A", "d0")
    await chat.press("N")
    assert await shown() == ("2/4", "B", "d2")
    await chat.press("B")
    await chat.press("N")
    assert await shown() == ("3/4", "✅ B", "d4")
    await chat.press("P")
    assert await shown() == ("1/4", "A", "d4")
    await chat.press("2")
    assert await shown() == ("1/4", "A", "d2")
    old = await chat.data_of("N")
    await chat.press("More")
    assert (await shown())[:2] == ("2/4", "✅ B")
    await chat.forge(old)
    assert (await shown())[:2] == ("2/4", "✅ B")
