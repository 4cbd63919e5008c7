"""The schema of a flow's file.

It knows nothing of other files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.actions import ActionKind
from engine.flow.model.asides import ASIDE_KEYS
from engine.flow.model.flow import Heeded, Keep, Launch
from engine.flow.schemas.control import (
    anytime_definitions,
    anytime_schema,
    hook_schemas,
    refresh_schema,
    retry_schema,
    timeout_schema,
)
from engine.flow.schemas.controls import control_schema
from engine.flow.schemas.keyboards import keyboard_schema
from engine.flow.schemas.keys import (
    DIALECT,
    TOASTS,
    Schema,
    expression_key,
    go_say_keys,
    name_key,
    names_of,
    object_of,
    one_of_keys,
    opening_key,
    short_or,
    text_key,
)
from engine.flow.schemas.listing import list_line_schema
from engine.flow.schemas.looks import look_definitions, look_keys
from engine.flow.schemas.manner import format_key, preview_schema
from engine.flow.schemas.media import album_media_schema, media_schema, media_source_keys
from engine.flow.schemas.paging import pager_schema, pages_schema
from engine.flow.schemas.steps import step_definitions, step_schema
from engine.flow.schemas.upgrade import upgrade_schema
from engine.flow.schemas.windows import button_schema, call_key, line_definitions, or_use

if TYPE_CHECKING:

    from engine.actions import Catalog


def flow_schema(catalog: Catalog) -> Schema:
    """Make the schema of one flow file; editors complete the names of the catalog's actions with it."""
    target = {"$ref": "#/$defs/target"}
    properties = {
        "flow": name_key("The name of the flow, by which other flows run it."),
        "version": {
            "type": "integer",
            "minimum": 1,
            "description": "Counts releases of this flow.",
        },
        "title": text_key("What people call this conversation."),
        "format": format_key("How the texts of the flow are written."),
        "access": expression_key("Who may enter: a condition over user."),
        "launch": {
            "enum": [launch.value for launch in Launch],
            "description": (
                "What the flow asks of where it opens: nothing (standard); that everything open is left (root), "
                "and nothing opens above it (exclusive); that it takes its own place when it runs itself (single_top)."
            ),
            "default": Launch.STANDARD.value,
        },
        "may_press": _others_key("Whose presses count on its windows in a group"),
        "may_answer": _others_key(
            "Whose replies to its questions count in a group as answers to them"
        ),
        "start": {
            "type": "array",
            "description": "Commands and deep links that begin the flow: /book, {command: /book, text: …}, {deeplink: b-{id}}.",
            "items": {"$ref": "#/$defs/entry"},
        },
        "params": names_of({"$ref": "#/$defs/slot"}, "What a caller gives."),
        "returns": names_of({"$ref": "#/$defs/slot"}, "What the flow gives back."),
        "data": names_of({"$ref": "#/$defs/kept_slot"}, "What the conversation remembers."),
        **hook_schemas(
            {"$ref": "#/$defs/command"},
            {
                "save": names_of(expression_key(), "Values by name."),
                "outcomes": names_of(target, "Where each outcome of the command leads."),
                "retry": {"$ref": "#/$defs/retry"},
                **go_say_keys(),
            },
            expression_key("It is carried out only when this holds."),
        ),
        "steps": names_of(
            {"$ref": "#/$defs/step"}, "The steps; the first one is where the flow begins.", 1
        ),
        "anytime": anytime_schema(
            target, "What happens on a command or word, or on an error, wherever the person stands."
        ),
        "upgrade": upgrade_schema(),
    }
    return {
        "$schema": DIALECT,
        "title": "Usher flow",
        "description": "One conversation: typed data, and steps joined by moves.",
        **object_of(properties, required=("flow", "version", "title", "steps")),
        "$defs": _definitions(catalog),
    }


