"""The example `link_preview` of the large bot: what is shown of a link, how large and where."""

from typing import Any

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, Window
from aiogram_dialog.widgets.kbd import Cancel, SwitchTo
from aiogram_dialog.widgets.link_preview import LinkPreview
from aiogram_dialog.widgets.text import Const

from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press


class Previews(StatesGroup):
    """The windows."""

    default = State()
    disabled = State()
    small = State()
    large = State()
    above = State()


LINK = "https://github.com/Tishka17"
OTHER = Const("https://github.com/Tishka17/aiogram_dialog")


def _window(said: str, state: State, **preview: Any) -> Window:
    return Window(
        Const(said),
        LinkPreview(**preview),
        SwitchTo(Const("Back"), id="back", state=Previews.default),
        state=state,
    )


def _dialog() -> Dialog:
    return Dialog(
        Window(
            Const(
                "This is demo of different link preview options.\n"
                f"Link in text: {LINK}\nLink in preview can be different\n\nCurrent mode is: default"
            ),
            SwitchTo(Const("disable"), "disabled", Previews.disabled),
            SwitchTo(Const("prefer small media"), "small", Previews.small),
            SwitchTo(Const("prefer large media"), "large", Previews.large),
            SwitchTo(Const("show above text"), "above", Previews.above),
            Cancel(Const("☰ Main menu")),
            state=Previews.default,
        ),
        _window(f"No preview of {LINK}", Previews.disabled, is_disabled=True),
        _window(
            f"A small preview, of another page than {LINK}",
            Previews.small,
            url=OTHER,
            prefer_small_media=True,
        ),
        _window(
            f"A large preview, of another page than {LINK}",
            Previews.large,
            url=OTHER,
            prefer_large_media=True,
        ),
        _window(
            f"A preview above, of another page than {LINK}",
            Previews.above,
            url=OTHER,
            show_above_text=True,
        ),
    )


@pytest.mark.parametrize(
    "label", ["disable", "prefer small media", "prefer large media", "show above text"]
)
async def test_link_preview(play_example: PlayExample, label: str) -> None:
    """Each option reaches Telegram as it was meant, and is gone on the way back."""
    await play_example("link_preview", _dialog(), acts=[press(label), EACH, press("Back")])
