"""What a problem suggests, as a change of the text.

It reads the suggestion from the problem's message, and judges nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.flow.problems import Problem
    from engine.lsp.positions import Lines

_MEANT: Final = re.compile(r'did you mean "([^"]+)"\?')
_QUOTED: Final = re.compile(r'"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Mend:
    """Writing `new` in the place of text[start:end]."""

    start: int
    end: int
    new: str


def find_mend(problem: Problem, lines: Lines) -> Mend | None:
    """Give the change that a problem's message suggests, where the wrong word stands at the problem's place."""
    meant = _MEANT.search(problem.message)
    if meant is None:
        return None
    start = lines.start_of(problem.position)
    written = lines.text[start : start + problem.position.length]
    for wrong in _QUOTED.findall(problem.message[: meant.start()]):
        found = re.search(rf"(?<!\w){re.escape(wrong)}(?!\w)", written)
        if found and wrong != meant[1]:
            return Mend(start + found.start(), start + found.end(), meant[1])
    return None
