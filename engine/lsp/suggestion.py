"""One thing that can be written at the cursor, as a value.

It does not know how an editor shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is suggested; editors show each with a sign of its own."""

    ARGUMENT = "argument"
    FIELD = "field"
    FUNCTION = "function"
    KEY = "key"
    KEYWORD = "keyword"
    MODULE = "module"
    STEP = "step"
    FLOW = "flow"
    VALUE = "value"
    VARIABLE = "variable"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that replaces the text from `start` to the cursor; `insert` is what is written where it is not the label."""

    label: str
    start: int
    kind: Kind
    detail: str = ""
    docs: str = ""
    insert: str = ""
