"""The gallery of widgets: its page, its pictures and its examples agree."""

from typing import TYPE_CHECKING

import aiogram_dialog
import pytest
from aiogram_dialog.api import entities
from aiogram_dialog.widgets import input as inputs
from aiogram_dialog.widgets import kbd, link_preview, media, style, text
from aiogram_dialog.widgets.markup import force_reply, inline_keyboard, reply_keyboard

from tests.widgets.gallery.entries import Entry, read_entries
from tests.widgets.gallery.page import PAGE, PICTURES, picture_of, write_page
from tests.widgets.gallery.played import check_example, play_shot, start_example

if TYPE_CHECKING:
    import httpx
    from aiogram import Bot

    from engine.emulator import Emulator

ENTRIES = read_entries()
PLACES = (
    aiogram_dialog,
    entities,
    inputs,
    kbd,
    link_preview,
    media,
    style,
    text,
    force_reply,
    inline_keyboard,
    reply_keyboard,
)


def name_of(entry: Entry) -> str:
    """Name an example by its file."""
    return entry.name


def test_the_page_is_written_from_the_entries() -> None:
    """After a change of an entry `python -m tests.widgets.gallery` writes docs/widgets.md anew."""
    assert PAGE.read_text() == write_page(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=name_of)
def test_every_example_has_its_pictures(entry: Entry) -> None:
    """`python -m tests.widgets.gallery --pictures NAME` takes those that are missing."""
    missing = [shot.name for shot in entry.shots if not picture_of(shot.name).exists()]

    assert missing == []


def test_every_picture_is_of_an_example() -> None:
    """No picture is left of an example that is gone."""
    known = {picture_of(shot.name) for entry in ENTRIES for shot in entry.shots}

    assert set(PICTURES.iterdir()) - known == set()


@pytest.mark.parametrize("entry", ENTRIES, ids=name_of)
def test_every_example_checks_clean(entry: Entry) -> None:
    """The checker has nothing to say of an example."""
    assert check_example(entry) == ""


@pytest.mark.parametrize("entry", ENTRIES, ids=name_of)
async def test_every_example_can_be_played(
    entry: Entry, emulator: "Emulator", bot: "Bot", client: "httpx.AsyncClient"
) -> None:
    """What leads to a picture can be done, and the bot shows something then."""
    side = start_example(entry, emulator, bot, client)

    for shot in entry.shots:
        calls = await play_shot(side, shot)
        assert [call.method for call in calls if call.method == "raised"] == []
        assert any(one["from_bot"] for one in side.person().sees())


@pytest.mark.parametrize("entry", ENTRIES, ids=name_of)
def test_examples_stand_for_what_the_library_has(entry: Entry) -> None:
    """The classes that an entry names are aiogram-dialog's."""
    names = [name.split(".")[0] for name in entry.stands_for]

    assert [name for name in names if not any(hasattr(place, name) for place in PLACES)] == []


WITHOUT = {
    "CalendarScope": "what a calendar shows at a time, not a widget",
}
"""What has no entry, and why."""


def test_every_widget_of_the_library_has_an_entry() -> None:
    """What a release of aiogram-dialog adds is shown here, or it is said why not."""
    named = {name.split(".")[0] for entry in ENTRIES for name in entry.stands_for}
    widgets = {
        name
        for place in (text, kbd, media, inputs, link_preview)
        for name in place.__all__
        if isinstance(getattr(place, name), type) and not name.startswith("Managed")
    }
    bases = {"Text", "Keyboard", "Media", "BaseInput", "LinkPreviewBase"}

    assert (
        widgets - named - bases - {"CalendarConfig", "CalendarUserConfig"} == set(WITHOUT) - named
    )
