"""What windows show above their text, and the calls that bring it there."""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.actions import Context, File, Upload, User, query


def png(color: int) -> bytes:
    """Make a picture of 2 by 2 dots of one grey."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    rows = bytes([0, color, color]) * 2
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@dataclass(frozen=True, slots=True)
class Room:
    """Something with a picture, made as it is asked for."""

    id: int
    title: str
    picture: Upload | None


_pictures: dict[str, Upload | None] = {}


@query("pictures.chart")
async def make_chart(_context: Context) -> Upload | None:
    """Draw a chart, or none."""
    return _pictures.get("chart", Upload(png(7), "chart.png"))


@query("rooms.list")
async def list_rooms(_context: Context) -> list[Room]:
    """List two rooms, of which the second has no picture."""
    return [Room(1, "Blue", Upload(png(1), "blue.png")), Room(2, "Bare", None)]


@query("files.find")
async def find_file(_context: Context, *, kind: str, file_id: str) -> File:
    """Give what somebody sent."""
    return File(kind=kind, file_id=file_id, unique_id="")  # type: ignore[arg-type]  # any kind, to see


def _flow(first: str, second: str) -> str:
    return f"""\
flow: main
version: 1
title: Media
data: {{n: {{type: int, default: 0}}}}
steps:
  one:
    show: "One {{{{ data.n }}}}."
    buttons: [{{text: Two, go: two}}, {{text: More, go: one, id: more, save: {{n: data.n + 1}}}}]
{first}
  two:
    show: "Two."
    buttons: [{{text: One, go: one}}, {{text: Last, go: last}}]
{second}
  last: {{show: "Bye.", end: {{}}, media: {{document: photo.png}}}}
"""


PHOTO, OTHER, NONE = "    media: {photo: photo.png}", "    media: {photo: other.png}", ""
VOICE = "    media: {voice: voice.ogg}"


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Path:
    """Give the directory of the flows, with what they show."""
    (tmp_path / "photo.png").write_bytes(png(100))
    (tmp_path / "other.png").write_bytes(png(200))
    (tmp_path / "voice.ogg").write_bytes(b"OggS and more")
    _pictures.clear()
    return tmp_path


async def _open(make_chat: Any, files: Path, first: str, second: str = NONE) -> Any:
    chat = make_chat(make_chart, find_file, list_rooms, beside=files, main=_flow(first, second))
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def _calls(chat: Any) -> list[tuple[str, bool]]:
    """Return the methods called for the chat, each with whether a file went with it, and forget them."""
    calls = (await chat.client.get("/_emulator/calls")).json()
    await chat.client.delete("/_emulator/calls")
    own = [one for one in calls if str(one["payload"].get("chat_id")) == str(chat.user_id)]
    return [(one["method"], "attach://" in str(one["payload"]) or _has_file(one)) for one in own]


def _has_file(call: dict[str, Any]) -> bool:
    kinds = ("photo", "document", "voice")
    return any("file_name" in str(call["payload"].get(kind, "")) for kind in kinds)


async def _shown(chat: Any) -> tuple[str | None, str]:
    """Return the kind of media of the last message, and its text or caption."""
    message = (await chat.messages())[-1]
    media = message["media"]
    return media and media["kind"], message["text"] or message["caption"]


@pytest.mark.parametrize(
    ("first", "second", "methods", "back"),
    [
        (NONE, PHOTO, ["editMessageMedia"], ["deleteMessage", "sendMessage"]),
        (PHOTO, OTHER, ["editMessageMedia"], ["editMessageMedia"]),
        (PHOTO, PHOTO, ["editMessageCaption"], ["editMessageCaption"]),
        (PHOTO, VOICE, ["deleteMessage", "sendVoice"], ["deleteMessage", "sendPhoto"]),
        (NONE, NONE, ["editMessageText"], ["editMessageText"]),
    ],
)
async def test_each_change_has_its_call(  # noqa: PLR0913, PLR0917  # the table of changes
    make_chat: Any, files: Path, first: str, second: str, methods: list[str], back: list[str]
) -> None:
    """Text and media come and go by the one call that Telegram has for it, and the screen is one message."""
    chat = await _open(make_chat, files, first, second)
    await _calls(chat)
    await chat.press("Two")
    assert [method for method, _ in await _calls(chat)] == methods
    assert (await _shown(chat))[1] == "Two."
    await chat.press("One")
    assert [method for method, _ in await _calls(chat)] == back
    assert (await _shown(chat))[1] == "One 0."
    assert len([one for one in await chat.messages() if one["buttons"]]) == 1


async def test_media_that_stay_are_not_sent_again(make_chat: Any, files: Path) -> None:
    """A new text under the same picture changes the caption alone."""
    chat = await _open(make_chat, files, PHOTO)
    await _calls(chat)
    await chat.press("More")
    assert [method for method, _ in await _calls(chat)] == ["editMessageCaption"]
    assert await _shown(chat) == ("photo", "One 1.")


async def test_a_file_is_uploaded_once(make_chat: Any, files: Path) -> None:
    """The second time, to anybody, a file is sent by its id; a changed file is uploaded anew."""
    chat = await _open(make_chat, files, PHOTO)
    first = (await chat.messages())[-1]["media"]["file_id"]
    other = chat.another()
    await other.send("/start")
    await other.press("Go")
    assert (await other.messages())[-1]["media"]["file_id"] == first
    (files / "photo.png").write_bytes(png(55))
    third = chat.another()
    await third.send("/start")
    await third.press("Go")
    assert (await third.messages())[-1]["media"]["file_id"] != first


async def test_an_upload_of_a_query_is_shown_once_uploaded(make_chat: Any, files: Path) -> None:
    """Bytes that a query makes are shown, the same bytes by their id; None shows the text alone."""
    chart = "    load: {chart: pictures.chart()}\n    media: {photo: {from: chart}}"
    chat = await _open(make_chat, files, chart)
    assert await _shown(chat) == ("photo", "One 0.")
    await _calls(chat)
    await chat.press("More")
    assert [method for method, _ in await _calls(chat)] == ["editMessageCaption"]
    _pictures["chart"] = None
    await chat.press("More")
    assert await _shown(chat) == (None, "One 2.")


async def test_a_file_is_shown_as_what_it_was_sent_as(make_chat: Any, files: Path) -> None:
    """A document's id is sent as a document, whatever the flow calls it; a sticker, which has no text, is left out."""
    chat = await _open(make_chat, files, "    media: {document: photo.png}")
    file_id = (await chat.messages())[-1]["media"]["file_id"]
    for kind, shown in (("document", "document"), ("sticker", None)):
        load = f"    load: {{sent: \"files.find(kind='{kind}', file_id='{file_id}')\"}}\n"
        again = await _open(
            make_chat, files, load + "    media: {photo: {from: sent}, spoiler: true}"
        )
        assert await _shown(again) == (shown, "One 0.")


