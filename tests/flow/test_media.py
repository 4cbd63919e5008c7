"""What the checker says of media."""

from pathlib import Path

import pytest

from engine.actions import Catalog, Context, Upload, command
from engine.flow.check import check_flows

BOT = """\
bot: salon
locale: en
locales: [en]
roles: [client]
home: visit
time_zone: Europe/Berlin
currency: EUR
messages: {old_button: A, no_access: B, error: C, unknown_input: D, wrong_answer: E, next_page: F, previous_page: G, proceed: H}
"""
FLOW = """\
flow: visit
version: 1
title: Visit
data: {{name: {{type: text, default: Ann}}, files: {{type: "list[file]", default: []}}}}
steps:
  hello:
    show: "{text}"
    media: {{{media}}}
    load: {{chart: services.chart(), services: services.list()}}
    end: {{}}
"""
CONTENTS = {
    "a.jpg": b"\xff\xd8\xff0",
    "a.png": b"\x89PNG\r\n\x1a\n0",
    "a.webp": b"RIFF0000WEBP",
    "a.gif": b"GIF89a",
    "a.mp4": b"0000ftypisom",
    "a.mp3": b"ID3.",
    "b.mp3": b"\xff\xfb\x90",
    "a.ogg": b"OggS",
    "a.txt": b"text",
    "a.tgs": b"\x1f\x8b\x08",
    "empty.jpg": b"",
}


def _problems(
    directory: Path, catalog: Catalog, media: str, text: str = "Hello"
) -> list[tuple[str, str]]:
    flows = directory / "flows"
    flows.mkdir(exist_ok=True)
    for name, content in CONTENTS.items():
        (flows / name).write_bytes(content)
    (directory / "outside.jpg").write_bytes(CONTENTS["a.jpg"])
    (flows / "link.jpg").symlink_to(directory / "outside.jpg")
    with (flows / "large.jpg").open("wb") as large:
        large.write(CONTENTS["a.jpg"])
        large.truncate(11 * 1024 * 1024)
    sources = {
        flows / "bot.yaml": BOT,
        flows / "visit.yaml": FLOW.format(media=media, text=text),
    }
    checked = check_flows(flows, catalog, sources=sources)
    return [
        (problem.code, problem.message.replace(flows.as_posix(), "flows"))
        for problem in checked.problems
    ]


@pytest.mark.parametrize(
    "media",
    [
        "photo: a.jpg",
        "photo: ./a.png, spoiler: true",
        "photo: a.webp",
        "animation: a.gif",
        "animation: a.mp4",
        "video: a.mp4, spoiler: false",
        "audio: a.mp3",
        "audio: b.mp3",
        "voice: a.ogg",
        "document: a.txt",
        "document: large.jpg",
        'photo: "https://example.com/a.jpg"',
        'photo: "https://example.com/{{ data.name }}.jpg"',
        "photo: {id: AgACAgIAAxkBAAIB-x_y}",
        "photo: {from: chart}",
        "photo: {from: None}",
        "photo: a.jpg, below: true",
        "sticker: a.webp",
        "sticker: a.tgs",
        "video_note: a.mp4, duration: 3, length: 240",
        "video: a.mp4, width: 320, height: 240, duration: 3, streaming: true, thumbnail: a.jpg",
        "audio: a.mp3, performer: Ann, title: Song, duration: 90",
        "album: data.files",
    ],
)
def test_media_that_can_be_shown_are_fine(tmp_path: Path, catalog: Catalog, media: str) -> None:
    """Every kind has its formats, and every source its spelling."""
    assert _problems(tmp_path, catalog, media) == []


