"""Who may enter, stay and press."""

from typing import Any

SECRET = """\
flow: main
version: 1
title: Secret
start: [/secret]
access: user.role == 'admin'
steps:
  room:
    show: "Secret room."
    buttons:
      - {text: "Deeper", go: vault}
      - {text: "Leave", go: end}
  vault:
    access: user.role == 'admin'
    show: "Vault."
    buttons: [{text: "Out", go: room}]
"""

DOORS = """\
flow: main
version: 1
title: Doors
start: [/doors]
data: {open: {type: bool, default: true}}
steps:
  hall:
    show: "Hall."
    buttons:
      - {text: "Close", go: hall, save: {open: false}, when: data.open}
      - {text: "Pass", go: passed, when: data.open}
      - {text: "Leave", go: end}
  passed:
    show: "Passed."
    buttons: [{text: "Back", go: hall}]
"""


async def test_a_flow_is_closed_to_those_it_is_not_for(make_chat: Any) -> None:
    """Neither a button nor a command leads somebody into a flow whose `access` is false."""
    chat = make_chat(main=SECRET)
    await chat.send("/start")
    await chat.press("Go")
    assert (await chat.text()).startswith("Not for you.\n\nHome")
    await chat.send("/secret")
    assert (await chat.text()).startswith("Not for you.\n\nHome")


async def test_a_role_taken_away_counts_at_the_next_press(make_chat: Any) -> None:
    """Access is asked at every press, not only on entry."""
    chat = make_chat(main=SECRET)
    chat.directory.roles[chat.user_id] = "admin"
    await chat.send("/secret")
    assert await chat.text() == "Secret room."
    chat.directory.roles.clear()
    await chat.press("Deeper")
    assert (await chat.text()).startswith("Not for you.\n\nHome")


async def test_a_hidden_button_cannot_be_pressed(make_chat: Any) -> None:
    """A button whose condition does not hold is refused, though its data are well formed."""
    chat = make_chat(main=DOORS)
    await chat.send("/doors")
    await chat.press("Close")
    assert await chat.buttons() == [["Leave"]]
    leave = await chat.data_of("Leave")
    await chat.forge(leave[:-1] + "1")
    assert await chat.text() == "Hall."
    assert (await chat.alerts())[-1]["answered"]


async def test_another_member_of_a_group_cannot_press(make_chat: Any) -> None:
    """In a group, a press on somebody else's screen is answered and changes nothing."""
    chat = make_chat(main=DOORS)
    other = chat.another()
    await chat.client.put(f"/_emulator/users/{other.user_id}", json={"first_name": "Other"})
    await chat.client.put(f"/_emulator/users/{chat.user_id}", json={"first_name": "Own"})
    made = await chat.client.post(
        "/_emulator/groups",
        json={"creator_id": chat.user_id, "members": [other.user_id]},
    )
    group = made.json()["chat_id"] if "chat_id" in made.json() else made.json()["id"]
    mine, theirs = chat.another(chat.user_id, group), other.another(other.user_id, group)
    await mine.send("/doors")
    screen = await mine.messages()
    await theirs.press("Pass")
    assert [m["text"] for m in await mine.messages()] == [m["text"] for m in screen]
    await mine.press("Pass")
    assert await mine.text() == "Passed."


async def test_who_lost_access_does_not_find_old_messages_overwritten(make_chat: Any) -> None:
    """An old button of somebody who may no longer be there brings home below, and leaves its message alone."""
    chat = make_chat(main=SECRET)
    chat.directory.roles[chat.user_id] = "admin"
    await chat.send("/secret")
    old, data = (await chat.messages())[-1]["message_id"], await chat.data_of("Deeper")
    await chat.send("hello?")
    chat.directory.roles.clear()
    await chat.press(data=data, message_id=old, forge=True)
    seen = {one["message_id"]: one for one in await chat.messages()}
    assert seen[old]["text"] == "Secret room."
    assert (await chat.text()).startswith("Not for you.\n\nHome")
    assert [one for one in seen.values() if one["buttons"]] == [seen[max(seen)]]
