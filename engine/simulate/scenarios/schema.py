"""The JSON Schema of a scenario file.

It knows the shape of each line; whether what a line names is there is checked later.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final, get_args

from engine.actions import FileKind
from engine.flow.durations import PATTERN
from engine.flow.schemas.keys import DIALECT, NAME
from engine.simulate.contents import CONTENTS
from engine.simulate.scenarios.schema_contents import contents, shared
from engine.simulate.scenarios.schema_mishaps import mishaps

type Schema = dict[str, Any]

ACTS: Final = (
    *("send", "press", "pick", "contact", "location", "photo", "pay", "settle", "wait"),
    *CONTENTS,
    *("delete", "block", "unblock", "role", "restart", "forget", "deploy"),
)
"""Keys of a line that make something happen; a line has at most one."""

EXPECTATIONS: Final = ("see", "at", "data", "called", "ended", "rows", "sound")
"""Keys of a line that look at what has happened, in the order in which they are looked at."""


def scenarios_schema() -> Schema:
    """Make the schema of a scenario file."""
    scenario = _object(
        {
            "given": {"$ref": "#/$defs/given"},
            "screens": {
                "type": "boolean",
                "description": "Whether all that everybody sees is compared with a text beside this file; see --update-goldens.",
            },
            "play": {
                "type": "array",
                "minItems": 1,
                "description": "What people do and must see, line by line.",
                "items": {"$ref": "#/$defs/line"},
            },
        },
        required=("play",),
    )
    properties = {
        "given": {"$ref": "#/$defs/given"},
        "scenarios": {
            "type": "object",
            "minProperties": 1,
            "description": "The scenarios, by the truth that each protects.",
            "additionalProperties": scenario,
        },
    }
    return {
        "$schema": DIALECT,
        "title": "Usher scenarios",
        "description": "Conversations as tests.",
        **_object(properties, required=("scenarios",)),
        "$defs": {"given": _given(), "line": _line(), "person": _person(), "stub": _stub()},
    }


def _given() -> Schema:
    return _object(
        {
            "time": _text("When it begins, in the bot's time zone: 2026-11-02 09:30."),
            "locale": _text("The language of all who have none of their own."),
            "people": {
                "type": "object",
                "minProperties": 1,
                "description": "Who there is, by a name; the first one begins. Without it there is ann.",
                "propertyNames": {"pattern": NAME},
                "additionalProperties": {"$ref": "#/$defs/person"},
            },
            "stubs": {
                "type": "object",
                "description": "What happens in the place of actions, by their names.",
                "additionalProperties": {"$ref": "#/$defs/stub"},
            },
            "from": _from(),
            "database": {
                "title": "Rows for these scenarios",
                "type": ["string", "array"],
                "minLength": 1,
                "minItems": 1,
                "items": {"type": "string", "minLength": 1},
                "description": "What is added to the database, by the name that a conftest.py gives it, or several of them.",
                "examples": ["full_week", ["full_week", "holidays"]],
            },
        },
        description="What holds when the conversation begins; that of a scenario goes before that of the file.",
    )


def _from() -> Schema:
    step = _text("Where they stand: flow.step.")
    values: Schema = {"type": "object", "additionalProperties": True}
    written = _object(
        {
            "step": step,
            "data": values | {"description": "Data of the flow, by name, as JSON of their types."},
            "params": values | {"description": "Params of the flow, by name, as JSON."},
        },
        required=("step",),
    )
    return {
        "title": "A beginning in the middle",
        "description": "The step in which the first person stands, as flow.step, or {step:, data:, params:}; it is shown.",
        "if": {"type": "object"},
        "then": written,
        "else": step,
        "examples": ["booking.service", {"step": "main.note", "data": {"thing": {"id": 1}}}],
    }


def _person() -> Schema:
    return {
        "if": {"type": "object"},
        "then": _object(
            {
                "first_name": _text("What they are called; by default their name here."),
                "role": _text("Their role, one of the bot's."),
                "locale": _text("Their language, one of the bot's."),
            }
        ),
        "else": {"type": "null"},
        "description": "Somebody: first_name, role, locale.",
    }


def _stub() -> Schema:
    keys: Schema = {
        "outcome": _text("The outcome that the command ends with."),
        "result": {"description": "What the action returns, as JSON."},
        "fails": {"const": True, "description": "The action breaks."},
        "times": {
            "type": "integer",
            "minimum": 1,
            "description": "How often; then the action is carried out. Without it, always.",
        },
    }
    return {
        **_object(keys, description="How an action ends."),
        "anyOf": [{"required": [key]} for key in ("outcome", "result", "fails")],
        "not": _pairs(("outcome", "result", "fails")),
    }


def _line() -> Schema:
    properties: Schema = {
        "as": _text("Who acts and sees from here on."),
        "in": _text(
            "A text of the message that this line is about, where several have buttons: the button is under it, what is sent replies to it, "
            "and `at`, `data` and `ended` are of its conversation."
        ),
        "send": _text("A message that is written."),
        "press": _press(),
        "pick": {
            "type": ["string", "integer"],
            "minLength": 1,
            "description": "The item of a list that is picked: its label or a part of it, or its number on the page, from 1 on.",
        },
        "contact": {
            "type": ["boolean", "string"],
            "description": "A contact that is shared: a phone number, or true for one's own.",
        },
        "location": _object(
            {
                "latitude": {"type": "number", "minimum": -90, "maximum": 90},
                "longitude": {"type": "number", "minimum": -180, "maximum": 180},
            },
            required=("latitude", "longitude"),
            description="A place that is shared.",
        ),
        "photo": {
            "type": ["boolean", "string"],
            "description": "A picture that is sent: its caption, or true for none.",
        },
        "pay": {
            "enum": [True, "declines", "slow"],
            "description": "The invoice on the screen is paid; the provider takes the money, declines it, or is slow to take it.",
        },
        "settle": {
            "const": True,
            "description": "The money arrives that a slow provider has not taken yet.",
        },
        "wait": {"type": "string", "pattern": PATTERN, "description": "Time that passes: 15m."},
        **contents(),
        "share": shared(),
        **mishaps(),
        "see": _see(),
        "at": _text("Where the person stands then: flow.step."),
        "data": _text("A condition over the data of the flow that `at` names."),
        "called": {
            "type": "object",
            "description": "Commands that this act carried out, each with some of its arguments as JSON; {} for none.",
            "additionalProperties": {"type": "object"},
        },
        "ended": _text("A flow that the person is not in any more."),
        "rows": _object(
            {
                "query": _text("A call of a query, carried out as this person: bookings.mine()."),
                "are": {
                    "type": "array",
                    "description": "What it gives, each with some of its fields as JSON.",
                },
            },
            required=("query", "are"),
            description="What a query gives now.",
        ),
        "sound": {
            "const": True,
            "description": "Nothing broke, Telegram refused nothing, presses are answered, what is shown is what is kept, and the invariants hold.",
        },
    }
    return {
        **_object(properties, description="Something that is done, and what is to be seen then."),
        "minProperties": 1,
        "not": _pairs(ACTS),
        "dependentRequired": {"data": ["at"], "share": ["press"]},
    }


def _press() -> Schema:
    keys: Schema = {"pattern": _regex(), "path": _text("The path of the button's text.")}
    old = _label(
        "A button that is no more on the screen: its label, {pattern: …} or {path: …}.", keys
    )
    old["then"]["not"] = _pairs(tuple(keys))
    keys = keys | {"old": old | {"title": "An old button", "examples": ["Confirm"]}}
    button = _label(
        "The button that is pressed: its label or a part of it, or {pattern: …}, {path: …} or {old: …}.",
        keys,
    )
    button["then"]["not"] = _pairs(tuple(keys))
    return button


def _see() -> Schema:
    labels = {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}
    return _label(
        "A text that the person sees then, or {text:, pattern:, buttons:, absent:, alert:, media:, new:}.",
        {
            "text": _text("A part of the text of a message."),
            "pattern": _regex(),
            "buttons": {**labels, "description": "Labels of buttons that are there."},
            "absent": {**labels, "description": "Labels of buttons that are not there."},
            "alert": _text("A part of the answer to a press."),
            "media": {
                "enum": list(get_args(FileKind.__value__)),
                "description": "What is shown above the text.",
            },
            "new": {"type": "boolean", "description": "Whether anything came or changed."},
        },
    )


def _label(description: str, keys: Schema) -> Schema:
    return {
        "if": {"type": "object"},
        "then": {**_object(keys), "minProperties": 1},
        "else": {"type": "string", "minLength": 1},
        "description": description,
    }


def _object(properties: Schema, *, required: tuple[str, ...] = (), description: str = "") -> Schema:
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }
    schema |= {"required": list(required)} if required else {}
    return schema | ({"description": description} if description else {})


def _text(description: str) -> Schema:
    return {"type": "string", "minLength": 1, "description": description}


def _regex() -> Schema:
    return {"type": "string", "minLength": 1, "description": "A regular expression of Python."}


def _pairs(keys: tuple[str, ...]) -> Schema:
    pairs = [{"required": list(pair)} for pair in combinations(keys, 2)]
    return {"type": "object", "anyOf": pairs}
