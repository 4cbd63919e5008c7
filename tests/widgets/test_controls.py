"""Controls that keep a value: Checkbox, Counter, Toggle, Radio and Multiselect."""

from operator import itemgetter
from typing import Any

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import (
    Button,
    Cancel,
    Checkbox,
    Column,
    Counter,
    Group,
    Keyboard,
    ListGroup,
    ManagedCheckbox,
    ManagedCounter,
    Multiselect,
    Radio,
    Row,
    Toggle,
)
from aiogram_dialog.widgets.text import Const, Format

from tests.widgets.acts import EACH, press, press_old
from tests.widgets.compare import other_step, own_call
from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The step of the dialog by hand."""

    first = State()


SIZES = [("small", "S"), ("medium", "M"), ("large", "L")]
OPTIONS: dict[str, Any] = {"items": SIZES, "item_id_getter": itemgetter(0)}
DATA = """\
data:
  wrapped: {type: bool, default: false}
  people: {type: int, min: 0, max: 5, default: 2}
  size: {type: [small, medium, large], optional: true}
  tags: {type: "list[text]", max: 3, default: []}
"""


def _flow(*lines: str, text: str = "Which?") -> str:
    written = "\n".join(f"      - {line}" for line in lines)
    return (
        f'{DATA}steps:\n  first:\n    show: "{text}"\n    buttons:\n{written}\n'
        '      - {text: "Bye", go: end}\n'
    )


def _window(*widgets: Keyboard, text: str = "Which?", getter: Any = ()) -> Window:
    return Window(Format(text), *widgets, Cancel(Const("Bye")), state=Main.first, getter=getter)


async def _shown(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    check = dialog_manager.find("wrapped")
    counter = dialog_manager.find("people")
    assert isinstance(check, ManagedCheckbox)
    assert isinstance(counter, ManagedCounter)
    said = "wrapped" if check.is_checked() else "plain"
    return {"said": said, "people": counter.get_value()}


async def test_checkbox(compare: Compare) -> None:
    """A check box has a label while it is marked and one while it is not."""
    await compare(
        _flow('{check: data.wrapped, text: "⬜ Wrap", checked: "☑ Wrap"}'),
        _window(Checkbox(Const("☑ Wrap"), Const("⬜ Wrap"), id="wrapped")),
        acts=[EACH, press("⬜ Wrap"), EACH, press("☑ Wrap"), EACH],
    )


async def test_a_whole_group_under_a_condition(compare: Compare) -> None:
    """With `when` of a Group, Row or Column all its buttons and controls are there or not."""
    await compare(
        _flow(
            '{check: data.wrapped, text: "⬜ Wrap", checked: "☑ Wrap"}',
            "{columns: 3, when: data.wrapped, buttons: [{cycle: data.size, labels: {small: S, medium: M, large: L}}, {count: data.people}]}",
        ),
        _window(
            Checkbox(Const("☑ Wrap"), Const("⬜ Wrap"), id="wrapped"),
            Group(
                Toggle(Format("{item[1]}"), id="size", **OPTIONS),
                Counter(id="people", default=2, max_value=5),
                width=3,
                when=lambda _data, _widget, manager: manager.find("wrapped").is_checked(),
            ),
        ),
        acts=[EACH, press("⬜ Wrap"), EACH],
    )


async def test_controls_in_a_list_group(compare: Compare) -> None:
    """In a ListGroup each item has a mark and a number of its own, and the number is there while the item is marked."""
    await compare(
        """\
data:
  wanted: {type: "list[text]", max: 9, default: []}
  amounts: {type: "map[int]", min: 0, max: 5, default: {}}
steps:
  first:
    show: "Which?"
    buttons:
      - list: "['soup', 'fish']"
        buttons:
          - {check: data.wanted, text: "⬜ {{ item }}", checked: "☑ {{ item }}"}
          - {count: data.amounts, text: "{{ value }} {{ item }}", when: item in data.wanted}
      - {text: "Bye", go: end}
