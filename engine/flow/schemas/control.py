"""The parts of the flow schema that control a conversation over time: tries, clocks, interruptions, hooks.

It knows their shape; the rest of a step is the flow schema's.
"""

from __future__ import annotations

from typing import Final

from engine.flow.durations import FINE_PATTERN, PATTERN
from engine.flow.schemas.keys import MOVE_NEEDS, NAME, Schema, apart, opening_key

LABEL: Final = r"^/|^[a-z][a-z0-9_]*$"
"""A line of `anytime`: a command, or a name for words."""

MOST_TRIES: Final = 10
"""How often a command can be tried again in one turn."""


def timeout_schema(go_say: Schema) -> Schema:
    """Make the schema of `timeout` of a step that waits; `go_say` are the keys of a move."""
    return {
        "type": "object",
        "title": "timeout",
        "description": "Where the step leads when the person is silent; give one of after and at.",
        "properties": {
            "after": {
                "type": "string",
                "pattern": PATTERN,
                "description": "How long the silence is, such as 90s, 15m, 2h or 1d; at least 10 s, at most 30 d.",
            },
            "at": {
                "type": "string",
                "description": "The moment when it ends, an expression such as data.hold.expires_at.",
            },
            **go_say,
        },
        "required": ["go"],
        "additionalProperties": False,
        "anyOf": [{"required": ["after"]}, {"required": ["at"]}],
        "allOf": [{"not": {"type": "object", "anyOf": [{"required": ["after", "at"]}]}}],
    }


def refresh_schema(go_say: Schema) -> Schema:
    """Make the schema of `refresh` of a step that waits; `go_say` are the keys of a move."""
    every = {
        "type": "string",
        "pattern": PATTERN,
        "description": "How often, such as 2s; at least 1 s, and in groups 3 s whatever is said.",
    }
    spelled = {
        "type": "object",
        "properties": {
            "every": every,
            "for": {
                "type": "string",
                "pattern": PATTERN,
                "description": "For how long after the last thing that the person did, such as 10m.",
            },
            "until": {
                "type": "string",
                "description": "A condition; once it holds the window is shown a last time, or the conversation goes on.",
            },
            **go_say,
            "go": {
                **go_say["go"],
                "description": "The step that follows once until holds, or end.",
            },
        },
        "required": ["every"],
        "additionalProperties": False,
        "dependentRequired": {**{key: ["go"] for key in MOVE_NEEDS}, "go": ["until"]},
    }
    return {
        "type": ["string", "object"],
        "title": "refresh",
        "description": "The window is shown again by itself, so often: what it shows may have changed.",
        "if": {"type": "object"},
        "then": spelled,
        "else": every,
    }


def retry_schema() -> Schema:
    """Make the schema of `retry` of a do."""
    return {
        "type": "object",
        "title": "retry",
        "description": "The command is tried again when it ends like this.",
        "properties": {
            "times": {
                "type": "integer",
                "minimum": 1,
                "maximum": MOST_TRIES,
                "description": "How often it is tried again.",
            },
            "on": {
                "type": "array",
                "items": {"type": "string"},
                "minItems": 1,
                "uniqueItems": True,
                "description": "Outcomes of the command, or error when it broke.",
            },
            "wait": {
                "type": "string",
                "pattern": FINE_PATTERN,
                "description": "The pause before each try, such as 200ms; at most 5 s in all.",
            },
        },
        "required": ["times", "on"],
        "additionalProperties": False,
    }


def hook_schemas(command: Schema, moves: Schema, when: Schema) -> Schema:
    """Make the schemas of `on_enter` and `on_exit`; `moves` are the keys of a do beside its command."""
    return {
        "on_enter": {
            "type": "object",
            "title": "on_enter",
            "description": "A command that is carried out as the flow is entered, before its first step.",
            "properties": {"do": command, **moves},
            "required": ["do"],
            "additionalProperties": False,
        },
        "on_exit": {
            "type": "object",
            "title": "on_exit",
            "description": "A command that is carried out however the flow is left; how it ends changes nothing.",
            "properties": {"do": command, "when": when},
            "required": ["do"],
            "additionalProperties": False,
        },
    }


def anytime_schema(target: Schema, description: str) -> Schema:
    """Make the schema of `anytime`; `target` is where an error may lead."""
    return {
        "type": "object",
        "description": description,
        "properties": {
            "error": {**target, "description": "Where an unexpected error leads."},
            "unknown": {"$ref": "#/$defs/unknown"},
        },
        "propertyNames": {"pattern": LABEL},
        "patternProperties": {"^/": {"$ref": "#/$defs/interruption"}},
        "additionalProperties": {"$ref": "#/$defs/spoken"},
    }


def anytime_definitions(go_say: Schema) -> Schema:
    """Make the schemas of the lines of `anytime`; `go_say` are the keys of a move."""
    run = {
        "type": "string",
        "pattern": NAME,
        "description": "A flow that runs and comes back, unless it opens instead.",
    }
    text = {"type": "string", "minLength": 1}
    line: Schema = {
        "type": "object",
        "properties": {
            **go_say,
            "run": run,
            "open": opening_key(),
            "words": {
                "type": ["string", "array"],
                "items": text,
                "minItems": 1,
                "minLength": 1,
                "description": "Messages that mean this line, in any case of letters.",
            },
            "confirm": {**text, "description": "The question that is asked first."},
        },
        "additionalProperties": False,
        "dependentRequired": {**{key: ["go"] for key in MOVE_NEEDS}, "open": ["run"]},
        "anyOf": [{"required": ["go"]}, {"required": ["run"]}],
        **apart(("go", "run")),
    }
    unknown = {
        "type": "object",
        "title": "unknown",
        "description": "What happens with a message that nothing takes.",
        "properties": {**go_say, "run": run, "open": opening_key()},
        "additionalProperties": False,
        "dependentRequired": {"toast": ["go"], "alert": ["go"], "open": ["run"]},
        "anyOf": [{"required": [key]} for key in ("say", "go", "run")],
        **apart(("go", "run"), ("run", "say")),
    }
    return {
        "interruption": {"title": "interruption", **line},
        "spoken": {"title": "spoken", **line, "required": ["words"]},
        "unknown": unknown,
    }
