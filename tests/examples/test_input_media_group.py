"""The example `input_media_group`: photos that are sent, one by one or as albums, and are turned through and deleted."""

from dataclasses import dataclass
from typing import Annotated, Any

from aiogram import F
from aiogram.enums import ContentType
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.api.entities import MediaAttachment, MediaId
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, NumberedPager, StubScroll
from aiogram_dialog.widgets.media import DynamicMedia
from aiogram_dialog.widgets.text import Const, Format

from engine.actions import Context, File, MaxLength, command, query
from tests.examples.conftest import PlayExample
from tests.widgets.acts import press, send, wait
from tests.widgets.compare import CAPTION_ALONE, other_rows, other_step
from tests.widgets.sides import Act, Side

NONE = "https://example.com/not-available.png"


class Medias(StatesGroup):
    """The window."""

    start = State()


@dataclass(frozen=True, slots=True)
class Page:
    """A photo that can be turned to."""

    id: int


@query("photos.at")
async def at(context: Context, *, photos: list[File], number: int) -> File:
    """Return one of them, counted from 1."""
    del context
    return photos[number - 1]


@query("photos.pages")
async def pages(context: Context, *, photos: list[File]) -> Annotated[list[Page], MaxLength(20)]:
    """Count them."""
    del context
    return [Page(number) for number in range(1, len(photos) + 1)]


@command("photos.add")
async def add(
    context: Context, *, photos: list[File], sent: list[File]
) -> Annotated[list[File], MaxLength(20)]:
    """Put more behind them, up to twenty."""
    del context
    return [*photos, *sent][:20]


@command("photos.delete")
async def delete(
    context: Context, *, photos: list[File], number: int
) -> Annotated[list[File], MaxLength(20)]:
    """Take one out."""
    del context
    return [*photos[: number - 1], *photos[number:]]


async def _on_photo(message: Message, _widget: Any, manager: DialogManager) -> None:
    photo = (message.photo or [])[-1]
    manager.dialog_data.setdefault("photos", []).append((photo.file_id, photo.file_unique_id))


async def _on_delete(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    scroll: Any = manager.find("pages")
    number = await scroll.get_page()
    del manager.dialog_data["photos"][number]
    if number > 0:
        await scroll.set_page(number - 1)


async def _photos(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    scroll: Any = dialog_manager.find("pages")
    number = await scroll.get_page()
    photos = dialog_manager.dialog_data.get("photos", [])
    shown: dict[str, Any] = {"file_id": MediaId(*photos[number])} if photos else {"url": NONE}
    return {
        "media_count": len(photos),
        "media_number": number + 1,
        "media": MediaAttachment(type=ContentType.PHOTO, **shown),
    }


def _dialog() -> Dialog:
    return Dialog(
        Window(
            Const("Send media"),
            DynamicMedia(selector="media"),
            StubScroll(id="pages", pages="media_count"),
            Group(NumberedPager(scroll="pages", when=F["pages"] > 1), width=8),
            Button(
                Format("🗑️ Delete photo #{media_number}"),
                id="del",
                on_click=_on_delete,
                when="media_count",
            ),
            MessageInput(content_types=[ContentType.PHOTO], func=_on_photo),
            getter=_photos,
            state=Medias.start,
        )
    )


def _album(side: Side) -> None:
    for _ in range(2):
        side.person().says(photo=True, media_group_id="album")


async def test_input_media_group(play_example: PlayExample) -> None:
    """Each photo is a page; an album is one answer, where the library answers to each of its parts."""
    album = Act("sending an album", _album)

    steps = await play_example(
        "input_media_group",
        _dialog(),
        acts=[
            send(photo=True),
            press("🗑️ Delete photo #1"),
            send(photo=True),
            album,
            wait(2),
            press("2"),
            press("3"),
            press("🗑️ Delete photo #3"),
            press("🗑️ Delete photo #2"),
            press("🗑️ Delete photo #1"),
        ],
        functions=[at, pages, add, delete],
        differences=[
            CAPTION_ALONE,
            other_rows("the library sends rows without buttons", theirs=""),
            other_step("the library shows the window for each part", album.said),
            other_step("an album is complete when no part came for a second", "waiting 2 s"),
        ],
        let_pass=None,
    )

    parts, whole = (one for one in steps if one.act.said in {album.said, "waiting 2 s"})
    assert [call.method for call in parts.ours] == []
    assert [call.method for call in parts.theirs if call.method.startswith("send")] == ["sendPhoto"]
    assert [call.method for call in whole.ours if call.method.startswith("send")] == ["sendPhoto"]
