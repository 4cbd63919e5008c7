"""The schema of bot.yaml.

It knows nothing of the flows.
"""

from __future__ import annotations

from typing import Final

from engine.flow.durations import PATTERN
from engine.flow.messages import OTHER_MESSAGES
from engine.flow.model.bot import LABELS, MESSAGES
from engine.flow.profile import PROFILE
from engine.flow.schemas.control import (
    anytime_definitions,
    anytime_schema,
)
from engine.flow.schemas.keys import DIALECT, Schema, name_key, object_of, short_or, text_key
from engine.flow.schemas.looks import label_key, look_definitions
from engine.flow.schemas.manner import defaults_schema, format_key
from engine.flow.schemas.notices import notice_button_schema, notices_schema
from engine.flow.schemas.upgrade import bot_upgrade_schema


def bot_schema() -> Schema:
    """Make the schema of bot.yaml."""
    names = {"type": "array", "items": name_key(), "minItems": 1, "uniqueItems": True}
    locales = {**names, "items": {"type": "string", "pattern": r"^[a-z]{2,3}(_[A-Z][A-Za-z]+)*$"}}
    properties = {
        "bot": name_key("The name of the bot in logs and keys."),
        "extends": {
            "type": "string",
            "minLength": 1,
            "description": "The directory of another bot, as seen from this file: its flows, fragments, translations and notices are this bot's, too, but for those that it has itself.",
        },
        "locale": {"type": "string", "description": "The language that the flows are written in."},
        "locales": {
            **locales,
            "description": "All languages; the others are in texts/<locale>.yaml.",
        },
        **{
            key: text_key(
                f"What Telegram shows as the bot's {word}; at most {PROFILE[key]} characters."
            )
            for key, word in _PROFILE_WORDS.items()
        },
        "throttle": object_of(
            {
                **_rate(),
                "group": object_of(
                    _rate(),
                    required=("messages", "per"),
                    title="throttle of a group",
                    description="The same for a group as a whole, whoever of it is fast.",
                ),
            },
            required=("messages", "per"),
            title="throttle",
            description="How many messages and presses of one person are taken; the rest is refused.",
        ),
        "roles": {**names, "description": "All roles there are; the first is a stranger's."},
        "home": name_key("The flow that /start opens."),
        "late_payments": name_key(
            "The flow that takes a payment which nothing waits for any more."
        ),
        "time_zone": {"type": "string", "description": "An IANA zone, such as Europe/Berlin."},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "An ISO 4217 code."},
        "messages": object_of(
            {
                name: label_key("") if name in LABELS else text_key()
                for name in (*MESSAGES, *OTHER_MESSAGES)
            },
            required=MESSAGES,
            description="The engine's own sentences.",
        ),
    }
    end: Schema = {"enum": ["end"], "description": "The end of the flow; steps are the flow's own."}
    go_say = {"go": end, "say": text_key("Shown above the next screen.")}
    anytime = anytime_schema(
        {"$ref": "#/$defs/target"},
        "What happens anytime in every flow that does not say so itself.",
    )
    return {
        "$schema": DIALECT,
        "title": "Usher bot",
        "description": "What all flows of a bot share.",
        **object_of(
            {
                **properties,
                "format": format_key("How notices and what `anytime` says are written."),
                "defaults": defaults_schema(),
                "notices": notices_schema(),
                "anytime": anytime,
                "upgrade": bot_upgrade_schema(),
            },
            required=_BOT_NEEDS,
        ),
        "$defs": {
            "target": {**short_or(object_of(go_say, required=("go",))), **_end_alone()},
            **anytime_definitions(go_say),
            **look_definitions(is_conditional=False),
            "notice_button": notice_button_schema(),
        },
    }


_BOT_NEEDS: Final = (
    "bot",
    "locale",
    "locales",
    "roles",
    "home",
    "time_zone",
    "currency",
    "messages",
)
_PROFILE_WORDS: Final = {
    "title": "name",
    "description": "description, before a conversation begins",
    "short_description": "short description, on its page",
}


def _rate() -> Schema:
    return {
        "messages": {"type": "integer", "minimum": 1, "maximum": 1000},
        "per": {"type": "string", "pattern": PATTERN, "description": "Such as 10s."},
    }


def _end_alone() -> Schema:
    """Allow no other text than `end` in the place of a target."""
    return {"else": {"enum": ["end"]}}
