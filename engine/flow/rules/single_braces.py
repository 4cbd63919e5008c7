"""Values stand in two pairs of braces: within one pair, what was meant as a value is shown as it is written.

It knows what names a flow has; whether an expression fits is told once it has its braces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.flow.parts import flow_wordings
from engine.flow.problems import Problem
from engine.flow.template_source import MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.flow.draft import BotDraft
    from engine.flow.model.written import Wording


def check_single_braces(draft: BotDraft) -> Iterator[Problem]:
    """Report values of flows that are within one pair of braces."""
    for flow_draft in draft.flows.values():
        flow = flow_draft.flow
        names = {name: f"data.{name}" for name in flow.data}
        names |= {name: f"params.{name}" for name in flow.params}
        yield from _find(draft, flow_wordings(flow), names)


def check_single_braces_sentence(draft: BotDraft) -> Iterator[Problem]:
    """Report them in the sentences of the bot."""
    if draft.file:
        yield from _find(draft, draft.file.wordings, {})


def _find(
    draft: BotDraft, wordings: Iterable[Wording], names: Mapping[str, str]
) -> Iterator[Problem]:
    for wording in wordings:
        for text in draft.texts_of(wording):
            if "{" not in text.text or len(text.text) > MOST_CHARACTERS:
                continue
            clear = _TEMPLATE.sub(lambda found: "\x00" * len(found[0]), text.text)
            for found in _BRACES.finditer(clear):
                root, rest = found["root"], found["rest"] or ""
                if root not in names and root not in (_ROOTS if rest else _BARE):
                    continue
                meant = names.get(root, root) + rest
                message = f'"{found[0]}" is shown as it is written; a value has two pairs of braces: {{{{ {meant} }}}}'
                place = draft.spots.place(text.position, found.start(), len(found[0]))
                yield Problem(place, "single-braces", message)


_TEMPLATE: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_BRACES: Final = re.compile(r"\{ *(?P<root>[a-z_][a-z0-9_]*)(?P<rest>[.|][^{}\n]*?)? *\}")
_BARE: Final = frozenset({"it", "item", "search", "count"})
_ROOTS: Final = _BARE | {"data", "params", "user", "result"}
