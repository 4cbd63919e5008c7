"""The JSON Schemas of flow files, bot.yaml and translations, made from the step kinds and the registered actions.

It knows the shape of each file; what a name or an expression in it refers to is checked later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.actions import ActionKind
from engine.flow.durations import PATTERN
from engine.flow.messages import OTHER_MESSAGES
from engine.flow.model.bot import MESSAGES
from engine.flow.model.flow import Keep
from engine.flow.model.windows import MediaKind
from engine.flow.profile import PROFILE
from engine.flow.schema_ask import ask_schema
from engine.flow.schema_control import (
    anytime_definitions,
    anytime_schema,
    hook_schemas,
    retry_schema,
    timeout_schema,
)
from engine.flow.schema_lists import list_keys
from engine.flow.schema_media import WITHOUT_SPOILER, media_keys, media_source_keys
from engine.flow.schema_words import word_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.actions import Action, Catalog

type Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
VERBS: Final = ("show", "choose", "ask", "do", "decide", "run", "end")
NAME: Final = r"^[a-z][a-z0-9_]*$"
PARAMETER_OR_NAME: Final = r"^\$?[a-z][a-z0-9_]*$"
PARAMETER_TYPES: Final = ("step", "flow", "text", "expression", "data")
_WINDOW_KEYS: Final = ("buttons", "load", "timeout", "media")


def all_schemas(catalog: Catalog) -> Mapping[str, Schema]:
    """Make the schemas of all kinds of files, by kind, with the words that editors show."""
    flow = flow_schema(catalog)
    schemas = {
        "flow": flow,
        "fragment": fragment_schema(flow),
        "bot": bot_schema(),
        "texts": texts_schema(),
    }
    return {kind: word_schema(schema, kind) for kind, schema in schemas.items()}


def flow_schema(catalog: Catalog) -> Schema:
    """Make the schema of one flow file; editors complete the names of the catalog's actions with it."""
    target = {"$ref": "#/$defs/target"}
    properties = {
        "flow": _name("The name of the flow, by which other flows run it."),
        "version": {
            "type": "integer",
            "minimum": 1,
            "description": "Counts releases of this flow.",
        },
        "title": _text("What people call this conversation."),
        "access": _expression("Who may enter: a condition over user."),
        "start": {
            "type": "array",
            "description": "Commands and deep links that begin the flow: /book, {command: /book, text: …}, {deeplink: b-{id}}.",
            "items": {"$ref": "#/$defs/entry"},
        },
        "params": _names({"$ref": "#/$defs/slot"}, "What a caller gives."),
        "returns": _names({"$ref": "#/$defs/slot"}, "What the flow gives back."),
        "data": _names({"$ref": "#/$defs/kept_slot"}, "What the conversation remembers."),
        **hook_schemas(
            _calls(catalog, ActionKind.COMMAND),
            {
                "save": _names(_expression(), "Values by name."),
                "outcomes": _names(target, "Where each outcome of the command leads."),
                "retry": retry_schema(),
                **_go_say(),
            },
            _expression("It is carried out only when this holds."),
        ),
        "steps": _names(
            {"$ref": "#/$defs/step"}, "The steps; the first one is where the flow begins.", 1
        ),
        "anytime": anytime_schema(
            target, "What happens on a command or word, or on an error, wherever the person stands."
        ),
    }
    return {
        "$schema": DIALECT,
        "title": "Usher flow",
        "description": "One conversation: typed data, and steps joined by moves.",
        **_object(properties, required=("flow", "version", "title", "steps")),
        "$defs": _definitions(catalog),
    }


def fragment_schema(flow: Schema) -> Schema:
    """Make the schema of a fragment's file from that of flows: there `$name` can stand for names as well."""
    definitions = _with_parameters(flow["$defs"])
    parameter = _object(
        {
            "type": {"enum": list(PARAMETER_TYPES), "description": "What it stands for."},
            "default": _expression("What it is where nothing is given."),
        },
        required=("type",),
    )
    kinds = {"if": {"type": "object"}, "then": parameter, "else": {"enum": list(PARAMETER_TYPES)}}
    properties = {
        "fragment": _name("The name of the fragment, by which flows use it."),
        "params": _names(kinds, "What a use gives; $name stands for it as a whole value."),
        "buttons": {
            "type": "array",
            "description": "Buttons and rows of buttons.",
            "minItems": 1,
            "items": _button_or_row(),
        },
        "steps": _names(
            {"$ref": "#/$defs/step"}, "Steps; the first one takes the name that the use has.", 1
        ),
    }
    whole = _object(properties, required=("fragment",))
    return {
        "$schema": DIALECT,
        "title": "Usher fragment",
        "description": "Buttons or steps that are written once and used in many flows.",
        **_one_of_keys(whole, ("buttons", "steps")),
        "$defs": definitions,
    }


