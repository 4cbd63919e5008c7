"""The currency of a bot exists.

It does not know amounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.numbers import is_currency

from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_currency(draft: BotDraft) -> Iterator[Problem]:
    """Report a currency that ISO 4217 does not list."""
    if draft.file and not is_currency(draft.file.currency):
        message = f'there is no currency "{draft.file.currency}"; write one such as "EUR"'
        yield Problem(draft.setting("currency"), "unknown-currency", message)
