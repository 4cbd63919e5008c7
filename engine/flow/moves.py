"""Every move of a flow, from what its steps say.

It knows how each verb moves; what follows from the moves is the graph's to tell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from engine.flow.durations import write_duration
from engine.flow.graph import FlowCall, Graph, Move, MoveKind
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.moves import END, StepBase, Target
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DecideStep, DoStep, EndStep, RunStep, Step
from engine.flow.model.windows import ShowStep, WindowStep
from engine.flow.parts import anytime_calls, step_calls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.model.controls import Control
    from engine.flow.model.flow import Flow
    from engine.flow.model.moves import Call
    from engine.flow.model.steps import Commanding
    from engine.flow.model.windows import Button
    from engine.flow.model.written import Code


def build_graph(flow: Flow) -> Graph:
    """List every move of a flow."""
    moves: list[Move] = []
    calls: list[FlowCall] = []
    for step in flow.steps.values():
        moves.extend(_step_moves(step))
        moves.extend(_interruptions(flow, step))
        calls.extend(FlowCall(step.name, call) for call in step_calls(step))
    calls.extend(FlowCall(None, call) for call in anytime_calls(flow))
    return Graph(
        flow=flow.name,
        steps=tuple(flow.steps),
        moves=tuple(moves),
        calls=tuple(calls),
        waiting=frozenset(name for name, step in flow.steps.items() if _waits(step)),
        choices=frozenset(name for name, step in flow.steps.items() if _offers_choice(step)),
        verbs={name: _VERBS[type(step)] for name, step in flow.steps.items()},
        on_exit=flow.on_exit,
    )


_VERBS: Final[Mapping[type[Any], str]] = {
    ShowStep: "show",
    ChooseStep: "choose",
    AskStep: "ask",
    PayStep: "pay",
    DoStep: "do",
    DecideStep: "decide",
    RunStep: "run",
    EndStep: "end",
}


def _waits(step: Step) -> bool:
    return isinstance(step, WindowStep) and not (
        isinstance(step, ShowStep) and step.end is not None
    )


def _offers_choice(step: Step) -> bool:
    if isinstance(step, ChooseStep | AskStep | PayStep | RunStep):
        return True
    return isinstance(step, ShowStep) and any(button.go or button.run for button in step.buttons)


def _step_moves(step: Step) -> Iterator[Move]:
    yield from _skip(step)
    if isinstance(step, WindowStep):
        for button in step.buttons:
            yield from _button_moves(step, button)
        yield from (_control_move(step, control) for control in step.controls)
        yield from _timeout_moves(step)
        yield from _refresh_moves(step)
    match step:
        case ShowStep(end=end) if end is not None:
            yield Move(step.name, END, MoveKind.WORD, "", step.position)
        case ChooseStep():
            yield from _choose_moves(step)
        case AskStep():
            yield from _ask_moves(step)
        case DoStep() | PayStep():
            yield from _command_moves(step)
        case DecideStep():
            yield from _branch_moves(step)
        case RunStep():
            yield _run_move(step)
        case EndStep():
            yield Move(step.name, END, MoveKind.END, "", step.position)
        case _:
            pass


def _skip(step: Step) -> Iterator[Move]:
    target = None if isinstance(step, DecideStep | EndStep) else step.go
    if step.skip_if and target:
        move = _move(step.name, target, MoveKind.SKIP, step.skip_if.text)
        yield replace(move, proofs=((step.skip_if, True),))


def _timeout_moves(step: WindowStep) -> Iterator[Move]:
    if step.timeout:
        after, at = step.timeout.after, step.timeout.at
        label = f"after {write_duration(after)}" if after else f"at {at.text if at else ''}"
        yield _move(step.name, step.timeout.go, MoveKind.TIMEOUT, label, waits=True)


def _refresh_moves(step: WindowStep) -> Iterator[Move]:
    refresh = step.refresh
    if refresh and refresh.go and refresh.until:
        label = f"once {refresh.until.text}"
        move = _move(step.name, refresh.go, MoveKind.REFRESH, label, waits=True)
        yield replace(move, proofs=((refresh.until, True),))


def _choose_moves(step: ChooseStep) -> Iterator[Move]:
    yield _saving(_move(step.name, step.go, MoveKind.PICK, "", waits=True), step.save)
    if step.empty and step.empty.go:
        waits = step.empty.text is not None
        yield _move(step.name, step.empty.go, MoveKind.EMPTY, "nothing to choose", waits=waits)


def _ask_moves(step: AskStep) -> Iterator[Move]:
    answer = _saving(_move(step.name, step.go, MoveKind.ANSWER, "", waits=True), step.save)
    if step.allow:
        answer = replace(answer, proofs=((step.allow, True),))
    yield answer
    if step.default:
        yield replace(answer, kind=MoveKind.BUTTON, label=step.default.text.text)
    if step.give_up:
        label = f"after {step.give_up.after} wrong answers"
        yield _move(step.name, step.give_up.go, MoveKind.GIVE_UP, label, waits=True)


def _command_moves(step: Commanding) -> Iterator[Move]:
    """Give where a command leads, and of an invoice where it leads once it is paid: both the person alone makes happen."""
    waits = isinstance(step, PayStep)
    kind = MoveKind.PAID if waits else MoveKind.NEXT
    yield _saving(_move(step.name, step.go, kind, "", waits=waits), step.save)
    for name, target in step.outcomes.items():
        yield replace(_move(step.name, target, MoveKind.OUTCOME, name, waits=waits), cause=name)


def _run_move(step: RunStep) -> Move:
    if step.call.leaves:
        return _leave(step, step.call, MoveKind.NEXT, step.call.flow)
    if not step.call.comes_back:
        move = _move(step.name, step.go, MoveKind.NEXT, step.call.flow)
        return replace(move, beside=step.call.flow)
    move = _move(step.name, step.go, MoveKind.RESULT, step.call.flow, waits=True)
    return _saving(move, step.call.save)


def _button_moves(step: WindowStep, button: Button) -> Iterator[Move]:
    lines = tuple(line.when for line in button.within if line.when)
    proofs = tuple((condition, True) for condition in (*lines, *button.conditions))
    label = button.text.text
    if button.go:
        move = _saving(_move(step.name, button.go, MoveKind.BUTTON, label, waits=True), button.save)
        yield replace(move, proofs=proofs, cause=button.id)
    elif button.run:
        kind = MoveKind.RESULT if button.run.comes_back else MoveKind.BUTTON
        move = _run(step, button.run, kind, label)
        yield replace(move, waits=True, proofs=proofs, cause=button.id)


def _control_move(step: WindowStep, control: Control) -> Move:
    """Make the move of a control, which keeps a value that fits its name and shows the step again."""
    label = control.text.text if control.text else control.value.text
    move = _move(step.name, Target(step.name, control.position), MoveKind.CONTROL, label)
    lines = tuple(line.when for line in control.within if line.when)
    proofs = tuple((condition, True) for condition in (*lines, *control.conditions))
    sets = frozenset({control.name})
    return replace(move, waits=True, stays=True, proofs=proofs, cause=control.id, sets=sets)


def _branch_moves(step: DecideStep) -> Iterator[Move]:
    refuted: tuple[tuple[Code, bool], ...] = ()
    for number, branch in enumerate(step.branches, 1):
        if branch.when is None:
            move = _move(step.name, branch.go, MoveKind.ELSE, "else")
            yield replace(move, proofs=refuted, cause=str(number))
        else:
            move = _move(step.name, branch.go, MoveKind.BRANCH, branch.when.text)
            yield replace(move, proofs=(*refuted, (branch.when, True)), cause=str(number))
            refuted = (*refuted, (branch.when, False))


def _interruptions(flow: Flow, step: Step) -> Iterator[Move]:
    if _waits(step):
        for entry in flow.anytime.values():
            if entry.go:
                move = _move(step.name, entry.go, MoveKind.COMMAND, entry.label)
                yield replace(move, cause=entry.label)
            elif entry.run:
                move = _run(step, entry.run, MoveKind.COMMAND, entry.label)
                yield replace(move, cause=entry.label)
        unknown = flow.on_unknown
        if unknown and unknown.go:
            yield _move(step.name, unknown.go, MoveKind.UNKNOWN, "unknown input")
        elif unknown and unknown.run:
            yield _run(step, unknown.run, MoveKind.UNKNOWN, "unknown input")
    if flow.on_error and not isinstance(step, EndStep) and flow.on_error.step != step.name:
        yield _move(step.name, flow.on_error, MoveKind.ERROR, "error")


def _move(source: str, target: Target, kind: MoveKind, label: str, *, waits: bool = False) -> Move:
    return Move(source, target.step, kind, label, target.position, waits=waits)


def _run(step: StepBase, call: Call, kind: MoveKind, label: str) -> Move:
    """Make the move of a flow that is run from where a person stands."""
    if call.leaves:
        return _leave(step, call, kind, label)
    move = _stay(step, call, kind, label)
    return move if call.comes_back else replace(move, beside=call.flow)


def _leave(step: StepBase, call: Call, kind: MoveKind, label: str) -> Move:
    """Make the move of a flow that opens in the place of this one."""
    return replace(_move(step.name, Target(END, call.position), kind, label), opens=call.flow)


def _stay(step: StepBase, call: Call, kind: MoveKind, label: str) -> Move:
    """Make the move of a flow that is run and comes back to the step it left."""
    move = _move(step.name, Target(step.name, call.position), kind, label)
    return replace(_saving(move, call.save), stays=True)


def _saving(move: Move, save: Mapping[str, Code]) -> Move:
    return replace(move, sets=frozenset(save), saves=tuple(save.items())) if save else move
