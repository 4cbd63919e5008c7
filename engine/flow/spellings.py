"""How each value of a file is written and called, in the words of who writes it.

It knows the keys of the language; it does not look at files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.flow.answers.sizes import PATTERN as SIZE
from engine.flow.durations import FINE_PATTERN, PATTERN
from engine.flow.model.anytime import ON_ENTER, ON_EXIT
from engine.flow.model.manner import EFFECTS
from engine.flow.schemas.asides import USERNAME
from engine.flow.schemas.ask import MEDIA_TYPE, PROPOSED
from engine.flow.schemas.looks import EMOJI
from engine.flow.schemas.manner import EFFECT

if TYPE_CHECKING:
    from engine.flow.nodes import NodePath


TYPE_WORDS: Final = {
    "object": "a group of keys",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}
"""What JSON's types are called."""


def how_to_write(path: NodePath) -> str:
    """Say how a value at a place is written."""
    match path:
        case ("steps", _):
            spelling = "{show: …, buttons: […]} or another verb"
        case (*_, "timeout", "go"):
            spelling = '{after: 15m, go: step, say: "…"} for "timeout"'
        case (*_, "give_up", "go"):
            spelling = '{after: 3, go: step, say: "…"} for "give_up"'
        case (*_, "load", _) | (*_, "choose" | "do" | "check"):
            spelling = "subject.verb(name=value)"
        case (*_, "save" | "with" | "end", _):
            spelling = "an expression, such as item or data.name"
        case (*_, str() as key):
            spelling = _SPELLINGS.get(key, "")
        case _:
            spelling = ""
    return f"; write {spelling}" if spelling else ""


BROKEN_BY_COMMA: Final = (
    'a comma ends a value before "{}"; put an expression that has a comma in quotes'
)

ELSEWHERE: Final = {
    "confirm": "; a question is a step of its own, and only a line of anytime asks one by itself",
}
"""What is said of keys that are known at other places, where what they do is done otherwise."""

_SPELLINGS: Final = {
    "anytime": "{/command: {go: step}}",
    "unknown": '{say: "…"}',
    "buttons": "a list of {text: …, go: step}",
    "data": "{name: type}",
    "decide": "a list of {when: …, go: step}, with {else: step} at its end",
    "empty": '{text: "…", go: step}',
    "end": "{name: expression}, or {} where there are no results",
    "give_up": "{after: 3, go: step}",
    "go": 'go: step, and beside it say: "…"',
    "load": "{name: subject.verb()}",
    "media": "{photo: images/name.jpg}",
    "messages": '{error: "…", …}',
    ON_ENTER: "{do: subject.verb(name=value)}",
    ON_EXIT: "{do: subject.verb(name=value)}",
    "outcomes": "{outcome: step}",
    "params": "{name: type}",
    "pay": "an amount, or a list of {text: …, amount: …}",
    "tips": "{max: amount, suggest: [amount, …]}",
    "retry": "{times: 3, on: [outcome], wait: 200ms}",
    "returns": "{name: type}",
    "run": "run: flow, and beside it with: {name: expression}",
    "save": "{name: expression}",
    "start": "a list such as [/visit]",
    "steps": "{name: {show: …}}",
    "timeout": "{after: 15m, go: step}",
    "refresh": "2s, or {every: 2s, until: condition, go: step}",
    "upgrade": "{from 3: {steps: {old: new}}}",
    "with": "{name: expression}",
}

LENGTHS: Final = "write a length of time such as 90s, 15m, 2h or 1d"
TIMES: Final = frozenset({("after",), ("wait",), ("per",), ("every",), ("for",), ("refresh",)})
"""The ends of paths to lengths of time."""

PATTERN_WORDS: Final = {
    PROPOSED: "write the username of a bot, such as helper_bot, without @",
    MEDIA_TYPE: "write a MIME type such as image/png, or image/*",
    SIZE: "write a size such as 500 KB or 5 MB",
    FINE_PATTERN: "write a pause such as 200ms or 1s",
    PATTERN: LENGTHS,
    EFFECT: f"write {', '.join(EFFECTS)}, or the id of an effect, which is a number",
    "^https://": "write an address that begins with https://",
    "^[A-Z]{3}$": "write three capital letters, such as EUR",
    EMOJI: "write the number of a custom emoji, in quotes",
    USERNAME: "write the name of a bot, such as salon_bot, without @",
    "^[A-Za-z0-9_-]{10,200}$": "write the id that Telegram gave, without spaces",
    r"^[a-z]{2,3}(_[A-Z][A-Za-z]+)*$": "write a language such as en, or en_GB",
}
"""How a text is written that a pattern of a schema asks for; those of names have words of their own."""


def where(path: NodePath) -> str:
    """Name a value the way a person would: `step "time"`, `"text" of step "time"`, `button 2 of step "time"`."""
    match path:
        case ():
            name = "the file"
        case ("steps", str() as step):
            name = f'step "{step}"'
        case ("data" | "params" | "returns" as group, str() as slot):
            name = f'"{slot}" of {group}'
        case (*outer, "buttons", int() as number):
            name = f"button {number + 1} of {where(tuple(outer))}"
        case (*outer, int() as number):
            name = f"entry {number + 1} of {where(tuple(outer))}"
        case (*outer, key):
            name = f'"{key}" of {where(tuple(outer))}' if outer else f'"{key}"'
    return name


def describe_value(value: Any) -> str:
    """Say what is written in the place of something else."""
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list):
        return "a list"
    kind = "the text" if isinstance(value, str) else "the value"
    return f'{kind} "{str(value).lower() if isinstance(value, bool) else value}"'
