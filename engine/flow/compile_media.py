"""What a window says of media, compiled in the names of its place.

It knows what media can be shown from; whether a file is there is a rule's to say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.actions import File, Upload
from engine.flow.media_files import written_value
from engine.flow.model.choosing import ChooseStep
from engine.flow.parts import window_media
from engine.flow.types import ListOf, Maybe, Nothing, Record, describe

if TYPE_CHECKING:
    from engine.flow.compile import Room, Tables, Typist
    from engine.flow.model.media import Media
    from engine.flow.model.windows import WindowStep
    from engine.flow.types import Type

_ITEM: Final = re.compile(r"\bitem\b")


def is_gallery(step: WindowStep) -> bool:
    """Tell whether a window shows one item at a time, which its media can read."""
    return isinstance(step, ChooseStep) and step.page == 1


def reads_item(media: Media) -> bool:
    """Tell whether media are those of an item."""
    written = [media.place.text] if media.place else []
    written += [media.value.text] if media.value else []
    return any(_ITEM.search(text) for text in written)


def text_room(typist: Typist, step: WindowStep, room: Room) -> Room:
    """Give the names that the text of a window can read: those of its item where there always is one."""
    if isinstance(step, ChooseStep) and is_gallery(step) and step.empty and step.empty.text:
        return room.having(typist.offering(step))
    return room


def compile_media(tables: Tables, typist: Typist, step: WindowStep, room: Room) -> None:
    """Compile where media come from."""
    if isinstance(step, ChooseStep) and is_gallery(step):
        room = room.having(typist.offering(step))
    for media in window_media(step):
        if isinstance(step, ChooseStep) and not is_gallery(step) and reads_item(media):
            message = f'media read "item", and a page of step "{step.name}" has {step.page}; add "page: 1"'
            tables.report(media.position, "bad-media", message)
        else:
            _compile_one(tables, media, room)


def _compile_one(tables: Tables, media: Media, room: Room) -> None:
    if media.place and not (media.place.text.startswith("{{") and written_value(media.place.text)):
        tables.wording(media.place, room, html=False)
    done = tables.expression(media.value, room) if media.value else None
    if done is None or media.value is None:
        return
    shown: Type | None = done.type.inner if isinstance(done.type, Maybe) else done.type
    wanted = "a file or an Upload"
    if media.is_album:
        wanted = "a list of files or of Uploads"
        shown = shown.item if isinstance(shown, ListOf) else None
    elif isinstance(shown, ListOf) and _is_file(shown.item):
        wanted = f"{wanted}; a list is shown by media: {{album: {media.value.text}}}"
    if not _is_file(shown) and not (isinstance(shown, Nothing) and not media.is_album):
        message = f'"{media.value.text}" is {describe(done.type)}; media are shown from {wanted}'
        tables.report(media.value.position, "wrong-type", message)


def _is_file(type_: Type | None) -> bool:
    return isinstance(type_, Record) and type_.python in (File, Upload)
