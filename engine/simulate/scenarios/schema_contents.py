"""The JSON Schema of what people send beside texts, and of what they share by a key.

It knows the shape of each word; who there is to be shared is checked later.
"""

from __future__ import annotations

from typing import Any, Final

from engine.emulator.content import CAPTIONED, DICE
from engine.simulate.contents import FILES

type Schema = dict[str, Any]

_PLACE: Final[Schema] = {
    "latitude": {"type": "number", "minimum": -90, "maximum": 90},
    "longitude": {"type": "number", "minimum": -180, "maximum": 180},
}
_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
_POLL: Final[Schema] = {
    "question": _TEXT,
    "options": {"type": "array", "minItems": 1, "maxItems": 12, "items": _TEXT},
    "type": {"enum": ["regular", "quiz"]},
    "is_anonymous": {"type": "boolean"},
    "allows_multiple_answers": {"type": "boolean"},
}
_ALBUM: Final[Schema] = {
    "type": "array",
    "minItems": 2,
    "maxItems": 10,
    "items": {"enum": ["photo", "video", "document", "audio"]},
}


def contents() -> Schema:
    """Give the keys of a line that send something other than a text, a picture, a contact or a place."""
    return {kind: _file(kind) for kind in FILES} | {
        "venue": _usual(
            "A place with a name",
            {**_PLACE, "title": _TEXT, "address": _TEXT},
            {"title": "Café Central", "address": "Herrengasse 14"},
        ),
        "poll": _usual("A poll", _POLL, {"question": "Tea?", "options": ["Yes", "No"]}),
        "dice": _dice(),
        "story": _usual(
            "A story that is passed on",
            {"chat_id": {"type": "integer"}, "id": {"type": "integer"}},
            {"id": 7},
        ),
        "checklist": _usual(
            "A checklist",
            {
                "title": _TEXT,
                "tasks": {"type": "array", "minItems": 1, "maxItems": 30, "items": _TEXT},
            },
            {"title": "To buy", "tasks": ["Milk", "Bread"]},
        ),
        "album": {
            "title": "An album",
            "description": "Several files are sent at once: their kinds, or {files:, caption:}.",
            "if": {"type": "object"},
            "then": {**_object({"files": _ALBUM, "caption": _TEXT}), "required": ["files"]},
            "else": _ALBUM,
            "examples": [["photo", "photo"], {"files": ["photo", "video"], "caption": "Here"}],
        },
    }


def shared() -> Schema:
    """Give the key that says what somebody shares by the key under the chat that they press."""
    person = _object(
        {
            "user_id": {"type": "integer"},
            "first_name": _TEXT,
            "last_name": _TEXT,
            "username": _TEXT,
        }
    )
    chat = _object({"chat_id": {"type": "integer"}, "title": _TEXT, "username": _TEXT})
    one = {"if": {"type": "object"}, "then": {**person, "required": ["user_id"]}, "else": _TEXT}
    properties: Schema = {
        "users": {
            "type": "array",
            "minItems": 1,
            "maxItems": 10,
            "items": one,
            "description": "Who is chosen: people of the scenario by their names, or {user_id:, first_name:, …}.",
        },
        "chat": {
            "if": {"type": "object"},
            "then": {**chat, "minProperties": 1},
            "else": _TEXT,
            "description": "Which chat is chosen: its title, or {chat_id:, title:, username:}.",
        },
        "poll": {**_object(_POLL), "description": "The poll that is made."},
        "location": {
            **_object(_PLACE),
            "required": ["latitude", "longitude"],
            "description": "Where the person is.",
        },
        "web_app": {**_TEXT, "description": "What the web app sends when it is done."},
    }
    return {
        "title": "What is shared",
        "description": "What the person chooses when the key that they press asks for it.",
        "examples": [{"users": ["bob"]}, {"chat": "Our team"}, {"web_app": '{"size": 3}'}],
        **_object(properties),
        "minProperties": 1,
        "maxProperties": 1,
    }


def _file(kind: str) -> Schema:
    keys: Schema = {"file_name": _TEXT, "mime_type": _TEXT}
    what = kind.replace("_", " ")
    if kind not in CAPTIONED:
        return {
            "title": f"A {what}",
            "const": True,
            "description": "A file of this kind is sent.",
            "examples": [True],
        }
    return {
        "title": f"A file as {what}",
        "description": "A file of this kind is sent: true, its caption, or {caption:, file_name:, mime_type:}.",
        "if": {"type": "object"},
        "then": {**_object({"caption": _TEXT, **keys}), "minProperties": 1},
        "else": {"if": {"type": "boolean"}, "then": {"const": True}, "else": _TEXT},
        "examples": [True, {"file_name": "plan.pdf", "mime_type": "application/pdf"}],
    }


def _dice() -> Schema:
    emoji = {"enum": list(DICE)}
    value = {"type": "integer", "minimum": 1, "maximum": max(DICE.values())}
    return {
        "title": "A dice",
        "description": "A dice is thrown: true, its emoji, or {emoji:, value:} where it must show something.",
        "if": {"type": "object"},
        "then": {**_object({"emoji": emoji, "value": value}), "minProperties": 1},
        "else": {"if": {"type": "boolean"}, "then": {"const": True}, "else": emoji},
        "examples": [True, "🎯", {"emoji": "🎲", "value": 6}],
    }


def _usual(title: str, keys: Schema, example: Schema) -> Schema:
    return {
        "title": title,
        "description": f"It is sent: true, or any of {{{', '.join(f'{key}:' for key in keys)}}}.",
        "if": {"type": "object"},
        "then": {**_object(keys), "minProperties": 1},
        "else": {"const": True},
        "examples": [True, example],
    }


def _object(properties: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties}
