"""A decide always decides: its lines hold in every case, or the last one, and no other, is else.

It looks at types and bounds, not at the paths that lead there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.expression.paths import type_of_path
from engine.flow.expression.possible import describe_possible, possible_of_type
from engine.flow.expression.state import NOTHING_KNOWN
from engine.flow.expression.truth import assume, read_condition
from engine.flow.model.steps import DecideStep
from engine.flow.problems import Problem
from engine.flow.proofs import shared_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.expression.paths import Names
    from engine.flow.expression.state import State


def check_missing_else(draft: BotDraft) -> Iterator[Problem]:
    """Report each decide that leaves a case out, and lines that stand after else."""
    for name, flow_draft in draft.flows.items():
        for step in flow_draft.flow.steps.values():
            if not isinstance(step, DecideStep):
                continue
            found = [number for number, branch in enumerate(step.branches) if branch.when is None]
            if not found:
                names = shared_names(draft.declared[name], draft.file)
                left = _left_over(step, names)
                if left is not None:
                    message = f'step "{step.name}" does not say what happens when {_say(left, names)}; end it with "- else: …"'
                    yield Problem(step.position, "missing-else", message)
            elif found[0] < len(step.branches) - 1:
                place = step.branches[found[0] + 1].go.position
                message = f'step "{step.name}" never comes to the line after "else"; make "else" the last line'
                yield Problem(place, "missing-else", message)


def _left_over(step: DecideStep, names: Names) -> State | None:
    """Give what is known where no line holds; None when there is no such case."""
    state: State | None = NOTHING_KNOWN
    for branch in step.branches:
        tree = read_condition(branch.when.text) if branch.when else None
        if tree is not None:
            state = state and assume(tree, state, names, holds=False)
    return state


def _say(left: State, names: Names) -> str:
    """Name the case that is left out, where it can be named."""
    said = []
    for path, known in left.paths.items():
        type_ = None if path.startswith("len(") else type_of_path(path, names)
        if type_ is not None and known != possible_of_type(type_):
            words = describe_possible(known, possible_of_type(type_))
            said += [f'"{path}" {words}'] if words else []
    return " and ".join(said) or "nothing holds"
