"""Keys that ask people to share something, and messages of every kind, as typed answers."""

from typing import Any

import pytest

from engine.actions import Checklist, Dice, ManagedBot, Person, Poll, Sent, SharedChat, Story, Venue
from engine.dialog.flow_data import decode_value
from engine.dialog.record import read_contexts

FLOW = """\
flow: main
version: 1
title: Main
data:
  friends: {type: "list[person]", default: [], max: 5}
  friend: {type: person, optional: true}
  chat: {type: chat, optional: true}
  poll: {type: poll, optional: true}
  answer: {type: text, optional: true}
  made: {type: managed_bot, optional: true}
  last: {type: message, optional: true}
  place: {type: venue, optional: true}
steps:
  menu:
    show: "Menu."
    keyboard: {under: chat}
    buttons:
      - [{text: Friends, go: friends}, {text: Friend, go: friend}, {text: Chat, go: chat}]
      - [{text: Poll, go: poll}, {text: App, go: app}, {text: Bot, go: made}]
      - [{text: Any, go: any}, {text: Some, go: some}, {text: Venue, go: venue}]
  friends:
    ask: users
    text: Who?
    min: 2
    max: 3
    share: {text: Choose people, bots: false, premium: true}
    invalid: {min: Two at least., max: Three at most., ask: Use the key.}
    save: {friends: it}
    go: menu
  friend: {ask: user, text: Who?, share: Choose one, save: {friend: it}, go: menu}
  chat:
    ask: chat
    text: Which?
    share: {text: Choose, channel: true, public: true, created: true, member: true, rights: [post_messages, invite_users], bot_rights: [post_messages]}
    save: {chat: it}
    go: menu
  poll:
    ask: poll
    text: Which?
    share: {text: Make a quiz, kind: quiz}
    allow: it.kind == 'quiz' and len(it.options) > 1
    save: {poll: it}
    go: menu
  app:
    ask: web_app
    text: Open it.
    share: {text: Open, url: "https://example.com/{{ user.locale }}"}
    max: 100
    save: {answer: it}
    go: menu
  made: {ask: managed_bot, text: Make one., share: {text: Make, suggest: "Bot of {{ user.first_name }}", username: my_new_bot}, save: {made: it}, go: menu}
  any: {ask: any, text: Anything?, save: {last: it}, go: menu}
  some:
    ask: [text, photo, dice]
    text: Text, photo or dice?
    allow: it.dice is None or it.dice.value > 3
    invalid: {ask: Neither., allow: Too few.}
    save: {last: it}
    go: menu
  venue: {ask: venue, text: Where?, save: {place: it}, go: menu}
"""


async def start(make_chat: Any, key: str) -> Any:
    """Open a chat at the question behind a key."""
    chat = make_chat(main=FLOW)
    await chat.send("/start")
    await chat.press("Go")
    await chat.press(key)
    return chat


async def asked(chat: Any) -> dict[str, Any]:
    """Return the first key under the chat."""
    seen = await chat.client.get(f"/_emulator/users/{chat.user_id}")
    key: dict[str, Any] = seen.json()["keyboard"]["keyboard"][0][0]
    return key


def value(chat: Any, name: str) -> Any:
    """Return what the flow keeps under a name."""
    (kept,) = chat.store.kept.values()
    context = read_contexts(kept.value)[-1]
    return decode_value(chat.registry.bot.flows["main"].data[name], context["data"].get(name))


async def test_people_are_chosen_by_a_key(make_chat: Any) -> None:
    """The key asks for as many as may be chosen; too few and too many are told, and words are no answer."""
    chat = await start(make_chat, "Friends")
    key = (await asked(chat))["request_users"]
    people = [{"user_id": number, "first_name": f"P{number}"} for number in (1, 2)]
    await chat.press("Choose people", users=people[:1])
    few = await chat.text()
    await chat.send("Bob")
    words = await chat.text()
    await chat.press("Choose people", users=people)

    del key["request_id"]
    assert key == {
        "user_is_bot": False,
        "user_is_premium": True,
        "max_quantity": 3,
        "request_name": True,
        "request_username": True,
    }
    assert (few, words) == ("Two at least.\n\nWho?", "Use the key.\n\nWho?")
    assert value(chat, "friends") == [Person(1, "P1"), Person(2, "P2")]
    assert await chat.text() == "Menu."


async def test_one_person_is_an_answer_by_itself(make_chat: Any) -> None:
    """`ask: user` is one person, of whom no list is made."""
    chat = await start(make_chat, "Friend")
    await chat.press("Choose one", users=[{"user_id": 4, "username": "four"}])

    assert value(chat, "friend") == Person(4, username="four")


async def test_what_was_chosen_for_another_question_is_no_answer(make_chat: Any) -> None:
    """A key of an earlier question that a slow client still shows answers nothing else."""
    chat = await start(make_chat, "Friend")
    shared = {"request_id": 5, "users": [{"user_id": 4}]}
    update = {
        "message_id": 99_999,
        "date": int(chat.clock.now.timestamp()),
        "chat": {"id": chat.user_id, "type": "private", "first_name": "X"},
        "from": {"id": chat.user_id, "is_bot": False, "first_name": "X"},
        "users_shared": shared,
    }
    await chat.client.post(
        f"/_emulator/bots/{chat.bot.id}/updates", json={"update": {"message": update}}
    )
    await chat.deal()

    assert await chat.text() == "Not that.\n\nWho?"


