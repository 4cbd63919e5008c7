"""What every reader of an answer starts from: a text with plain digits and spaces.

It knows nothing of types.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from babel import Locale

_SPACES: Final = dict.fromkeys(map(ord, "\u00a0\u202f\u2007\u2009\t\n\r"), " ")


def plain(text: str) -> str:
    """Give a text with digits of any script as 0 to 9, one kind of space, and no space around it."""
    spaced = text.translate(_SPACES)
    digits = (_digit(one) if one.isdecimal() else one for one in spaced)
    return " ".join("".join(digits).split())


def folded(text: str) -> str:
    """Give a plain text in which large and small letters are one."""
    return unicodedata.normalize("NFC", plain(text).casefold())


@lru_cache(maxsize=64)
def locale_of(name: str) -> Locale:
    """Give Babel's data of a locale."""
    return Locale.parse(name.replace("-", "_"))


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character))
