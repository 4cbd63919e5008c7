"""The example `custom_media_url`: pictures that are drawn as they are asked for, which there takes a message manager."""

from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.enums import ContentType
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import BufferedInputFile, InputFile
from aiogram_dialog import Dialog, Window
from aiogram_dialog.api.entities import MediaAttachment
from aiogram_dialog.manager.message_manager import MessageManager
from aiogram_dialog.widgets.kbd import Back, Next, Row
from aiogram_dialog.widgets.media import StaticMedia
from aiogram_dialog.widgets.text import Const

from engine.actions import Context, Upload, query
from engine.emulator.files import sample_photo
from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press


class Pictures(StatesGroup):
    """The windows."""

    custom = State()
    custom2 = State()
    normal = State()


def _draw(text: str) -> bytes:
    return sample_photo(20 + len(text), 20)


@query("pictures.draw")
async def draw_picture(_context: Context, *, text: str) -> Upload:
    """Draw a text."""
    return Upload(_draw(text), f"{text}.png")


class DrawingMessageManager(MessageManager):
    """Draws what an address of its own says."""

    async def get_media_source(self, media: MediaAttachment, bot: Bot) -> InputFile | str:
        """Return a drawing, or what the library has for any other place."""
        place = str(media.url or "")
        if media.file_id or not place.startswith("my://"):
            return await super().get_media_source(media, bot)
        text = place.removeprefix("my://")
        return BufferedInputFile(_draw(text), f"{text}.png")


def _drawn(text: str) -> StaticMedia:
    return StaticMedia(url=Const(f"my://{text}"), type=ContentType.PHOTO)


async def test_drawn_media(play_example: PlayExample, files: Path) -> None:
    """Each picture is uploaded once, and shown again by its id; here a query gives it."""
    photo: Any = ContentType.PHOTO
    dialog = Dialog(
        Window(Const("Custom image:"), _drawn("text"), Next(), state=Pictures.custom),
        Window(
            Const("Another custom image:"),
            _drawn("another"),
            Row(Back(), Next()),
            state=Pictures.custom2,
        ),
        Window(
            Const("Normal image:"),
            StaticMedia(path=files / "1.png", type=photo),
            Back(),
            state=Pictures.normal,
        ),
    )
    await play_example(
        "drawn_media",
        dialog,
        functions=[draw_picture],
        message_manager=DrawingMessageManager(),
        acts=[EACH, press("Next"), EACH, press("Next"), EACH, press("Back"), press("Back")],
    )