async def test_a_file_id_and_an_address_are_shown(make_chat: Any, files: Path) -> None:
    """A picture can be one that Telegram knows, or one on the web, whose address can have expressions."""
    chat = await _open(make_chat, files, PHOTO)
    file_id = (await chat.messages())[-1]["media"]["file_id"]
    known = await _open(make_chat, files, f"    media: {{photo: {{id: {file_id}}}}}")
    assert (await known.messages())[-1]["media"]["file_id"] == file_id
    address = '    media: {photo: "https://example.com/{{ data.n }}.jpg"}'
    web = await _open(make_chat, files, address)
    assert (await _shown(web)) == ("photo", "One 0.")
    await web.press("More")
    assert (await web.messages())[-1]["caption"] == "One 1."


async def test_a_spoiler_hides_it(make_chat: Any, files: Path) -> None:
    """With `spoiler` the picture is hidden until it is tapped, sent or edited in."""
    hidden = "    media: {photo: photo.png, spoiler: true}"
    chat = await _open(make_chat, files, hidden, hidden.replace("photo.png", "other.png"))
    assert (await chat.messages())[-1]["has_media_spoiler"]
    await chat.press("Two")
    assert (await chat.messages())[-1]["has_media_spoiler"]


async def test_a_last_word_has_media(make_chat: Any, files: Path) -> None:
    """The last word stays in the chat with what it shows."""
    chat = await _open(make_chat, files, NONE)
    await chat.press("Two")
    await chat.press("Last")
    word, home = (await chat.messages())[-2:]
    assert (word["media"]["kind"], word["caption"]) == ("document", "Bye.")
    assert home["text"].startswith("Home")


