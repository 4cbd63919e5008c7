"""Every move leads to a step of the same flow, or to the end.

It does not ask whether the step is a sensible one to come to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.graph import Move, MoveKind
from engine.flow.model.moves import END
from engine.flow.names import as_name
from engine.flow.problems import Problem
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_step(draft: BotDraft) -> Iterator[Problem]:
    """Report each move to a step that the flow does not have."""
    for name, graph in draft.graphs.items():
        known = {*draft.flows[name].step_names, END}
        meant = {*known, *map(as_name, known)}
        seen = set()
        for move in graph.moves:
            if move.target not in meant and move.position not in seen:
                seen.add(move.position)
                hint = (
                    f'; it is a flow, so write "run: {move.target}"'
                    if move.target in draft.flows
                    else choose_from(move.target, known, "steps")
                )
                message = f'{_mover(move)} goes to step "{move.target}", which flow "{name}" does not have{hint}'
                yield Problem(move.position, "unknown-step", message)


def _mover(move: Move) -> str:
    match move.kind:
        case MoveKind.BUTTON:
            return f'button "{move.label}"'
        case MoveKind.OUTCOME:
            return f'outcome "{move.label}"'
        case MoveKind.COMMAND:
            kind = "command" if move.label.startswith("/") else "line"
            return f'{kind} "{move.label}"'
        case MoveKind.ERROR | MoveKind.UNKNOWN:
            return f'"{move.kind}" of anytime'
        case MoveKind.EMPTY | MoveKind.GIVE_UP | MoveKind.TIMEOUT | MoveKind.REFRESH:
            return f'"{move.kind}" of step "{move.source}"'
        case _:
            return f'step "{move.source}"'
