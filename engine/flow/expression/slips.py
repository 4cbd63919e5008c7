"""Signs and words of other languages that make an expression unreadable, each with what is written here.

It knows no syntax tree: it looks at the text of an expression that could not be read.
"""

from __future__ import annotations

import re
from typing import Final

_STRINGS: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_SLIP: Final = re.compile(
    r"(?P<word>\b(?:AND|OR|NOT|IN|IS|IF|ELSE|And|Or|Not|In|Is|If|Else)\b)"
    r"|(?P<unequal><>|=!|!==)|(?P<equal>===)|(?P<both>&&)|(?P<either>\|\|)|(?P<step>\+\+|--(?=\s*$))"
    r"|(?P<assign>[-+*/]=)|(?P<choice>\?)|(?P<no>!(?!=))|(?P<semicolon>;)|(?P<single>(?<![=<>!])=(?!=))"
    r"|(?P<and>&)|(?P<equal_more>=[<>])"
)
_MENDS: Final = {
    "unequal": 'write "!="',
    "equal": 'write "=="',
    "both": 'write "and"',
    "and": 'write "and"',
    "either": 'write "or"',
    "step": 'write "+ 1", or "- 1"',
    "assign": 'write the new value, as in "data.count + 1"',
    "choice": 'write "… if … else …"',
    "no": 'write "not"',
    "semicolon": "leave it out",
    "single": 'write "==" to compare',
    "equal_more": 'write ">=" or "<="',
}


def find_slip(text: str) -> tuple[str, int, int] | None:
    """Find the first of them outside texts: what to say, where it stands, and how long it is."""
    plain = _STRINGS.sub(lambda found: " " * len(found[0]), text)
    for found in _SLIP.finditer(plain):
        written, kind = found[0], found.lastgroup or ""
        if kind == "single" and _is_argument(plain, found.start()):
            continue
        if kind == "word":
            return f'"{written}" is written in small letters: "{written.lower()}"', *_span(found)
        return f'"{written}" is not expected here; {_MENDS[kind]}', *_span(found)
    return None


def _span(found: re.Match[str]) -> tuple[int, int]:
    return found.start(), found.end() - found.start()


def _is_argument(text: str, at: int) -> bool:
    """Tell whether a sign stands behind the name of an argument, in the brackets of a call."""
    before = text[:at]
    opened = before.rfind("(")
    is_named = re.search(r"[(,]\s*\w+\s*$", before) is not None
    return is_named and opened > 0 and (before[opened - 1].isalnum() or before[opened - 1] == "_")
