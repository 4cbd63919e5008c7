"""Addresses with expressions: whether the scheme and the host are written, so that no value can lead elsewhere.

It knows the syntax of texts, and neither types nor values.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.flow.template_source import For, If, Literal, Output, parse_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.flow.template_source import Node

MOST_BEGINNINGS: Final = 64
"""Ways to begin that are looked at in one text: those of six branches with two arms each."""


def find_free_beginning(text: str, *, is_secure: bool = False) -> str | None:
    """Give what an address has before its first expression, where its host does not end there; None when all is well.

    Of an address with branches each way to begin is looked at; `start_link(…)` is an address of its own. One that
    `is_secure` begins with https.
    """
    nodes, faults = parse_template(text)
    if faults:
        return None
    for index, (beginning, is_open) in enumerate(_beginnings(nodes)):
        if index == MOST_BEGINNINGS:
            break
        right = _OPEN if is_open else _WHOLE
        written = beginning.strip()
        if not right.match(written) or (is_secure and not _SECURE.match(written)):
            return written
    return None


def _beginnings(nodes: Sequence[Node]) -> Iterator[tuple[str, bool]]:
    """Give what can be written before the first value, and whether a value follows."""
    if not nodes:
        yield "", False
        return
    first, rest = nodes[0], nodes[1:]
    match first:
        case Literal(text=text):
            for written, is_open in _beginnings(rest):
                yield text + written, is_open
        case Output(code=code) if code.text.strip().startswith("start_link("):
            yield "https://t.me/", True
        case If(branches=branches):
            bodies = [branch.body for branch in branches]
            for body in bodies if first.has_else else [*bodies, []]:
                yield from _beginnings([*body, *rest])
        case Output() | For():
            yield "", True


_HOST: Final = r"https?://[^\s/?#.@]+(?:\.[^\s/?#.@]+)+"
_SECURE: Final = re.compile("https://", re.IGNORECASE)
_OPEN: Final = re.compile(rf"(?:{_HOST}[/?#]|tg://[a-z_]+[/?])", re.IGNORECASE)
_WHOLE: Final = re.compile(rf"(?:{_HOST}(?:[/?#]\S*)?|tg://\S+)\Z", re.IGNORECASE)
