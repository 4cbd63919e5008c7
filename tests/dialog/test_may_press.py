"""Windows in a group: whose presses count beside those of whoever began the conversation, and what others are told."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from engine.actions import Context, command
from engine.dialog.owners import new_id, owner_of
from tests.dialog.conftest import BOT_YAML

BOT = BOT_YAML + '  not_yours: "Not yours."\n'

FLOW = """\
flow: main
version: 1
title: Votes
start: [/vote]
data: {votes: {type: int, default: 0}, note: {type: text, optional: true}}
steps:
  poll:
    show: "{{ data.votes }} by {{ user.role }}{% if data.note is not None %}, {{ data.note }}{% endif %}"
    buttons:
      - {text: "Vote", go: count}
      - {text: "Secret", go: poll, when: user.role == 'admin'}
      - {text: "Note", go: note}
      - {text: "Bye", go: end}
  count: {do: votes.count(), save: {votes: result}, go: poll}
  note: {ask: text, text: "Note?", max: 20, save: {note: it}, go: poll}
"""
EVERYONE = FLOW.replace("title: Votes", "title: Votes\nmay_press: everyone")
ADMINS = FLOW.replace("title: Votes", "title: Votes\nmay_press: [admin]")

TAKEN = {"votes": 0}


@command("votes.count")
async def count(_context: Context) -> int:
    """Count one more vote."""
    TAKEN["votes"] += 1
    return TAKEN["votes"]


@pytest.fixture(autouse=True)
def _nobody_voted() -> None:
    TAKEN["votes"] = 0


async def open_group(make_chat: Any, flow: str, bot: str = BOT) -> tuple[Any, Any]:
    """Begin the vote in a group of two; return what each of them sees of it."""
    chat = make_chat(count, main=flow, bot=bot)
    other = chat.another()
    for one, name in ((chat, "Ann"), (other, "Ben")):
        await chat.client.put(f"/_emulator/users/{one.user_id}", json={"first_name": name})
    body = {"creator_id": chat.user_id, "members": [other.user_id]}
    group = (await chat.client.post("/_emulator/groups", json=body)).json()["id"]
    ann, ben = chat.another(chat.user_id, group), chat.another(other.user_id, group)
    await ann.send("/vote")
    return ann, ben


async def answers(chat: Any) -> list[str | None]:
    """Return how the presses of somebody in the group were answered."""
    where = {"chat_id": chat.chat_id}
    found = await chat.client.get(f"/_emulator/users/{chat.user_id}/alerts", params=where)
    return [one["text"] for one in found.json()]


async def said(chat: Any) -> str | None:
    """Return how the last press of somebody was answered."""
    return (await answers(chat))[-1]


async def test_only_who_began_presses_where_nothing_is_said(make_chat: Any) -> None:
    """Another person's press changes nothing and is answered by a message of its own."""
    ann, ben = await open_group(make_chat, FLOW)
    kept = {key: stored.value for key, stored in ann.store.kept.items()}
    await ben.press("Vote")

    assert (await ann.text(), await said(ben)) == ("0 by client", "Not yours.")
    assert {key: stored.value for key, stored in ann.store.kept.items()} == kept


async def test_others_hear_of_old_buttons_without_a_message(make_chat: Any) -> None:
    """A bot that has no words for it says what it says of old buttons."""
    _, ben = await open_group(make_chat, FLOW, bot=BOT_YAML)
    await ben.press("Vote")

    assert await said(ben) == "Old button."


async def test_a_group_shares_one_window(make_chat: Any) -> None:
    """Presses of two people move one conversation, in one message, each in the name of who pressed."""
    ann, ben = await open_group(make_chat, EVERYONE)
    ben.directory.roles[ben.user_id] = "admin"
    await ben.press("Vote")
    seen = [await ann.text()]
    await ann.press("Vote")
    seen.append(await ben.text())

    assert seen == ["1 by admin", "2 by client"]
    assert {key.user_id for key in ann.store.kept} == {ann.user_id}


async def test_presses_in_one_moment_are_taken_one_after_the_other(make_chat: Any) -> None:
    """Of two people who press the same screen at once the first counts; the other's button is old by then."""
    ann, ben = await open_group(make_chat, EVERYONE)
    await ann.act("presses", {"text": "Vote"})
    await ben.act("presses", {"text": "Vote"})
    await ann.deal()

    assert (await ann.text(), TAKEN["votes"]) == ("1 by client", 1)
    assert sorted([await said(ann) or "", await said(ben) or ""]) == ["", "Old button."]


async def test_roles_may_press_as_long_as_they_are_theirs(make_chat: Any) -> None:
    """A role counts at each press; without it the window is another's."""
    ann, ben = await open_group(make_chat, ADMINS)
    await ben.press("Vote")
    ben.directory.roles[ben.user_id] = "admin"
    await ben.press("Vote")
    ben.directory.roles.clear()
    await ben.press("Vote")

    assert TAKEN["votes"] == 1
    assert await answers(ben) == ["Not yours.", None, "Not yours."]
    await ann.press("Vote")
    assert TAKEN["votes"] == 2


