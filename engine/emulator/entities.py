"""Text of a message: formatting entities, what Telegram finds by itself, and UTF-16 lengths.

Knows nothing of messages, chats or methods; the markup languages are in `html_markup` and `markdown_markup`.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from engine.emulator.errors import bad_request

type Json = dict[str, Any]

EXPLICIT_TYPES = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
"""Entity types that a bot may send; the others are found in the text and ignored when sent."""

FOUND_TYPES = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bank_card_number",
    ]
)

_PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}

_REMOVED = re.compile("[\r\u2028-\u202e]")
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_UNKEPT = re.compile(f"{_REMOVED.pattern}|{_CONTROL.pattern}")

_FINDERS = (
    ("mention", re.compile(r"(?<!\w)@[a-zA-Z0-9_]{2,32}(?!\w)")),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>])"),
    ),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])\w{1,256}(?![\w#])")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,24}(?![\w-])")),
    (
        "url",
        re.compile(
            r"(?<![\w@./-])(?:(?:https?|ftp|tg|ton)://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}»]"
            r"|(?:[a-zA-Z0-9-]+\.)+(?:com|org|net|me|io|dev|app|info|ru|uk|de|eu|fr|it|es)"
            r"(?![\w@])(?:/[^\s<>\"']*[^\s<>\"'.,;:!?)\]}»])?)"
        ),
    ),
)


@dataclass(frozen=True)
class FormattedText:
    """Text and its entities, in the form the Bot API shows."""

    text: str
    entities: list[Json] = field(default_factory=list)


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, which is how Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain_text(text: str) -> FormattedText:
    """Return text without markup, with the entities Telegram finds by itself."""
    return finish_text(text, [])


def explicit_entities(text: str, entities: list[Json]) -> FormattedText:
    """Check entities a bot sent beside a text, and return both as they will be shown.

    Raises:
        ApiError: an entity is malformed or of a type that does not exist.
    """
    checked = [
        entity for entity in (_check_entity(entity) for entity in entities) if entity is not None
    ]
    return finish_text(text, _cut_to_text(checked, utf16_length(text)))


def finish_text(text: str, entities: list[Json]) -> FormattedText:
    """Clean and trim the text as Telegram does, drop what became empty, and add what is found in it."""
    text, entities = _clean(text, entities)
    kept = text.rstrip()
    stripped = kept.lstrip()
    cut = utf16_length(kept) - utf16_length(stripped)
    moved = [{**entity, "offset": entity["offset"] - cut} for entity in entities]
    fitting = _cut_to_text(moved, utf16_length(stripped))
    return FormattedText(stripped, sort_entities([*fitting, *_found_entities(stripped, fitting)]))


def _clean(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Drop and replace the characters that Telegram does not keep, and move entities with them."""
    if not _UNKEPT.search(text):
        return text, entities
    # A carriage return goes away (aiogram writes one beside the mark of italics); so do direction marks.
    gone = [utf16_length(text[: match.start()]) for match in _REMOVED.finditer(text)]
    moved = []
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        before = sum(place < start for place in gone)
        inside = sum(start <= place < end for place in gone)
        moved.append({**entity, "offset": start - before, "length": entity["length"] - inside})
    return _CONTROL.sub(" ", _REMOVED.sub("", text)), [e for e in moved if e["length"] > 0]


def sort_entities(entities: list[Json]) -> list[Json]:
    """Order entities by place, the longer and outer first."""
    return sorted(
        entities,
        key=lambda e: (e["offset"], -e["length"], _PRIORITY.get(e["type"], 50)),
    )


def link_entity(offset: int, length: int, url: str) -> Json | None:
    """Return the entity of a link, or None for an address Telegram would not take."""
    user = re.fullmatch(r"tg://user\?id=(\d+)", url)
    if user:
        return {
            "type": "text_mention",
            "offset": offset,
            "length": length,
            "user": {"id": int(user[1]), "is_bot": False, "first_name": ""},
        }
    checked = checked_url(url)
    if checked is None:
        return None
    return {"type": "text_link", "offset": offset, "length": length, "url": checked}


def checked_url(url: str) -> str | None:
    """Return an address as Telegram would keep it, or None when it is none."""
    url = url.strip()
    if not url or any(character.isspace() for character in url):
        return None
    if "://" not in url and not url.startswith("tg:"):
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme.lower() in {"tg", "ton", "tonsite"}:
        return url
    host = parts.hostname or ""
    if parts.scheme.lower() not in {"http", "https", "ftp"} or not _is_host(host):
        return None
    return url if parts.path else f"{url}/" if not parts.query and not parts.fragment else url


def _is_host(host: str) -> bool:
    if host == "localhost" or re.fullmatch(r"[0-9a-f:.]*:[0-9a-f:.]*|\d+(\.\d+){3}", host):
        return True
    return "." in host and all(host.split("."))


def _check_entity(entity: Any) -> Json | None:
    if not isinstance(entity, dict):
        raise bad_request("Can't parse MessageEntity: expected an Object")
    for name in ("offset", "length"):
        if not isinstance(entity.get(name), int):
            raise bad_request(f"Can't parse MessageEntity: Can't find field \"{name}\"")
    if str(entity.get("type")) in FOUND_TYPES:
        return None
    if str(entity.get("type")) not in EXPLICIT_TYPES:
        raise bad_request("Can't parse MessageEntity: Unsupported type specified")
    if entity["type"] == "text_link":
        return link_entity(entity["offset"], entity["length"], str(entity.get("url", "")))
    return dict(entity)


def _cut_to_text(entities: list[Json], length: int) -> list[Json]:
    cut = []
    for entity in entities:
        start = max(entity["offset"], 0)
        end = min(entity["offset"] + entity["length"], length)
        if start < end:
            cut.append({**entity, "offset": start, "length": end - start})
    return cut


def _found_entities(text: str, taken: list[Json]) -> list[Json]:
    blocked = [
        (e["offset"], e["offset"] + e["length"])
        for e in taken
        if e["type"] in {"code", "pre", "text_link", "text_mention", "custom_emoji"}
    ]
    found: list[Json] = []
    for kind, pattern in _FINDERS:
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            end = start + utf16_length(match[0])
            if all(end <= begin or start >= stop for begin, stop in blocked):
                found.append({"type": kind, "offset": start, "length": end - start})
                blocked.append((start, end))
    return found
