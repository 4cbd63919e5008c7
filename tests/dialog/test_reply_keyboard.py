"""Sharing by a key under the chat: what its keys do, and that no keyboard stays behind."""

from typing import Any

import pytest

FLOW = """\
flow: main
version: 1
title: Main
data:
  phone: {type: phone, optional: true}
  place: {type: location, optional: true}
steps:
  phone:
    ask: phone
    text: Your number?
    share: Share it
    default: {value: data.phone, text: "Still {{ it }}"}
    invalid: Not yours.
    save: {phone: it}
    buttons:
      - [{text: Skip, go: done}, {text: Where, go: place}]
      - {text: Only admins, go: done, id: admins, when: user.role == 'admin'}
  done:
    show: "Number: {{ data.phone | default('none') }}"
    buttons: [{text: Again, go: phone}, {text: Write, go: write}]
  write: {ask: text, text: Write., save: {}, go: done}
  place:
    ask: location
    text: Where?
    share: Here
    save: {place: it}
    go: there
  there:
    show: "At {{ data.place.latitude | number(1) if data.place is not None else '-' }}"
    buttons: [{text: Again, go: phone}]
anytime:
  /stop: {go: end}
"""


async def start(make_chat: Any) -> Any:
    """Open a chat at the question."""
    chat = make_chat(main=FLOW)
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def keys(chat: Any) -> list[list[str]]:
    """Return the keys under the chat, row by row; none where there is no keyboard."""
    shown = [message["keyboard"] for message in await chat.messages() if message["keyboard"]]
    assert len(shown) <= 1
    return [[key["text"] for key in row] for row in shown[0]] if shown else []


async def live(chat: Any) -> list[str]:
    """Return the texts of the messages that have buttons."""
    return [message["text"] for message in await chat.messages() if message["buttons"]]


async def test_the_keyboard_has_the_key_that_shares_and_the_buttons(make_chat: Any) -> None:
    """Under the chat stand the share key and the labels of what is offered now; nothing else can be pressed."""
    chat = await start(make_chat)

    assert await keys(chat) == [["Share it"], ["Skip", "Where"]]
    assert await live(chat) == []


async def test_sharing_answers_and_takes_the_keyboard_down(make_chat: Any) -> None:
    """After the answer the next screen has its own buttons, the keyboard is gone and so is what took it down."""
    chat = await start(make_chat)

    await chat.press("Share it")

    assert (await chat.text()).startswith("Number: +")
    assert await keys(chat) == []
    assert await live(chat) == [await chat.text()]
    assert "…" not in [message["text"] for message in await chat.messages()]


async def test_a_key_counts_as_the_press_of_its_button(make_chat: Any) -> None:
    """A label that is sent, by its key or by hand, moves as the button does; a hidden one is a wrong answer."""
    chat = await start(make_chat)
    await chat.send("Only admins")
    refused = await chat.text()
    await chat.press("Skip")
    skipped = await chat.text()
    await chat.press("Again")
    await chat.send(" Skip ")

    assert refused == "Not yours.\n\nYour number?"
    assert skipped == await chat.text() == "Number: none"


async def test_a_default_is_a_key(make_chat: Any) -> None:
    """The default answer stands among the keys once it has a value, and answers."""
    chat = await start(make_chat)
    await chat.send("+4915112345678")
    await chat.press("Again")
    shown = await keys(chat)

    await chat.press("Still +4915112345678")

    assert shown == [["Share it"], ["Still +4915112345678"], ["Skip", "Where"]]
    assert await chat.text() == "Number: +4915112345678"


async def test_a_wrong_answer_leaves_one_keyboard(make_chat: Any) -> None:
    """The question is shown anew with its keyboard; somebody else's contact is no answer to it."""
    chat = await start(make_chat)

    await chat.send(
        "", contact={"phone_number": "+4915112345678", "first_name": "Bob", "user_id": 1}
    )

    assert await chat.text() == "Not yours.\n\nYour number?"
    assert await keys(chat) == [["Share it"], ["Skip", "Where"]]


async def test_one_keyboard_gives_way_to_the_next(make_chat: Any) -> None:
    """From one question that shares to another, and on to buttons, the chat has one keyboard or none."""
    chat = await start(make_chat)
    await chat.press("Where")
    second = await keys(chat)

    await chat.press("Here", location={"latitude": 52.5, "longitude": 13.4})

    assert second == [["Here"]]
    assert await chat.text() == "At 52.5"
    assert (await keys(chat), await live(chat)) == ([], ["At 52.5"])


@pytest.mark.parametrize("command", ["/stop", "/start"])
async def test_leaving_takes_the_keyboard_down(make_chat: Any, command: str) -> None:
    """Whichever way the question is left, its keyboard goes with it."""
    chat = await start(make_chat)

    await chat.send(command)

    assert (await chat.text()).startswith("Home")
    assert await keys(chat) == []


async def test_the_keyboard_goes_after_a_restart_too(make_chat: Any) -> None:
    """That a keyboard stands is kept with the conversation, not in the memory of a process."""
    chat = await start(make_chat)
    fresh = make_chat(main=FLOW)
    fresh.user_id, fresh.store.kept = chat.user_id, chat.store.kept

    await fresh.press("Skip")

    assert await fresh.text() == "Number: none"
    assert await keys(fresh) == []


async def test_an_old_button_leaves_the_keyboard_standing(make_chat: Any) -> None:
    """A press on a message of the past shows the question anew, below, with its keyboard."""
    chat = await start(make_chat)
    await chat.press("Skip")
    old = (await chat.messages())[-1]["message_id"]
    data = await chat.data_of("Again")
    await chat.press("Again")

    await chat.press(data=data, message_id=old, forge=True)

    assert await chat.text() == "Your number?"
    assert await keys(chat) == [["Share it"], ["Skip", "Where"]]
    assert await live(chat) == []


async def test_a_keyboard_that_a_text_takes_down_needs_no_other_message(make_chat: Any) -> None:
    """A screen without buttons takes the keyboard down itself."""
    chat = make_chat(main=FLOW.replace("{text: Skip, go: done}", "{text: Skip, go: write}"))
    await chat.send("/start")
    await chat.press("Go")
    before = len(await chat.messages())

    await chat.press("Skip")

    assert await chat.text() == "Write."
    assert len(await chat.messages()) == before + 2
    assert await keys(chat) == []


async def test_in_a_group_the_buttons_are_under_the_message(make_chat: Any) -> None:
    """Telegram shares contacts in private chats alone; elsewhere the question keeps its buttons and takes what is written."""
    chat = make_chat(main=FLOW)
    made = await chat.client.post("/_emulator/groups", json={"creator_id": chat.user_id})
    group = chat.another(chat.user_id, chat_id=made.json()["id"])
    await group.send("/start")
    await group.press("Go")

    assert await keys(group) == []
    assert await group.buttons() == [["Skip", "Where"]]
