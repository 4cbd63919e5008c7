"""Buttons of which the bot hears nothing: what reaches Telegram, and where Telegram would not take them."""

from typing import Any

import httpx

FLOW = """\
flow: main
version: 1
title: Main
data:
  note: {type: text, optional: true}
steps:
  first:
    show: "What now?"
    buttons:
      - {text: "Site", url: "https://example.com/{{ user.locale }}"}
      - [{text: "App", web_app: "https://example.com/app?of={{ user.locale }}"}]
      - text: "Log in"
        login: "https://example.com/login"
        forward_text: "Log in, {{ user.locale }}"
        bot: salon_login_bot
        write_access: true
      - [{text: "Any", inline: ""}, {text: "Here", inline: "in {{ user.locale }}", to: here, id: here}]
      - {text: "Chosen", inline: "x", to: [users, groups], id: chosen}
      - {text: "Copy", copy: "{{ data.note | default('nothing') }}"}
      - {text: "Write", go: write}
  write: {ask: text, text: "Write.", save: {note: it}, go: first}
"""


async def start(make_chat: Any) -> Any:
    """Open a chat at the window with all of them."""
    chat = make_chat(main=FLOW)
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def shown(chat: Any) -> dict[str, dict[str, Any]]:
    """Return the buttons of the last message by their label."""
    rows = (await chat.messages())[-1]["buttons"]
    return {one.pop("text"): one for row in rows for one in row}


async def test_each_reaches_telegram_as_what_it_is(make_chat: Any) -> None:
    """Addresses, web apps, logins, queries and texts to copy are the fields of the Bot API, with their values put in."""
    chat = await start(make_chat)

    buttons = await shown(chat)

    assert buttons["Site"] == {"url": "https://example.com/en"}
    assert buttons["App"] == {"web_app": {"url": "https://example.com/app?of=en"}}
    assert buttons["Log in"] == {
        "login_url": {
            "url": "https://example.com/login",
            "forward_text": "Log in, en",
            "bot_username": "salon_login_bot",
            "request_write_access": True,
        }
    }
    assert buttons["Any"] == {"switch_inline_query": ""}
    assert buttons["Here"] == {"switch_inline_query_current_chat": "in en"}
    assert buttons["Chosen"] == {
        "switch_inline_query_chosen_chat": {
            "query": "x",
            "allow_user_chats": True,
            "allow_group_chats": True,
        }
    }
    assert buttons["Copy"] == {"copy_text": {"text": "nothing"}}


async def test_what_cannot_be_copied_has_no_button(make_chat: Any) -> None:
    """A text longer than Telegram copies would cost the whole window, so that its button alone is left out."""
    chat = await start(make_chat)

    await chat.press("Write")
    await chat.send("a" * 256)
    assert (await shown(chat))["Copy"] == {"copy_text": {"text": "a" * 256}}

    await chat.press("Write")
    await chat.send("a" * 257)
    assert "Copy" not in await shown(chat)
    assert await chat.text() == "What now?"


async def test_a_web_app_is_left_out_in_groups(make_chat: Any) -> None:
    """Telegram refuses a message with a web app in a group; the window is there without that row."""
    chat = make_chat(main=FLOW)
    made = await chat.client.post(
        "/_emulator/groups", json={"creator_id": chat.user_id, "members": []}
    )
    assert made.status_code == httpx.codes.CREATED, made.text
    group = chat.another(chat.user_id, made.json()["id"])

    await group.send("/start")
    await group.press("Go")

    assert await group.text() == "What now?"
    assert await group.buttons() == [
        ["Site"], ["Log in"], ["Any", "Here"], ["Chosen"], ["Copy"], ["Write"],
    ]  # fmt: skip


async def test_a_forged_press_on_one_is_refused(make_chat: Any) -> None:
    """What the bot never hears of cannot be pressed: data made up for such a button change nothing."""
    chat = await start(make_chat)
    data = (await chat.data_of("Write")).replace("write", "copy")

    await chat.forge(data)

    assert [alert["text"] for alert in await chat.alerts()][-1] is None
    assert await chat.text() == "What now?"
