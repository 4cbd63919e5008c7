"""The JSON Schema of what goes wrong in a scenario.

It knows the shape of each word; whether it fits the line that it is on is checked later.
"""

from __future__ import annotations

from typing import Any

type Schema = dict[str, Any]


def mishaps() -> Schema:
    """Give the keys of a line that make something go wrong."""
    return {
        "twice": _true(
            "A double press",
            "The button or item of this line is pressed twice in the same moment.",
        ),
        "telegram": _telegram(),
        "delete": {
            "title": "A deleted message",
            "if": {"type": "boolean"},
            "then": {"const": True},
            "else": {"type": "string", "minLength": 1},
            "description": "The person deletes the newest message of the bot, or the newest one that has this text in it.",
            "examples": [True, "Shall we book this?"],
        },
        "block": _true(
            "A blocked bot", "The person blocks the bot, and nothing that it writes arrives."
        ),
        "unblock": _true("A bot that is let in again", "The person unblocks the bot."),
        "role": {
            "title": "Another role",
            "type": "string",
            "minLength": 1,
            "description": "The person has this role of the bot's from here on, and no other; the first one is a stranger's.",
            "examples": ["admin", "client"],
        },
        "restart": _true(
            "A restart", "The bot is started anew, between two turns, and knows only what was kept."
        ),
        "forget": _true(
            "Conversations are gone",
            "All conversations of everybody are gone, as when Redis is emptied; what the database has stays.",
        ),
        "deploy": {
            "title": "Other flows",
            "type": "string",
            "minLength": 1,
            "description": "The bot is started anew with the flows of this directory, named from where this file is.",
            "examples": ["../../flows", "after"],
        },
    }


def _telegram() -> Schema:
    return {
        "title": "Trouble with Telegram",
        "description": "What Telegram does wrong with the first calls that the bot makes in this line: {retry_after:}, {error:} or {cut:}.",
        "examples": [
            {"retry_after": 30},
            {"error": 502, "html": True},
            {"cut": "after", "method": "sendMessage"},
        ],
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "retry_after": {
                "type": "integer",
                "minimum": 1,
                "description": "It answers 429, and wants the call to come again after so many seconds.",
            },
            "error": {
                "type": "integer",
                "minimum": 400,
                "maximum": 599,
                "description": "It answers with this HTTP status, and does nothing: 502 is a bad gateway.",
            },
            "html": {
                "const": True,
                "description": "The answer of an error is the HTML page of a gateway.",
            },
            "cut": {
                "enum": ["before", "after"],
                "description": "The line breaks, before Telegram has done what it was asked, or after it.",
            },
            "method": {
                "type": "string",
                "minLength": 1,
                "description": "The method that it meets, such as sendMessage; without it, any.",
            },
            "times": {
                "type": "integer",
                "minimum": 1,
                "description": "How many calls it meets; without it, one.",
            },
        },
        "anyOf": [{"required": [key]} for key in ("retry_after", "error", "cut")],
        "not": {
            "type": "object",
            "anyOf": [
                {"required": list(pair)}
                for pair in (("retry_after", "error"), ("retry_after", "cut"), ("error", "cut"))
            ],
        },
        "dependentRequired": {"html": ["error"]},
    }


def _true(title: str, description: str) -> Schema:
    return {"title": title, "const": True, "description": description, "examples": [True]}
