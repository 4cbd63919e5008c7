"""What a window shows above its text: a file beside the flows, an address, or what data and queries give.

It does not know how a file reaches Telegram, nor whether it is sent or edited into a message.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiogram.enums import ContentType
from aiogram_dialog.api.entities import MediaAttachment, MediaId

from engine.actions import File, Upload
from engine.flow.media_files import is_address
from engine.flow.model.media import LARGEST_ALBUM

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.media import Media

_logger = structlog.get_logger(__name__)


class UploadAttachment(MediaAttachment):
    """Bytes that a query made; what they hash to stands for their path, so that they are uploaded once."""

    def __init__(self, kind: ContentType, upload: Upload, **options: Any) -> None:
        digest = blake2b(upload.content, digest_size=16).hexdigest()
        super().__init__(kind, path=f"upload:{digest}:{upload.name}", **options)
        self.upload = upload


def attach_media(
    turn: Turn, data: FlowData, media: Media, environment: Mapping[str, Any]
) -> MediaAttachment | None:
    """Return what a window shows to this person now; None where there is nothing."""
    kind = ContentType(media.kind.value)
    home = turn.bot.home_of(data.flow.flow.name)
    options = _options_of(home, media)
    if media.place is not None:
        place = turn.say_to_client(data, media.place, environment)
        if is_address(media.place.text):
            return MediaAttachment(kind, url=place, **options)
        return _attach_path(kind, home / place, options)
    if media.file_id is not None:
        return MediaAttachment(kind, file_id=MediaId(media.file_id), **options)
    value = turn.evaluate(data, media.value, environment) if media.value else None
    match value:
        case Upload():
            return UploadAttachment(kind, value, **options)
        case File():
            return _attach_file(value, options)
        case _:
            return None


def attach_above(
    turn: Turn, data: FlowData, media: Media, environment: Mapping[str, Any]
) -> tuple[MediaAttachment, ...]:
    """Return what stands above a window in messages of its own: one file, or each of a list."""
    if not media.is_album:
        attached = attach_media(turn, data, media, environment)
        return (attached,) if attached else ()
    files = turn.evaluate(data, media.value, environment) if media.value else None
    return tuple(_attach_as_it_is(file) for file in (files or ())[:LARGEST_ALBUM])


def _attach_as_it_is(file: File | Upload) -> MediaAttachment:
    """Show a file of a list: one that was sent as what it was sent as, an upload as what its name says."""
    if isinstance(file, File):
        return _attach_file(file, {})
    kind = _KINDS.get(PurePath(file.name).suffix.lower(), ContentType.DOCUMENT)
    return UploadAttachment(kind, file)


_KINDS: Final = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".webp"), ContentType.PHOTO),
    ".mp4": ContentType.VIDEO,
    **dict.fromkeys((".mp3", ".m4a"), ContentType.AUDIO),
}
"""What an upload of a list is shown as, by the ending of its name; anything else is a document."""


def _options_of(home: Path, media: Media) -> dict[str, Any]:
    """Return what Telegram is told of media beside their file."""
    options: dict[str, Any] = dict(media.options)
    if media.spoiler:
        options["has_spoiler"] = True
    if media.is_below:
        options["show_caption_above_media"] = True
    if media.thumbnail:
        options["thumbnail"] = str(home / media.thumbnail)
    return options


def _attach_path(
    kind: ContentType, path: Path, options: Mapping[str, Any]
) -> MediaAttachment | None:
    """Show a file beside the flows; the checker has seen it, but it may have gone since."""
    if not path.is_file():
        _logger.error("media_gone", path=str(path))
        return None
    return MediaAttachment(kind, path=str(path), **options)


def _attach_file(file: File, options: Mapping[str, Any]) -> MediaAttachment:
    """Show a file as what it was sent as: Telegram takes its id for nothing else."""
    kept = options if file.kind in ("photo", "video", "animation") else {}
    return MediaAttachment(
        ContentType(file.kind), file_id=MediaId(file.file_id, file.unique_id), **kept
    )