async def test_a_chat_is_chosen_by_a_key(make_chat: Any) -> None:
    """The key says which chats can be chosen and what is allowed there."""
    chat = await start(make_chat, "Chat")
    key = (await asked(chat))["request_chat"]
    await chat.press("Choose", chat={"chat_id": -1005, "title": "News", "username": "news"})

    allowed = {name for name, given in key["user_administrator_rights"].items() if given}
    assert allowed == {"can_post_messages", "can_invite_users"}
    assert key["bot_administrator_rights"]["can_post_messages"] is True
    assert (key["chat_is_channel"], key["chat_has_username"], key["bot_is_member"]) == (True,) * 3
    assert "chat_is_forum" not in key
    assert value(chat, "chat") == SharedChat(-1005, "News", "news")


async def test_a_poll_is_made_by_a_key(make_chat: Any) -> None:
    """The key asks for a poll of a kind; the condition of the question holds for those that are sent otherwise."""
    chat = await start(make_chat, "Poll")
    key = await asked(chat)
    await chat.send("", poll={"question": "Tea?", "options": ["Yes", "No"]})
    refused = await chat.text()
    await chat.press("Make a quiz", poll={"question": "2+2?", "options": ["3", "4"]})

    assert key == {"text": "Make a quiz", "request_poll": {"type": "quiz"}}
    assert refused == "Not that.\n\nWhich?"
    made = value(chat, "poll")
    assert made == Poll(made.id, "2+2?", ["3", "4"], "quiz")


async def test_a_web_app_answers_with_a_text(make_chat: Any) -> None:
    """What a web app sends back is a text, and as long as the question lets it be."""
    chat = await start(make_chat, "App")
    key = await asked(chat)
    await chat.press("Open", web_app_data="x" * 101)
    refused = await chat.text()
    await chat.press("Open", web_app_data='{"size": 3}')

    assert key["web_app"] == {"url": "https://example.com/en"}
    assert refused == "Not that.\n\nOpen it."
    assert value(chat, "answer") == '{"size": 3}'


async def test_a_bot_is_made_by_a_key(make_chat: Any) -> None:
    """The bot that a person makes for this one to manage is the answer."""
    chat = await start(make_chat, "Bot")
    key = (await asked(chat))["request_managed_bot"]
    await chat.press("Make")

    made = value(chat, "made")
    assert key["suggested_name"].startswith("Bot of ")
    assert key["suggested_username"] == "my_new_bot"
    assert isinstance(made, ManagedBot)
    assert made.username == "my_new_bot"


@pytest.mark.parametrize(
    ("content", "kind", "part"),
    [
        ({"text": "hello"}, "text", None),
        ({"photo": True, "caption": "me"}, "photo", None),
        ({"dice": "🎲"}, "dice", Dice),
        ({"venue": {"latitude": 1, "longitude": 2}}, "venue", Venue),
        ({"location": {"latitude": 1, "longitude": 2}}, "location", None),
        ({"story": {"chat_id": -1001, "id": 3}}, "story", Story),
        ({"checklist": {}}, "checklist", Checklist),
        ({"poll": {}}, "poll", Poll),
        ({"sticker": True}, "sticker", None),
        ({"contact": True}, "contact", None),
    ],
)
async def test_any_message_is_an_answer(
    make_chat: Any, content: dict[str, Any], kind: str, part: type | None
) -> None:
    """`ask: any` takes whatever is sent, and tells what it is."""
    chat = await start(make_chat, "Any")
    await chat.act("messages", content)
    await chat.deal()

    sent = value(chat, "last")
    assert isinstance(sent, Sent)
    assert sent.kind == kind
    assert sent.text == content.get("text", content.get("caption"))
    assert part is None or isinstance(getattr(sent, kind), part)
    assert await chat.text() == "Menu."


async def test_several_kinds_of_messages_are_answers(make_chat: Any) -> None:
    """A list of kinds takes each of them in one window, by one condition; other kinds are wrong answers."""
    chat = await start(make_chat, "Some")
    await chat.send("", sticker=True)
    refused = await chat.text()
    await chat.send("", photo=True)

    assert refused == "Neither.\n\nText, photo or dice?"
    assert value(chat, "last").file.kind == "photo"


async def test_a_venue_has_a_name_and_is_a_place(make_chat: Any) -> None:
    """A place alone is no venue."""
    chat = await start(make_chat, "Venue")
    await chat.send("", location={"latitude": 1, "longitude": 2})
    refused = await chat.text()
    await chat.send("", venue={"latitude": 1, "longitude": 2, "title": "Pub", "address": "High St"})

    assert refused == "Not that.\n\nWhere?"
    assert value(chat, "place").title == "Pub"


async def test_in_a_group_nothing_is_asked_for_by_a_key(make_chat: Any) -> None:
    """Telegram lets nobody choose people in a group: the question stands there without its key."""
    chat = make_chat(main=FLOW)
    made = await chat.client.post("/_emulator/groups", json={"creator_id": chat.user_id})
    group = chat.another(chat.user_id, chat_id=made.json()["id"])
    await group.send("/start")
    await group.press("Go")
    await group.press("Friend")

    assert await group.text() == "Who?"
    assert [one["keyboard"] for one in await group.messages() if one["keyboard"]] == []
