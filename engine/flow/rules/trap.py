"""From every step the person can go on, or the flow ends.

A command of anytime does not count: nobody sees it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from engine.flow.expression.source import parse_text
from engine.flow.model.steps import RunStep
from engine.flow.model.windows import ShowStep
from engine.flow.problems import Problem
from engine.flow.rules.silent_loop import passing_flows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.flow.draft import BotDraft
    from engine.flow.model.written import Code


def check_trap(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each reachable step from which there is no way out; only the last ones of a chain of them."""
    for name in sorted(whole):
        graph = draft.graphs[name]
        trapped, reached = set(graph.traps()), graph.reachable()
        looping = {step for loop in graph.silent_loops() for step in loop}
        for step in draft.flows[name].flow.steps.values():
            if not isinstance(step, ShowStep) or step.name not in reached:
                continue
            if step.name in trapped - looping:
                message = (
                    f'nothing leads on from step "{step.name}"; give it a button that goes on, '
                    'or "end: {}" if it is the last word'
                )
                yield Problem(step.position, "trap", message)
            elif step.end is None and step.timeout is None and _may_offer_nothing(step):
                message = (
                    f'nothing leads on from step "{step.name}" {_when_it_is_empty(step)}; '
                    "give it a button that is always there"
                )
                yield Problem(step.position, "trap", message)


def check_circling_run(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each run that only leads back to itself, where its flow asks somebody; where it asks nobody, that is a loop."""
    passing = passing_flows(draft)
    for name in sorted(whole):
        graph = draft.graphs[name]
        silent = {step for loop in graph.silent_loops(passing) for step in loop}
        for step in draft.flows[name].flow.steps.values():
            is_met = isinstance(step, RunStep) and step.name in graph.reachable() - silent
            if is_met and graph.leads_only_to_itself(step.name):
                message = (
                    f'step "{step.name}" runs its flow again whenever that ends, '
                    "and nothing else follows; lead it to another step"
                )
                yield Problem(step.position, "trap", message)


def _may_offer_nothing(step: ShowStep) -> bool:
    """Tell whether every button that goes on has a condition, and no two of these exclude each other."""
    buttons = [button for button in step.buttons if button.go or button.run]
    alone = [button for button in buttons if not (button.is_guarded or button.within)]
    conditions = [button.conditions[0] for button in alone if len(button.conditions) == 1]
    is_open = any(button.is_always_there for button in buttons)
    return bool(buttons) and not is_open and not _is_complete(conditions)


def _when_it_is_empty(step: ShowStep) -> str:
    if any(button.is_guarded for button in step.buttons):
        return "for somebody whom no flow behind its buttons lets in"
    if any(button.within for button in step.buttons):
        return "when its lists are empty"
    return 'when no "when" of its buttons holds'


def _is_complete(conditions: Sequence[Code]) -> bool:
    """Tell whether one of the conditions is written as the opposite of another."""
    trees = [parse_text(condition.text) for condition in conditions]
    written = {ast.dump(tree) for tree in trees if tree is not None}
    return any(ast.dump(_opposite(tree)) in written for tree in trees if tree is not None)


def _opposite(tree: ast.expr) -> ast.expr:
    match tree:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return inner
        case ast.Compare(
            left=left, ops=[operator], comparators=right
        ) if opposite := _OPPOSITES.get(type(operator)):
            return ast.Compare(left, [opposite()], right)
        case _:
            return ast.UnaryOp(ast.Not(), tree)


_PAIRS: Final[tuple[tuple[type[ast.cmpop], type[ast.cmpop]], ...]] = (
    (ast.Is, ast.IsNot),
    (ast.Eq, ast.NotEq),
    (ast.In, ast.NotIn),
    (ast.Lt, ast.GtE),
    (ast.Gt, ast.LtE),
)
_OPPOSITES: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    **dict(_PAIRS),
    **{other: one for one, other in _PAIRS},
}
