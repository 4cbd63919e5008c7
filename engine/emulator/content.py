"""What a message can hold: fields of the Bot API's Message built from a call's arguments.

Knows nothing of chats; checks lengths and files with Telegram's own error texts.
"""

import random
from collections.abc import Callable
from typing import Any

from engine.emulator.arguments import Arguments, format_text
from engine.emulator.entities import FormattedText, checked_url, utf16_length
from engine.emulator.errors import bad_request
from engine.emulator.files import FileStore, StoredFile, Upload, image_size

type Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_POLL_QUESTION = 300
MAX_POLL_OPTION = 100
POLL_OPTIONS = range(1, 13)
DICE = {"🎲": 6, "🎯": 6, "🏀": 5, "⚽": 5, "🎳": 6, "🎰": 64}
"""Emoji of sendDice, and the highest value of each."""

MEDIA_KINDS = ("photo", "video", "animation", "audio", "document", "voice", "video_note", "sticker")
CAPTIONED = frozenset({"photo", "video", "animation", "audio", "document", "voice"})

_NAMES = {"video_note": "video note"}


def text_content(arguments: Arguments) -> Json:
    """Return the fields of a text message."""
    if not arguments.has("text"):
        raise bad_request("Message text is empty")
    formatted = arguments.formatted()
    return check_text(formatted) | _link_preview(arguments)


def check_text(formatted: FormattedText) -> Json:
    """Return the fields of a text that is within the limits."""
    if not formatted.text:
        raise bad_request("Message text is empty")
    if utf16_length(formatted.text) > MAX_TEXT:
        raise bad_request("Message is too long")
    return _with_entities("text", "entities", formatted)


def caption_content(arguments: Arguments) -> Json:
    """Return the fields of a caption; none for an empty one."""
    formatted = arguments.formatted("caption", "caption_entities")
    fields = _check_caption(formatted)
    if fields and arguments.boolean("show_caption_above_media"):
        fields["show_caption_above_media"] = True
    return fields


def media_content(kind: str, arguments: Arguments, files: FileStore) -> Json:
    """Return the fields of a message with a file, its caption included."""
    stored = read_file(kind, kind, arguments, files)
    fields = file_fields(kind, stored, arguments)
    if arguments.boolean("has_spoiler") and kind in {"photo", "video", "animation"}:
        fields["has_media_spoiler"] = True
    return fields | (caption_content(arguments) if kind in CAPTIONED else {})


def input_media_content(media: Any, arguments: Arguments, files: FileStore) -> Json:
    """Return the fields of one InputMedia, whose file may be `attach://` another part of the call."""
    if not isinstance(media, dict):
        raise bad_request("Can't parse InputMedia: expected an Object")
    kind = str(media.get("type", ""))
    if kind not in {"photo", "video", "animation", "audio", "document"}:
        raise bad_request(f'Can\'t parse InputMedia: type "{kind}" is unsupported')
    if not media.get("media"):
        raise bad_request("Can't parse InputMedia: media not found")
    inner = Arguments({**media, kind: media["media"]}, arguments.files)
    stored = read_file(kind, kind, inner, files)
    formatted = format_text(
        str(media.get("caption") or ""),
        str(media.get("parse_mode") or ""),
        inner.array("caption_entities", "caption_entities", "MessageEntity"),
    )
    fields = file_fields(kind, stored, inner) | _check_caption(formatted)
    if media.get("has_spoiler"):
        fields["has_media_spoiler"] = True
    if formatted.text and media.get("show_caption_above_media"):
        fields["show_caption_above_media"] = True
    return fields


def read_file(kind: str, name: str, arguments: Arguments, files: FileStore) -> StoredFile:
    """Return the file an argument names: uploaded with the call, known by id, or at an address."""
    label = _NAMES.get(kind, kind)
    upload = arguments.files.get(name)
    value = arguments.text(name)
    if upload is None and value.startswith("attach://"):
        upload = arguments.files.get(value.removeprefix("attach://"))
        value = "" if upload is None else value
    if upload is not None:
        return store_upload(kind, upload, files)
    if not value:
        raise bad_request(f"There is no {label} in the request")
    if "://" in value:
        if checked_url(value) is None:
            raise bad_request("Wrong HTTP URL specified")
        name = value.rstrip("/").rpartition("/")[2] or "file"
        return files.add(kind, Upload(name, b"", "application/octet-stream"), url=value)
    return files.find_by_id(value)


def store_upload(kind: str, upload: Upload, files: FileStore) -> StoredFile:
    """Keep an uploaded file that is within the limits."""
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MAX_UPLOAD_BYTES:
        raise bad_request("file is too big")
    if kind == "photo":
        if len(upload.content) > MAX_PHOTO_BYTES:
            raise bad_request("file is too big for a photo")
        if image_size(upload.content) is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
    return files.add(kind, upload)


