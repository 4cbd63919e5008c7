"""The part of the flow schema that says what an answer must be.

It knows the shape of its keys; which of them suit which answer is checked later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.answers.asked import ASK_TYPES, CAUSES, CONTENT_WORDS
from engine.flow.answers.sizes import PATTERN as SIZE
from engine.flow.model.requests import RIGHTS
from engine.flow.schemas.calendar import calendar_schema, picker_schema
from engine.flow.schemas.keys import object_of, short_or
from engine.flow.schemas.looks import look_keys

if TYPE_CHECKING:
    from engine.flow.schemas.keys import Schema

MEDIA_TYPE: Final = r"^[a-z]+/([a-z0-9][a-z0-9.+-]*|[*])$"
"""A MIME type, or all of one kind."""


PROPOSED: Final = "^[A-Za-z][A-Za-z0-9_]{3,30}$"
"""A username that a new bot can have."""


def ask_schema() -> Schema:
    """Make the schemas of the keys of an ask that are no other step's."""
    bound = {"type": ["integer", "number", "string"], "format": "expression"}
    expression = {"type": ["string", "integer", "number", "boolean", "null"]}
    label = {"type": "string", "minLength": 1}
    return {
        "ask": _asked(),
        "min": {**bound, "description": "The least answer, or the shortest text."},
        "max": {**bound, "description": "The greatest answer, or the longest text."},
        "pattern": {**label, "description": "A regular expression that the whole answer matches."},
        "max_size": {
            "type": "string",
            "pattern": SIZE,
            "description": "How large a file can be, such as 5 MB.",
        },
        "types": {
            "type": "array",
            "items": {"type": "string", "pattern": MEDIA_TYPE},
            "minItems": 1,
            "uniqueItems": True,
            "description": "MIME types of files, such as image/png or image/*.",
        },
        "own": {"type": "boolean", "description": "A contact must be the sender's own."},
        "calendar": calendar_schema(),
        "picker": picker_schema(),
        "share": _share(label),
        "delete_answer": {
            "enum": [True, False, "all"],
            "description": "What the person sends is deleted once it is taken; with all, wrong answers too.",
        },
        "default": {
            "type": "object",
            "title": "default",
            "description": "An answer offered as a button, where it would be a right one.",
            "properties": {
                "value": {**expression, "description": "The answer."},
                "text": {**label, "description": "The label; it can show the answer, it."},
                **look_keys(),
            },
            "required": ["value", "text"],
            "additionalProperties": False,
        },
        "invalid": _invalid(),
    }


def _asked() -> Schema:
    several = {"items": {"enum": list(CONTENT_WORDS)}, "minItems": 1, "uniqueItems": True}
    return {
        "description": "What is asked for; a list where several kinds of messages are answers.",
        "if": {"type": "array"},
        "then": several,
        "else": {"enum": list(ASK_TYPES)},
    }


def _share(label: Schema) -> Schema:
    rights = {"type": "array", "items": {"enum": list(RIGHTS)}, "minItems": 1, "uniqueItems": True}
    switches = {
        "bots": "Bots can be chosen, or only people.",
        "premium": "Only people with Premium can be chosen, or only those without.",
        "channel": "A channel can be chosen; a group where it is not written.",
        "forum": "Only a group with topics, or only one without.",
        "public": "Only a chat with a public name, or only one without.",
        "created": "Only a chat that the person has made, or only others.",
        "member": "Only a chat that the bot is in.",
    }
    options = {
        "text": {**label, "description": "The label of the key."},
        **look_keys(),
        **{key: {"type": "boolean", "description": words} for key, words in switches.items()},
        "rights": {**rights, "description": "What the person is allowed in the chat."},
        "bot_rights": {**rights, "description": "What the bot is allowed in the chat."},
        "kind": {"enum": ["regular", "quiz"], "description": "Only a poll, or only a quiz."},
        "url": {**label, "description": "The address of the web app."},
        "suggest": {**label, "description": "A name that is proposed for the bot."},
        "username": {
            "type": "string",
            "pattern": PROPOSED,
            "description": "A username that is proposed for the bot.",
        },
    }
    return {
        **short_or(object_of(options, required=("text",), title="share")),
        "minLength": 1,
        "format": "text",
        "description": "The key under the chat that shares the answer.",
    }


def _invalid() -> Schema:
    texts = {"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1}
    causes = {
        cause: {**texts, "description": _CAUSES.get(cause, f"For answers that break {cause}.")}
        for cause in CAUSES
    }
    return {
        **texts,
        "type": ["string", "array", "object"],
        "description": "What is said of a wrong answer: a text, one after another, or texts by cause.",
        "properties": causes,
        "additionalProperties": False,
        "minProperties": 1,
    }


_CAUSES: Final = {
    "ask": "For what is no such answer at all.",
    "allow": "For answers that are not allowed.",
    "else": "For all other wrong answers.",
}
