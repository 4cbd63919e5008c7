"""Questions in a group: whose answers count beside those of whoever began the conversation, and what becomes of other words."""

from dataclasses import replace
from typing import Any

import pytest

from engine.actions import Context, command
from tests.dialog.test_may_press import BOT, open_group

FLOW = """\
flow: main
version: 1
title: Wishes
may_press: everyone
may_answer: everyone
start: [/vote]
data:
  wish: {type: text, max: 20, default: "none"}
  by: {type: text, default: "nobody"}
  times: {type: int, max: 9, default: 0}
  picture: {type: file, optional: true}
steps:
  wish:
    ask: text
    text: "Wish {{ data.times }}: {{ data.wish }}, {{ data.by }}."
    max: 20
    invalid: "Shorter, {{ user.first_name }}."
    save: {wish: it, by: user.first_name, times: "min(data.times + 1, 9)"}
    go: wish
    buttons: [{text: "Picture", go: picture}, {text: "Done", go: done}]
  picture:
    ask: photo
    text: "A picture?"
    save: {picture: it}
    go: done
    buttons: [{text: "Skip", go: done}]
  done: {show: "Done{% if data.picture is not None %} with it{% endif %}.", buttons: [{text: "Again", go: wish}]}
anytime:
  stop: {words: [stop], go: end}
"""
ADMINS = FLOW.replace("may_answer: everyone", "may_answer: [admin]")
STARTER = FLOW.replace("may_answer: everyone\n", "")


@command("votes.count")
async def count(_context: Context) -> int:
    """Count nothing; the group of the tests has it."""
    return 0


async def window(chat: Any) -> dict[str, Any]:
    """Return the newest message of the bot that has buttons."""
    return next(one for one in reversed(await chat.messages()) if one["buttons"])


async def reply(chat: Any, text: str = "", **content: Any) -> None:
    """Reply to the window."""
    target = (await window(chat))["message_id"]
    await chat.send(text, reply_to_message_id=target, **content)


async def test_everybodys_answers_count(make_chat: Any) -> None:
    """Replies of two people answer one question, each in the name of who wrote, in one message and one conversation."""
    ann, ben = await open_group(make_chat, FLOW)
    await reply(ben, "Tea")
    seen = [(await window(ann))["text"]]
    await reply(ann, "Cake")
    seen.append((await window(ben))["text"])

    assert seen == ["Wish 1: Tea, Ben.", "Wish 2: Cake, Ann."]
    assert {key.user_id for key in ann.store.kept} == {ann.user_id}


async def test_wrong_answers_are_told_to_who_wrote(make_chat: Any) -> None:
    """What is no right answer is told in the window, with the name of who gave it; the question stays."""
    ann, ben = await open_group(make_chat, FLOW)
    await reply(ben, "far too long for such a wish")

    assert (await window(ann))["text"] == "Shorter, Ben.\n\nWish 0: none, nobody."


async def test_files_of_others_count(make_chat: Any) -> None:
    """A picture in reply to a question for one is an answer like words."""
    ann, ben = await open_group(make_chat, FLOW)
    await ben.press("Picture")
    await reply(ben, "words")
    assert (await window(ann))["text"].startswith("Not that.")
    await reply(ben, photo=True)

    assert (await window(ann))["text"] == "Done with it."


@pytest.mark.parametrize("flow", [STARTER, ADMINS])
async def test_other_answers_are_passed_over(make_chat: Any, flow: str) -> None:
    """A reply of somebody whose answers do not count changes nothing and is told nothing."""
    ann, ben = await open_group(make_chat, flow)
    [(key, kept)] = ann.store.kept.items()
    before = len(await ann.messages())
    await reply(ben, "Tea")

    assert ann.store.kept[key] == kept
    assert len(await ann.messages()) == before + 1


async def test_roles_answer_as_long_as_they_are_theirs(make_chat: Any) -> None:
    """A role counts as somebody writes; without it their words are passed over."""
    ann, ben = await open_group(make_chat, ADMINS)
    ben.directory.roles[ben.user_id] = "admin"
    await reply(ben, "Tea")
    ben.directory.roles.clear()
    await reply(ben, "Cake")

    assert (await window(ann))["text"] == "Wish 1: Tea, Ben."


async def test_only_replies_to_the_question_are_answers(make_chat: Any) -> None:
    """Where the bot reads everything, what others say to nobody or to another message is none, nor are words of anytime."""
    ann, ben = await open_group(make_chat, FLOW)
    await ann.client.put(f"/_emulator/bots/{ann.bot.id}", json={"privacy_mode": False})
    try:
        await ben.send("hello all")
        await ben.send("hello Ann", reply_to_message_id=(await ann.messages())[0]["message_id"])
        await reply(ben, "/vote@nobody")
        assert (await window(ann))["text"] == "Wish 0: none, nobody."
        await reply(ben, "stop")
        assert (await window(ann))["text"] == "Wish 1: stop, Ben."
    finally:
        await ann.client.put(f"/_emulator/bots/{ann.bot.id}", json={"privacy_mode": True})


async def test_what_is_no_question_hears_nobody(make_chat: Any) -> None:
    """A reply of another to a window that asks nothing is passed over."""
    ann, ben = await open_group(make_chat, FLOW)
    await ben.press("Done")
    await reply(ben, "Tea")

    assert (await window(ann))["text"] == "Done."


async def test_an_answer_that_comes_again_counts_once(make_chat: Any) -> None:
    """Another's answer that is delivered twice, also to a process started since, is taken once."""
    ann, ben = await open_group(make_chat, FLOW)
    target = (await window(ben))["message_id"]
    await ben.act("messages", {"text": "Tea", "reply_to_message_id": target})
    [update] = await ben.bot.get_updates(timeout=0)
    await ben.deal()
    again = make_chat(count, main=FLOW, bot=BOT, store=ann.store)
    await again.dispatcher.feed_update(again.bot, update)
    assert (await window(ann))["text"] == "Wish 1: Tea, Ben."

    await reply(replace(ben, dispatcher=again.dispatcher), "Cake")
    assert (await window(ann))["text"] == "Wish 2: Cake, Ben."


async def test_answers_in_one_moment_follow_one_another(make_chat: Any) -> None:
    """Two answers that come together are both taken, one after the other, each on what the first left."""
    ann, ben = await open_group(make_chat, FLOW)
    target = (await window(ben))["message_id"]
    await ben.act("messages", {"text": "Tea", "reply_to_message_id": target})
    await ann.act("messages", {"text": "Cake", "reply_to_message_id": target})
    await ann.deal()

    assert (await window(ann))["text"] in {"Wish 2: Cake, Ann.", "Wish 2: Tea, Ben."}


async def test_who_has_a_conversation_of_their_own_answers_anothers(make_chat: Any) -> None:
    """A reply tells which conversation is meant, also to somebody who stands in one; other words go to their own."""
    ann, ben = await open_group(make_chat, FLOW)
    hers = (await window(ann))["message_id"]
    await ben.send("/vote")
    his = (await window(ben))["message_id"]
    await ben.send("Tea", reply_to_message_id=hers)
    await ben.send("Cake", reply_to_message_id=his)
    texts = {one["message_id"]: one["text"] for one in await ann.messages()}

    assert (texts[hers], texts[his]) == ("Wish 1: Tea, Ben.", "Wish 1: Cake, Ben.")