async def test_media_that_telegram_refuses_leave_the_text(make_chat: Any, files: Path) -> None:
    """An address that Telegram cannot fetch, or a file that has gone, does not hide the text and its buttons."""
    chat = await _open(make_chat, files, NONE, '    media: {photo: "https://example.com/x.jpg"}')
    fault = {"method": "editMessageMedia", "error": 400}
    refused = {**fault, "description": "Bad Request: failed to get HTTP URL content"}
    await chat.client.post("/_emulator/faults", json=refused)
    await chat.press("Two")
    await chat.client.delete("/_emulator/faults")
    assert await _shown(chat) == (None, "Two.")
    gone = await _open(make_chat, files, NONE, PHOTO)
    (files / "photo.png").unlink()
    await gone.press("Two")
    assert await _shown(gone) == (None, "Two.")


async def test_a_caption_is_cut_to_what_fits(make_chat: Any, files: Path) -> None:
    """A text under media that comes out too long for a caption is shown as far as it goes."""
    long = PHOTO + "\n    load: {rooms: rooms.list()}"
    flow = _flow(long, NONE).replace(
        "One {{ data.n }}.", "word{% for room in rooms %}" + " <b>word</b>" * 150 + "{% endfor %}"
    )
    chat = make_chat(make_chart, find_file, list_rooms, beside=files, main=flow)
    await chat.send("/start")
    await chat.press("Go")
    kind, text = await _shown(chat)
    assert kind == "photo"
    assert len(text) == 1024
    assert text.startswith("word word")
    assert text.endswith("…")


GALLERY = """\
flow: main
version: 1
title: Rooms
data: {room: {type: int, optional: true}}
steps:
  room:
    choose: rooms.list()
    text: "<b>{{ item.title }}</b>"
    media: {photo: {from: item.picture}}
    button: "Take it"
    page: 1
    search: {by: label, clear: "All", no_match: "Nothing."}
    save: {room: item.id}
    empty: {text: "No rooms.", go: end}
    buttons: [{text: Leave, go: end}]
    go: done
  done: {show: "Room {{ data.room | default(0) }}.", buttons: [{text: Again, go: room}]}
"""


async def test_a_page_of_one_is_a_gallery(make_chat: Any, files: Path) -> None:
    """Text and picture are those of the item that is shown; one without a picture has none."""
    chat = make_chat(list_rooms, beside=files, main=GALLERY)
    await chat.send("/start")
    await chat.press("Go")
    assert await _shown(chat) == ("photo", "Blue")
    await chat.press("More")
    assert await _shown(chat) == (None, "Bare")
    await chat.press("Back")
    await chat.send("xyz")
    assert await _shown(chat) == (None, "Nothing.")
    await chat.press("All")
    await chat.press("Take it")
    assert await chat.text() == "Room 1."


TWO_LOCALES = """\
bot: test
locale: en
locales: [en, de]
roles: [client]
home: home
time_zone: UTC
currency: EUR
messages: {old_button: A, no_access: B, error: C, unknown_input: D, wrong_answer: E, next_page: F, previous_page: G, proceed: H}
"""
GERMAN = """\
bot: {messages: {old_button: A, no_access: B, error: C, unknown_input: D, wrong_answer: E, next_page: F, previous_page: G, proceed: H}}
home: {title: H, menu: {text: Heim, buttons: {main: Los}}}
main: {title: M, one: {text: Eins, media: other.png}}
"""
TWO_LANGUAGES = """\
flow: main
version: 1
title: Media
steps:
  one: {show: One, media: {photo: photo.png}, end: {}}
  two: {show: Two, media: {photo: photo.png}, end: {}}
"""


async def test_a_language_can_have_media_of_its_own(make_chat: Any, files: Path) -> None:
    """Who reads German sees what the German texts name, where they name something."""
    flow = TWO_LANGUAGES.replace("end: {}}\n", "buttons: [{text: On, go: two, id: on}]}\n", 1)
    german = GERMAN.replace("other.png", "other.png, buttons: {on: Weiter}")
    german = german.replace("main: {", "main: {two: {text: Zwei}, ")
    texts = {"bot": TWO_LOCALES, "texts/de": german, "main": flow}
    chat = make_chat(beside=files, **texts)

    async def identify(person: Any) -> User:
        return User(person.id, "client", person.first_name, "de", "UTC")

    chat.directory.identify = identify
    await chat.send("/start")
    await chat.press("Los")
    first = (await chat.messages())[-1]
    await chat.press("Weiter")
    second = (await chat.messages())[-2]
    assert (first["caption"], second["caption"]) == ("Eins", "Zwei")
    original, other = first["media"]["file_id"], second["media"]["file_id"]
    assert original != other
