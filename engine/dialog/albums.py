"""Media that stand above a text: which of them Telegram takes as one album, and what can be edited into what.

It knows kinds of media, and calls nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiogram.enums import ContentType

from engine.flow.model.media import LARGEST_ALBUM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aiogram_dialog.api.entities import MediaAttachment

    from engine.dialog.outgoing import Above

_PICTURES: Final = "pictures"
_SORTS: Final = {
    ContentType.PHOTO: _PICTURES,
    ContentType.VIDEO: _PICTURES,
    ContentType.DOCUMENT: "documents",
    ContentType.AUDIO: "sounds",
}
"""What may be in one album, and be edited into each other there (core.telegram.org/bots/api#editmessagemedia)."""


def batches(media: Sequence[MediaAttachment]) -> Iterator[Sequence[MediaAttachment]]:
    """Give media in the calls that send them: neighbours of one sort as albums, each other file alone."""
    begin = 0
    for index in range(1, len(media) + 1):
        sort = _SORTS.get(media[begin].type)
        is_over = (
            index == len(media)
            or sort is None
            or _SORTS.get(media[index].type) != sort
            or index - begin == LARGEST_ALBUM
        )
        if is_over:
            yield media[begin:index]
            begin = index


def may_become(standing: Sequence[Above], wanted: Sequence[MediaAttachment]) -> bool:
    """Tell whether each file that stands can stay or be edited into the one that is wanted in its place."""
    return len(standing) == len(wanted) and all(
        one.shows(media) or _may_become(one.kind, media.type)
        for one, media in zip(standing, wanted, strict=True)
    )


def _may_become(kind: str, other: str) -> bool:
    return kind in _SORTS and _SORTS.get(ContentType(kind)) == _SORTS.get(ContentType(other))
