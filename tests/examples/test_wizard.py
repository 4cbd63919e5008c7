"""The example `wizard`: steps one after the other, and then each alone to change what was said."""

from typing import Any

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import TextInput
from aiogram_dialog.widgets.kbd import Checkbox, Next, SwitchTo
from aiogram_dialog.widgets.text import Const, Jinja

from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press, send

OPTIONS = {"pink": "Pink", "glitter": "Glitter", "bow": "With a bow"}


class Wizard(StatesGroup):
    """The windows."""

    title = State()
    description = State()
    options = State()
    preview = State()


async def _next_or_end(_event: Any, _widget: Any, manager: DialogManager, *_: Any) -> None:
    if manager.dialog_data.get("finished"):
        await manager.switch_to(Wizard.preview)
    else:
        await manager.next()


async def _result(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    dialog_manager.dialog_data["finished"] = True
    found: Any = {name: dialog_manager.find(name) for name in (*OPTIONS, "title", "description")}
    return {
        "options": [label for name, label in OPTIONS.items() if found[name].is_checked()],
        "title": found["title"].get_value(),
        "description": found["description"].get_value(),
    }


def _dialog() -> Dialog:
    stop = SwitchTo(
        Const("Stop editing"),
        when=F["dialog_data"]["finished"],
        id="stop",
        state=Wizard.preview,
    )
    return Dialog(
        Window(
            Const("Give it a title"),
            TextInput(id="title", on_success=_next_or_end),
            stop,
            state=Wizard.title,
        ),
        Window(
            Const("Describe it"),
            TextInput(id="description", on_success=_next_or_end),
            stop,
            state=Wizard.description,
        ),
        Window(
            Const("Pick options"),
            *(
                Checkbox(Const(f"✓ {label}"), Const(label), id=name)
                for name, label in OPTIONS.items()
            ),
            Next(Const("Next")),
            stop,
            state=Wizard.options,
        ),
        Window(
            Jinja(
                "<u>You entered</u>:\n\n<b>Title</b>: {{title}}\n<b>Description</b>: {{description}}\n"
                "<b>Options</b>:{% for item in options %}{{'\n• '}}{{item}}{% endfor %}"
            ),
            SwitchTo(Const("Change the title"), state=Wizard.title, id="to_title"),
            SwitchTo(Const("Change the description"), state=Wizard.description, id="to_desc"),
            SwitchTo(Const("Change the options"), state=Wizard.options, id="to_opts"),
            state=Wizard.preview,
            getter=_result,
        ),
    )


async def test_wizard(play_example: PlayExample) -> None:
    """All is asked in turn; from the summary one answer is changed, or left as it was, and the summary comes back."""
    await play_example(
        "wizard",
        _dialog(),
        acts=[
            send("Unicorn <3"),
            send("Soft & small"),
            EACH,
            press("Pink"),
            press("With a bow"),
            press("✓ Pink"),
            press("Next"),
            EACH,
            press("Change the title"),
            EACH,
            send("Horse"),
            press("Change the options"),
            press("Glitter"),
            press("Stop editing"),
        ],
    )
