"""The example `i18n`: texts in the language of whoever reads them."""

from typing import TYPE_CHECKING, Any, Final

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Cancel, Row
from aiogram_dialog.widgets.text import Text

from tests.dialog.conftest import BOT_YAML
from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press

if TYPE_CHECKING:
    from aiogram.types import User as TelegramUser

TRANSLATIONS: Final = {
    "en": {
        "Hello-user": "Hello and welcome, {name}!",
        "Cancel": "Close",
        "Demo-button": "Click me",
    },
    "de": {
        "Hello-user": "Hallo und willkommen, {name}!",
        "Cancel": "Schließen",
        "Demo-button": "Drück mich",
    },
}


class Greeting(StatesGroup):
    """The window."""

    greeting = State()


class Translated(Text):
    """A text by its key; the example asks the library of fluent for it."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key

    async def _render_text(self, data: Any, manager: DialogManager) -> str:
        user: TelegramUser = manager.middleware_data["event_from_user"]
        known = TRANSLATIONS.get(user.language_code or "en", TRANSLATIONS["en"])
        return known[self.key].format_map(data)


async def _name(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    user: TelegramUser = dialog_manager.middleware_data["event_from_user"]
    return {"name": user.full_name}


@pytest.mark.parametrize("language", ["en", "de"])
async def test_i18n(play_example: PlayExample, language: str) -> None:
    """The flow is the same in each language, with a file of texts beside it."""
    dialog = Dialog(
        Window(
            Translated("Hello-user"),
            Row(Button(Translated("Demo-button"), id="demo"), Cancel(text=Translated("Cancel"))),
            getter=_name,
            state=Greeting.greeting,
        )
    )

    steps = await play_example(
        "i18n",
        dialog,
        acts=[EACH, press(TRANSLATIONS[language]["Demo-button"]), EACH],
        language=language,
        bot=BOT_YAML.replace("[en]", "[en, de]"),
    )

    texts = [str(call.payload.get("text")) for step in steps for call in step.ours]
    assert TRANSLATIONS[language]["Hello-user"].format(name="Anna") in texts