@pytest.mark.parametrize(
    ("media", "code", "message"),
    [
        ("photo: no.jpg", "bad-media", 'there is no file "flows/no.jpg"; put it there'),
        ("photo: ../outside.jpg", "bad-media", '"../outside.jpg" leads out of "flows"; put the file there'),
        ("photo: link.jpg", "bad-media", '"link.jpg" leads out of "flows"; put the file there'),
        ("photo: /etc/passwd", "bad-media", '"/etc/passwd" leads out of "flows"; put the file there'),
        ("photo: empty.jpg", "bad-media", 'file "empty.jpg" is empty'),
        ("photo: a.gif", "bad-media", 'file "a.gif" is GIF, and a photo is JPEG or PNG or WEBP'),
        ("video: a.txt", "bad-media", 'file "a.txt" is of no known format, and a video is MP4'),
        ("photo: large.jpg", "bad-media", 'file "large.jpg" has 11,534,336 bytes; Telegram takes at most 10 MB of a photo'),
        ('photo: "http://example.com/a.jpg"', "bad-media",
         '"http://example.com/a.jpg" is no address of media; begin it with "https://", or write the path of a file, without expressions'),
        ('photo: "{{ data.name }}.jpg"', "bad-media",
         '"{{ data.name }}.jpg" is no address of media; begin it with "https://", or write the path of a file, without expressions'),
        ("photo: {from: data.name}", "wrong-type", '"data.name" is text; media are shown from a file or an Upload'),
        ("photo: {from: item}", "unknown-name", 'no name "item"'),
        ("photo: a.jpg, video: a.mp4", "conflicting-keys", '"media" of step "hello" has both "photo" and "video"; keep one'),
        ("document: a.txt, spoiler: true", "conflicting-keys", '"media" of step "hello" has both "document" and "spoiler"; keep one'),
        ("spoiler: true", "missing-key", '"media" of step "hello" shows nothing'),
        ("photo: {}", "missing-key", '"photo" of "media" of step "hello" shows nothing; keys for that are "from", "id"'),
        ("poll: a.webp", "unknown-key", '"media" of step "hello" cannot have the key "poll"'),
        ("sticker: a.jpg", "bad-media", 'file "a.jpg" is JPEG, and a sticker is WEBP or TGS or WEBM'),
        ("sticker: a.webp, spoiler: true", "conflicting-keys", 'has both "sticker" and "spoiler"; keep one'),
        ("photo: a.jpg, width: 3", "conflicting-keys", 'has both "photo" and "width"; keep one'),
        ("video_note: https://example.com/a.mp4", "bad-media", "Telegram fetches no video_note; write the path of a file"),
        ("video: a.mp4, thumbnail: a.png", "bad-media", 'file "a.png" is PNG, and a thumbnail is JPEG'),
        ("video: a.mp4, thumbnail: large.jpg", "bad-media", "Telegram takes at most 200 KB of a thumbnail"),
        ("video: a.mp4, thumbnail: https://example.com/a.jpg", "bad-media", "a thumbnail is a file beside the flows"),
        ("video: a.mp4, width: 0", "bad-value", "is 0; it is at least 1"),
        ("photo: {from: data.files}", "wrong-type", "a list is shown by media: {album: data.files}"),
        ("album: chart", "wrong-type", "media are shown from a list of files or of Uploads"),
        ("album: services", "wrong-type", "media are shown from a list of files or of Uploads"),
        ("photo: {id: a b}", "bad-value", 'cannot be "a b"; write the id that Telegram gave'),
    ],
)  # fmt: skip
def test_media_that_cannot_be_shown_are_found(
    tmp_path: Path, catalog: Catalog, media: str, code: str, message: str
) -> None:
    """Each mistake gives one problem that says what would be right."""
    problems = _problems(tmp_path, catalog, media)

    assert code in {found for found, _ in problems}
    assert any(message in said for _, said in problems)


def test_a_caption_is_shorter_than_a_text(tmp_path: Path, catalog: Catalog) -> None:
    """Under media a text has a quarter of the room; tags do not count."""
    assert _problems(tmp_path, catalog, "photo: a.jpg", "<b>" + "x" * 1024 + "</b>") == []
    (tmp_path / "again").mkdir()
    (problem,) = _problems(tmp_path / "again", catalog, "photo: a.jpg", "x" * 1025)
    assert problem[0] == "too-long"
    assert "1025" in problem[1]
    assert "1024" in problem[1]


def test_a_page_of_several_has_no_item_to_show(tmp_path: Path, catalog: Catalog) -> None:
    """Media of an item need pages of one."""
    (tmp_path / "flows").mkdir()
    sources = {
        tmp_path / "flows/bot.yaml": BOT,
        tmp_path / "flows/visit.yaml": """\
flow: visit
version: 1
title: Visit
data: {name: {type: text, optional: true}}
steps:
  pick:
    choose: services.list()
    text: Which?
    media: {photo: "https://example.com/{{ item.id }}.jpg"}
    button: "{{ item.title }}"
    save: {name: item.title}
    empty: {text: None., go: end}
    go: end
""",
    }

    (problem,) = check_flows(tmp_path / "flows", catalog, sources=sources).problems

    assert problem.code == "bad-media"
    assert problem.message == 'media read "item", and a page of step "pick" has 8; add "page: 1"'


@command("charts.keep")
async def _keep_chart(_context: Context) -> Upload:
    """Give an upload from a command."""
    raise NotImplementedError


def test_a_command_cannot_give_an_upload(tmp_path: Path) -> None:
    """What a command gives is kept, so that it happens once; an upload cannot be."""
    with pytest.raises(TypeError, match=r'action "charts.keep" is a command with an Upload'):
        check_flows(tmp_path, Catalog([_keep_chart]), sources={})
