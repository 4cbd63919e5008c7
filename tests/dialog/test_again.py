"""An update that comes again, one that comes late, and stores that cannot work for a while."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiogram.types import Update

from engine.actions import Context, command, query
from engine.dialog.occasion import RECEIVED_AT
from engine.dialog.ports import UnavailableError
from engine.dialog.turns import TurnResult
from tests.dialog.conftest import NOW

COUNTS = {"taken": 0}
AWAY = {"now": False}
BREAKS = {"times": 0}


@command("counter.take")
async def take(_context: Context) -> int:
    """Count and answer, unless the database is away."""
    if AWAY["now"]:
        raise UnavailableError("no database")
    COUNTS["taken"] += 1
    return COUNTS["taken"]


@query("counter.look")
async def look(_context: Context) -> int:
    """Tell the count, unless it breaks."""
    if BREAKS["times"]:
        BREAKS["times"] -= 1
        raise RuntimeError("broken")
    return COUNTS["taken"]


FLOW = """\
flow: main
version: 1
title: Counter
start: [/count]
data:
  name: {type: text, optional: true}
  number: {type: int, default: 0}
steps:
  begin:
    show: "Begin."
    buttons: [{text: "Ask me", go: ask}, {text: "Take", go: take}, {text: "Look", go: look}]
  look:
    load: {seen: counter.look()}
    show: "Seen: {{ seen }}."
    buttons: [{text: "Back", go: begin}]
  ask:
    ask: text
    text: "Your name?"
    save: {name: it}
    go: named
  named:
    show: "You are {% if data.name is not None %}{{ data.name }}{% endif %}."
    buttons: [{text: "Take", go: take}, {text: "Last word", go: last}]
  take:
    do: counter.take()
    save: {number: result}
    go: taken
  taken:
    show: "Taken: {{ data.number }}."
    buttons: [{text: "Take", go: take}, {text: "Ask me", go: ask, say: "Well then."}]
  last:
    show: "Good bye, number {{ data.number }}."
    end: {}
anytime:
  error: begin
"""


@pytest.fixture(autouse=True)
def _fresh() -> None:
    COUNTS.update(taken=0)
    AWAY.update(now=False)
    BREAKS.update(times=0)


@pytest.fixture
def chat(make_chat: Any) -> Any:
    """Give a chat with the counter."""
    return make_chat(take, look, main=FLOW)


async def fetch(chat: Any) -> Update:
    """Take the one update that waits, as a poll does."""
    (update,) = await chat.bot.get_updates(timeout=0)
    await chat.bot.get_updates(offset=update.update_id + 1, timeout=0)
    return update  # type: ignore[no-any-return]  # the chat is not typed here


async def give(chat: Any, update: Update, **data: Any) -> Any:
    """Hand the bot an update, perhaps not for the first time."""
    return await chat.dispatcher.feed_update(chat.bot, update, **data)


async def press(chat: Any, text: str) -> Update:
    """Press a button, and keep the update that follows."""
    await chat.act("presses", {"text": text})
    return await fetch(chat)


async def say(chat: Any, text: str) -> Update:
    """Write a message, and keep the update that follows."""
    await chat.act("messages", {"text": text})
    return await fetch(chat)


def restart(chat: Any, make_chat: Any) -> Any:
    """Return the same chat after the process was killed: what was not written is gone."""
    fresh = make_chat(take, look, main=FLOW)
    fresh.user_id, fresh.store.kept = chat.user_id, chat.store.kept
    return fresh


async def die_after_write(chat: Any, update: Update, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand the bot an update and kill it when the state is written and nothing is shown."""
    save = chat.store.save

    async def save_and_die(*arguments: Any, **options: Any) -> None:
        await save(*arguments, **options)
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(chat.store, "save", save_and_die)
        with pytest.raises(asyncio.CancelledError):
            await give(chat, update)


async def test_a_press_that_comes_again_is_not_taken_again(chat: Any, make_chat: Any) -> None:
    """After a restart the same press carries out no second command, and shows what it showed."""
    await chat.send("/count")
    update = await press(chat, "Take")
    assert await give(chat, update) is TurnResult.HANDLED

    fresh = restart(chat, make_chat)
    assert await give(fresh, update) is TurnResult.REPEATED

    assert COUNTS["taken"] == 1
    assert await fresh.text() == "Taken: 1."
    assert fresh.store.writes == 0
    await fresh.press("Take")
    assert await fresh.text() == "Taken: 2."


