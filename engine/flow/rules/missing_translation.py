"""Every text is there in every language of the bot.

It does not compare what texts say.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from engine.flow.nodes import MapNode
from engine.flow.parts import flow_wordings
from engine.flow.problems import Position, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.flow.draft import BotDraft
    from engine.flow.model.written import Wording
    from engine.flow.nodes import Node


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
        lacking = [
            one for one in wordings if one.path not in texts and not draft.is_unread(one.path)
        ]
        yield from _lacking(lacking, locale, draft.text_roots[locale])


_SHOWN: Final = 5
"""Paths that a message names; of more it tells how many there are."""


def _lacking(wordings: Sequence[Wording], locale: str, root: Node) -> Iterator[Problem]:
    """Report the texts of each file that a language lacks, a single one at its original."""
    by_file: dict[str, list[Wording]] = defaultdict(list)
    for wording in dict.fromkeys(wordings):
        by_file[wording.position.path].append(wording)
    for path, found in by_file.items():
        place = _where_they_belong(root, [one.path.split(".") for one in found])
        if len(found) == 1:
            message = f'text "{found[0].path}" has no translation in "{locale}"; add it there'
            related = ((place, "its translation belongs here"),)
            yield Problem(found[0].position, "missing-translation", message, related)
            continue
        names = ", ".join(f'"{one.path}"' for one in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        message = (
            f'{len(found)} texts of "{path}" have no translation in "{locale}"; add {names}{more}'
        )
        related = ((found[0].position, "the first of them is here"),)
        yield Problem(place, "missing-translation", message, related)


def _where_they_belong(root: Node, paths: Sequence[Sequence[str]]) -> Position:
    """Give the innermost key below which all of some paths are; the beginning of the file where there is none."""
    place, node = Position(root.file.path, 1, 1), root
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1 or not isinstance(node, MapNode):
            break
        key = next((key for key in node.keys if key.removeprefix("/") == parts[0]), None)
        if key is None:
            break
        place, node = node.keys[key].position, node.entries[key]
    return place
