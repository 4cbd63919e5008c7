"""A window that is shown again by itself can change, in a message that can be edited, no more often than Telegram lets it.

It does not ask how often what is shown really changes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.flow.durations import write_duration
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.controls import Options
from engine.flow.model.windows import ShowStep
from engine.flow.parts import shown_texts, step_lists, step_values
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.refresh import Refresh

SHORTEST: Final = 1_000
"""How often a message in a private chat can be edited, in milliseconds."""

LONGEST: Final = 600_000
"""The rarest refresh: nobody looks at one window for longer without doing anything."""

MOST_TIMES: Final = 3_600
"""How often one window is shown again before the person does something."""

type Window = ShowStep | ChooseStep | AskStep

_CLOCK: Final = re.compile(r"\b(now|today)\(")


def check_bad_refresh(draft: BotDraft) -> Iterator[Problem]:
    """Report each window that cannot be shown again as it says, or has nothing to show then."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if isinstance(step, ShowStep | ChooseStep | AskStep) and step.refresh:
                for message in _faults(step, step.refresh):
                    yield Problem(step.refresh.position, "bad-refresh", message)


def _faults(step: Window, refresh: Refresh) -> Iterator[str]:
    if not SHORTEST <= refresh.every <= LONGEST:
        yield (
            f'step "{step.name}" is shown again every {write_duration(refresh.every)}; that is at least '
            f"{write_duration(SHORTEST)} and at most {write_duration(LONGEST)}"
        )
    elif not refresh.every <= refresh.length <= MOST_TIMES * refresh.every:
        most = write_duration(MOST_TIMES * refresh.every)
        yield (
            f'step "{step.name}" is shown again for {write_duration(refresh.length)}; every '
            f"{write_duration(refresh.every)} that is at least once and at most for {most}"
        )
    if step.keyboard:
        yield (
            f'step "{step.name}" has its keys under the chat, and such a message cannot be shown again in its place; '
            'remove "keyboard" or "refresh"'
        )
    elif not _may_change(step):
        yield (
            f'nothing that step "{step.name}" shows can change by itself; "load" what changes, or remove "refresh"'
        )


def _may_change(step: Window) -> bool:
    """Tell whether a window asks a query, or what time it is."""
    if step.load or isinstance(step, ChooseStep) or any(step_lists(step)):
        return True
    if any(isinstance(one, Options) and one.query for one in step.controls):
        return True
    codes = [*step_values(step), *(one.when for one in step.buttons)]
    written = [code.text for code in codes if code] + [one.text for one in shown_texts(step)]
    return any(_CLOCK.search(text) for text in written)