async def test_what_was_not_shown_is_shown_when_the_update_comes_again(
    chat: Any, make_chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process killed between writing and showing leaves nothing unsaid: sentence, question and keyboard follow."""
    await chat.send("/count")
    await chat.press("Take")
    update = await press(chat, "Ask me")
    await die_after_write(chat, update, monkeypatch)
    assert await chat.text() == "Taken: 1."

    fresh = restart(chat, make_chat)
    await give(fresh, update)

    assert await fresh.text() == "Well then.\n\nYour name?"
    assert len(await fresh.alerts()) == len(await chat.alerts())


async def test_last_words_survive_a_kill(
    chat: Any, make_chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last word of a flow that has ended is said when the update comes again, and the screen below it."""
    await chat.send("/count")
    await chat.press("Ask me")
    await chat.send("Ann")
    update = await press(chat, "Last word")
    await die_after_write(chat, update, monkeypatch)

    fresh = restart(chat, make_chat)
    await give(fresh, update)

    texts = [message["text"] for message in await fresh.messages()]
    assert texts[-2:] == ["Good bye, number 0.", f"Home, User {chat.user_id}."]


async def test_another_process_leaves_last_words_where_they_are(chat: Any, make_chat: Any) -> None:
    """A press on the screen that another process has replaced by last words does not replace these."""
    await chat.send("/count")
    await chat.press("Ask me")
    await chat.send("Ann")
    first = await press(chat, "Last word")
    second = await press(chat, "Last word")

    await give(restart(chat, make_chat), first)
    await give(chat, second)

    texts = [message["text"] for message in await chat.messages()]
    home = f"Home, User {chat.user_id}."
    assert texts[-3:] == ["Good bye, number 0.", home, home]


async def test_an_older_update_shows_nothing_when_others_followed(
    chat: Any, make_chat: Any
) -> None:
    """Of two updates whose marks were lost, only the last is shown again."""
    await chat.send("/count")
    first = await press(chat, "Ask me")
    await give(chat, first)
    second = await say(chat, "Ann")
    await give(chat, second)
    before = [message["text"] for message in await chat.messages()]

    fresh = restart(chat, make_chat)
    assert await give(fresh, first) is TurnResult.REPEATED

    assert [message["text"] for message in await chat.messages()] == before
    await give(fresh, second)
    assert await fresh.text() == "You are Ann."


async def test_words_that_meant_nothing_are_no_answer_later(chat: Any, make_chat: Any) -> None:
    """A message that changed nothing, coming again after a question was asked, does not answer it."""
    await chat.send("/count")
    stray = await say(chat, "hello")
    await give(chat, stray)
    await chat.press("Ask me")

    fresh = restart(chat, make_chat)
    assert await give(fresh, stray) is TurnResult.REPEATED

    await fresh.send("Ann")
    assert await fresh.text() == "You are Ann."


async def test_an_outage_moves_nothing_and_is_told_once(chat: Any) -> None:
    """While the database is away a press is answered each time and a message once; later both are carried out."""
    await chat.send("/count")
    AWAY["now"] = True
    update = await press(chat, "Take")
    for _ in range(2):
        assert await give(chat, update) is TurnResult.UNAVAILABLE
    assert await chat.text() == "Begin."

    AWAY["now"] = False
    assert await give(chat, update) is TurnResult.HANDLED
    assert await chat.text() == "Taken: 1."


async def test_an_outage_of_the_conversations_is_told_once(
    chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a person stands cannot be read: they hear so once, not at each try, and again in the next outage."""

    async def refuse(*_: Any) -> None:
        raise UnavailableError("no Redis")

    async def try_thrice() -> None:
        update = await say(chat, "/count")
        with monkeypatch.context() as patched:
            patched.setattr(chat.store, "load", refuse)
            for _ in range(3):
                assert await give(chat, update) is TurnResult.UNAVAILABLE
        await give(chat, update)

    await try_thrice()
    await try_thrice()
    texts = [message["text"] for message in await chat.messages()]
    assert texts.count("Broken.") == 2


async def test_a_failure_is_apologised_for_at_the_last_try(
    chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who tries again says so, and the person hears of the failure only when nothing more is tried."""

    async def break_down(*_: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(chat.store, "load", break_down)
    update = await say(chat, "/count")
    assert await give(chat, update, is_last_try=False) is TurnResult.FAILED
    assert [message["text"] for message in await chat.messages()][1:] == []
    await give(chat, update, is_last_try=True)
    assert await chat.text() == "Broken."


async def test_what_fails_once_is_done_at_the_next_try(chat: Any) -> None:
    """A query that breaks once moves nothing and tells nothing while there are tries left; then it is as if it never had."""
    await chat.send("/count")
    update = await press(chat, "Look")
    BREAKS["times"] = 1
    assert await give(chat, update, is_last_try=False) is TurnResult.FAILED
    assert await chat.text() == "Begin."
    assert await give(chat, update, is_last_try=False) is TurnResult.HANDLED
    assert await chat.text() == "Seen: 0."


async def test_a_message_of_yesterday_is_not_acted_upon(chat: Any) -> None:
    """An answer that waited for more than a day moves nothing; the person is shown where they stand."""
    await chat.send("/count")
    await chat.press("Ask me")
    update = await say(chat, "Ann")
    await give(chat, update, **{RECEIVED_AT: NOW - timedelta(hours=25)})
    assert await chat.text() == "Your name?"


async def test_a_press_of_yesterday_is_one_of_an_old_button(chat: Any) -> None:
    """A press that waited for more than a day carries out nothing, is answered, and shows the screen."""
    await chat.send("/count")
    update = await press(chat, "Take")
    await give(chat, update, **{RECEIVED_AT: NOW - timedelta(hours=25)})
    assert COUNTS["taken"] == 0
    assert (await chat.alerts())[-1]["text"] == "Old button."
    assert await chat.text() == "Begin."
