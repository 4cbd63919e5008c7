"""Names as flows write them, and the name that other writing was probably meant to be.

It knows nothing of what is named.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MOST_CHARACTERS: Final = 64
"""Longer writing is no name that somebody meant."""


def as_name(text: str) -> str:
    """Give the name that a text would be: "Say-Bye" is say_bye, "Größe" groesse; nothing where there is none."""
    if len(text) > MOST_CHARACTERS:
        return ""
    small = text.lower()
    for letter, written in _LETTERS.items():
        small = small.replace(letter, written)
    plain = unicodedata.normalize("NFKD", small).encode("ascii", "ignore").decode()
    name = _OTHERS.sub("_", plain.strip()).strip("_")
    return name if name[:1].isalpha() else ""


_LETTERS: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae"}
_OTHERS: Final = re.compile(r"[^a-z0-9_]+")