async def test_conditions_are_those_of_who_presses(make_chat: Any) -> None:
    """A button that was there for an admin is refused to whom it would not be shown."""
    ann, ben = await open_group(make_chat, EVERYONE)
    ann.directory.roles[ann.user_id] = "admin"
    await ann.press("Vote")
    assert "Secret" in [label for row in await ben.buttons() for label in row]
    await ben.press("Secret")

    assert (await ben.text(), await said(ben)) == ("1 by admin", "Old button.")


async def test_access_refuses_who_presses_and_leaves_the_window(make_chat: Any) -> None:
    """Whom the access of a flow refuses cannot bring those home who are in it."""
    flow = EVERYONE.replace(", when: user.role == 'admin'", "").replace(
        "start: [", "access: user.role == 'admin'\nstart: ["
    )
    chat = make_chat(count, main=flow, bot=BOT)
    ben = chat.another()
    body = {"creator_id": chat.user_id, "members": [ben.user_id]}
    ben.chat_id = chat.chat_id = (await chat.client.post("/_emulator/groups", json=body)).json()[
        "id"
    ]
    chat.directory.roles[chat.user_id] = "admin"
    await chat.send("/vote")
    await ben.press("Vote")

    assert (await chat.text(), await said(ben)) == ("0 by admin", "Not for you.")


async def test_answers_are_those_of_who_began(make_chat: Any) -> None:
    """A question that another's press led to is answered by whoever began the conversation."""
    ann, ben = await open_group(make_chat, EVERYONE)
    await ben.press("Note")
    question = (await ann.messages())[-1]["message_id"]
    await ben.send("mine", reply_to_message_id=question)
    assert (await ann.messages())[-2]["text"] == "Note?"
    await ann.send("hers", reply_to_message_id=question)

    window = next(one for one in await ann.messages() if one["message_id"] == question)
    assert window["text"] == "0 by client, hers"


async def test_a_press_that_comes_again_counts_once(make_chat: Any) -> None:
    """Another's press that is delivered twice, also to a process started since, is carried out once."""
    ann, ben = await open_group(make_chat, EVERYONE)
    await ben.act("presses", {"text": "Vote"})
    [update] = await ben.bot.get_updates(timeout=0)
    await ben.deal()
    again = make_chat(count, main=EVERYONE, bot=BOT, store=ann.store)
    await again.dispatcher.feed_update(again.bot, update)
    assert (await ann.text(), TAKEN["votes"]) == ("1 by client", 1)

    on_new = replace(ben, dispatcher=again.dispatcher)
    await on_new.press("Vote")
    assert (await ann.text(), TAKEN["votes"]) == ("2 by client", 2)


async def test_presses_at_two_processes_count_once_each(make_chat: Any) -> None:
    """The revision of the one conversation keeps two processes from taking the same screen twice."""
    ann, ben = await open_group(make_chat, EVERYONE)
    beside = make_chat(count, main=EVERYONE, bot=BOT, store=ann.store)
    await ann.act("presses", {"text": "Vote"})
    await ben.act("presses", {"text": "Vote"})
    updates = await ann.bot.get_updates(timeout=0)
    await ann.bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    first, second = updates
    await asyncio.gather(
        ann.dispatcher.feed_update(ann.bot, first),
        beside.dispatcher.feed_update(beside.bot, second),
    )

    stored = await ann.store.load(next(iter(ann.store.kept)))
    assert stored is not None
    await ann.press("Vote")
    assert (await ann.text()).startswith(f"{TAKEN['votes']} by")


async def test_a_flow_that_is_run_has_presses_of_its_own(make_chat: Any) -> None:
    """When the shared flow ends, what lies below is again that of whoever began."""
    ann, ben = await open_group(make_chat, EVERYONE)
    await ben.press("Bye")
    assert (await ann.text()).startswith("Home")
    await ben.press("Go")

    assert (await said(ben), (await ann.text())[:4]) == ("Not yours.", "Home")


@pytest.mark.parametrize("owner", [1, 61, 62, 7_000_000_000, 2**52 - 1])
def test_ids_tell_who_began(owner: int) -> None:
    """Every id that Telegram may give somebody is read as it was written, in at most seventeen characters."""
    written = new_id(owner)
    assert (owner_of(written), len(written) <= 17) == (owner, True)


@pytest.mark.parametrize(
    "text", [None, "", "abcdefgh", "abcdefgh-1", "abcdefgh" + "Z" * 9, "abcdefgh" + "1" * 99]
)
def test_what_was_made_up_tells_nobody(text: str | None) -> None:
    """What a person may have made up, or was written before, is nobody's."""
    assert owner_of(text) is None
