"""From each kind of window to each other: the calls of the Bot API, and what is left in the chat."""

from pathlib import Path
from typing import Any

import pytest

from engine.actions import Context, File, query
from tests.dialog.test_media import png

WINDOWS = {
    "text": "",
    "photo": "media: {photo: a.png}",
    "picture": "media: {photo: b.png}",
    "paper": "media: {document: a.png}",
    "voice": "media: {voice: a.ogg}",
    "sticker": "media: {sticker: a.webp}",
    "note": "media: {video_note: a.mp4}",
    "album": "media: [{photo: a.png}, {photo: b.png, spoiler: true}]",
    "films": "media: [{video: a.mp4}, {photo: b.png, spoiler: true}]",
    "three": "media: [{photo: a.png}, {photo: b.png}, {photo: c.png}]",
    "papers": "media: [{document: a.png}, {document: b.png}]",
    "guarded": "protect: true",
}
ABOVE = {
    "sticker": ["sendSticker"],
    "note": ["sendVideoNote"],
    "album": ["sendMediaGroup"],
    "films": ["sendMediaGroup"],
    "three": ["sendMediaGroup"],
    "papers": ["sendMediaGroup"],
}
"""Windows with something above their text, and the call that sends it."""

CAPTIONED = {
    "photo": "sendPhoto",
    "picture": "sendPhoto",
    "paper": "sendDocument",
    "voice": "sendVoice",
}
"""Windows whose text is under media, and the call that sends them."""

MESSAGES = {"sticker": 2, "note": 2, "album": 3, "films": 3, "papers": 3, "three": 4}
"""How many messages a window stands in, where that is not one."""


def expected(old: str, new: str) -> list[str]:
    """Return the calls that turn one window into another."""
    sends = [*ABOVE.get(new, []), CAPTIONED.get(new, "sendMessage")]
    clears = ["deleteMessages"] if old in ABOVE else []
    if {old, new} == {"album", "films"}:
        return ["editMessageMedia", "editMessageText"]  # one of the two files is another
    if new in ABOVE:
        return [*clears, "deleteMessage", *sends]
    is_sent = "voice" in (old, new) or "guarded" in (old, new)
    if is_sent or (old in CAPTIONED and new not in CAPTIONED):
        return [*clears, "deleteMessage", *sends]
    return [*clears, "editMessageMedia" if new in CAPTIONED else "editMessageText"]


