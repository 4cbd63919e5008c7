"""Media of windows: pictures, sounds and other files, and where they come from.

It knows nothing of the text that they stand beside.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position


class MediaKind(StrEnum):
    """What can be shown beside a text."""

    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    DOCUMENT = "document"
    AUDIO = "audio"
    VOICE = "voice"
    VIDEO_NOTE = "video_note"
    STICKER = "sticker"


WITHOUT_TEXT: Final = frozenset({MediaKind.VIDEO_NOTE, MediaKind.STICKER})
"""What cannot have a text under it."""

LARGEST_ALBUM: Final = 10
"""How many files Telegram takes as one album."""

ALBUM: Final = "album"
"""The key that shows a list of files, each as what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What a window shows beside its text: exactly one of `place`, `file_id` and `value`.

    `place` is the path of a file beside the flows, or a web address; `value` gives a file, an upload or nothing, or, where it
    `is_album`, a list of them. What `is_below` stands below the text. `options` are what Telegram is told of the file
    besides; `thumbnail` is the path of a picture that stands for it.
    """

    kind: MediaKind
    position: Position
    place: Wording | None = None
    file_id: str | None = None
    value: Code | None = None
    spoiler: bool = False
    is_below: bool = False
    is_album: bool = False
    options: Mapping[str, int | str | bool] = field(default_factory=dict)
    thumbnail: str | None = None
    thumbnail_position: Position | None = None
