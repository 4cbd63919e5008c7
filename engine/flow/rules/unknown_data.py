"""What is saved is declared in data.

Types of the values are checked where they are compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.parts import step_saves
from engine.flow.problems import Problem
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_data(draft: BotDraft) -> Iterator[Problem]:
    """Report each saved name that data does not declare."""
    for flow_draft in draft.flows.values():
        known = flow_draft.declared_names("data")
        flow = flow_draft.flow
        saves = [save for step in flow.steps.values() for save in step_saves(step)]
        saves += [entry.run.save for entry in flow.anytime.values() if entry.run]
        for save in saves:
            for name, code in save.items():
                if name not in known:
                    message = f'"{name}" is saved, which data does not declare{choose_from(name, known, "data names")}'
                    yield Problem(draft.spots.key(code.position), "unknown-data", message)
