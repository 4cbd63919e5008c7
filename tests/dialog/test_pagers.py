"""The buttons that turn the pages of a list, of every kind."""

from dataclasses import dataclass
from typing import Any

import pytest

from engine.actions import Context, query


@dataclass(frozen=True, slots=True)
class Page:
    """One of many."""

    id: int
    title: str


_pages: list[Page] = []


@query("pages.list")
async def list_pages(_context: Context) -> list[Page]:
    """List all there are."""
    return list(_pages)


FLOW = """\
flow: main
version: 1
title: Pages
data:
  one: {{type: Page, optional: true}}
steps:
  pick:
    choose: pages.list()
    text: "Which?"
    button: "{{{{ item.title }}}}"
    page: 2
    pager: {pager}
    save: {{one: item}}
    empty: {{text: "None.", go: end}}
    go: end
"""


@pytest.fixture
def start(make_chat: Any) -> Any:
    """Give a function that opens a list of so many items, two on a page."""

    async def open_list(pager: str, items: int = 9) -> Any:
        _pages[:] = [Page(number, f"item {number}") for number in range(items)]
        chat = make_chat(list_pages, main=FLOW.format(pager=pager))
        await chat.send("/start")
        await chat.press("Go")
        return chat

    return open_list


async def _pager(chat: Any) -> list[list[str]]:
    return [row for row in await chat.buttons() if not row[0].startswith("item")]


async def test_arrows_leave_out_what_leads_nowhere(start: Any) -> None:
    """The pager that is there unasked has the place in the middle and no arrow at an end."""
    chat = await start("arrows")

    assert await _pager(chat) == [["1/5", "More"]]
    await chat.press("More")
    assert await _pager(chat) == [["Back", "2/5", "More"]]
    assert (await chat.buttons())[0] == ["item 2"]


async def test_full_pager_keeps_its_places(start: Any) -> None:
    """All five buttons are always there: the first page, one back, the place, one on, the last page."""
    chat = await start("full")

    assert await _pager(chat) == [["1", "Back", "1", "More", "5"]]
    await chat.press("5")
    assert (await chat.buttons())[0] == ["item 8"]
    assert await _pager(chat) == [["1", "Back", "5", "More", "5"]]
    await chat.press("More")
    assert (await chat.buttons())[0] == ["item 8"]
    await chat.press("1")
    assert (await chat.buttons())[0] == ["item 0"]


async def test_numbers_lead_to_each_page(start: Any) -> None:
    """There is a number for each page, and the one that is shown stands in brackets."""
    chat = await start("numbers")

    assert await _pager(chat) == [["[ 1 ]", "2", "3", "4", "5"]]
    await chat.press("4")
    assert await _pager(chat) == [["1", "2", "3", "[ 4 ]", "5"]]
    assert (await chat.buttons())[0] == ["item 6"]


async def test_many_numbers_stand_in_rows_around_the_page(start: Any) -> None:
    """No more numbers are shown than are said, and they follow the page."""
    chat = await start('{number: "{{ target }}", here: "<{{ page }}>", columns: 3, most: 5}', 40)

    assert await _pager(chat) == [["<1>", "2", "3"], ["4", "5"]]
    await chat.press("5")
    assert await _pager(chat) == [["3", "4", "<5>"], ["6", "7"]]
    for page in ("7", "9", "11", "13", "15", "17", "19"):
        await chat.press(page)
    await chat.press("20")
    assert await _pager(chat) == [["16", "17", "18"], ["19", "<20>"]]


async def test_labels_of_a_flow_are_its_own(start: Any) -> None:
    """A label reads the page, how many there are and where it leads; what has one is there."""
    chat = await start(
        '{kind: arrows, last: "to {{ target }}", current: "{{ page }} of {{ pages }}"}'
    )

    assert await _pager(chat) == [["1 of 5", "More", "to 5"]]
    await chat.press("to 5")
    assert await _pager(chat) == [["Back", "5 of 5"]]


async def test_no_pager_shows_the_first_page_alone(start: Any) -> None:
    """With none there is nothing to turn pages with."""
    chat = await start("none")

    assert await chat.buttons() == [["item 0"], ["item 1"]]


async def test_single_page_needs_no_pager_unless_always(start: Any) -> None:
    """A pager is hidden on a single page; one that is always there stays, as that of the library does."""
    chat = await start("full", 2)
    assert await _pager(chat) == []
    chat = await start("{kind: full, always: true}", 2)
    assert await _pager(chat) == [["1", "Back", "1", "More", "1"]]


async def test_page_that_is_gone_becomes_the_last_one(start: Any) -> None:
    """When a list gets shorter, who is beyond its end sees its last page."""
    chat = await start("numbers")
    await chat.press("5")
    del _pages[3:]
    await chat.press("[ 5 ]")

    assert await chat.buttons() == [["item 2"], ["1", "[ 2 ]"]]