def _with_parameters(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: (
                PARAMETER_OR_NAME if key == "pattern" and value == NAME else _with_parameters(value)
            )
            for key, value in schema.items()
        }
    return [_with_parameters(one) for one in schema] if isinstance(schema, list) else schema


def bot_schema() -> Schema:
    """Make the schema of bot.yaml."""
    names = {"type": "array", "items": _name(), "minItems": 1, "uniqueItems": True}
    locales = {**names, "items": {"type": "string", "pattern": r"^[a-z]{2,3}(_[A-Z][A-Za-z]+)*$"}}
    properties = {
        "bot": _name("The name of the bot in logs and keys."),
        "locale": {"type": "string", "description": "The language that the flows are written in."},
        "locales": {
            **locales,
            "description": "All languages; the others are in texts/<locale>.yaml.",
        },
        **{
            key: _text(
                f"What Telegram shows as the bot's {word}; at most {PROFILE[key]} characters."
            )
            for key, word in _PROFILE_WORDS.items()
        },
        "throttle": _object(
            {
                "messages": {"type": "integer", "minimum": 1, "maximum": 1000},
                "per": {"type": "string", "pattern": PATTERN, "description": "Such as 10s."},
            },
            required=("messages", "per"),
            title="throttle",
            description="How many messages and presses of one person are taken; the rest is refused.",
        ),
        "roles": {**names, "description": "All roles there are; the first is a stranger's."},
        "home": _name("The flow that /start opens."),
        "time_zone": {"type": "string", "description": "An IANA zone, such as Europe/Berlin."},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "An ISO 4217 code."},
        "messages": _object(
            {name: _text() for name in (*MESSAGES, *OTHER_MESSAGES)},
            required=MESSAGES,
            description="The engine's own sentences.",
        ),
    }
    end: Schema = {"enum": ["end"], "description": "The end of the flow; steps are the flow's own."}
    go_say = {"go": end, "say": _text("Shown above the next screen.")}
    anytime = anytime_schema(
        {"$ref": "#/$defs/target"},
        "What happens anytime in every flow that does not say so itself.",
    )
    return {
        "$schema": DIALECT,
        "title": "Usher bot",
        "description": "What all flows of a bot share.",
        **_object({**properties, "anytime": anytime}, required=_BOT_NEEDS),
        "$defs": {
            "target": {**_either(_object(go_say, required=("go",))), **_end_alone()},
            **anytime_definitions(go_say),
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


def _end_alone() -> Schema:
    """Allow no other text than `end` in the place of a target."""
    return {"else": {"enum": ["end"]}}


def texts_schema() -> Schema:
    """Make the schema of a translation file: texts and lists of texts, nested by path."""
    return {
        "$schema": DIALECT,
        "title": "Usher texts",
        "description": "Translations by the path of the text they translate.",
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/branch"},
        "$defs": {
            "branch": {
                "type": ["object", "array", "string"],
                "items": {"type": "string"},
                "additionalProperties": {"$ref": "#/$defs/branch"},
            }
        },
    }


def _definitions(catalog: Catalog) -> Schema:
    expressions = _names(_expression(), "Values by name.")
    go_say = _go_say()
    return {
        "slot": {**_TYPE, **_either(_slot({}), "array")},
        "kept_slot": {**_TYPE, **_either(_slot({"keep": _KEEP}), "array")},
        "entry": _either(_entry()),
        "target": _either(_object(go_say, required=("go",))),
        **anytime_definitions(go_say),
        "button": _or_use(
            _one_of_keys(_button(go_say, expressions), ("go", "run", "url"), ("save", "url"))
        ),
        "step": _or_use(_step(catalog, go_say, expressions)),
        "use": _object(
            {
                "use": _name("The fragment that stands here, out of fragments/."),
                "with": _names(_expression(), "The arguments of the fragment by name."),
            },
            required=("use",),
            title="use",
        ),
        "media": _media(),
        "media_source": _one_of_keys(_object(media_source_keys()), ("from", "id")),
    }


def _go_say() -> Schema:
    return {
        "go": _name("The step that follows, or end."),
        "say": _text("Shown above the next screen."),
    }


def _or_use(schema: Schema) -> Schema:
    return {
        "type": "object",
        "if": {"type": "object", "required": ["use"]},
        "then": {"$ref": "#/$defs/use"},
        "else": schema,
    }


def _entry() -> Schema:
    properties = {
        "command": {"type": "string", "description": "A command, such as /book."},
        "deeplink": {
            "type": "string",
            "description": "What follows ?start= in a link; {name} stands for a parameter.",
        },
        "menu": _name("A menu that shows the flow: {menu: main} among the buttons of a step."),
        "text": _text(
            "What Telegram's menu says of the command, or the label in a menu; the title when left out."
        ),
        "when": _expression(
            "Who sees the flow in the menu, beside its access: a condition over user."
        ),
        "order": {"type": "integer", "description": "Smaller numbers come first in the menu."},
    }
    entry = _object(properties, needs={"when": "menu", "order": "menu"})
    return _one_of_keys(entry, ("command", "deeplink", "menu"), ("deeplink", "text"))


def _slot(more: Schema) -> Schema:
    return _object(
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


def _media() -> Schema:
    kinds = tuple(kind.value for kind in MediaKind)
    words = "Shown above the text."
    hidden = [("spoiler", kind.value) for kind in WITHOUT_SPOILER]
    return _one_of_keys(_object(media_keys(), description=words), kinds, *hidden)


def _button(go_say: Schema, expressions: Schema) -> Schema:
    return _object(
        {
            "text": _text("The label; it has no formatting."),
            "id": _name("Tells buttons with the same target apart."),
            **go_say,
            "run": _name("A flow that comes back to this step."),
            "with": expressions,
            "url": _text("A web address."),
            "when": _expression("The button is there when this holds."),
            "save": expressions,
        },
        required=("text",),
        needs={"say": "go", "with": "run"},
    )


def _step(catalog: Catalog, go_say: Schema, expressions: Schema) -> Schema:
    """Chain the verbs with if/then/else, so that a message is about the verb that was meant."""
    chain: Schema = {"anyOf": [{"required": [verb]} for verb in VERBS]}
    steps = _steps(catalog, go_say, expressions)
    for verb in reversed(VERBS):
        chain = {"if": {"required": [verb]}, "then": steps[verb], "else": chain}
    return {"type": "object", "title": "step", **chain}


def _steps(catalog: Catalog, go_say: Schema, expressions: Schema) -> Mapping[str, Schema]:
    queries = _calls(catalog, ActionKind.QUERY)
    text = _text("The message, in Telegram's HTML, with {{ expressions }}.")
    window = {
        "text": text,
        "load": _names(queries, "Query results by name, for texts and conditions."),
        "buttons": {"type": "array", "items": _button_or_row()},
        "timeout": timeout_schema(go_say),
        "media": {"$ref": "#/$defs/media"},
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
                "button": _text("The label of each item."),
                "key": _expression("What tells items apart; item.id when left out."),
                "save": expressions,
                "page": {**positive, "maximum": 50, "description": "Items on one page."},
                "columns": {**positive, "maximum": 8},
                "empty": _object({"text": text, **go_say}, needs={"say": "go"}),
                **list_keys(),
                **go_say,
            },
            ("text", "button", "save"),
        ),
        "ask": (
            {
                **ask_schema(),
                **window,
                "allow": _expression("What the answer, it, must meet."),
                "give_up": _object({"after": positive, **go_say}, required=("after", "go")),
                "save": expressions,
                **go_say,
            },
            ("text", "save"),
        ),
        "do": (
            {
                "do": _calls(catalog, ActionKind.COMMAND),
                "save": expressions,
                "outcomes": _names(target, "Where each outcome of the command leads."),
                "retry": retry_schema(),
                **go_say,
            },
            (),
        ),
        "decide": ({"decide": {"type": "array", "minItems": 1, "items": _branch(go_say)}}, ()),
        "run": (
            {"run": _name("The flow to run."), "with": expressions, "save": expressions, **go_say},
            (),
        ),
        "end": ({"end": expressions}, ()),
    }
    return {verb: _complete(verb, *body) for verb, body in bodies.items()}


def _complete(verb: str, properties: Schema, required: tuple[str, ...]) -> Schema:
    common = {"access": _expression("Who may be here: a condition over user.")}
    if verb not in ("end", "decide"):
        common["skip_if"] = _expression("The step is passed over when this holds.")
    if verb == "show":
        common["go"] = _name("Where skip_if leads.")
    needs = {"go": "skip_if"} if verb == "show" else None
    whole = _object({**properties, **common}, required=(verb, *required), title=verb, needs=needs)
    apart = {"show": (("buttons", "end"), ("timeout", "end")), "choose": (("one", "many"),)}
    return {**whole, **_apart(*apart[verb])} if verb in apart else whole


def _branch(go_say: Schema) -> Schema:
    return {
        "type": "object",
        "if": {"required": ["else"]},
        "then": _object({"else": {"$ref": "#/$defs/target"}}, required=("else",)),
        "else": _object({"when": _expression(), **go_say}, required=("when", "go")),
    }


def _button_or_row() -> Schema:
    button = {"$ref": "#/$defs/button"}
    menu = _object(
        {
            "menu": _name("A button for each flow that has an entry in this menu."),
            "columns": {"type": "integer", "minimum": 1, "maximum": 8},
        },
        required=("menu",),
        title="menu",
    )
    return {
        "type": ["object", "array"],
        "if": {"type": "object"},
        "then": {"if": {"required": ["menu"]}, "then": menu, "else": button},
        "else": {"items": button, "minItems": 1},
    }


def _calls(catalog: Catalog, kind: ActionKind) -> Schema:
    examples = [_example(action) for action in catalog.values() if action.kind is kind]
    return {
        "type": "string",
        "format": kind.value,
        "description": f"A call of a {kind.value} with keyword arguments.",
        "examples": examples,
    }


def _example(action: Action) -> str:
    """Write a call with the arguments that it must have."""
    required = (one.name for one in action.parameters if one.required)
    return f"{action.name}({', '.join(f'{name}=…' for name in required)})"


def _object(
    properties: Schema,
    *,
    required: Iterable[str] = (),
    title: str = "",
    description: str = "",
    needs: Mapping[str, str] | None = None,
) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    if needs:
        schema["dependentRequired"] = {key: [other] for key, other in needs.items()}
    words = {"title": title, "description": description}
    return schema | {key: value for key, value in words.items() if value}


def _names(value: Schema, description: str, least: int = 0) -> Schema:
    return {
        "type": "object",
        "description": description,
        "propertyNames": {"pattern": NAME},
        "additionalProperties": value,
        **({"minProperties": least} if least else {}),
    }


def _either(long: Schema, *more: str) -> Schema:
    return {"type": ["string", *more, "object"], "if": {"type": "object"}, "then": long}


def _one_of_keys(schema: Schema, keys: tuple[str, ...], *excluding: tuple[str, str]) -> Schema:
    pairs = [(a, b) for a in keys for b in keys if a < b] + list(excluding)
    return {**schema, "anyOf": [{"required": [key]} for key in keys], **_apart(*pairs)}


def _apart(*pairs: tuple[str, str]) -> Schema:
    """Forbid each two keys to stand together."""
    either = [{"required": list(pair)} for pair in pairs]
    return {"allOf": [{"not": {"type": "object", "anyOf": either}}]}


def _name(description: str = "") -> Schema:
    return {"type": "string", "pattern": NAME} | (
        {"description": description} if description else {}
    )


def _text(description: str = "") -> Schema:
    return {"type": "string", "format": "text", "minLength": 1} | (
        {"description": description} if description else {}
    )


def _expression(description: str = "") -> Schema:
    words = {"description": description} if description else {}
    kinds = ["string", "integer", "number", "boolean", "null"]
    return {"type": kinds, "format": "expression", **words}
