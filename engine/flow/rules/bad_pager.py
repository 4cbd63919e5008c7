"""A pager has buttons that do something, and what it says of numbers belongs to numbers.

It does not know how many pages there will be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.paging import PagerKind
from engine.flow.model.windows import WindowStep
from engine.flow.parts import paged_names, step_pagers
from engine.flow.problems import Problem
from engine.flow.types import choose_from, listed

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
                yield from _astray(step, pager) if isinstance(step, WindowStep) else ()
            yield from _turns(step) if isinstance(step, WindowStep) else ()


def _astray(step: WindowStep, pager: Pager) -> Iterator[Problem]:
    """Report what a pager is to turn along and the window does not have."""
    there = paged_names(step)
    for name, position in pager.turns.items():
        if name not in there:
            message = f'nothing of step "{step.name}" called "{name}" has pages{choose_from(name, there, "things with pages")}'
            yield Problem(position, "bad-pager", message)


def _turns(step: WindowStep) -> Iterator[Problem]:
    """Report each button that turns the pages of nothing, or of one of several, and what is called like something else."""
    there = paged_names(step)
    for group in step.groups:
        if group.rows and group.id and there.count(group.id) > 1:
            message = f'two things with pages of step "{step.name}" are called "{group.id}"; give one of them another "id"'
            yield Problem(group.position, "bad-pager", message)
    for button in step.buttons:
        turn = button.turn
        if turn is None:
            continue
        if turn.of is None and len(there) > 1:
            message = f'several things of step "{step.name}" have pages; add "of", which is one of {listed(there)}'
            yield Problem(turn.position, "bad-pager", message)
        elif not there or (turn.of is not None and turn.of not in there):
            called = f'called "{turn.of}" ' if turn.of else ""
            hint = choose_from(turn.of or "", there, "things with pages")
            message = f'nothing of step "{step.name}" {called}has pages{hint}'
            yield Problem(turn.position, "bad-pager", message)


def _judge(pager: Pager) -> Iterator[Problem]:
    if pager.position is None:
        return
    if not (pager.turning or pager.has_numbers or pager.turns):
        kinds = ", ".join(f'"{kind}"' for kind in PagerKind if kind is not PagerKind.NONE)
        message = f'the pager has no buttons; add "kind", which is one of {kinds}, or labels such as "next: …"'
        yield Problem(pager.position, "bad-pager", message)
    elif not pager.has_numbers and pager.layout:
        key = pager.layout
        message = f'"{key}" lays out numbers of pages, and the pager has none; remove it, or add "number: …"'
        yield Problem(pager.position, "bad-pager", message)
