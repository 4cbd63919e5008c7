"""How the next window is brought to the person: edited, sent, sent with the last one deleted, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiogram.types import Update

from engine.dialog.turns import TurnResult
from engine.emulator.server import Emulator

FLOW = """\
flow: main
version: 1
title: Main
data:
  seen: {type: int, min: 0, max: 9, default: 0}
  size: {type: text, default: "none"}
steps:
  menu:
    show: "Menu, {{ data.seen }} seen."
    buttons:
      - [{text: "Edit", go: edited}, {text: "Send", go: sent}, {text: "Resend", go: resent}]
      - {text: "Sent edited", go: sent, id: sent_edited, show_as: edit}
      - {text: "Seen", go: menu, id: seen, save: {seen: "min(data.seen + 1, 9)"}, show_as: keep}
      - {text: "Perhaps", go: perhaps, show_as: keep}
      - {text: "Word", go: word}
  perhaps:
    decide: [{when: data.seen > 1, go: sent}, {else: menu}]
  edited:
    ask: text
    text: "Edited."
    show_as: edit
    max: 5
    save: {size: it}
    go: menu
    buttons: [{text: "Menu", go: menu, id: menu}]
  sent:
    show: "Sent."
    show_as: send
    buttons: [{text: "Menu", go: menu}, {text: "Again", go: sent}]
  resent:
    ask: text
    text: "Resent."
    show_as: resend
    max: 5
    save: {size: it}
    go: menu
    buttons: [{text: "Menu", go: menu, id: menu}]
  word: {show: "A word.", show_as: resend, end: {}}
"""


@pytest.fixture
def calls(emulator: Emulator) -> Callable[[], list[str]]:
    """Give a function that returns the methods called since it was asked last, without those that show nothing."""
    log, start = emulator.world.calls.calls, [0]
    quiet = {"getUpdates", "answerCallbackQuery", "getMe"}

    def since() -> list[str]:
        found = list(log)[start[0] :]
        start[0] = len(log)
        return [one.method for one in found if one.method not in quiet]

    since()
    return since


async def begin(make_chat: Any) -> Any:
    """Open a chat at the menu."""
    chat = make_chat(main=FLOW)
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def seen(chat: Any) -> list[tuple[str, bool]]:
    """Return what the bot's messages say, and whether they have buttons."""
    return [(one["text"], bool(one["buttons"])) for one in await chat.messages() if one["from_bot"]]


async def test_a_window_is_sent_below_when_its_step_says_so(make_chat: Any, calls: Any) -> None:
    """A step with `send` comes as a new message; the one before stays, without its buttons."""
    chat = await begin(make_chat)
    calls()
    await chat.press("Send")

    assert await seen(chat) == [("Menu, 0 seen.", False), ("Sent.", True)]
    assert calls() == ["editMessageReplyMarkup", "sendMessage"]
    await chat.press("Again")
    assert [text for text, _ in await seen(chat)] == ["Menu, 0 seen.", "Sent.", "Sent."]


async def test_a_window_is_sent_with_the_last_one_deleted(make_chat: Any, calls: Any) -> None:
    """A step with `resend` is the lowest message, and no other is left, after a press and after a wrong answer."""
    chat = await begin(make_chat)
    calls()
    await chat.press("Resend")
    assert await seen(chat) == [("Resent.", True)]
    assert calls() == ["deleteMessage", "sendMessage"]

    await chat.send("far too long")
    assert await seen(chat) == [("Not that.\n\nResent.", True)]
    assert (await chat.messages())[-1]["from_bot"]


async def test_a_window_is_edited_although_the_person_wrote(make_chat: Any) -> None:
    """A step with `edit` stays in the message above what was written."""
    chat = await begin(make_chat)
    await chat.press("Edit")
    await chat.send("far too long")

    messages = await chat.messages()
    assert messages[-1]["text"] == "far too long"
    assert await seen(chat) == [("Not that.\n\nEdited.", True)]
    await chat.press("Menu")
    assert await seen(chat) == [("Menu, 0 seen.", True)]


