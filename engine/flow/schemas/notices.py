"""The JSON Schema of `notices` in bot.yaml.

It knows how the words of a notice are written, and not which notices there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

type Schema = dict[str, Any]

_NAME: Final = "^[a-z][a-z0-9_]*$"
_TEXT: Final[Mapping[str, Any]] = {"type": "string", "minLength": 1}


def notices_schema() -> Schema:
    """Make the schema of `notices`."""
    return {
        "type": "object",
        "description": "What messages say that the bot sends of its own accord, by the name of the notice.",
        "additionalProperties": {"$ref": "#/$defs/notice"},
    }


def notices_definitions() -> Schema:
    """Make the schemas of a notice and of its buttons."""
    return {
        "notice": {
            "type": "object",
            "title": "notice",
            "properties": {
                "text": {**_TEXT, "description": "The message; result is what the notice gives."},
                "buttons": {
                    "type": "array",
                    "items": {
                        "if": {"type": "array"},
                        "then": {
                            "type": "array",
                            "items": {"$ref": "#/$defs/notice_button"},
                            "minItems": 1,
                        },
                        "else": {"$ref": "#/$defs/notice_button"},
                    },
                    "description": "One below the other; a list is a row.",
                },
            },
            "required": ["text"],
            "additionalProperties": False,
        },
        "notice_button": {
            "type": "object",
            "title": "button",
            "properties": {
                "text": {**_TEXT, "description": "The label."},
                "start": {
                    "type": "string",
                    "pattern": _NAME,
                    "description": "A flow, which begins as by a deep link of it.",
                },
                "with": {
                    "type": "object",
                    "description": "What the deep link carries, by name.",
                    "additionalProperties": {
                        "type": ["string", "number", "boolean", "null"],
                        "description": "An expression.",
                    },
                },
                "url": {**_TEXT, "description": "An address."},
                "id": {
                    "type": "string",
                    "pattern": _NAME,
                    "description": "Its name in translations; the flow's where left out.",
                },
            },
            "required": ["text"],
            "additionalProperties": False,
            "dependentRequired": {"with": ["start"]},
            "anyOf": [{"required": ["start"]}, {"required": ["url"]}],
            "allOf": [{"not": {"type": "object", "anyOf": [{"required": ["start", "url"]}]}}],
        },
    }
