"""Texts: parts, conditions, cases and lists of them."""

from typing import Any

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Case, Const, Format, Jinja, List, Multi

from tests.widgets.acts import EACH, press
from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The steps of the dialogs by hand."""

    first = State()


async def _add(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["count"] = min(manager.dialog_data.get("count", 0) + 1, 3)


async def _counted(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    count = dialog_manager.dialog_data.get("count", 0)
    return {"count": count, "tags": ["red", "<green>", "blue"][:count]}


def _button() -> Button:
    return Button(Const("Add"), id="add", on_click=_add)


FLOW = """\
data: {{count: {{type: int, min: 0, max: 3, default: 0}}}}
steps:
  first:
    show: |-
{text}
    buttons: [{{text: "Add", go: first, id: add, save: {{count: "min(data.count + 1, 3)"}}}}]
"""


def _flow(text: str) -> str:
    indented = "\n".join(f"      {line}" for line in text.splitlines())
    return FLOW.format(text=indented)


async def test_text_of_parts(compare: Compare) -> None:
    """Multi of Const and Format, some with a condition, is one text with `{% if %}`."""
    await compare(
        _flow(
            "<b>Your basket</b>\n"
            "{{ data.count }} in it"
            "{% if data.count > 1 %}\nThat is a lot!{% endif %}"
        ),
        Window(
            Multi(
                Const("<b>Your basket</b>"),
                Format("{count} in it"),
                Const("That is a lot!", when=F["count"] > 1),
            ),
            _button(),
            state=Main.first,
            getter=_counted,
        ),
        acts=[EACH, press("Add"), press("Add"), press("Add")],
    )


async def test_text_by_case(compare: Compare) -> None:
    """Case is `{% if %}` and `{% elif %}`, with `{% else %}` for `...`."""
    await compare(
        _flow(
            "{% if data.count == 0 %}Nothing{% elif data.count == 1 %}One thing"
            "{% else %}{{ data.count }} things{% endif %}"
        ),
        Window(
            Case(
                {0: Const("Nothing"), 1: Const("One thing"), ...: Format("{count} things")},
                selector="count",
            ),
            _button(),
            state=Main.first,
            getter=_counted,
        ),
        acts=[EACH, press("Add"), press("Add"), press("Add")],
    )


async def test_text_falls_back(compare: Compare) -> None:
    """`text | other` is the other branch of an expression."""
    await compare(
        _flow("{{ 'Some' if data.count > 0 else 'None' }}"),
        Window(
            Const("Some", when="count") | Const("None"),
            _button(),
            state=Main.first,
            getter=_counted,
        ),
        acts=[press("Add")],
    )


async def test_text_for_each(compare: Compare) -> None:
    """List, and a loop in Jinja, are `{% for %}`; what a value has of HTML is escaped as Jinja escapes it."""
    await compare(
        """\
        data: {tags: {type: "list[text]", max: 3, default: []}}
        steps:
          first:
            show: |-
              Tags:
              {%- for tag in data.tags %}
              • {{ tag }}
              {%- endfor %}
            buttons:
              - {text: "Add", go: first, id: add, save: {tags: "['red', '<green>']"}}
        """,
        Window(
            Const("Tags:"),
            List(Jinja("• {{ item }}"), items="tags"),
            Button(Const("Add"), id="add", on_click=_add_two),
            state=Main.first,
            getter=_counted,
        ),
        acts=[press("Add"), press("Add")],
    )


async def _add_two(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["count"] = 2
