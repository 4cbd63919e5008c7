"""A pager has buttons that do something, and what it says of numbers belongs to numbers.

It does not know how many pages there will be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.paging import PagerKind
from engine.flow.model.windows import WindowStep
from engine.flow.parts import step_pagers
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.paging import Pager


def check_bad_pager(draft: BotDraft) -> Iterator[Problem]:
    """Report each pager without buttons that is not meant to be none, and each that lays out numbers that it lacks."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            for pager in step_pagers(step) if isinstance(step, WindowStep) else ():
                yield from _judge(pager)


def _judge(pager: Pager) -> Iterator[Problem]:
    if pager.position is None:
        return
    if not pager.turning and not pager.has_numbers:
        kinds = ", ".join(f'"{kind}"' for kind in PagerKind if kind is not PagerKind.NONE)
        message = f'the pager has no buttons; add "kind", which is one of {kinds}, or labels such as "next: …"'
        yield Problem(pager.position, "bad-pager", message)
    elif not pager.has_numbers and pager.layout:
        key = pager.layout
        message = f'"{key}" lays out numbers of pages, and the pager has none; remove it, or add "number: …"'
        yield Problem(pager.position, "bad-pager", message)
