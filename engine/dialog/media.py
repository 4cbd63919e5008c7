"""What a window shows above its text: a file beside the flows, an address, or what data and queries give.

It does not know how a file reaches Telegram, nor whether it is sent or edited into a message.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import structlog
from aiogram.enums import ContentType
from aiogram_dialog.api.entities import MediaAttachment, MediaId

from engine.actions import File, Upload
from engine.flow.media_files import is_address

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.windows import Media

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
    options: dict[str, Any] = {"has_spoiler": True} if media.spoiler else {}
    if media.is_below:
        options["show_caption_above_media"] = True
    if media.place is not None:
        place = turn.say_to_client(data, media.place, environment)
        if is_address(media.place.text):
            return MediaAttachment(kind, url=place, **options)
        return _attach_path(kind, turn.bot.directory / place, options)
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


def _attach_path(
    kind: ContentType, path: Path, options: Mapping[str, Any]
) -> MediaAttachment | None:
    """Show a file beside the flows; the checker has seen it, but it may have gone since."""
    if not path.is_file():
        _logger.error("media_gone", path=str(path))
        return None
    return MediaAttachment(kind, path=str(path), **options)


def _attach_file(file: File, options: Mapping[str, Any]) -> MediaAttachment | None:
    """Show a file as what it was sent as: Telegram takes its id for nothing else."""
    kept = options if file.kind in ("photo", "video", "animation") else {}
    return MediaAttachment(
        ContentType(file.kind), file_id=MediaId(file.file_id, file.unique_id), **kept
    )
