"""People whose updates cannot be kept hear of it, once each; nothing of theirs is lost by it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from engine.dialog.apology import Apologies
from engine.dialog.ports import ConversationKey
from engine.dialog.registry import FlowRegistry
from engine.emulator import Emulator
from engine.emulator.person import Person
from engine.flow.checked import Bot as CheckedBot
from engine.service.metrics import Metrics
from engine.service.putting_off import PuttingOff
from engine.service.settings import Settings
from engine.service.telegram import create_bot


@pytest.fixture
def apologies(desk: CheckedBot) -> Apologies:
    """Give apologies in the words of a bot."""
    return Apologies(FlowRegistry(desk))


@pytest.fixture
async def putting_off(
    emulator: Emulator, make_settings: Callable[..., Settings], apologies: Apologies
) -> AsyncIterator[PuttingOff]:
    """Give what puts people off."""
    bot = create_bot(make_settings(telegram_api_url=emulator.base_url), Metrics())
    yield PuttingOff(bot, apologies)
    await bot.session.close()


def waiting(emulator: Emulator) -> list[Any]:
    """Return the updates that Telegram would deliver."""
    (bot,) = emulator.world.bots.values()
    return list(bot.queue.pending.values())


def texts(person: Person) -> list[Any]:
    """Return what somebody was told."""
    return [one["text"] for one in person.sees() if one["from_bot"]]


async def test_each_conversation_is_told_once(
    emulator: Emulator, putting_off: PuttingOff, apologies: Apologies, desk: CheckedBot
) -> None:
    """Whoever writes again hears nothing new, in their language, until they were reached and it begins again."""
    ada, bob = emulator.person(5, language_code="de"), emulator.person(6, language_code="xx")
    ada.says("one")
    ada.says("two")
    bob.says("three")
    for _ in range(2):
        await putting_off.tell(waiting(emulator))
    words = desk.messages["error" if "unavailable" not in desk.messages else "unavailable"]
    said = words["de" if "de" in words else desk.file.locale].text
    assert texts(ada) == [said]
    assert texts(bob) == [words[desk.file.locale].text]

    putting_off.over()
    (bot_id,) = emulator.world.bots
    apologies.works_again(ConversationKey(bot_id, 5, 5))
    await putting_off.tell(waiting(emulator))
    assert (len(texts(ada)), len(texts(bob))) == (2, 1)


async def test_what_nobody_said_is_passed_by(emulator: Emulator, putting_off: PuttingOff) -> None:
    """An update without a person, or one that cannot be read, is no trouble."""
    await putting_off.tell([{"update_id": 1, "message": "?"}, {"update_id": 2, "poll": {}}])
    assert all(call.method.lower() != "sendmessage" for call in emulator.world.calls.calls)