def _flow() -> str:
    steps = "".join(
        f'  {name}:\n    show: "{name}"\n    buttons:\n'
        + "".join(f"      - {{text: to {other}, go: {other}}}\n" for other in WINDOWS)
        + (f"    {keys}\n" if keys else "")
        for name, keys in WINDOWS.items()
    )
    return f"flow: main\nversion: 1\ntitle: Changes\nsteps:\n{steps}"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Give the directory of the flows, with what they show."""
    for number, name in enumerate("abc"):
        (tmp_path / f"{name}.png").write_bytes(png(50 * number))
    (tmp_path / "a.ogg").write_bytes(b"OggS and more")
    (tmp_path / "a.mp4").write_bytes(b"0000ftypisom")
    (tmp_path / "a.webp").write_bytes(b"RIFF0000WEBP")
    return tmp_path


async def methods(chat: Any) -> list[str]:
    """Return the methods called for the chat, and forget them."""
    calls = (await chat.client.get("/_emulator/calls")).json()
    await chat.client.delete("/_emulator/calls")
    own = [one for one in calls if str(one["payload"].get("chat_id")) == str(chat.user_id)]
    return [one["method"] for one in own]


@pytest.mark.parametrize("old", WINDOWS)
async def test_each_window_becomes_each_other_by_the_right_calls(
    make_chat: Any, files: Path, old: str
) -> None:
    """Nothing of the old window stays, nothing is sent that can be edited, and one message has buttons."""
    chat = make_chat(beside=files, main=_flow())
    await chat.send("/start")
    await chat.press("Go")
    before = len(await chat.messages()) - 1
    await chat.press(f"to {old}")
    seen = {}
    for new in WINDOWS:
        if new == old:
            continue
        await methods(chat)
        await chat.press(f"to {new}")
        seen[new] = await methods(chat)
        messages = (await chat.messages())[before:]
        assert len(messages) == MESSAGES.get(new, 1), (old, new)
        assert [bool(one["buttons"]) for one in messages] == [False] * (len(messages) - 1) + [True]
        assert (messages[-1]["text"] or messages[-1]["caption"]) == new
        await chat.press(f"to {old}")
        messages = (await chat.messages())[before:]
        assert len(messages) == MESSAGES.get(old, 1), (new, old)
        assert (messages[-1]["text"] or messages[-1]["caption"]) == old
    assert seen == {new: expected(old, new) for new in WINDOWS if new != old}


@pytest.mark.parametrize("name", WINDOWS)
async def test_a_window_that_stays_calls_nothing(make_chat: Any, files: Path, name: str) -> None:
    """Whatever a window shows, a press that leaves it as it is sends nothing."""
    chat = make_chat(beside=files, main=_flow())
    await chat.send("/start")
    await chat.press("Go")
    if name != "text":
        await chat.press(f"to {name}")
    await chat.press(f"to {name}")
    await methods(chat)
    await chat.press(f"to {name}")
    assert await methods(chat) == []


async def test_an_album_that_stays_is_left_alone(make_chat: Any, files: Path) -> None:
    """Where only the text changes the album is not touched; written words bring it below again."""
    flow = (
        "flow: main\nversion: 1\ntitle: M\ndata: {n: {type: int, default: 0, max: 99}}\nsteps:\n  one:\n"
        '    show: "{{ data.n }}"\n    buttons: [{text: More, go: one, save: {n: "min(data.n + 1, 9)"}}]\n'
        "    media: [{photo: a.png}, {photo: b.png}]\n"
    )
    chat = make_chat(beside=files, main=flow)
    await chat.send("/start")
    await chat.press("Go")
    await methods(chat)
    await chat.press("More")
    assert await methods(chat) == ["editMessageText"]
    await chat.send("What?")
    assert await methods(chat) == [
        "sendMediaGroup",
        "editMessageReplyMarkup",
        "sendMessage",
    ]
    await chat.press("More")
    assert await methods(chat) == ["editMessageText"]


@query("files.all")
async def list_files(_context: Context, *, first: str, second: str) -> list[File]:
    """Give what somebody sent: a picture, another one and a paper."""
    return [
        File(kind="photo", file_id=first, unique_id=""),
        File(kind="photo", file_id=second, unique_id=""),
        File(kind="document", file_id=second, unique_id=""),
    ]


async def test_a_list_of_files_is_an_album(make_chat: Any, files: Path) -> None:
    """Files of a query stand above the text: neighbours of one sort as an album, others alone, each as it was sent."""
    chat = make_chat(beside=files, main=_flow())
    await chat.send("/start")
    await chat.press("Go")
    await chat.press("to album")
    ids = [one["media"]["file_id"] for one in (await chat.messages())[-3:-1]]
    call = f"\"files.all(first='{ids[0]}', second='{ids[1]}')\""
    flow = (
        "flow: main\nversion: 1\ntitle: M\nsteps:\n  one:\n    show: Files\n    buttons: [{text: Bare, go: two}]\n"
        f"    load: {{all: {call}}}\n    media: {{album: all}}\n"
        "  two: {show: Bare, buttons: [{text: Back, go: one}]}\n"
    )
    other = make_chat(list_files, beside=files, main=flow)
    await other.send("/start")
    await other.press("Go")
    kinds = [one["media"] and one["media"]["kind"] for one in (await other.messages())[-4:]]
    assert kinds == ["photo", "photo", "document", None]
    await other.press("Bare")
    assert [one["media"] for one in (await other.messages())[1:] if one["from_bot"]] == [None]


async def test_media_above_that_telegram_refuses_leave_the_text(
    make_chat: Any, files: Path
) -> None:
    """A window whose album cannot be had is its text with its buttons."""
    chat = make_chat(beside=files, main=_flow())
    await chat.send("/start")
    await chat.press("Go")
    refused = {"method": "sendMediaGroup", "error": 400, "description": "Bad Request: no"}
    await chat.client.post("/_emulator/faults", json=refused)
    await chat.press("to album")
    await chat.client.delete("/_emulator/faults")
    assert (await chat.messages())[-1]["text"] == "album"
    await chat.press("to text")
    assert (await chat.messages())[-1]["text"] == "text"


async def test_an_album_is_sent_once_however_often_its_text_is_tried(
    make_chat: Any, files: Path
) -> None:
    """What stands already is not sent again when Telegram asks to wait with the rest."""
    chat = make_chat(beside=files, main=_flow())
    await chat.send("/start")
    await chat.press("Go")
    await methods(chat)
    slow = {
        "method": "sendMessage",
        "error": 429,
        "description": "Too Many Requests: retry after 1",
        "retry_after": 1,
        "times": 1,
    }
    await chat.client.post("/_emulator/faults", json=slow)
    await chat.press("to album")
    await chat.client.delete("/_emulator/faults")
    assert (await methods(chat)).count("sendMediaGroup") == 1
    assert len((await chat.messages())[1:]) == MESSAGES["album"]


def _restart(chat: Any, make_chat: Any, files: Path) -> Any:
    """Return the same chat after the process was killed: what was not written is gone."""
    fresh = make_chat(beside=files, main=_flow())
    fresh.user_id, fresh.store.kept = chat.user_id, chat.store.kept
    return fresh


@pytest.mark.parametrize("new", ["text", "films", "three"])
async def test_what_stands_above_is_known_after_a_restart(
    make_chat: Any, files: Path, new: str
) -> None:
    """The calls are those that they would have been: the album of before is edited or deleted, and nothing is left."""
    chat = make_chat(beside=files, main=_flow())
    await chat.send("/start")
    await chat.press("Go")
    await chat.press("to album")
    chat = _restart(chat, make_chat, files)
    await methods(chat)
    await chat.press(f"to {new}")
    uploaded = ["editMessageMedia"] if new == "films" else []  # ids of files are the process's own
    assert await methods(chat) == [*uploaded, *expected("album", new)]
    seen = await chat.messages()
    assert [one.get("text") or one.get("caption") for one in seen[-1:]] == [new]
    assert len(seen) - 1 == MESSAGES.get(new, 1)


async def test_what_was_taken_away_is_not_sought_after_a_restart(
    make_chat: Any, files: Path
) -> None:
    """Once an album has gone, and the text it stood above was edited, nothing is deleted again."""
    chat = make_chat(beside=files, main=_flow())
    await chat.send("/start")
    await chat.press("Go")
    await chat.press("to album")
    await chat.press("to text")
    chat = _restart(chat, make_chat, files)
    await methods(chat)
    await chat.press("to album")
    assert "deleteMessages" not in await methods(chat)
