"""The conditions within texts, each with its two outcomes.

They are those of the bot's own language; a translation covers one that it asks in the same words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dialog.trail import TextAsked
from engine.simulate.coverage.model import Goal, GoalKind
from engine.simulate.coverage.sayings import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.compile import CompiledFlow
    from engine.flow.model.flow import Flow


def text_goals(compiled: CompiledFlow) -> Iterator[Goal]:
    """Give two goals for each condition within the texts of a flow."""
    flow = compiled.flow
    for wording, conditions in compiled.asked.items():
        for code in conditions:
            for holds in (True, False):
                note = TextAsked(flow.name, wording.path, code.text, holds)
                says = f"in the text, {short(code.text)} {'holds' if holds else 'does not hold'}"
                yield Goal(GoalKind.TEXT, *text_place(flow, note), says, code.position)


def text_place(flow: Flow, note: TextAsked) -> tuple[str, str | None, str]:
    """Give the flow, step and cause of the goal that a note covers; `step` is None for a text of no single one."""
    parts = note.path.split(".")
    step = parts[1] if len(parts) > 1 and parts[0] == flow.name and parts[1] in flow.steps else None
    cause = f"{note.path}:{note.condition}:{'true' if note.holds else 'false'}"
    return flow.name, step, cause
