"""The parts of the schemas that say what became of older versions of a flow, and of flows that are gone.

It knows their shape; whether the names in them are right is checked later.
"""

from __future__ import annotations

from typing import Final

from engine.flow.schemas.keys import NAME, Schema

FROM: Final = r"^from [1-9][0-9]{0,8}$"
"""The key of what changed between a version and the next one."""


def upgrade_schema() -> Schema:
    """Make the schema of `upgrade` of a flow."""
    return {
        "type": "object",
        "description": (
            "What changed between a version of the flow and the next one, so that people who stand in the older one go on."
        ),
        "propertyNames": {"pattern": FROM},
        "additionalProperties": {
            "type": "object",
            "title": "from",
            "properties": {
                "steps": _renamed(
                    "The new name of each step that has another one, or end, by the old name."
                ),
                "data": _renamed("The new name of data by the old one."),
                "params": _renamed("The new name of params by the old one."),
                "restart": {
                    "type": "array",
                    "items": {"type": "string", "pattern": NAME},
                    "minItems": 1,
                    "uniqueItems": True,
                    "description": "Steps of that version whose people begin the flow anew.",
                },
            },
            "additionalProperties": False,
            "minProperties": 1,
        },
        "minProperties": 1,
    }


def bot_upgrade_schema() -> Schema:
    """Make the schema of `upgrade` of bot.yaml."""
    return {
        "type": "object",
        "title": "upgrade",
        "description": "What became of flows that are gone, so that people who stand in one go on.",
        "properties": {
            "flows": _renamed(
                "The new name of each flow that has another one, or end, by the old name."
            )
        },
        "required": ["flows"],
        "additionalProperties": False,
    }


def _renamed(description: str) -> Schema:
    return {
        "type": "object",
        "description": description,
        "propertyNames": {"pattern": NAME},
        "additionalProperties": {"type": "string", "pattern": NAME},
        "minProperties": 1,
    }
