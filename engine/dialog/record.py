"""What is kept of a conversation as bytes: a head that tells how far it got, and the body that tells where it stands.

It does not know what the body means; two bodies that are the same show the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiogram.enums import ContentType
from aiogram.types import LinkPreviewOptions
from aiogram_dialog.api.entities import MediaAttachment, MediaId, ShowMode

from engine.dialog.media import UploadAttachment
from engine.dialog.outgoing import FlowMessage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiogram.types import Chat
    from aiogram_dialog.api.entities import NewMessage

REMEMBERED_UPDATES: Final = 16
"""Updates that a conversation knows to have been through; more than may be handled before the first of them is marked done."""


REFRESH: Final = "refresh"
"""The kind of what is due when a window is shown again."""

OF_MESSAGE: Final = frozenset({"last_message_id", "last_media_id", "last_media_unique_id"})
"""What is kept of a stack that belongs to one message."""

_MANNER: Final = ("protect_content", "silent", "effect")
"""What is kept of how a last word is sent."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """What the last turn was to show beside the screen; kept until the next turn, as nobody can know what arrived."""

    toast: str | None = None
    is_alert: bool = False
    notices: tuple[str, ...] = ()
    words: tuple[Mapping[str, Any], ...] = ()
    mode: str | None = None
    left_behind: int | None = None
    wants_screen: bool = False
    closes_screen: bool = False
    had_keyboard: bool = False
    strand: str = ""
    deleted: tuple[int, ...] = ()
    accepts: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """How many screens were shown, the names of the last updates that the body has in it, and what they were to show.

    `is_bare` tells that the last screen has no buttons in its message, which would have to be taken off. Where there are strands beside
    the main one, `faces` tell the number of each one's screen and whether it is bare, and `others` are what other strands than
    the first one of the last turn were to show.
    """

    screen: int = 0
    applied: tuple[str, ...] = ()
    unseen: Unseen = field(default_factory=Unseen)
    is_bare: bool = False
    faces: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    others: tuple[Unseen, ...] = ()

    def after(
        self,
        names: Sequence[str],
        unseen: Sequence[Unseen],
        faces: Mapping[str, tuple[int, bool]],
    ) -> Head:
        """Return the head after more updates; no number of a screen comes again."""
        applied = (*self.applied, *names)[-REMEMBERED_UPDATES:]
        first, *others = unseen
        screen = max(self.screen, *(number for number, _ in faces.values()))
        number, is_bare = faces[""]
        is_alone = len(faces) == 1 and number == screen and not others
        return Head(screen, applied, first, is_bare, {} if is_alone else faces, tuple(others))


def seal(head: Head, body: bytes) -> bytes:
    """Return a conversation as it is kept."""
    raw = [head.screen, head.applied, _encode_unseen(head.unseen), head.is_bare]
    if head.faces:
        raw += [head.faces, [_encode_unseen(one) for one in head.others]]
    return b"%b\n%b" % (orjson.dumps(raw), body)


def unseal(value: bytes) -> tuple[Head, bytes]:
    """Return the head and the body of what was kept."""
    head, _, body = value.partition(b"\n")
    screen, applied, unseen, *rest = orjson.loads(head)
    known: dict[str, Any] = dict(zip(("is_bare", "faces", "others"), rest, strict=False))
    return (
        Head(
            screen,
            tuple(applied),
            _decode_unseen(unseen),
            known.get("is_bare", False),
            {name: (number, bare) for name, (number, bare) in known.get("faces", {}).items()},
            tuple(_decode_unseen(one) for one in known.get("others", ())),
        ),
        body,
    )


def _encode_unseen(unseen: Unseen) -> dict[str, Any]:
    """Return what was to be shown as JSON; nearly all of it is empty nearly always."""
    return {name: value for name in Unseen.__slots__ if (value := getattr(unseen, name))}


def _decode_unseen(raw: dict[str, Any]) -> Unseen:
    for name in ("notices", "words", "deleted"):
        if name in raw:
            raw[name] = tuple(raw[name])
    return Unseen(**raw)


def detach(value: bytes) -> bytes:
    """Return what was kept without the message that the screen stands in, as in a chat that does not have it."""
    head, body = unseal(value)
    raw = orjson.loads(body)
    for strand in (raw, *raw.get("beside", {}).values()):
        kept = strand["stack"].items()
        strand["stack"] = {name: one for name, one in kept if name not in OF_MESSAGE}
        strand.pop("above", None)
    unseen, *others = (replace(one, left_behind=None) for one in (head.unseen, *head.others))
    head = replace(head, unseen=unseen, others=tuple(others))
    return seal(head, orjson.dumps(raw, option=orjson.OPT_SORT_KEYS))


def read_due(value: bytes) -> int | None:
    """Return when the next timeout of what was kept is due, in milliseconds since 1970."""
    due = _next_due(value)
    return due[0] if due else None


def is_refresh_due(value: bytes) -> bool:
    """Tell whether what is due next is that a window is shown again."""
    due = _next_due(value)
    return due is not None and due[2:] == [REFRESH]


def _next_due(value: bytes) -> list[Any] | None:
    dues: list[list[Any]] = [one["due"] for one in _strands(value) if one.get("due")]
    return min(dues, key=lambda due: due[0], default=None)


def read_contexts(value: bytes) -> list[dict[str, Any]]:
    """Return the open flows of the main strand of what was kept, the lowest first."""
    return read_strands(value)[0]


def read_strands(value: bytes) -> list[list[dict[str, Any]]]:
    """Return the open flows of each strand of what was kept, the lowest first; the main strand comes first."""
    return [strand["contexts"] for strand in _strands(value)]


def _strands(value: bytes) -> list[dict[str, Any]]:
    body = orjson.loads(unseal(value)[1])
    return [body, *body.get("beside", {}).values()]


def encode_word(message: NewMessage) -> Mapping[str, Any]:
    """Return a message without buttons as JSON; what a query made to show with it is left out."""
    kept: dict[str, Any] = {"text": message.text, "parse_mode": message.parse_mode}
    if message.media is not None and not isinstance(message.media, UploadAttachment):
        kept["media"] = _encode_media(message.media)
    if isinstance(message, FlowMessage):
        known = [one for one in message.above if not isinstance(one, UploadAttachment)]
        kept |= {"above": [_encode_media(one) for one in known]} if known else {}
        kept |= {name: value for name in _MANNER if (value := getattr(message, name))}
        if message.link_preview_options:
            kept["preview"] = message.link_preview_options.model_dump(exclude_defaults=True)
    return kept


def decode_word(kept: Mapping[str, Any], chat: Chat, thread_id: int | None) -> NewMessage:
    """Return the message that was kept."""
    media, preview = kept.get("media"), kept.get("preview")
    return FlowMessage(
        chat=chat,
        thread_id=thread_id,
        text=kept["text"],
        parse_mode=kept["parse_mode"],
        show_mode=ShowMode.AUTO,
        media=_decode_media(media) if media else None,
        above=tuple(_decode_media(one) for one in kept.get("above", ())),
        link_preview_options=LinkPreviewOptions(**preview) if preview else None,
        **{name: kept[name] for name in _MANNER if name in kept},
    )


def _encode_media(media: MediaAttachment) -> Mapping[str, Any]:
    return {
        "type": media.type,
        "url": media.url,
        "path": str(media.path) if media.path else None,
        "id": [media.file_id.file_id, media.file_id.file_unique_id] if media.file_id else None,
        "options": media.kwargs,
    }


def _decode_media(kept: Mapping[str, Any]) -> MediaAttachment:
    file_id = MediaId(*kept["id"]) if kept["id"] else None
    return MediaAttachment(
        ContentType(kept["type"]),
        url=kept["url"],
        path=kept["path"],
        file_id=file_id,
        **kept["options"],
    )
