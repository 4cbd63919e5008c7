"""What a flow says of its older versions leads somewhere: to steps where somebody can stand, and to names that it declares.

It does not ask who stands in an older version, nor whether their data suffice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.moves import END
from engine.flow.problems import Problem
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from engine.flow.build import FlowDraft
    from engine.flow.draft import BotDraft
    from engine.flow.graph import Graph
    from engine.flow.model.upgrade import Change, Renaming

_CODE = "bad-upgrade"
type _Group = Callable[[Change], Mapping[str, Renaming]]


def check_bad_upgrade(draft: BotDraft) -> Iterator[Problem]:
    """Report what `upgrade` of a flow says that cannot be."""
    for name, flow_draft in draft.flows.items():
        flow = flow_draft.flow
        changes = [change for change in flow.upgrade if change.version < flow.version]
        for change in flow.upgrade[len(changes) :]:
            message = (
                f'"from {change.version}" of upgrade is not older than the flow, which is version {flow.version}; '
                f'raise "version", or write an older one'
            )
            yield Problem(change.position, _CODE, message)
        yield from _check_steps(flow_draft, draft.graphs[name], changes)
        for group in ("data", "params"):
            yield from _check_names(flow_draft, group, changes)


def check_gone_flow(draft: BotDraft) -> Iterator[Problem]:
    """Report what `upgrade` of bot.yaml says of flows that cannot be."""
    gone = draft.file.gone if draft.file else {}
    known = {*draft.flows, *draft.unread}
    circle: set[str] = set()
    for name, renaming in gone.items():
        if name in known:
            message = (
                f'upgrade says what became of flow "{name}", which is still there; remove the line'
            )
            yield Problem(renaming.source, _CODE, message)
        elif renaming.to not in {*known, *gone, END} or renaming.to == name:
            hint = choose_from(renaming.to, {*draft.flows, END}, "flows")
            message = f'upgrade makes flow "{name}" flow "{renaming.to}", which is not there{hint}'
            yield Problem(renaming.position, _CODE, message)
        elif name not in circle and (circle := _circle(gone, name)):
            message = f'upgrade makes flow "{name}" one that is gone as well, and so on in a circle; lead it to a flow, or to "{END}"'
            yield Problem(renaming.position, _CODE, message)


def _circle(gone: Mapping[str, Renaming], name: str) -> set[str]:
    """Give the names that follow one another for ever from a name on; none when they come to an end."""
    seen: set[str] = set()
    while name in gone and name not in seen:
        seen.add(name)
        name = gone[name].to
    return seen if name in seen else set()


def _check_steps(draft: FlowDraft, graph: Graph, changes: Sequence[Change]) -> Iterator[Problem]:
    known = set(draft.step_names)
    yield from _contradictions(changes, _steps, "step")
    for index, change in enumerate(changes):
        later = changes[index + 1 :]
        for old, renaming in change.steps.items():
            where = f'"from {change.version}" of upgrade leads people at step "{old}"'
            if old in known:
                message = f'{where} elsewhere, and the flow still has that step; remove the line, or write it under "restart"'
                yield Problem(renaming.source, _CODE, message)
            elif _is_renamed(renaming.to, later, _steps) or renaming.to == END:
                continue
            elif renaming.to not in known:
                hint = choose_from(renaming.to, {*graph.waiting, END}, "steps")
                message = f'{where} to step "{renaming.to}", which flow "{graph.flow}" does not have{hint}'
                yield Problem(renaming.position, _CODE, message)
            elif renaming.to in graph.steps and renaming.to not in graph.waiting | _runs(graph):
                hint = choose_from(renaming.to, graph.waiting, "steps where somebody stands")
                message = f'{where} to step "{renaming.to}", where nobody ever stands{hint}'
                yield Problem(renaming.position, _CODE, message)
        for step in change.restart.keys() & change.steps.keys():
            message = f'"from {change.version}" of upgrade leads people at step "{step}" to another one and has them begin anew; keep one'
            yield Problem(change.restart[step], _CODE, message)


def _runs(graph: Graph) -> frozenset[str]:
    """Give the steps at which a flow is open that they have run."""
    return frozenset(step for step, verb in graph.verbs.items() if verb == "run")


def _check_names(draft: FlowDraft, group: str, changes: Sequence[Change]) -> Iterator[Problem]:
    known = set(draft.declared_names(group))

    def renamed(change: Change) -> Mapping[str, Renaming]:
        return change.data if group == "data" else change.params

    yield from _contradictions(changes, renamed, f"name of {group}")
    for index, change in enumerate(changes):
        where = f'"from {change.version}" of upgrade'
        taken: set[str] = set()
        for old, renaming in renamed(change).items():
            if old in known:
                message = f'{where} gives "{group}.{old}" another name, and the flow still declares it; remove the line'
                yield Problem(renaming.source, _CODE, message)
            elif renaming.to in taken:
                message = f'{where} makes two names "{group}.{renaming.to}"; keep one'
                yield Problem(renaming.position, _CODE, message)
            elif renaming.to not in known and not _is_renamed(
                renaming.to, changes[index + 1 :], renamed
            ):
                hint = choose_from(renaming.to, known, f"names of {group}")
                message = f'{where} makes "{group}.{old}" "{group}.{renaming.to}", which the flow does not declare{hint}'
                yield Problem(renaming.position, _CODE, message)
            taken.add(renaming.to)


def _steps(change: Change) -> Mapping[str, Renaming]:
    return change.steps


def _is_renamed(name: str, later: Sequence[Change], group: _Group) -> bool:
    return any(name in group(change) for change in later)


def _contradictions(changes: Sequence[Change], group: _Group, noun: str) -> Iterator[Problem]:
    """Report names that an older version has had renamed already, so that no person can be there any more."""
    gone: dict[str, int] = {}
    for change in changes:
        for old, renaming in group(change).items():
            if old in gone:
                message = (
                    f'"from {change.version}" of upgrade renames {noun} "{old}", which "from {gone[old]}" did already; '
                    "remove one of them"
                )
                yield Problem(renaming.source, _CODE, message)
        gone |= dict.fromkeys(group(change), change.version)
        for renaming in group(change).values():
            gone.pop(renaming.to, None)