def _definitions(catalog: Catalog) -> Schema:
    expressions = names_of(expression_key(), "Values by name.")
    go_say = go_say_keys()
    return {
        "slot": {**_TYPE, **short_or(_slot({}), "array")},
        "kept_slot": {**_TYPE, **short_or(_slot({"keep": _KEEP}), "array")},
        "entry": short_or(_entry()),
        "target": short_or(object_of(go_say, required=("go",))),
        **anytime_definitions(go_say),
        "button": or_use(_button(go_say, expressions)),
        "control": control_schema({"$ref": "#/$defs/query"}),
        "step": or_use(step_schema()),
        **step_definitions(go_say, expressions),
        "refresh": refresh_schema(go_say),
        "timeout": timeout_schema(go_say),
        "retry": retry_schema(),
        "keyboard": keyboard_schema(),
        "pages": pages_schema(),
        "query": call_key(catalog, ActionKind.QUERY),
        "command": call_key(catalog, ActionKind.COMMAND),
        **line_definitions(),
        **look_definitions(),
        "use": object_of(
            {
                "use": name_key("The fragment that stands here, out of fragments/."),
                "with": names_of(expression_key(), "The arguments of the fragment by name."),
            },
            required=("use",),
            title="use",
        ),
        "pager": pager_schema(),
        "list": list_line_schema(),
        "media": media_schema(),
        "album_media": album_media_schema(),
        "preview": preview_schema(),
        "media_source": one_of_keys(object_of(media_source_keys()), ("from", "id")),
    }


def _button(go_say: Schema, expressions: Schema) -> Schema:
    alone = ("save", "show_as", *TOASTS)
    button = one_of_keys(
        button_schema(go_say, expressions),
        ("go", "run", "turn", *ASIDE_KEYS),
        *((own, key) for own in alone for key in ASIDE_KEYS),
    )
    return {**button, "anyOf": [*button["anyOf"], *({"required": [key]} for key in TOASTS)]}


def _entry() -> Schema:
    properties = {
        "command": {"type": "string", "description": "A command, such as /book."},
        "deeplink": {
            "type": "string",
            "description": "What follows ?start= in a link; {name} stands for a parameter.",
        },
        "menu": name_key("A menu that shows the flow: {menu: main} among the buttons of a step."),
        "text": text_key(
            "What Telegram's menu says of the command, or the label in a menu; the title when left out."
        ),
        **look_keys(),
        "when": expression_key(
            "Who sees the flow in the menu, beside its access: a condition over user."
        ),
        "order": {"type": "integer", "description": "Smaller numbers come first in the menu."},
        "open": opening_key(),
    }
    entry = object_of(properties, needs=dict.fromkeys(("style", "icon", "when", "order"), "menu"))
    return one_of_keys(entry, ("command", "deeplink", "menu"), ("deeplink", "text"))


def _others_key(what: str) -> Schema:
    return {
        "oneOf": [
            {"enum": [one.value for one in Heeded]},
            {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
        ],
        "description": (
            f"{what}: only those of whoever began the conversation (starter), "
            "those of everybody (everyone), or also those of people with one of these roles."
        ),
        "default": Heeded.STARTER.value,
    }


def _slot(more: Schema) -> Schema:
    return object_of(
        {
            "type": {**_TYPE, "type": ["string", "array"]},
            "optional": {"type": "boolean", "description": "It may be nothing."},
            "default": {"description": "The value at the beginning."},
            "min": {"type": "integer"},
            "max": {"type": "integer"},
            **more,
        },
        required=("type",),
    )


_TYPE: Final[Schema] = {
    "description": "int, text, date, list[Slot], …, or a list of the texts that it is one of.",
    "items": {"type": "string", "minLength": 1},
    "minItems": 1,
    "uniqueItems": True,
}
_KEEP: Final[Schema] = {
    "enum": [keep.value for keep in Keep],
    "title": "keep",
    "description": (
        "How long the value lives: until the flow ends (flow), with this person's chat (chat), "
        "or with the person in all chats (user)."
    ),
    "default": Keep.FLOW.value,
}
