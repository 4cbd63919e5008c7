"""What every reader of an answer starts from: a text with plain digits and spaces.

It knows nothing of types.
"""

from __future__ import annotations

import unicodedata
from copy import deepcopy
from functools import lru_cache
from typing import Any, Final

from babel import Locale, localedata
from babel.localedata import LocaleDataDict

_SPACES: Final = dict.fromkeys(map(ord, "\u00a0\u202f\u2007\u2009\t\n\r"), " ")


_LINKED: Final = frozenset({"months", "days", "quarters", "eras", "currency_formats"})
"""What of Babel's data refers to other parts of them, and is looked up when it is first read."""


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
    """Give Babel's data of a locale, in a copy of its own.

    Babel 2.18 writes what it looks up into data that locales share, so that one language is given the names of another.
    """
    locale = Locale.parse(name.replace("-", "_"))
    shared = localedata.load(str(locale))
    own: dict[str | int | None, Any] = {
        key: deepcopy(one) if key in _LINKED else one for key, one in shared.items()
    }
    vars(locale)["_Locale__data"] = LocaleDataDict(own)
    return locale


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character))
