"""Finds which language of a bot suits somebody.

It does not know what is said in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def choose_locale(locales: Sequence[str], wishes: Sequence[str | None]) -> str | None:
    """Return the first wish that is a locale of the bot, or whose language is; None when none is."""
    for wish in filter(None, wishes):
        tag = wish.replace("-", "_")
        language = tag.partition("_")[0]
        for locale in locales:
            if locale.replace("-", "_").lower() == tag.lower():
                return locale
        for locale in locales:
            if locale.replace("-", "_").partition("_")[0].lower() == language.lower():
                return locale
    return None
