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
from tests.widgets.gallery.shown import keys_of_steps, keys_shown

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


ALIKE = {"show": "window", "choose": "window", "ask": "window", "album_media": "media"}
"""What has the same keys; it is enough that one of them shows a key."""

SAID = "what is said on a way is the same on each of them, of which entries tell"
NOT_SHOWN = {
    "album": "an album is told by its entry, in which it is a list alone",
    "decide": "a fork shows nothing",
    "do": "a command shows nothing",
    "end": "the end shows what a window with an `end` shows",
    **dict.fromkeys(
        ("pay", "price", "refusal", "tips"),
        "an invoice leads to a command that records it, and examples have queries alone",
    ),
    "retry": "a command is tried again unseen",
    "run": "a flow that is run shows windows of its own",
    "step": "its keys say of what kind a step is",
    "use": "a fragment is a file of its own, put in before anything is shown",
    "window.access": "whom it refuses sees nothing of the window",
    "target": SAID,
    **{
        f"{way}.{key}": SAID
        for way in ("empty", "give_up", "refresh", "timeout")
        for key in ("alert", "say", "toast")
    },
    "window.alert": SAID,
}
"""Keys that no entry shows, or all keys of a name, and why."""


def test_every_key_of_a_window_is_in_an_entry() -> None:
    """A key that the language gets for windows, buttons or lines is shown here, or it is said why not."""
    wanted, shown = (
        {_window_key(title) for title in titles}
        for titles in (keys_of_steps(), keys_shown(ENTRIES))
    )
    missing = {
        title for title in wanted - shown if not {title, title.partition(".")[0]} & set(NOT_SHOWN)
    }

    assert missing == set()


def _window_key(title: str) -> str:
    name, _, key = title.partition(".")
    return f"{ALIKE.get(name, name)}.{key}"
