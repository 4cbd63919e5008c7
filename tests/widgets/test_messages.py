"""Progress bars, texts that stand in for others, and previews of links."""

from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Back, Button, Next
from aiogram_dialog.widgets.link_preview import LinkPreview
from aiogram_dialog.widgets.text import Const, Format, Multi, Progress

from tests.widgets.acts import EACH, press
from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The steps of the dialogs by hand."""

    first = State()
    second = State()


async def _add(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["done"] = min(manager.dialog_data.get("done", 0) + 35, 100)


async def _percent(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    done = dialog_manager.dialog_data.get("done", 0)
    return {"done": done, "name": "Ann" if done else ""}


def _more() -> Button:
    return Button(Const("More"), id="more", on_click=_add)


FLOW = """\
data: {done: {type: int, min: 0, max: 100, default: 0}}
steps:
  first:
    show: "TEXT"
    buttons: [{text: "More", go: first, id: more, save: {done: "min(data.done + 35, 100)"}}]
"""


async def test_progress(compare: Compare) -> None:
    """Progress is the filter of its name."""
    await compare(
        FLOW.replace("TEXT", "{{ data.done | progress }}"),
        Window(Progress("done"), _more(), state=Main.first, getter=_percent),
        acts=[press("More"), EACH],
    )


async def test_progress_of_own_signs(compare: Compare) -> None:
    """Its width and its signs are arguments."""
    await compare(
        FLOW.replace(
            "TEXT", "Loading\\n{{ data.done | progress(width=15, filled='#', empty='.') }}"
        ),
        Window(
            Multi(Const("Loading"), Progress("done", width=15, filled="#", empty=".")),
            _more(),
            state=Main.first,
            getter=_percent,
        ),
        acts=[press("More"), EACH],
    )


async def test_a_text_that_stands_in(compare: Compare) -> None:
    """Or, `a | b`, is a condition in the text, or `default` of what may be nothing."""
    await compare(
        FLOW.replace("TEXT", "{% if data.done > 0 %}Hello, Ann{% else %}Hello, you{% endif %}"),
        Window(
            Format("Hello, {name}", when="name") | Const("Hello, you"),
            _more(),
            state=Main.first,
            getter=_percent,
        ),
        acts=[EACH],
    )


PREVIEWS = """\
steps:
  first:
    show: "See https://example.com/a"
    preview: FIRST
    buttons: [{text: "Next", go: second}]
  second:
    show: "Or https://example.com/b"
    preview: SECOND
    buttons: [{text: "Back", go: first}]
"""


async def test_link_preview_off_and_above(compare: Compare) -> None:
    """LinkPreview without an address is a word under `preview`."""
    await compare(
        PREVIEWS.replace("FIRST", "off").replace("SECOND", "above"),
        Window(
            Const("See https://example.com/a"),
            LinkPreview(is_disabled=True),
            Next(Const("Next")),
            state=Main.first,
        ),
        Window(
            Const("Or https://example.com/b"),
            LinkPreview(show_above_text=True),
            Back(Const("Back")),
            state=Main.second,
        ),
        acts=[EACH, press("Next"), EACH],
    )


async def test_link_preview_of_another_page(compare: Compare) -> None:
    """LinkPreview with an address says how large its picture is, and where it stands."""
    await compare(
        PREVIEWS.replace("FIRST", "{url: https://example.com/c, size: large, above: true}").replace(
            "SECOND", '{url: "https://example.com/{{ user.locale }}", size: small}'
        ),
        Window(
            Const("See https://example.com/a"),
            LinkPreview(
                Const("https://example.com/c"), prefer_large_media=True, show_above_text=True
            ),
            Next(Const("Next")),
            state=Main.first,
        ),
        Window(
            Const("Or https://example.com/b"),
            LinkPreview(Const("https://example.com/en"), prefer_small_media=True),
            Back(Const("Back")),
            state=Main.second,
        ),
        acts=[EACH, press("Next"), EACH],
    )
