"""Every text is there in every language of the bot.

It does not compare what texts say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.parts import flow_wordings
from engine.flow.problems import Position, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_missing_translation(draft: BotDraft) -> Iterator[Problem]:
    """Report each text that a language of the bot lacks."""
    if draft.file is None or draft.file.locale not in draft.file.locales:
        return
    if len(draft.file.locales) == 1:
        return
    wordings = [one for flow in draft.flows.values() for one in flow_wordings(flow.flow)]
    wordings += draft.file.wordings
    for locale in draft.file.locales:
        if locale == draft.file.locale or locale in draft.unread:
            continue
        texts = draft.translations.get(locale)
        if texts is None:
            message = f'there is no "texts/{locale}.yaml" with the texts of language "{locale}"; write one'
            yield Problem(draft.setting("locales"), "missing-translation", message)
            continue
        place = Position(draft.text_roots[locale].file.path, 1, 1)
        for wording in wordings:
            if wording.path not in texts and not draft.is_unread(wording.path):
                message = f'text "{wording.path}" has no translation in "{locale}"; add it there'
                yield Problem(
                    wording.position,
                    "missing-translation",
                    message,
                    ((place, "the translations are here"),),
                )
