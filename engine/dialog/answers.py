"""What a message answers to a question, as typed values.

It does not know what is done with an answer, nor which answers a flow allows beyond their type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.actions import Contact, File, Location, Sent
from engine.dialog.sent import LONGEST_NAME, degrees, is_part, read_part
from engine.flow.answers.addresses import read_phones
from engine.flow.answers.asked import ALBUMS, ANY, FILE_WORDS
from engine.flow.answers.written import read_written
from engine.flow.types import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from aiogram.types import Contact as SharedContact
    from aiogram.types import Message

    from engine.actions import FileKind
    from engine.flow.formats import Formats

_MIME_TYPES: Final[Mapping[str, str]] = {"photo": "image/jpeg"}
"""Types of kinds of which Telegram does not tell them."""


def read_answers(  # noqa: PLR0911 - one for each kind
    word: str,
    message: Message,
    formats: Formats,
    *,
    kinds: Collection[str] = (),
    request_id: int = 0,
) -> tuple[Any, ...]:
    """Give every way to read a message as an answer to what is asked for; none where it is no answer.

    What was forwarded counts as said by who forwards it. A caption is no answer. `kinds` are those that a message of any kind
    can be, where some are listed; `request_id` is the number of the question, by which what was chosen for another is told.
    """
    if word in FILE_WORDS:
        found = read_file(message)
        return (found,) if found is not None and word in (found.kind, "file") else ()
    if word in ALBUMS:
        found = read_file(message)
        return ([found],) if found is not None and ALBUMS[word] in (None, found.kind) else ()
    if word == "contact":
        return _read_contacts(message.contact)
    if word == "location":
        return _read_locations(message)
    if word == ANY:
        return _read_any(message, kinds)
    if is_part(word):
        return read_part(word, message, request_id)
    if word == Kind.PHONE and message.contact is not None:
        return _own_phones(message)
    return read_written(Kind(word), message.text, formats) if message.text else ()


def _read_any(message: Message, kinds: Collection[str]) -> tuple[Sent, ...]:
    """Read a message with all that is in it; none where it is not of the kinds that are asked for."""
    file = read_file(message)
    parts: dict[str, Any] = {
        word: next(iter(read_part(word, message, 0)), None) for word in _ANY_PARTS
    }
    if parts["venue"] is None:  # a venue is sent with its place
        parts["location"] = next(iter(_read_locations(message)), None)
    parts["contact"] = next(iter(_read_contacts(message.contact)), None)
    text = message.text or message.caption
    found = [word for word, part in parts.items() if part is not None]
    kind: Any = file.kind if file else next(iter(found), "text" if message.text else "other")
    if kinds and kind not in kinds:
        return ()
    return (Sent(kind, message.message_id, text, file, **parts),)


_ANY_PARTS: Final = ("venue", "dice", "poll", "story", "checklist")


def _read_contacts(shared: SharedContact | None) -> tuple[Contact, ...]:
    if shared is None:
        return ()
    first_name = shared.first_name[:LONGEST_NAME]
    last_name = shared.last_name[:LONGEST_NAME] if shared.last_name else None
    return tuple(
        Contact(phone, first_name, last_name, shared.user_id) for phone in _shared_phones(shared)
    )


def _own_phones(message: Message) -> tuple[str, ...]:
    """Read the number of a shared contact, if it is the sender's own."""
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None or contact.user_id != sender.id:
        return ()
    return _shared_phones(contact)


def _shared_phones(shared: SharedContact) -> tuple[str, ...]:
    """Read the number of a contact; that of somebody on Telegram comes without its plus."""
    number = shared.phone_number
    if shared.user_id is not None and not number.startswith("+"):
        number = f"+{number}"
    return read_phones(number)


def _read_locations(message: Message) -> tuple[Location, ...]:
    point = message.location
    if point is None:
        return ()
    return (Location(degrees(point.latitude), degrees(point.longitude)),)


_KINDS: Final[tuple[FileKind, ...]] = (
    "photo",
    "animation",  # comes as a document too
    "video",
    "document",
    "audio",
    "voice",
    "video_note",
    "sticker",
)


def read_file(message: Message) -> File | None:
    """Give the file of a message; None where it has none."""
    for kind in _KINDS:
        sent: Any = getattr(message, kind)
        if sent:
            return _file(kind, sent[-1] if kind == "photo" else sent)
    return None


def _file(kind: FileKind, sent: Any) -> File:
    name = getattr(sent, "file_name", None)
    mime_type = getattr(sent, "mime_type", None) or _MIME_TYPES.get(kind)
    return File(
        kind=kind,
        file_id=sent.file_id,
        unique_id=sent.file_unique_id,
        name=name[:LONGEST_NAME] if name else None,
        mime_type=mime_type[:LONGEST_NAME] if mime_type else None,
        size=sent.file_size,
    )
