"""How messages of windows reach people: link previews, protection, sound and effects."""

from typing import Any

import pytest

BOT = """\
bot: test
locale: en
locales: [en]
roles: [client]
home: home
time_zone: UTC
currency: EUR
defaults: {preview: off, protect: true, silent: true}
messages: {old_button: Old, no_access: No, error: Broken, unknown_input: "Use the buttons.", wrong_answer: D, next_page: E, previous_page: F, proceed: G}
"""
FLOW = """\
flow: main
version: 1
title: Manner
steps:
  one:
    show: "See https://example.com/a"
    buttons: [{text: Two, go: two}, {text: Same, go: one, id: same}, {text: Last, go: last}]
KEYS
  two:
    show: "Two."
    buttons: [{text: One, go: one}, {text: Again, go: two, id: again}]
MORE
  last: {show: "Bye.", silent: true, protect: true, effect: "👍", end: {}}
"""


async def _open(make_chat: Any, keys: str = "", more: str = "", **files: str) -> Any:
    lines = {"KEYS\n": keys and f"    {keys}\n", "MORE\n": more and f"    {more}\n"}
    flow = FLOW
    for mark, line in lines.items():
        flow = flow.replace(mark, line)
    chat = make_chat(main=flow, **files)
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def _calls(chat: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the calls made for the chat, and forget them."""
    calls = (await chat.client.get("/_emulator/calls")).json()
    await chat.client.delete("/_emulator/calls")
    own = [one for one in calls if str(one["payload"].get("chat_id")) == str(chat.user_id)]
    return [(one["method"], one["payload"]) for one in own]


async def _shown(chat: Any) -> dict[str, Any]:
    message: dict[str, Any] = (await chat.messages())[-1]
    return message


@pytest.mark.parametrize(
    ("keys", "options"),
    [
        ("preview: off", {"is_disabled": True}),
        ("preview: above", {"show_above_text": True}),
        ("preview: on", None),
        (
            'preview: {url: "https://example.com/{{ user.locale }}", size: large, above: true}',
            {
                "url": "https://example.com/en",
                "prefer_large_media": True,
                "show_above_text": True,
            },
        ),
        (
            "preview: {url: https://example.com/b, size: small}",
            {"url": "https://example.com/b", "prefer_small_media": True},
        ),
    ],
)
async def test_a_link_is_previewed_as_the_window_says(
    make_chat: Any, keys: str, options: dict[str, Any] | None
) -> None:
    """A preview is off, above, or of another page, whether the window is sent or edited in."""
    chat = await _open(make_chat, keys)
    assert (await _shown(chat)).get("link_preview_options") == options
    await chat.press("Two")
    assert "link_preview_options" not in await _shown(chat)
    await chat.press("One")
    assert (await _shown(chat)).get("link_preview_options") == options


async def test_what_is_protected_cannot_be_edited_into_what_is_not(make_chat: Any) -> None:
    """Telegram tells once, as a message is sent, whether it may be passed on: where that changes it is sent anew."""
    chat = await _open(make_chat, "protect: true", "protect: false")
    assert (await _shown(chat))["has_protected_content"]
    await _calls(chat)
    await chat.press("Two")
    assert [method for method, _ in await _calls(chat)] == ["deleteMessage", "sendMessage"]
    assert "has_protected_content" not in await _shown(chat)
    await chat.press("Again")
    assert "has_protected_content" not in await _shown(chat)


async def test_an_effect_plays_as_people_come_to_a_window(make_chat: Any) -> None:
    """A window with an effect is sent anew when somebody comes to it, and edited while they stay there."""
    chat = await _open(make_chat, "", 'effect: "🎉"')
    await _calls(chat)
    await chat.press("Two")
    assert [method for method, _ in await _calls(chat)] == ["deleteMessage", "sendMessage"]
    assert (await _shown(chat))["effect_id"] == "5046509860389126442"
    await chat.press("Again")
    assert await _calls(chat) == []
    await chat.press("One")
    assert [method for method, _ in await _calls(chat)] == ["editMessageText"]


async def test_an_effect_that_telegram_lacks_is_left_out(make_chat: Any) -> None:
    """Nobody waits for a window because its effect is no more."""
    chat = await _open(make_chat, "", 'effect: "5046509860389126442"')
    refused = {
        "method": "sendMessage",
        "error": 400,
        "description": "Bad Request: EFFECT_ID_INVALID",
        "times": 1,
    }
    await chat.client.post("/_emulator/faults", json=refused)
    await chat.press("Two")
    await chat.client.delete("/_emulator/faults")
    assert (await _shown(chat))["text"] == "Two."
    assert "effect_id" not in await _shown(chat)


async def test_a_last_word_has_its_manner(make_chat: Any) -> None:
    """The last word is sent as it says; home, which says nothing, is not."""
    chat = await _open(make_chat)
    await chat.press("Last")
    word, home = (await chat.messages())[-2:]
    assert (word["text"], home["text"][:4]) == ("Bye.", "Home")
    assert word["has_protected_content"]
    assert not home["is_silent"]
    assert "has_protected_content" not in home


async def test_the_bot_says_what_a_window_does_not(make_chat: Any) -> None:
    """`defaults` of bot.yaml hold for every window, what is said above it and questions; a window has the last word."""
    chat = await _open(make_chat, "", "protect: false", bot=BOT)
    first = await _shown(chat)
    assert first["link_preview_options"] == {"is_disabled": True}
    assert first["has_protected_content"]
    await chat.send("Hello?")
    assert (await _shown(chat))["is_silent"]
    await chat.press("Two")
    assert "has_protected_content" not in await _shown(chat)


@pytest.mark.parametrize("keys", ["", "preview: off", "media: {photo: photo.png}"])
async def test_a_window_that_stays_as_it_is_calls_nothing(
    make_chat: Any, tmp_path: Any, keys: str
) -> None:
    """A press that changes nothing is answered, and Telegram is asked for nothing else."""
    (tmp_path / "photo.png").write_bytes(_PICTURE)
    chat = await _open(make_chat, keys, beside=tmp_path)
    await _calls(chat)
    await chat.press("Same")
    assert await _calls(chat) == []
    await chat.send("What?")
    await _calls(chat)
    await chat.press("Same")
    assert [method for method, _ in await _calls(chat)] == [
        "editMessageCaption" if "media" in keys else "editMessageText"
    ]


_PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)
