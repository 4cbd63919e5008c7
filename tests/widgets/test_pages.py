"""What is shown page by page: lists, groups of buttons and texts, and the buttons that turn the pages."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.common import sync_scroll
from aiogram_dialog.widgets.kbd import (
    Button,
    Cancel,
    Checkbox,
    Column,
    CurrentPage,
    FirstPage,
    LastPage,
    ListGroup,
    NextPage,
    NumberedPager,
    PrevPage,
    Row,
    ScrollingGroup,
    Select,
    StubScroll,
    SwitchPage,
)
from aiogram_dialog.widgets.text import Const, Format, List, Multi, ScrollingText

from engine.actions import Context, query
from tests.widgets.acts import EACH, press
from tests.widgets.compare import other_rows
from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The steps of the dialogs by hand."""

    first = State()


@dataclass(frozen=True, slots=True)
class Part:
    """Something inside a thing."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Thing:
    """One of many."""

    id: int
    title: str


THINGS = [Thing(number, f"thing {number}") for number in range(1, 8)]


@query("things.list")
async def list_things(_context: Context) -> list[Thing]:
    """List all things."""
    return THINGS


@query("things.parts")
async def list_parts(_context: Context, *, thing_id: int) -> list[Part]:
    """List the parts of a thing: as many as its number."""
    return [Part(one, f"part {thing_id}.{one}") for one in range(1, thing_id + 1)]


async def _things(**_: Any) -> dict[str, Any]:
    return {"things": THINGS, "count": len(THINGS)}


def _select() -> Select[str]:
    return Select(
        Format("{item.title}"), id="thing", item_id_getter=attrgetter("id"), items="things"
    )


LIST = """\
data: {{thing: {{type: Thing, optional: true}}}}
steps:
  first:
    choose: things.list()
    text: "Which?"
    button: "{{{{ item.title }}}}"
    page: 2
    pager: {pager}
    save: {{thing: item}}
    empty: {{text: "None.", go: end}}
    go: first
"""


def _hidden() -> ScrollingGroup:
    return ScrollingGroup(_select(), id="pages", width=1, height=2, hide_pager=True)


def _window(*keyboard: Any, text: Any = None) -> Window:
    return Window(text or Const("Which?"), *keyboard, state=Main.first, getter=_things)


async def test_pager_of_a_scrolling_group(compare: Compare) -> None:
    """The full pager is that of ScrollingGroup: first page, one back, the place, one on, last page."""
    await compare(
        LIST.format(pager='{kind: full, previous: "<", next: ">"}'),
        _window(ScrollingGroup(_select(), id="pages", width=1, height=2)),
        functions=[list_things],
        acts=[press(">"), press(">"), press("<"), press("4"), press("<"), press("1")],
    )


async def test_page_buttons_of_their_own(compare: Compare) -> None:
    """Buttons with `turn` are FirstPage, PrevPage, NextPage, LastPage and SwitchPage, wherever they stand."""
    buttons = [
        f'{{text: "{label}", turn: {page}, of: letters}}'
        for label, page in (
            ("F", "first"),
            ("P", "previous"),
            ("N", "next"),
            ("L", "last"),
            ("2", "2"),
        )
    ]
    letters = ", ".join(f'{{check: data.{one}, text: "{one}"}}' for one in "abcd")
    data = "\n".join(f"  {one}: {{type: bool, default: false}}" for one in "abcd")
    await compare(
        f"""\
data:
{data}
steps:
  first:
    show: "Which?"
    buttons:
      - [{", ".join(buttons)}]
      - {{columns: 1, rows: 1, id: letters, pager: none, buttons: [{letters}]}}
      - {{text: "Bye", go: end}}
