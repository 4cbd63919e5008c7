"""Changes of an input that keep most of its form: lines, words and marks are swapped, repeated, dropped or made odd.

It knows the signs of YAML and of expressions, and nothing of what is wrong or right.
"""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, Final

from benchmarks.fuzz.seeds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS: Final = [
    "show",
    "ask",
    "choose",
    "do",
    "decide",
    "run",
    "end",
    "text",
    "go",
    "say",
    "save",
    "buttons",
    "when",
    "else",
    "load",
    "with",
    "skip_if",
    "access",
    "allow",
    "invalid",
    "give_up",
    "after",
    "empty",
    "button",
    "page",
    "columns",
    "key",
    "outcomes",
    "anytime",
    "error",
    "data",
    "params",
    "returns",
    "steps",
    "flow",
    "version",
    "title",
    "start",
    "default",
    "optional",
    "min",
    "max",
    "type",
    "int",
    "date",
    "money",
    "phone",
    "list[Slot]",
    "Service",
    "data.day",
    "item.id",
    "result",
    "it",
    "user.role",
    "None",
    "True",
    "not",
    "and",
    "or",
    "in",
    "is",
    "if",
    "else",
    "today()",
    "days(1)",
    "len(item)",
    "default('x')",
    "plural(one='a',other='b')",
    "|",
    "date",
    "{{",
    "}}",
    "{%",
    "if",
    "%}",
    "{%",
    "endif",
    "%}",
    "{%",
    "for",
    "x",
    "in",
    "y",
    "%}",
    "{%",
    "endfor",
    "%}",
    "<b>",
    "</b>",
    "<a",
    "href='x'>",
    "&amp;",
    "-",
    ":",
    "#",
    "?",
    "!",
    "&",
    "*",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    '"',
    "\\",
    "~",
    "---",
    "...",
    "99999999999999999999",
    "-1",
    "1e400",
    "0x0",
    ".5",
    "1_0",
    "\t",
    "\r",
    "\ufeff",
    "\u2028",
    "\x85",
    "😀",
    "́",
    "/cancel",
    "retry",
    "timeout",
    "media",
    "keep",
    "use",
    "fragment",
    "$a",
    "many",
    "one",
    "search",
    "group",
    "share",
    "pattern",
    "max_size",
    "menus",
    "throttle",
    "words",
    "confirm",
    "# usher: ignore[trap] because x",
    "# usher: ignore[",
    "deeplink",
    "a_{id}",
]
_TOKEN: Final = re.compile(r"\w+|[^\w\s]|\s+")
_LONG: Final = 3000


def change(data: bytes, size: int, seed: int) -> bytes:
    """Change an input in one to four ways; what comes out is at most `size` bytes."""
    chance = Random(seed)
    text = data[1:].decode("utf-8", "surrogateescape")
    for _ in range(chance.randrange(1, 5)):
        text = chance.choice(_CHANGES)(text, chance)
    kind = data[:1] if chance.random() < 0.95 else bytes([chance.randrange(len(KINDS))])
    return (kind + text.encode("utf-8", "surrogateescape"))[:size]


def _swap_words(text: str, chance: Random) -> str:
    tokens = _TOKEN.findall(text) or [""]
    one, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return "".join(tokens)


def _put_word(text: str, chance: Random) -> str:
    tokens = _TOKEN.findall(text) or [""]
    at = chance.randrange(len(tokens))
    if chance.random() < 0.5:
        tokens[at] = chance.choice(WORDS)
    else:
        tokens.insert(at, chance.choice(WORDS))
    return "".join(tokens)


def _drop_word(text: str, chance: Random) -> str:
    tokens = _TOKEN.findall(text) or [""]
    del tokens[chance.randrange(len(tokens))]
    return "".join(tokens)


def _repeat_part(text: str, chance: Random) -> str:
    start = chance.randrange(len(text) + 1)
    part = text[start : start + chance.choice((1, 2, 5, 40))]
    return text[:start] + part * chance.choice((2, 3, 30, 200)) + text[start:]


def _change_lines(text: str, chance: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = chance.randrange(len(lines))
    line = lines.pop(at)
    match chance.randrange(4):
        case 0:
            pass
        case 1:
            lines[at:at] = [line, line]
        case 2:
            lines.insert(chance.randrange(len(lines) + 1), line)
        case _:
            lines.insert(at, " " * chance.randrange(9) + line.lstrip())
    return "".join(lines)


def _nest(text: str, chance: Random) -> str:
    opening, closing = chance.choice(("[]", "{}", "()", ("{a: ", "}"), ("- ", ""), ("not ", "")))
    deep = chance.choice((2, 10, 40, 200))
    at = chance.randrange(len(text) + 1)
    end = min(len(text), at + chance.randrange(20))
    return (text[:at] + opening * deep + text[at:end] + closing * deep + text[end:])[: _LONG * 4]


_CHANGES: Final[tuple[Callable[[str, Random], str], ...]] = (
    _swap_words,
    _put_word,
    _put_word,
    _drop_word,
    _repeat_part,
    _change_lines,
    _change_lines,
    _nest,
)