def file_fields(kind: str, stored: StoredFile, arguments: Arguments) -> Json:
    """Return the field of a message that shows a file."""
    shown: Json = {"file_id": stored.id, "file_unique_id": stored.unique_id}
    size = len(stored.content)
    width, height = image_size(stored.content) or (512, 512)
    width = arguments.integer("width") or width
    height = arguments.integer("height") or height
    shown["file_size"] = size
    named = shown | {"file_name": stored.name, "mime_type": stored.mime_type}
    timed = {"duration": arguments.integer("duration")}
    framed = {"width": width, "height": height}
    tags = {key: arguments.text(key) for key in ("performer", "title") if arguments.has(key)}
    look = {"type": "regular", "is_animated": False, "is_video": False}
    fields: Json = {
        "photo": [shown | framed],
        "document": named,
        "audio": named | timed | tags,
        "voice": shown | timed | {"mime_type": stored.mime_type},
        "video_note": shown | timed | {"length": arguments.integer("length", 240)},
        "sticker": shown | look | framed,
        "video": named | framed | timed,
        "animation": named | framed | timed,
    }
    # Telegram repeats an animation as a document, for clients that know no animations.
    also = {"document": named} if kind == "animation" else {}
    return {kind: fields[kind], **also}


def location_content(arguments: Arguments) -> Json:
    """Return the field of a place on the map."""
    place: Json = {}
    for name, limit in (("latitude", 90), ("longitude", 180)):
        value = arguments.number(name)
        if value is None:
            raise bad_request(f"{name} is empty")
        if abs(value) > limit:
            raise bad_request("wrong location specified")
        place[name] = value
    if arguments.has("live_period"):
        place["live_period"] = arguments.integer("live_period")
    return {"location": place}


def venue_content(arguments: Arguments) -> Json:
    """Return the fields of a place that has a name."""
    place = location_content(arguments)
    for name in ("title", "address"):
        if not arguments.has(name):
            raise bad_request(f"venue {name} must be non-empty")
    names = {"title": arguments.text("title"), "address": arguments.text("address")}
    return place | {"venue": place | names}


def contact_content(arguments: Arguments) -> Json:
    """Return the field of a telephone contact."""
    for name, label in (("phone_number", "phone number"), ("first_name", "first name")):
        if not arguments.has(name):
            raise bad_request(f"{label} must be non-empty")
    keys = ("phone_number", "first_name", "last_name", "vcard")
    contact: Json = {key: arguments.text(key) for key in keys if arguments.has(key)}
    return {"contact": contact}


def dice_content(arguments: Arguments) -> Json:
    """Return the field of a dice, thrown."""
    emoji = arguments.text("emoji") or "🎲"
    if emoji not in DICE:
        raise bad_request("DICE_EMOJI_INVALID")
    value = random.randint(1, DICE[emoji])  # noqa: S311 - a dice, not a secret
    return {"dice": {"emoji": emoji, "value": value}}


def poll_content(arguments: Arguments, poll_id: str) -> Json:
    """Return the field of a poll."""
    question = arguments.formatted("question", "question_entities", "question_parse_mode")
    if not question.text:
        raise bad_request("poll question must be non-empty")
    if utf16_length(question.text) > MAX_POLL_QUESTION:
        raise bad_request("poll question length must not exceed 300")
    given = arguments.array("options", "options", "String") or []
    options = [_poll_option(option, number) for number, option in enumerate(given)]
    if len(options) not in POLL_OPTIONS:
        raise bad_request(
            "poll must have at least 1 option"
            if not options
            else "poll can't have more than 12 options"
        )
    poll: Json = {
        "id": poll_id,
        "question": question.text,
        "options": options,
        "total_voter_count": 0,
        "is_closed": arguments.boolean("is_closed"),
        "is_anonymous": arguments.boolean("is_anonymous", default=True),
        "type": arguments.text("type") or "regular",
        "allows_multiple_answers": arguments.boolean("allows_multiple_answers"),
        "allows_revoting": arguments.boolean("allows_revoting", default=True),
        "members_only": arguments.boolean("members_only"),
    }
    if arguments.has("correct_option_id"):
        poll["correct_option_id"] = arguments.integer("correct_option_id")
    return {"poll": poll}


def _poll_option(option: Any, number: int) -> Json:
    text = option.get("text") if isinstance(option, dict) else option
    if not isinstance(text, str):
        raise bad_request("Expected an option to be of type String")
    if not 0 < utf16_length(text) <= MAX_POLL_OPTION:
        raise bad_request("poll options length must not exceed 100")
    return {"persistent_id": str(number), "text": text, "voter_count": 0}


def _check_caption(formatted: FormattedText) -> Json:
    if utf16_length(formatted.text) > MAX_CAPTION:
        raise bad_request("Message caption is too long")
    return _with_entities("caption", "caption_entities", formatted) if formatted.text else {}


def _with_entities(text: str, entities: str, formatted: FormattedText) -> Json:
    fields: Json = {text: formatted.text}
    if formatted.entities:
        fields[entities] = formatted.entities
    return fields


def _link_preview(arguments: Arguments) -> Json:
    options = arguments.json("link_preview_options", "link preview options")
    if options is None and arguments.boolean("disable_web_page_preview"):
        options = {"is_disabled": True}
    return {"link_preview_options": options} if options else {}


CONTENT: dict[str, Callable[[Arguments], Json]] = {
    "text": text_content,
    "location": location_content,
    "venue": venue_content,
    "contact": contact_content,
    "dice": dice_content,
}
"""Makers of content that needs no files."""
