"""Content a person sends through the control API, as fields of the Bot API's Message.

Knows nothing of chats; refuses what a Telegram client would not send.
"""

import base64
import binascii
import random
from typing import Literal

from engine.emulator.arguments import Arguments, format_text
from engine.emulator.content import DICE, MAX_CAPTION, MAX_TEXT, MEDIA_KINDS, file_fields
from engine.emulator.control_models import ContactBody, FileBody, MessageBody
from engine.emulator.entities import FormattedText, utf16_length
from engine.emulator.files import FileStore, StoredFile, Upload, image_size, sample_photo
from engine.emulator.model import Json, User
from engine.emulator.people import ImpossibleError

_KINDS = ("text", *MEDIA_KINDS, "contact", "location", "dice")


def message_content(body: MessageBody, user: User, files: FileStore) -> Json:
    """Return the fields of what a person sends.

    Raises:
        ImpossibleError: it holds nothing, two things, or more than Telegram takes.
    """
    given = [kind for kind in _KINDS if getattr(body, kind) not in (None, False)]
    if len(given) != 1:
        raise ImpossibleError(400, f"a message has exactly one of {', '.join(_KINDS)}")
    kind = given[0]
    if kind in MEDIA_KINDS:
        return _file_content(kind, body, files)
    match kind:
        case "contact":
            return {"contact": _contact(body.contact or None, user)}
        case "location":
            return {"location": body.location.model_dump() if body.location else {}}
        case "dice":
            emoji = body.dice or "🎲"
            value = random.randint(1, DICE.get(emoji, 6))  # noqa: S311 - a dice, not a secret
            return {"dice": {"emoji": emoji, "value": value}}
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
