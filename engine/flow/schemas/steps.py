"""The schema of a step: one for each verb, chosen by the verb that is written.

It knows nothing of the flow around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.model.windows import ShowAs
from engine.flow.schemas.ask import ask_schema
from engine.flow.schemas.keys import (
    MOVE_NEEDS,
    Schema,
    apart,
    expression_key,
    name_key,
    names_of,
    object_of,
    opening_key,
    text_key,
)
from engine.flow.schemas.lists import list_keys
from engine.flow.schemas.looks import label_key
from engine.flow.schemas.manner import manner_keys
from engine.flow.schemas.pay import pay_schema
from engine.flow.schemas.windows import show_as_key

if TYPE_CHECKING:
    from collections.abc import Mapping

VERBS: Final = ("show", "choose", "ask", "pay", "do", "decide", "run", "end")
_WINDOW_KEYS: Final = (
    "buttons",
    "load",
    "pages",
    "timeout",
    "refresh",
    "media",
    "keyboard",
    "show_as",
    *manner_keys(),
)


def step_schema() -> Schema:
    """Chain the verbs with if/then/else, so that a message is about the verb that was meant."""
    chain: Schema = {"anyOf": [{"required": [verb]} for verb in VERBS]}
    for verb in reversed(VERBS):
        body = {"$ref": f"#/$defs/{verb}"}
        chain = {"if": {"required": [verb]}, "then": body, "else": chain}
    return {"type": "object", "title": "step", **chain}


def step_definitions(go_say: Schema, expressions: Schema) -> Schema:
    """Make the schema of a step of each verb, by verb."""
    queries: Schema = {"$ref": "#/$defs/query"}
    text = text_key("The message, in Telegram's HTML, with {{ expressions }}.")
    window = {
        "text": text,
        "load": names_of(queries, "Query results by name, for texts and conditions."),
        "buttons": {"type": "array", "items": {"$ref": "#/$defs/line"}},
        "pages": {"$ref": "#/$defs/pages"},
        "timeout": {"$ref": "#/$defs/timeout"},
        "refresh": {"$ref": "#/$defs/refresh"},
        "media": {"$ref": "#/$defs/media"},
        "keyboard": {"$ref": "#/$defs/keyboard"},
        "show_as": show_as_key(
            "How the window is shown to whoever comes to it: in the place of the last one, below it, or below with the last one deleted.",
            ShowAs.EDIT,
            ShowAs.SEND,
            ShowAs.RESEND,
        ),
        **manner_keys(),
    }
    without_text = {key: window[key] for key in _WINDOW_KEYS}
    target = {"$ref": "#/$defs/target"}
    positive = {"type": "integer", "minimum": 1}
    bodies: Mapping[str, tuple[Schema, tuple[str, ...]]] = {
        "show": ({"show": text, "end": expressions, **without_text}, ()),
        "choose": (
            {
                "choose": queries,
                **window,
                "button": label_key("The label of each item."),
                "key": expression_key("What tells items apart; item.id when left out."),
                "save": expressions,
                "page": {**positive, "maximum": 50, "description": "Items on one page."},
                "columns": {**positive, "maximum": 8},
                "pager": {"$ref": "#/$defs/pager"},
                "total": {
                    **queries,
                    "description": "A query that counts all items; the list is then asked for page by page.",
                },
                "empty": object_of({"text": text, **go_say}, needs=MOVE_NEEDS),
                **list_keys(),
                **go_say,
            },
            ("text", "button", "save"),
        ),
        "ask": (
            {
                **ask_schema(),
                **window,
                "allow": expression_key("What the answer, it, must meet."),
                "give_up": object_of({"after": positive, **go_say}, required=("after", "go")),
                "save": expressions,
                **go_say,
            },
            ("text", "save"),
        ),
        "pay": (
            {
                **pay_schema(window, expressions),
                "go": go_say["go"],
                "say": go_say["say"],
            },
            ("title", "text", "button", "save"),
        ),
        "do": (
            {
                "do": {"$ref": "#/$defs/command"},
                "save": expressions,
                "outcomes": names_of(target, "Where each outcome of the command leads."),
                "retry": {"$ref": "#/$defs/retry"},
                **go_say,
            },
            (),
        ),
        "decide": ({"decide": {"type": "array", "minItems": 1, "items": _branch(go_say)}}, ()),
        "run": (
            {
                "run": name_key("The flow to run."),
                "with": expressions,
                "open": opening_key(),
                "save": expressions,
                **go_say,
            },
            (),
        ),
        "end": ({"end": expressions}, ()),
    }
    return {verb: _complete(verb, *body) for verb, body in bodies.items()}


def _complete(verb: str, properties: Schema, required: tuple[str, ...]) -> Schema:
    common = {"access": expression_key("Who may be here: a condition over user.")}
    if verb not in ("end", "decide"):
        common["skip_if"] = expression_key("The step is passed over when this holds.")
    if verb == "show":
        common["go"] = name_key("Where skip_if leads.")
    needs = {"go": "skip_if"} if verb == "show" else None
    whole = object_of({**properties, **common}, required=(verb, *required), title=verb, needs=needs)
    never = {
        "show": (("buttons", "end"), ("timeout", "end"), ("refresh", "end"), ("keyboard", "end")),
        "choose": (("one", "many"),),
    }
    return {**whole, **apart(*never[verb])} if verb in never else whole


def _branch(go_say: Schema) -> Schema:
    return {
        "type": "object",
        "if": {"required": ["else"]},
        "then": object_of({"else": {"$ref": "#/$defs/target"}}, required=("else",)),
        "else": object_of({"when": expression_key(), **go_say}, required=("when", "go")),
    }
