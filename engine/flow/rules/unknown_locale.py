"""The languages of a bot exist, its own is among them, and no other has translations.

It does not look into translations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.core import Locale, UnknownLocaleError

from engine.flow.problems import Problem
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_locale(draft: BotDraft) -> Iterator[Problem]:
    """Report languages that Babel or bot.yaml does not know."""
    if draft.file is None:
        return
    bot = draft.file
    for locale in bot.locales:
        if not _exists(locale):
            message = f'there is no language "{locale}"; write one such as "de" or "pt_BR"'
            yield Problem(draft.setting("locales"), "unknown-locale", message)
    if bot.locale not in bot.locales:
        message = f'"locale" is "{bot.locale}", which "locales" does not list{choose_from(bot.locale, bot.locales, "locales")}'
        yield Problem(draft.setting("locale"), "unknown-locale", message)
    for locale, root in draft.text_roots.items():
        if locale not in bot.locales:
            message = f'"locales" of bot.yaml does not list "{locale}"{choose_from(locale, bot.locales, "locales")}'
            yield Problem(root.file.span(0, 1), "unknown-locale", message)


def _exists(locale: str) -> bool:
    try:
        Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return False
    return True