""",
        _window(
            ListGroup(
                Checkbox(Format("☑ {item}"), Format("⬜ {item}"), id="wanted"),
                Counter(
                    id="amounts",
                    max_value=5,
                    text=Format("{value} {data[item]}"),
                    when=lambda _data, _widget, manager: manager.find("wanted").is_checked(),
                ),
                id="dishes",
                item_id_getter=str,
                items=["soup", "fish"],
            )
        ),
        acts=[EACH, press("⬜ fish"), press("+"), press("⬜ soup"), EACH, press("☑ fish")],
    )


async def test_counter(compare: Compare) -> None:
    """Minus, the number and plus stand in a row; at a bound, and on the number, a press changes nothing."""
    await compare(
        _flow("{count: data.people}"),
        _window(Counter(id="people", default=2, max_value=5)),
        acts=[EACH, *[press("+")] * 4, EACH, *[press("-")] * 6, EACH],
    )


async def test_counter_with_words_and_without(compare: Compare) -> None:
    """Labels, step and wrapping round are alike; a part can be left out."""
    await compare(
        _flow(
            '{count: data.people, text: "{{ data.people }} people", plus: "More", minus: false, step: 2, wrap: true}'
        ),
        _window(
            Counter(
                id="people",
                default=2,
                max_value=5,
                increment=2,
                cycle=True,
                minus=None,
                plus=Const("More"),
                text=Format("{value} people"),
            )
        ),
        acts=[EACH, *[press("More")] * 3, EACH],
    )


async def test_counter_that_does_not_reach_its_bound(compare: Compare) -> None:
    """A step that would lead beyond the bound leads nowhere."""
    await compare(
        _flow("{count: data.people, min: 1, step: 2}"),
        _window(Counter(id="people", default=2, min_value=1, max_value=5, increment=2)),
        acts=[press("+"), EACH, press("-"), EACH],
    )


async def test_toggle(compare: Compare) -> None:
    """One option is shown, at first the first; a press shows the next, and after the last the first."""
    await compare(
        _flow("{cycle: data.size, labels: {small: S, medium: M, large: L}}"),
        _window(Toggle(Format("{item[1]}"), id="size", **OPTIONS)),
        acts=[EACH, press("S"), EACH, press("M"), press("L"), EACH],
    )


@pytest.mark.parametrize(("columns", "group"), [(1, Column), (2, 2), (8, Row)])
async def test_radio(compare: Compare, columns: int, group: Any) -> None:
    """One option at most is marked; rows are as wide as said."""
    radio = Radio(Format("(o) {item[1]}"), Format("( ) {item[1]}"), id="size", **OPTIONS)
    placed = Group(radio, width=group) if isinstance(group, int) else group(radio)
    await compare(
        _flow(
            '{one: data.size, labels: {small: S, medium: M, large: L}, text: "( ) {{ label }}", '
            f'checked: "(o) {{{{ label }}}}", columns: {columns}}}'
        ),
        _window(placed),
        acts=[EACH, press("( ) M"), EACH, press("( ) L"), press("(o) L")],
    )


async def test_multiselect(compare: Compare) -> None:
    """No more than the most are marked, no fewer than the least stay, and a mark too many is answered without a word."""
    await compare(
        _flow(
            '{many: data.tags, labels: {small: S, medium: M, large: L}, checked: "* {{ label }}", min: 1, max: 2, columns: 8}'
        ),
        _window(
            Multiselect(
                Format("* {item[1]}"),
                Format("{item[1]}"),
                id="tags",
                min_selected=1,
                max_selected=2,
                **OPTIONS,
            )
        ),
        acts=[EACH, press("L"), EACH, press("S"), EACH, press("M"), press("* L"), press("* S")],
    )


async def test_several_controls_of_one_window(compare: Compare) -> None:
    """Controls stand in one row with each other, keep apart what they keep, and the text shows it."""
    await compare(
        _flow(
            '[{check: data.wrapped, text: "Wrap", checked: "Wrapped"}, {count: data.people}]',
            text="{{ 'wrapped' if data.wrapped else 'plain' }}, {{ data.people }}",
        ),
        _window(
            Row(
                Checkbox(Const("Wrapped"), Const("Wrap"), id="wrapped"),
                Counter(id="people", default=2, max_value=5),
            ),
            text="{said}, {people}",
            getter=_shown,
        ),
        acts=[EACH, press("Wrap"), press("+"), EACH],
    )


async def test_a_mark_on_an_earlier_screen_makes_what_it_says(compare: Compare) -> None:
    """On a screen of the same visit a check box makes in both what it said there."""
    await compare(
        _flow('{check: data.wrapped, text: "Wrap", checked: "Wrapped"}'),
        _window(Checkbox(Const("Wrapped"), Const("Wrap"), id="wrapped")),
        acts=[press("Wrap"), press_old("Wrap"), press("Wrapped"), press_old("Wrap")],
    )


async def test_a_multiselect_does_not_take_back_what_was_pressed_twice(compare: Compare) -> None:
    """aiogram-dialog changes a mark with each press, also on an earlier screen; here a press on it says what it makes."""
    old = press_old("S")
    steps = await compare(
        _flow("{many: data.tags, labels: {small: S, medium: M, large: L}, columns: 8}"),
        _window(Multiselect(Format("✅ {item[1]}"), Format("{item[1]}"), id="tags", **OPTIONS)),
        acts=[press("S"), old],
        differences=[other_step("a mark that is made twice stays", old.said)],
    )

    assert steps[-1].theirs[0].rows()[0] == "S | M | L"


async def test_buttons_of_a_group_fill_rows(compare: Compare) -> None:
    """The buttons that are there stand as many in a row as there is room, controls among them; hidden ones leave no gap."""
    await compare(
        """\
        data:
          wrapped: {type: bool, default: false}
        steps:
          first:
            show: "Which?"
            buttons:
              - columns: 2
                buttons:
                  - {text: "A", go: first, id: a}
                  - {check: data.wrapped, text: "Wrap", checked: "Wrapped"}
                  - {text: "B", go: first, id: b, when: not data.wrapped}
                  - {text: "C", go: first, id: c}
                  - {text: "D", go: first, id: d}
              - columns: 1
                buttons:
                  - {text: "Bye", go: end}
        """,
        _window_of_group(),
        acts=[EACH, press("Wrap"), EACH],
        differences=[own_call("a step that is entered anew has new buttons", "editMessageText")],
    )


def _window_of_group() -> Window:
    def is_plain(_data: Any, _widget: Any, manager: DialogManager) -> bool:
        check = manager.find("wrapped")
        return isinstance(check, ManagedCheckbox) and not check.is_checked()

    return Window(
        Const("Which?"),
        Group(
            Button(Const("A"), id="a"),
            Checkbox(Const("Wrapped"), Const("Wrap"), id="wrapped"),
            Button(Const("B"), id="b", when=is_plain),
            Button(Const("C"), id="c"),
            Button(Const("D"), id="d"),
            width=2,
        ),
        Column(Cancel(Const("Bye"))),
        state=Main.first,
    )
