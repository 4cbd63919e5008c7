"""Lists that are asked for page by page."""

from dataclasses import dataclass
from typing import Any

import pytest

from engine.actions import Context, query


@dataclass(frozen=True, slots=True)
class Entry:
    """One of very many."""

    id: int
    title: str


_asked: list[tuple[int, int]] = []
_total = [100_000]


@query("entries.part")
async def list_part(_context: Context, *, offset: int, limit: int) -> list[Entry]:
    """List a part, noting which."""
    _asked.append((offset, limit))
    return [Entry(one, f"entry {one}") for one in range(offset, min(offset + limit, _total[0]))]


@query("entries.count")
async def count(_context: Context) -> int:
    """Count them all."""
    return _total[0]


FLOW = """\
flow: main
version: 1
title: Entries
data:
  entry: {type: Entry, optional: true}
steps:
  pick:
    choose: entries.part(offset=offset, limit=limit)
    total: entries.count()
    text: "Which?"
    button: "{{ item.title }}"
    page: 3
    pager: full
    save: {entry: item}
    empty: {text: "None.", go: end}
  done:
    show: "{{ data.entry.title }}"
    buttons: [{text: Again, go: pick}]
"""


@pytest.fixture
async def chat(make_chat: Any) -> Any:
    """Give a chat at a list of a hundred thousand."""
    _asked.clear()
    _total[0] = 100_000
    chat = make_chat(list_part, count, main=FLOW)
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def test_only_the_page_that_is_shown_is_asked_for(chat: Any) -> None:
    """However many items there are, a turn asks for three of them; the last page is one press away."""
    assert await chat.buttons() == [
        ["entry 0"], ["entry 1"], ["entry 2"], ["1", "Back", "1", "More", "33334"],
    ]  # fmt: skip
    await chat.press("33334")
    assert await chat.buttons() == [["entry 99999"], ["1", "Back", "33334", "More", "33334"]]
    await chat.press("entry 99999")
    assert await chat.text() == "entry 99999"
    assert set(_asked) == {(0, 3), (99_999, 3)}


async def test_list_that_has_become_shorter_shows_its_last_page(chat: Any) -> None:
    """Who is beyond the end sees the last page that there is."""
    await chat.press("33334")
    _total[0] = 4
    await chat.press("More")
    assert await chat.buttons() == [["entry 3"], ["1", "Back", "2", "More", "2"]]


async def test_item_of_another_page_is_refused(chat: Any) -> None:
    """An item that is not on the page that is shown is not picked."""
    data = await chat.data_of("entry 1")
    await chat.forge(data.removesuffix("1") + "7")
    assert await chat.text() == "Which?"


async def test_empty_total_is_an_empty_list(chat: Any) -> None:
    """When nothing is left, the list says so."""
    _total[0] = 0
    await chat.press("More")
    assert await chat.text() == "None."
    assert await chat.buttons() == [["OK"]]
