"""Content a person sends through the control API, as fields of the Bot API's Message.

Knows nothing of chats; refuses what a Telegram client would not send.
"""

import base64
import binascii
import random
from collections.abc import Callable, Mapping
from typing import Final, Literal

from engine.emulator.arguments import Arguments, format_text
from engine.emulator.content import DICE, MAX_CAPTION, MAX_TEXT, MEDIA_KINDS, file_fields
from engine.emulator.control_models import ContactBody, DiceBody, FileBody, MessageBody
from engine.emulator.entities import FormattedText, utf16_length
from engine.emulator.files import FileStore, StoredFile, Upload, image_size, sample_photo
from engine.emulator.model import Json, User
from engine.emulator.people import ImpossibleError

_KINDS = (
    "text",
    *MEDIA_KINDS,
    "contact",
    "location",
    "dice",
    "venue",
    "poll",
    "story",
    "checklist",
)


def message_content(body: MessageBody, user: User, files: FileStore) -> Json:
    """Return the fields of what a person sends.

    Raises:
        ImpossibleError: it holds nothing, two things, or more than Telegram takes.
    """
    given = [kind for kind in _KINDS if getattr(body, kind) not in (None, False)]
    if len(given) != 1:
        raise ImpossibleError(400, f"a message has exactly one of {', '.join(_KINDS)}")
    kind = given[0]
    if body.media_group_id is not None and kind not in MEDIA_KINDS:
        raise ImpossibleError(400, "an album has files alone")
    if kind in MEDIA_KINDS:
        return _file_content(kind, body, files)
    match kind:
        case "contact":
            return {"contact": _contact(body.contact or None, user)}
        case "location":
            return {"location": body.location.model_dump() if body.location else {}}
        case "dice":
            return {"dice": _dice(body.dice)}
        case "venue" | "poll" | "story" | "checklist":
            return _PARTS[kind](getattr(body, kind).model_dump())
    formatted = format_text(body.text or "", body.parse_mode, body.entities)
    return _text_fields("text", "entities", formatted, MAX_TEXT)


def _text_fields(text: str, entities: str, formatted: FormattedText, limit: int) -> Json:
    if not formatted.text:
        raise ImpossibleError(400, "text is empty")
    if utf16_length(formatted.text) > limit:
        raise ImpossibleError(400, f"text is longer than {limit} UTF-16 units")
    fields: Json = {text: formatted.text}
    return fields | ({entities: formatted.entities} if formatted.entities else {})


def _file_content(kind: str, body: MessageBody, files: FileStore) -> Json:
    stored = _store(kind, getattr(body, kind), files)
    fields = file_fields(kind, stored, Arguments())
    if body.media_group_id is not None:
        fields["media_group_id"] = body.media_group_id
    if body.caption:
        formatted = format_text(body.caption, body.parse_mode, None)
        fields |= _text_fields("caption", "caption_entities", formatted, MAX_CAPTION)
    return fields


def _store(kind: str, given: FileBody | Literal[True], files: FileStore) -> StoredFile:
    described = given if isinstance(given, FileBody) else FileBody()
    if described.file_id is not None:
        return files.find_by_id(described.file_id)
    content = _decode(described.base64) if described.base64 is not None else sample_content(kind)
    if kind == "photo" and image_size(content) is None:
        raise ImpossibleError(400, "photo is no PNG, JPEG, GIF or WebP image")
    name = described.file_name or ("photo.png" if kind == "photo" else f"{kind}.bin")
    return files.add(kind, Upload(name, content, described.mime_type or _mime_type(kind)))


def sample_content(kind: str) -> bytes:
    """Return contents for a file whose contents do not matter."""
    return sample_photo() if kind in {"photo", "sticker"} else f"sample {kind}\n".encode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ImpossibleError(400, "base64 is not valid") from error


def _mime_type(kind: str) -> str:
    return "image/png" if kind in {"photo", "sticker"} else "application/octet-stream"


def _dice(given: DiceBody | str | None) -> Json:
    dice = given if isinstance(given, DiceBody) else DiceBody(emoji=given or "🎲")
    most = DICE.get(dice.emoji, 6)
    if dice.value is not None and dice.value > most:
        raise ImpossibleError(400, f"{dice.emoji} shows {most} at most")
    value = dice.value or random.randint(1, most)  # noqa: S311 - a dice, not a secret
    return {"emoji": dice.emoji, "value": value}


def venue_fields(given: Json) -> Json:
    """Return the fields of a venue, which is a place, too."""
    place = {name: given[name] for name in ("latitude", "longitude")}
    named = {name: given[name] for name in ("title", "address")}
    return {"venue": {"location": place, **named}, "location": place}


def poll_fields(given: Json) -> Json:
    """Return the field of a poll that nobody has answered."""
    options = [
        {"persistent_id": str(number), "text": text, "voter_count": 0}
        for number, text in enumerate(given["options"])
    ]
    counts = {"total_voter_count": 0, "is_closed": False}
    rules = {"allows_revoting": True, "members_only": False}
    number = str(random.randint(10**17, 10**18))  # noqa: S311 - a name, not a secret
    return {"poll": {**given, "id": number, "options": options, **counts, **rules}}


def _story_fields(given: Json) -> Json:
    chat = {"id": given["chat_id"], "type": "channel", "title": "Stories"}
    return {"story": {"chat": chat, "id": given["id"]}}


def _checklist_fields(given: Json) -> Json:
    tasks = [{"id": number, "text": text} for number, text in enumerate(given["tasks"], 1)]
    return {"checklist": {"title": given["title"], "tasks": tasks}}


_PARTS: Final[Mapping[str, Callable[[Json], Json]]] = {
    "venue": venue_fields,
    "poll": poll_fields,
    "story": _story_fields,
    "checklist": _checklist_fields,
}


def _contact(given: ContactBody | Literal[True] | None, user: User) -> Json:
    body = given if isinstance(given, ContactBody) else ContactBody()
    if body.phone_number is None:
        own = {
            "phone_number": user.phone_number or f"+1555{user.id:07d}",
            "first_name": user.first_name,
            "last_name": user.last_name,
            "user_id": user.id,
        }
        return {name: value for name, value in own.items() if value is not None}
    contact = body.model_dump(exclude_none=True)
    return {"first_name": user.first_name, **contact}
