"""Media are files that are there and that Telegram takes, or web addresses.

It looks at the files beside the flows, and only at what is written of an address.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.flow.addresses import find_free_beginning
from engine.flow.media_files import find_media, is_address, recognise, written_value
from engine.flow.model.media import MediaKind
from engine.flow.model.windows import WindowStep
from engine.flow.parts import window_media
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.flow import Flow
    from engine.flow.model.media import Media


def check_bad_media(draft: BotDraft) -> Iterator[Problem]:
    """Report each place of media that cannot be shown, in any language."""
    for flow_draft in draft.flows.values():
        directory = Path(flow_draft.path).parent
        for step in flow_draft.flow.steps.values():
            if not isinstance(step, WindowStep):
                continue
            names = _names(flow_draft.flow, step)
            for media in window_media(step):
                for text in draft.texts_of(media.place) if media.place else ():
                    if message := _fault(directory, names, media, text.text):
                        yield Problem(text.position, "bad-media", message)
                fault = media.thumbnail and _thumbnail_fault(directory, media.thumbnail)
                if fault and media.thumbnail_position:
                    yield Problem(media.thumbnail_position, "bad-media", fault)


def _names(flow: Flow, step: WindowStep) -> frozenset[str]:
    """Give what media of a step may be read from."""
    return frozenset(
        (
            *step.load,
            *(f"data.{one}" for one in flow.data),
            *(f"params.{one}" for one in flow.params),
        )
    )


def _fault(directory: Path, names: frozenset[str], media: Media, text: str) -> str | None:
    value = written_value(text)
    if value in names or value.startswith("item."):
        return f'"{text}" is a value and no file; write {media.kind}: {{from: {value}}}'
    if not is_address(text):
        return _file_fault(directory, media.kind, text)
    if media.kind is MediaKind.VIDEO_NOTE:
        return f'"{text}" is an address, and Telegram fetches no {media.kind}; write the path of a file'
    return _address_fault(text)


def _thumbnail_fault(directory: Path, text: str) -> str | None:
    """Say what is wrong with the picture that stands for a file."""
    if is_address(text):
        return f'"{text}" is an address; a thumbnail is a file beside the flows'
    if fault := _file_fault(directory, MediaKind.DOCUMENT, text):
        return fault
    path = directory / text
    if recognise(path) != "JPEG":
        return (
            f'file "{text}" is {recognise(path) or "of no known format"}, and a thumbnail is JPEG'
        )
    if path.stat().st_size > _LARGEST_THUMBNAIL:
        return f'file "{text}" has {path.stat().st_size:,} bytes; Telegram takes at most 200 KB of a thumbnail'
    return None


def _address_fault(text: str) -> str | None:
    free = find_free_beginning(text)
    if free is None and text.startswith("https://"):
        return None
    if "{" in text and text.startswith("https://"):
        return (
            f'a value stands behind "{free}", where the name of the site is; '
            'write that name out, as in "https://example.com/"'
        )
    return (
        f'"{text}" is no address of media; begin it with "https://", '
        "or write the path of a file, without expressions"
    )


def _file_fault(directory: Path, kind: MediaKind, text: str) -> str | None:
    """Say what is wrong with a file beside the flows; None where Telegram takes it."""
    path = find_media(directory, text)
    if path is None:
        return f'"{text}" leads out of "{directory.as_posix()}"; put the file there'
    if not path.is_file():
        return f'there is no file "{path.as_posix()}"; put it there'
    try:
        return _content_fault(path, kind, text)
    except OSError as error:
        return f'file "{text}" cannot be read: {(error.strerror or "it fails").lower()}'


def _content_fault(path: Path, kind: MediaKind, text: str) -> str | None:
    size, most = path.stat().st_size, _LARGEST.get(kind, _LARGEST_FILE)
    if size == 0:
        return f'file "{text}" is empty'
    if size > most * _MEGABYTE:
        return f'file "{text}" has {size:,} bytes; Telegram takes at most {most} MB of a {kind}'
    found, wanted = recognise(path), _CONTENT.get(kind)
    if wanted and found not in wanted:
        return f'file "{text}" is {found or "of no known format"}, and a {kind} is {" or ".join(wanted)}'
    return None


_MEGABYTE: Final = 1024 * 1024
_LARGEST_FILE: Final = 50
_LARGEST_THUMBNAIL: Final = 200 * 1024
_LARGEST: Final = {MediaKind.PHOTO: 10}
_CONTENT: Final[dict[MediaKind, tuple[str, ...]]] = {
    MediaKind.PHOTO: ("JPEG", "PNG", "WEBP"),
    MediaKind.VIDEO: ("MP4",),
    MediaKind.ANIMATION: ("GIF", "MP4"),
    MediaKind.AUDIO: ("MP3", "MP4"),
    MediaKind.VOICE: ("OGG", "MP3", "MP4"),
    MediaKind.VIDEO_NOTE: ("MP4",),
    MediaKind.STICKER: ("WEBP", "TGS", "WEBM"),
}
"""What Telegram shows as each kind (core.telegram.org/bots/api#sendphoto and following); any file is a document."""
