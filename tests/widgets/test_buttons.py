"""Buttons and what they do: rows, addresses, steps to and fro, flows that run flows, conditions."""

from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Back, Button, Cancel, Column, Next, Row, Start, SwitchTo, Url
from aiogram_dialog.widgets.text import Const, Format

from tests.widgets.acts import EACH, forge, press, press_old
from tests.widgets.calls import ANSWER
from tests.widgets.compare import other_step
from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The steps of the dialogs by hand."""

    first = State()
    second = State()
    third = State()


class Child(StatesGroup):
    """The steps of the dialog that they start."""

    first = State()


async def _add(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["count"] = manager.dialog_data.get("count", 0) + 1


async def _counted(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"count": dialog_manager.dialog_data.get("count", 0)}


async def test_buttons_in_rows_and_columns(compare: Compare) -> None:
    """Rows, columns and addresses stand in the same order, and every button leads to the same."""
    await compare(
        """\
        data: {count: {type: int, default: 0}}
        steps:
          first:
            show: "<b>Pressed</b> {{ data.count }}"
            buttons:
              - {text: "Add", go: first, id: add, save: {count: data.count + 1}}
              - [{text: "Site", url: "https://example.com/a?b=1"}, {text: "Bye", go: end}]
              - {text: "More & more", go: first, id: more, save: {count: data.count + 1}}
        """,
        Window(
            Format("<b>Pressed</b> {count}"),
            Button(Const("Add"), id="add", on_click=_add),
            Row(Url(Const("Site"), Const("https://example.com/a?b=1")), Cancel(Const("Bye"))),
            Column(Button(Const("More & more"), id="more", on_click=_add)),
            state=Main.first,
            getter=_counted,
        ),
        acts=[EACH, press("Add"), EACH],
    )


async def test_steps_forth_and_back(compare: Compare) -> None:
    """Next, Back and SwitchTo are buttons that go to a step."""
    await compare(
        """\
        steps:
          first: {show: "One", buttons: [{text: "Next", go: second}, {text: "Last", go: third}]}
          second: {show: "Two", buttons: [[{text: "Back", go: first}, {text: "Next", go: third}]]}
          third: {show: "Three", buttons: [{text: "Back", go: second}]}
        """,
        Window(
            Const("One"),
            Next(Const("Next")),
            SwitchTo(Const("Last"), id="last", state=Main.third),
            state=Main.first,
        ),
        Window(Const("Two"), Row(Back(Const("Back")), Next(Const("Next"))), state=Main.second),
        Window(Const("Three"), Back(Const("Back")), state=Main.third),
        acts=[EACH, press("Next"), EACH, press("Next"), EACH],
    )


async def _keep_name(_data: Any, result: Any, manager: DialogManager) -> None:
    manager.dialog_data["name"] = result


async def _named(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"name": dialog_manager.dialog_data.get("name", "nobody")}


async def _told(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    start_data = dialog_manager.start_data
    return {"topic": start_data["topic"] if isinstance(start_data, dict) else ""}


CHILD = """\
params: {topic: text}
returns: {name: {type: text, optional: true}}
data: {name: text}
steps:
  first:
    show: "A name for {{ params.topic }}"
    buttons:
      - {text: "Tom", go: named, id: tom, save: {name: "'Tom'"}}
      - {text: "Kit", go: named, id: kit, save: {name: "'Kit'"}}
      - {text: "None", go: end}
  named: {end: {name: data.name}}
"""


async def test_dialogs_start_dialogs_and_give_results(compare: Compare) -> None:
    """Start with data and Cancel with a result are `run` with params and `end` with returns."""
    await compare(
        """\
        data: {name: {type: text, optional: true}}
        steps:
          first:
            show: "It is {{ data.name | default('nobody') }}."
            buttons:
              - {text: "Name it", go: ask}
              - {text: "Close", go: end}
          ask: {run: child, with: {topic: "'the cat'"}, save: {name: result.name}, go: first}
        """,
        Dialog(
            Window(
                Format("It is {name}."),
                Start(Const("Name it"), id="ask", state=Child.first, data={"topic": "the cat"}),
                Cancel(Const("Close")),
                state=Main.first,
                getter=_named,
            ),
            on_process_result=_keep_name,
        ),
        Dialog(
            Window(
                Format("A name for {topic}"),
                Cancel(Const("Tom"), id="tom", result="Tom"),
                Cancel(Const("Kit"), id="kit", result="Kit"),
                Cancel(Const("None"), id="none", result="nobody"),
                state=Child.first,
                getter=_told,
            ),
        ),
        flows={"child": CHILD},
        acts=[EACH, press("Name it"), EACH, press("Kit"), EACH],
    )


HIDING = """\
data: {count: {type: int, min: 0, max: 9, default: 0}}
steps:
  first:
    show: "Pressed {{ data.count }}"
    buttons:
      - {text: "Add", go: first, id: add, save: {count: "min(data.count + 1, 9)"}}
      - {text: "Reset", go: first, id: reset, save: {count: 0}, when: data.count > 0}
"""


async def _reset(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["count"] = 0


async def _reset_wildly(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["count"] = 100


def _hiding_window(on_reset: Any = _reset) -> Window:
    return Window(
        Format("Pressed {count}"),
        Button(Const("Add"), id="add", on_click=_add),
        Button(Const("Reset"), id="reset", on_click=on_reset, when="count"),
        state=Main.first,
        getter=_counted,
    )


async def test_buttons_with_a_condition(compare: Compare) -> None:
    """A button whose condition does not hold is not there; it comes with the condition, and goes with it."""
    await compare(HIDING, _hiding_window(), acts=[EACH, press("Add"), EACH, press("Reset"), EACH])


async def test_a_hidden_button_is_refused(compare: Compare) -> None:
    """aiogram-dialog obeys a press on a button whose condition does not hold; here nothing happens."""
    forged = forge("Add", "add", "reset")
    steps = await compare(
        HIDING,
        _hiding_window(_reset_wildly),
        acts=[forged],
        differences=[other_step("a hidden button is refused", forged.said)],
    )

    assert steps[-1].theirs[0].payload["text"] == "Pressed 100"
    assert [call.method for call in steps[-1].ours] == [ANSWER]


async def test_a_button_of_an_earlier_screen_is_refused(compare: Compare) -> None:
    """aiogram-dialog takes a press on any screen of an open dialog; here a screen that has changed is over."""
    old = press_old("Add")
    steps = await compare(
        HIDING,
        _hiding_window(),
        acts=[press("Add"), old],
        differences=[other_step("a button of an earlier screen is refused", old.said)],
    )

    assert steps[-1].theirs[0].payload["text"] == "Pressed 2"
    assert [call.method for call in steps[-1].ours] == [ANSWER]
