"""Media above a text, and the calls that change one for the other."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from aiogram.enums import ContentType
from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Window
from aiogram_dialog.widgets.kbd import (
    Back,
    Button,
    CurrentPage,
    FirstPage,
    LastPage,
    Next,
    NextPage,
    PrevPage,
    Row,
)
from aiogram_dialog.widgets.media import MediaScroll, StaticMedia
from aiogram_dialog.widgets.text import Const, Format

from engine.actions import Context, MaxLength, query
from engine.emulator.files import sample_photo
from tests.widgets.acts import EACH, press
from tests.widgets.compare import CAPTION_ALONE
from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The steps of the dialogs by hand."""

    first = State()
    second = State()


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """Give the directory of the flows, with what they show."""
    (tmp_path / "one.png").write_bytes(sample_photo(20, 20))
    (tmp_path / "two.png").write_bytes(sample_photo(20, 30))
    (tmp_path / "plan.txt").write_bytes(b"A plan.")
    return tmp_path


FLOW = """\
steps:
  first:
    show: "One"
    buttons: [{{text: "Next", go: second}}]
{first}
  second:
    show: "Two"
    buttons: [{{text: "Back", go: first}}]
{second}
"""
KINDS = {
    "photo": ("    media: {photo: one.png}", ContentType.PHOTO, "one.png"),
    "other photo": ("    media: {photo: two.png}", ContentType.PHOTO, "two.png"),
    "document": ("    media: {document: plan.txt}", ContentType.DOCUMENT, "plan.txt"),
    "none": ("", ContentType.TEXT, ""),
}


def _media(kind: str, beside: Path) -> list[StaticMedia]:
    _, content, name = KINDS[kind]
    return [StaticMedia(path=beside / name, type=content)] if name else []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("photo", "other photo"),
        ("photo", "photo"),
        ("photo", "none"),
        ("none", "photo"),
        ("photo", "document"),
        ("document", "none"),
    ],
)
async def test_static_media(compare: Compare, beside: Path, first: str, second: str) -> None:
    """From one window to the next and back: the same call for each change, and a file is uploaded once."""
    await compare(
        FLOW.format(first=KINDS[first][0], second=KINDS[second][0]),
        Window(Const("One"), *_media(first, beside), Next(Const("Next")), state=Main.first),
        Window(Const("Two"), *_media(second, beside), Back(Const("Back")), state=Main.second),
        beside=beside,
        acts=[EACH, press("Next"), EACH, press("Back"), press("Next")],
        differences=[CAPTION_ALONE] if first == second else (),
    )


async def test_media_by_address_and_under_a_veil(compare: Compare) -> None:
    """An address is sent as it is; a spoiler is an option of the media."""
    address = "https://example.com/a.jpg"
    await compare(
        f"""\
        steps:
          first:
            show: "One"
            media: {{photo: "{address}", spoiler: true}}
            buttons: [{{text: "Again", go: first, id: again}}]
        """,
        Window(
            Const("One"),
            StaticMedia(
                url=Const(address), type=ContentType.PHOTO, media_params={"has_spoiler": True}
            ),
            Button(Const("Again"), id="again"),
            state=Main.first,
        ),
        acts=[press("Again"), EACH],
    )


ROOMS = """\
data: {room: {type: PictureOfRoom, optional: true}}
steps:
  first:
    choose: rooms.pictures()
    text: "A room"
    button: "Take it"
    page: 1
    pager: {first: "<<", previous: "<", current: "{{ page }}", next: ">", last: ">>"}
    media: {photo: "https://example.com/{{ item.id }}.jpg"}
    save: {room: item}
    empty: {text: "None.", go: second}
    go: second
  second:
    show: "It is yours."
    buttons: [{text: "Back", go: first}]
"""


@dataclass
class PictureOfRoom:
    """A room with its picture."""

    id: Annotated[str, MaxLength(10)]


@query(name="rooms.pictures")
async def list_rooms(_ctx: Context) -> Annotated[list[PictureOfRoom], MaxLength(9)]:
    """List the rooms."""
    return [PictureOfRoom(name) for name in ("blue", "red", "attic")]


async def test_scroll_through_media(compare: Compare) -> None:
    """MediaScroll with a pager is a list of one item on a page, whose media are the item's."""

    async def rooms(**_: Any) -> dict[str, Any]:
        return {"rooms": ["blue", "red", "attic"]}

    scroll = MediaScroll(
        StaticMedia(url=Format("https://example.com/{item}.jpg"), type=ContentType.PHOTO),
        items="rooms",
        id="rooms",
    )
    pager = Row(
        FirstPage("rooms"),
        PrevPage("rooms"),
        CurrentPage("rooms"),
        NextPage("rooms"),
        LastPage("rooms"),
    )
    await compare(
        ROOMS,
        Window(
            Const("A room"), scroll, Next(Const("Take it")), pager, state=Main.first, getter=rooms
        ),
        Window(Const("It is yours."), Back(Const("Back")), state=Main.second),
        functions=[list_rooms],
        acts=[EACH, press(">"), press(">"), press("<"), press("<<")],
    )