async def test_a_button_has_the_last_say(make_chat: Any) -> None:
    """What a button says of the screen that follows wins over what that screen says."""
    chat = await begin(make_chat)
    await chat.press("Sent edited")

    assert await seen(chat) == [("Sent.", True)]


async def test_a_kept_screen_goes_on_counting(make_chat: Any, calls: Any) -> None:
    """After a press that keeps the screen nothing is sent, and all of its buttons work as before."""
    chat = await begin(make_chat)
    calls()
    await chat.press("Seen")
    await chat.press("Perhaps")
    assert calls() == []
    assert all(alert["answered"] and not alert["text"] for alert in await chat.alerts())

    await chat.press("Seen")
    await chat.press("Perhaps")
    assert (await seen(chat))[-1] == ("Sent.", True)
    await chat.press("Menu")
    assert (await seen(chat))[-1] == ("Menu, 2 seen.", True)


async def test_a_kept_screen_shows_nothing_when_its_press_comes_again(make_chat: Any) -> None:
    """A press that kept the screen and is delivered again moves nothing, also in another process."""
    chat = await begin(make_chat)
    await chat.act("presses", {"text": "Seen"})
    update = (await chat.bot.get_updates(timeout=0))[-1]
    await chat.deal()
    again = make_chat(main=FLOW, store=chat.store)
    raw = update.model_dump(mode="json", exclude_none=True)
    result = await again.dispatcher.feed_update(
        chat.bot, Update.model_validate(raw, context={"bot": chat.bot})
    )

    assert result is TurnResult.REPEATED
    assert await seen(chat) == [("Menu, 0 seen.", True)]
    await chat.press("Sent edited")
    await chat.press("Menu")
    assert (await seen(chat))[-1] == ("Menu, 1 seen.", True)


async def test_a_last_word_is_shown_as_it_says(make_chat: Any) -> None:
    """A last word with `resend` takes the place of the screen below, and what comes after it is a message of its own."""
    chat = await begin(make_chat)
    await chat.press("Word")

    texts = [text for text, _ in await seen(chat)]
    assert texts[0] == "A word."
    assert texts[1].startswith("Home")
    assert len(texts) == 2


async def test_where_the_message_stands_is_known_after_a_restart(make_chat: Any) -> None:
    """Another process edits and deletes the message that this one kept."""
    chat = await begin(make_chat)
    await chat.press("Seen")
    again = make_chat(main=FLOW, store=chat.store)
    again.user_id = chat.user_id
    await again.press("Edit")
    await again.send("much too long")

    assert await seen(chat) == [("Not that.\n\nEdited.", True)]


async def test_what_is_too_old_to_be_deleted_loses_its_buttons(
    make_chat: Any, calls: Any, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After two days Telegram deletes nothing that a bot sent, and is not asked to: the message stays, and one below is live."""
    chat = await begin(make_chat)

    def clock() -> float:
        return float(chat.clock.now.timestamp())

    turned = replace(emulator.world.settings, clock=clock)
    monkeypatch.setattr(emulator.world, "settings", turned)
    await chat.press("Resend")
    calls()
    await chat.wait(days=3)
    await chat.send("far too long")
    assert await seen(chat) == [("Resent.", False), ("Not that.\n\nResent.", True)]
    assert calls() == ["editMessageReplyMarkup", "sendMessage"]

    await chat.wait(hours=47)
    await chat.send("far too long again")
    assert calls() == ["deleteMessage", "sendMessage"]


@pytest.mark.parametrize("button", ["Send", "Resend"])
async def test_an_old_button_is_still_old(make_chat: Any, button: str) -> None:
    """A second press of a button whose screen was left changes nothing, however the next one came."""
    chat = await begin(make_chat)
    data = await chat.data_of(button)
    await chat.act("presses", {"data": data})
    await chat.act("presses", {"data": data})
    await chat.deal()

    assert (await chat.alerts())[-1]["text"] in (None, "Old button.")
    assert [text for text, has_buttons in await seen(chat) if has_buttons] == [
        {"Send": "Sent.", "Resend": "Resent."}[button]
    ]
