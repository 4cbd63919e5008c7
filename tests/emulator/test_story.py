"""What people do is kept where it is wanted, with what the bot showed them after each act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from engine.emulator import people
from engine.emulator.story import DeedKind, Story

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx
    from aiogram import Bot

    from engine.emulator import Emulator, Person
    from engine.emulator.model import Json

KEYS = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="yes")]]
)


@pytest.fixture
def story(emulator: Emulator, anna: Person) -> Story:
    """Keep what is done from now on."""
    del anna  # she is there before it begins
    emulator.world.story = Story(emulator.world, is_kept=True)
    emulator.world.story.begin()
    return emulator.world.story


async def test_each_act_has_what_was_shown_before_the_next(
    story: Story, bot: Bot, anna: Person
) -> None:
    """Messages that came or were edited belong to the newest act at that time, by person."""
    anna.says("Hello")
    sent = await bot.send_message(anna.id, "Sure?", reply_markup=KEYS)
    anna.presses("Yes")
    await sent.edit_text("Done")

    said, pressed = story.deeds()

    assert (said.kind, said.content["text"]) == (DeedKind.MESSAGE, "Hello")
    assert [data["text"] for data in said.shown[anna.id]] == ["Sure?"]
    assert pressed.kind is DeedKind.PRESS
    assert (pressed.content["text"], pressed.content["data"]) == ("Yes", "yes")
    assert not pressed.content["is_old"]
    assert [data["text"] for data in pressed.shown[anna.id]] == ["Done"]


async def test_a_press_on_an_earlier_screen_is_old(story: Story, bot: Bot, anna: Person) -> None:
    """It is old when newer buttons are there, and when the message has lost the button."""
    first = await bot.send_message(anna.id, "First", reply_markup=KEYS)
    second = await bot.send_message(anna.id, "Second", reply_markup=KEYS)
    anna.presses("Yes", message_id=first.message_id)
    await second.edit_reply_markup()
    anna.presses("Yes", data="yes", message_id=second.message_id, forge=True)

    assert [deed.content["is_old"] for deed in story.deeds()] == [True, True]


async def test_everything_else_is_kept_in_words(story: Story, bot: Bot, anna: Person) -> None:
    """Blocking and deleting have words of their own; what hardly any test needs is told by what it was."""
    sent = await bot.send_message(anna.id, "Hello")
    anna.blocks()
    place = anna._place
    people.set_blocked(place, blocked=False)
    people.delete(place, sent.message_id)
    said = anna.says("Mine")
    people.edit(place, said["message_id"], {"text": "Mine, edited"})
    people.delete(place, said["message_id"])

    kept = [
        (deed.kind, deed.content.get("what") or deed.content.get("text")) for deed in story.deeds()
    ]

    assert kept == [
        (DeedKind.BLOCK, None),
        (DeedKind.UNBLOCK, None),
        (DeedKind.DELETE, "Hello"),
        (DeedKind.MESSAGE, "Mine"),
        (DeedKind.OTHER, "edited a message"),
        (DeedKind.OTHER, "deleted a message of their own"),
    ]


class Echo:
    """A scribe that writes the name it is given."""

    def __init__(self) -> None:
        self.begun = 0

    async def begin(self) -> None:
        """Count."""
        self.begun += 1

    async def write(self, name: str) -> Json:
        """Write the name."""
        return {"text": name, "lines": 1, "differences": []}


@pytest.fixture
async def scribe(emulator: Emulator) -> AsyncIterator[Echo]:
    """Let somebody write."""
    emulator.world.scribe = echo = Echo()
    yield echo
    emulator.world.scribe = None


async def test_a_scenario_is_asked_for_over_http(
    story: Story, scribe: Echo, control: httpx.AsyncClient, anna: Person
) -> None:
    """The number of acts is told; beginning anew forgets them; a scenario has a name, and something to tell."""
    anna.says("Hello")
    told = (await control.get("/story")).json()
    written = await control.get("/story/scenario", params={"name": "It holds"})
    unnamed = await control.get("/story/scenario", params={"name": ""})
    begun = (await control.post("/story/begin")).json()
    empty = await control.get("/story/scenario", params={"name": "It holds"})

    assert (told["acts"], told["is_kept"], told["is_written"]) == (1, True, True)
    assert written.json()["text"] == "It holds"
    assert unnamed.status_code == 422
    assert begun["acts"] == len(story) == 0
    assert scribe.begun == 1
    assert empty.json() == {"error": "nothing was done since the recording began"}


async def test_nobody_writes_unless_somebody_was_asked_to(
    control: httpx.AsyncClient, emulator: Emulator, anna: Person
) -> None:
    """An emulator alone keeps no story, and says who writes scenarios."""
    anna.says("Hello")

    written = await control.get("/story/scenario", params={"name": "It holds"})

    assert len(emulator.world.story) == 0
    assert written.status_code == 404
    assert written.json() == {"error": "nobody writes scenarios here; usher demo does"}