""",
        _window(
            Row(
                FirstPage("pages", "f", Const("F")),
                PrevPage("pages", "p", Const("P")),
                NextPage("pages", "n", Const("N")),
                LastPage("pages", "l", Const("L")),
                SwitchPage(1, "pages", "s", Const("2")),
            ),
            ScrollingGroup(
                *(Checkbox(Const(f"✅ {one}"), Const(one), id=one) for one in "abcd"),
                id="pages",
                width=1,
                height=1,
                hide_pager=True,
            ),
            Cancel(Const("Bye")),
        ),
        acts=[
            press("N"),
            press("N"),
            EACH,
            press("F"),
            press("L"),
            press("P"),
            press("2"),
            press("b"),
        ],
    )


async def test_numbered_pager(compare: Compare) -> None:
    """Numbers are NumberedPager: one for each page, the one that is shown in brackets."""
    await compare(
        LIST.format(pager="numbers"),
        _window(_hidden(), NumberedPager("pages")),
        functions=[list_things],
        acts=[press("3"), press("4"), press("1"), press("2")],
    )


async def test_numbered_pager_in_rows(compare: Compare) -> None:
    """`columns` is the length of a row of NumberedPager, and its texts are `number` and `here`."""
    pager = NumberedPager(
        "pages",
        page_text=Format("to {target_page1}"),
        current_page_text=Format("<{current_page1}>"),
        length=3,
    )
    await compare(
        LIST.format(pager='{number: "to {{ target }}", here: "<{{ page }}>", columns: 3}'),
        _window(_hidden(), pager),
        functions=[list_things],
        acts=[press("to 3"), press("to 4"), press("to 1")],
    )


async def test_buttons_that_turn_pages(compare: Compare) -> None:
    """FirstPage, PrevPage, CurrentPage, NextPage and LastPage are the labels of a pager, which read the same numbers."""
    await compare(
        LIST.format(
            pager='{first: "first", previous: "< {{ target }}", current: "{{ page }} of {{ pages }}", '
            'next: "{{ target }} >", last: "last {{ target }}"}'
        ),
        _window(
            _hidden(),
            Row(
                FirstPage("pages", text=Const("first"), id="a"),
                PrevPage("pages", text=Format("< {target_page1}"), id="b"),
                CurrentPage("pages", text=Format("{current_page1} of {pages}"), id="c"),
                NextPage("pages", text=Format("{target_page1} >"), id="d"),
                LastPage("pages", text=Format("last {target_page1}"), id="e"),
            ),
        ),
        functions=[list_things],
        acts=[press("2 >"), press("last 4"), press("< 3"), press("first")],
    )


async def _done(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"things": THINGS, "done": dialog_manager.dialog_data.get("done", "-")}


async def test_list_group(compare: Compare) -> None:
    """A list among the buttons is a ListGroup: rows of buttons for each item, which know their item, and pages."""
    await compare(
        """\
        data: {done: {type: text, default: "-"}}
        steps:
          first:
            show: "Done: {{ data.done }}"
            buttons:
              - list: things.list()
                page: 3
                pager: numbers
                buttons:
                  - - {text: "{{ item.title }}", go: first, id: open, save: {done: item.title}}
                    - {text: "x {{ item.id }}", go: first, id: drop, when: item.id != 2, save: {done: "item.title"}}
                  - {text: "more of {{ item.title }}", go: first, id: more, save: {done: "item.title"}}
              - {text: "Bye", go: end}
        """,
        Window(
            Format("Done: {done}"),
            ListGroup(
                Row(
                    Button(Format("{item.title}"), id="open", on_click=_title),
                    Button(Format("x {item.id}"), id="drop", on_click=_title, when=_is_not_two),
                ),
                Button(Format("more of {item.title}"), id="more", on_click=_title),
                id="things",
                item_id_getter=attrgetter("id"),
                items="things",
                page_size=3,
            ),
            NumberedPager("things"),
            Cancel(Const("Bye")),
            state=Main.first,
            getter=_done,
        ),
        functions=[list_things],
        acts=[EACH, press("3"), EACH, press("more of thing 7")],
    )


def _is_not_two(data: Any, _widget: Any, _manager: DialogManager) -> bool:
    return bool(data["item"].id != 2)


async def _title(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["done"] = f"thing {manager.item_id}"  # type: ignore[attr-defined]  # of a SubManager


async def test_list_group_inside_another(compare: Compare) -> None:
    """ListGroups nest: the inner one has a list of each item of the outer one."""
    await compare(
        """\
        data: {done: {type: text, default: "-"}}
        steps:
          first:
            show: "Done: {{ data.done }}"
            buttons:
              - list: things.list()
                as: thing
                page: 7
                buttons:
                  - {text: "{{ thing.title }}", go: first, id: open, save: {done: thing.title}}
                  - list: things.parts(thing_id=thing.id)
                    buttons:
                      - {text: "{{ item.title }}", go: first, id: part, save: {done: item.title}}
              - {text: "Bye", go: end}
        """,
        Window(
            Format("Done: {done}"),
            ListGroup(
                Button(Format("{item.title}"), id="open", on_click=_title),
                ListGroup(
                    Button(Format("{item.title}"), id="part", on_click=_part),
                    id="parts",
                    item_id_getter=attrgetter("id"),
                    items=lambda data: [
                        Part(one, f"part {data['item'].id}.{one}")
                        for one in range(1, data["item"].id + 1)
                    ],
                ),
                id="things",
                item_id_getter=attrgetter("id"),
                items="things",
            ),
            Cancel(Const("Bye")),
            state=Main.first,
            getter=_done,
        ),
        functions=[list_things, list_parts],
        acts=[press("thing 4"), press("part 3.2"), press("part 7.7"), press("Bye")],
    )


async def _part(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    inner: Any = manager
    manager.dialog_data["done"] = f"part {inner.manager.item_id}.{inner.item_id}"


async def test_scrolling_group_of_buttons(compare: Compare) -> None:
    """A group with `rows` is a ScrollingGroup of any buttons: they fill rows, and the pager turns to further rows."""
    buttons = "\n".join(
        f'                  - {{text: "B{one}", go: first, id: b{one}, save: {{done: "\'b{one}\'"}}}}'
        for one in range(11)
    )
    await compare(
        f"""\
        data: {{done: {{type: text, default: "-"}}}}
        steps:
          first:
            show: "Done: {{{{ data.done }}}}"
            buttons:
              - columns: 2
                rows: 2
                pager: {{kind: full, previous: "<", next: ">"}}
                buttons:
{buttons}
              - {{text: "Bye", go: end}}
        """,
        Window(
            Format("Done: {done}"),
            ScrollingGroup(
                *(Button(Const(f"B{one}"), id=f"b{one}", on_click=_own_id) for one in range(11)),
                id="pages",
                width=2,
                height=2,
            ),
            Cancel(Const("Bye")),
            state=Main.first,
            getter=_done,
        ),
        acts=[
            press("B2"),
            press(">"),
            press("B5"),
            press("3"),
            press("B10"),
            press("<"),
            press("Bye"),
        ],
    )


async def _own_id(_callback: CallbackQuery, button: Any, manager: DialogManager) -> None:
    manager.dialog_data["done"] = button.widget_id


async def test_list_of_texts_with_pages(compare: Compare) -> None:
    """`pages` of what is loaded is a List with a page_size: so many rounds of the text at once."""
    await compare(
        """\
        steps:
          first:
            show: |-
              All 7:
              {%- for one in things %}
              - {{ one.title }}
              {%- endfor %}
            load: {things: things.list()}
            pages: {of: things, page: 3, pager: numbers}
            buttons: [{text: "Bye", go: end}]
        """,
        Window(
            Multi(
                Const("All 7:"),
                List(Format("- {item.title}"), items="things", id="pages", page_size=3),
            ),
            NumberedPager("pages"),
            Cancel(Const("Bye")),
            state=Main.first,
            getter=_things,
        ),
        functions=[list_things],
        acts=[press("2"), press("3"), press("1"), press("Bye")],
    )


LONG = "".join(f"This is line {number} of a long text. " for number in range(40))


async def test_scrolling_text(compare: Compare) -> None:
    """`pages` of so many characters is ScrollingText, but that a cut is never inside a tag or an entity."""
    await compare(
        f"""\
        steps:
          first:
            show: "{LONG.strip()}"
            pages: {{characters: 400, pager: numbers}}
            buttons: [{{text: "Bye", go: end}}]
        """,
        Window(
            ScrollingText(Const(LONG.strip()), id="pages", page_size=400),
            NumberedPager("pages"),
            Cancel(Const("Bye")),
            state=Main.first,
        ),
        acts=[press("2"), press("4"), press("3"), press("1")],
    )


async def _part_of_things(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    scroll: Any = dialog_manager.find("pages")
    page = await scroll.get_page() if scroll else 0
    return {"things": THINGS[page * 2 : page * 2 + 2], "count": 4}


@query("things.page")
async def page_of_things(_context: Context, *, offset: int, limit: int) -> list[Thing]:
    """List some things."""
    return THINGS[offset : offset + limit]


@query("things.count")
async def count_things(_context: Context) -> int:
    """Count all things."""
    return len(THINGS)


async def test_stub_scroll(compare: Compare) -> None:
    """A list with a `total` is StubScroll: the query brings one page, and a number tells how many there are."""
    flow = LIST.format(pager="numbers").replace(
        "choose: things.list()",
        "choose: things.page(offset=offset, limit=limit)\n    total: things.count()",
    )
    await compare(
        flow,
        Window(
            Const("Which?"),
            Column(_select()),
            StubScroll("pages", pages="count"),
            NumberedPager("pages"),
            state=Main.first,
            getter=_part_of_things,
        ),
        functions=[page_of_things, count_things],
        acts=[press("3"), press("4"), press("1"), press("2")],
        differences=[
            other_rows("StubScroll is a row without buttons, which shows nothing", theirs="")
        ],
    )


async def test_one_pager_turns_several(compare: Compare) -> None:
    """`turns` is sync_scroll: what goes along is turned to the same page."""
    await compare(
        """\
        steps:
          first:
            show: "All:{% for one in things %} {{ one.title }}.{% endfor %}"
            load: {things: things.list()}
            pages: {of: things, page: 2, pager: none}
            buttons:
              - list: things.list()
                id: things
                page: 3
                pager: {kind: numbers, turns: [text]}
                buttons: [{text: "{{ item.title }}", go: first}]
              - {text: "Bye", go: end}
        """,
        Window(
            Multi(
                Const("All:"),
                List(Format(" {item.title}."), items="things", sep="", id="text", page_size=2),
                sep="",
            ),
            ListGroup(
                Button(Format("{item.title}"), id="open"),
                id="things",
                item_id_getter=attrgetter("id"),
                items="things",
                page_size=3,
                on_page_changed=sync_scroll("text"),
            ),
            NumberedPager("things"),
            Cancel(Const("Bye")),
            state=Main.first,
            getter=_things,
        ),
        functions=[list_things],
        acts=[press("2"), press("3"), press("1")],
    )
