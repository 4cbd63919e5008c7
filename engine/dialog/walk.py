"""Moving through a flow: from a press or an answer to the next step that waits for the user.

It does not know how a step looks or what was pressed; it runs commands, decides, enters and leaves flows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from aiogram_dialog import StartMode

from engine.actions import Outcome
from engine.dialog.choices import forget_choice, recall_choice
from engine.dialog.commands import run_command
from engine.dialog.conversation import MAIN, STACK_LIMIT
from engine.dialog.flow_data import decode_value, encode_value
from engine.dialog.ports import UnavailableError
from engine.dialog.remembered import CALL, CHECKED, CONTROLS
from engine.dialog.showing import settle_show_mode
from engine.dialog.strands import has_room_beside, stand_in
from engine.dialog.trail import note_entry, note_move
from engine.dialog.turn import turn_of
from engine.flow.graph import MoveKind
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.moves import END, Opening, StepBase, Target
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DecideStep, DoStep, EndStep, RunStep
from engine.flow.model.windows import ShowStep, WindowStep
from engine.flow.upgrade import move_of_leaving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiogram_dialog.api.entities import Context
    from aiogram_dialog.api.protocols import DialogManager

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.compile import CompiledFlow
    from engine.flow.model.moves import Call, Toast
    from engine.flow.model.steps import Step
    from engine.flow.model.written import Code, Wording

_logger = structlog.get_logger(__name__)


class EndlessWalkError(Exception):
    """A flow passed every step without reaching one that waits: a loop that the checker should have found."""


async def walk(manager: DialogManager, target: Target) -> None:
    """Follow a move, and all that follow by themselves, up to a step that waits or the flow's end."""
    turn, data = turn_of(manager), current_data(manager)
    following: Target | None = target
    for _ in range(2 * len(data.flow.flow.steps) + 1):  # twice: an error edge may lead back
        if following is None:
            return
        if following.say is not None:
            turn.notice(turn.say(data, following.say, turn.environment(data)))
        if following.toast is not None:
            answer_press(turn, data, following.toast, turn.environment(data))
        if following.step == END:
            await finish_flow(manager, {})
            return
        following = await _pass(manager, data, data.flow.flow.steps[following.step])
    raise EndlessWalkError(f'flow "{data.flow.flow.name}" passed all its steps without waiting')


def answer_press(turn: Turn, data: FlowData, toast: Toast, environment: Mapping[str, Any]) -> None:
    """Answer the press of this turn in words of the flow."""
    turn.answer(turn.say(data, toast.text, environment), is_alert=toast.is_alert)


async def begin_flow(_start_data: Any, manager: DialogManager) -> None:
    """Go to the first step that waits of the flow that was just opened, with what is kept for it."""
    data = current_data(manager)
    await turn_of(manager).kept.begin(data)
    first = data.flow.flow.first
    await walk(manager, Target(first.name, first.position))


async def run_flow(
    manager: DialogManager, call: Call, environment: Mapping[str, Any], *, path: str
) -> bool:
    """Open a flow where its call says and return True; False, with a notice, when this person may not."""
    turn, data = turn_of(manager), current_data(manager)
    callee = turn.bot.flows[call.flow]
    if not turn.lets_in(callee):
        turn.tell("no_access")
        return False
    is_higher = call.comes_back and len(turn.conversation.stack.intents) >= STACK_LIMIT
    if is_higher:
        tell_too_deep(turn, call.flow)
        return False
    arguments = turn.evaluate_all(data, call.arguments, environment)
    params = {name: encode_value(callee.params[name], value) for name, value in arguments.items()}
    if not call.comes_back:
        note_move(turn, data, *move_of_leaving(path))
    match call.opening:
        case Opening.INSTEAD:
            await start_flow(manager, callee, params)
        case Opening.BESIDE:
            await open_beside(manager, callee, params)
        case Opening.ANEW:
            await open_flow(manager, callee, params)
        case _:
            data.remember(CALL, path)
            await open_flow(manager, callee, params)
    return True


def tell_too_deep(turn: Turn, flow: str) -> None:
    """Say that a flow is not opened, because too many are open below it."""
    turn.tell("too_deep" if "too_deep" in turn.bot.messages else "error")
    _logger.warning("too_many_flows_open", flow=flow)


async def open_flow(
    manager: DialogManager, compiled: CompiledFlow, params: Mapping[str, Any]
) -> None:
    """Open a flow above what is open; `params` are JSON."""
    state = turn_of(manager).registry.state_of(compiled.flow.name, compiled.flow.first.name)
    await manager.start(state, data=dict(params))


async def finish_flow(manager: DialogManager, results: Mapping[str, Any]) -> None:
    """Close the flow; the one that ran it goes on with these results."""
    data = current_data(manager)
    returns = data.flow.returns
    encoded = {name: encode_value(returns[name], value) for name, value in results.items()}
    await manager.done(encoded)


async def keep_results(manager: DialogManager, step: Step, call: Call, encoded: Any) -> None:
    """Save what a sub-flow returned, as `save` of the call of this step says."""
    turn, data = turn_of(manager), current_data(manager)
    data.remember(CALL, None)
    returns = turn.bot.flows[call.flow].returns
    given = encoded if isinstance(encoded, dict) else {}
    result = {name: decode_value(declared, given.get(name)) for name, declared in returns.items()}
    environment = await environment_of(turn, data, step)
    save(turn, data, call.save, {**environment, "result": result})


async def environment_of(turn: Turn, data: FlowData, step: StepBase) -> dict[str, Any]:
    """Return the names that a step's expressions may read: the flow's own and what the step loads."""
    environment = turn.environment(data)
    if isinstance(step, ChooseStep) and step.search:
        environment["search"] = recall_choice(data, step).search
    if isinstance(step, WindowStep) and step.load:
        loaded = {
            name: await run_query(turn, data, code, environment) for name, code in step.load.items()
        }
        environment.update(loaded)
    return environment


def save(
    turn: Turn, data: FlowData, codes: Mapping[str, Code], environment: Mapping[str, Any]
) -> None:
    """Set data from expressions, all of them read before any is set; what was asked for with the old is forgotten."""
    if codes:
        data.set(turn.evaluate_all(data, codes, environment))
        turn.kept.save(data, codes)
        turn.results.clear()


async def admitted(manager: DialogManager) -> bool:
    """Tell whether this person may still be where they are; bring them home when not."""
    turn = turn_of(manager)
    context = manager.current_context()
    allowed = may_stay(turn, context)
    if not allowed:
        turn.tell("no_access")
        await go_home(manager)
    return allowed


def may_stay(turn: Turn, context: Context) -> bool:
    """Tell whether the access of a flow and of its step let this person be there."""
    if not turn.registry.is_flow(context.state):
        return True
    data = turn.data_of(context)
    step = data.flow.flow.steps[str(context.state.state).partition(":")[2]]
    return turn.lets_in(data.flow) and (
        step.access is None or turn.holds(data, step.access, turn.environment(data))
    )


async def go_home(manager: DialogManager, params: Mapping[str, Any] | None = None) -> None:
    """Leave everything and open the bot's home flow, if this person may; the checker sees that home does not lead home.

    A strand beside the main one is over then: home lies under that one alone.
    """
    turn = turn_of(manager)
    if not turn.conversation.is_main:
        await manager.reset_stack()
        return
    home = turn.bot.flows[turn.bot.file.home]
    if not turn.lets_in(home):
        turn.tell("no_access")
        await manager.reset_stack()
        return
    state = turn.registry.state_of(home.flow.name, home.flow.first.name)
    await manager.start(state, data=dict(params or {}), mode=StartMode.RESET_STACK)


async def start_flow(
    manager: DialogManager, compiled: CompiledFlow, params: Mapping[str, Any] | None = None
) -> None:
    """Open a flow from outside, above home, so that its end leads somewhere; `params` are JSON."""
    turn = turn_of(manager)
    if compiled.flow.name == turn.bot.file.home:
        if not turn.conversation.is_main:
            await go_home(manager)
            stand_in(manager, turn.conversation.strands[MAIN])
        await go_home(manager, params)
        return
    await go_home(manager)
    if not turn.lets_in(compiled):
        turn.tell("no_access")
        return
    await open_flow(manager, compiled, params or {})


async def open_beside(
    manager: DialogManager, compiled: CompiledFlow, params: Mapping[str, Any]
) -> None:
    """Open a flow in a strand of its own, with a message of its own; `params` are JSON."""
    turn = turn_of(manager)
    if not turn.lets_in(compiled):
        turn.tell("no_access")
    elif not has_room_beside(turn):
        tell_too_deep(turn, compiled.flow.name)
    else:
        state = turn.registry.state_of(compiled.flow.name, compiled.flow.first.name)
        await manager.start(state, data=dict(params), mode=StartMode.NEW_STACK)


def current_data(manager: DialogManager) -> FlowData:
    """Return the typed data of the flow the user is in."""
    return turn_of(manager).data_of(manager.current_context())


def take_error_edge(turn: Turn, data: FlowData, on_error: Target) -> Target:
    """Take the flow's error edge, once a turn; what earlier commands of the turn gave is kept."""
    turn.has_failed = True
    if tell_error(turn, unless=on_error.say):
        on_error = replace(on_error, say=None)
    if on_error.step != data.step:  # who is there already stays
        note_move(turn, data, MoveKind.ERROR)
    return on_error


def tell_error(turn: Turn, *, unless: Wording | None = None) -> bool:
    """Say that something broke, unless there are other words for it; those may not be true of what a command has done."""
    is_done = bool(turn.acted) and "done_anyway" in turn.bot.messages
    if is_done or unless is None:
        turn.tell("done_anyway" if is_done else "error")
        return True
    return False


async def run_query(
    turn: Turn, data: FlowData, code: Code, environment: Mapping[str, Any], *, of: str = ""
) -> Any:
    """Return what a query call of the flow answers to these arguments, asking once a turn, or once for each `of`."""
    search = environment.get("search")
    key = (data.context.id, f"{code.position.line}:{code.position.column}:{search}:{of}")
    if key not in turn.results:
        call = data.flow.calls[code]
        arguments = call.evaluate(environment)
        turn.results[key] = await turn.runner.query(call, arguments, user=turn.user, now=turn.now)
    return turn.results[key]


async def _pass(manager: DialogManager, data: FlowData, step: Step) -> Target | None:
    """Enter a step; return the move that leaves it by itself, None when it waits or another flow took over."""
    turn = turn_of(manager)
    context = manager.current_context()
    context.state = turn.registry.state_of(data.flow.flow.name, step.name)
    turn.arrived.add(context.id)
    environment = turn.environment(data)
    if step.access is not None and not turn.holds(data, step.access, environment):
        turn.tell("no_access")
        await go_home(manager)
        return None
    note_entry(turn, data)
    data.remember(CONTROLS, None)  # a visit of the step begins
    data.remember(CHECKED, None)
    if step.skip_if is not None and turn.holds(data, step.skip_if, environment):
        note_move(turn, data, MoveKind.SKIP)
        return _way_on(step)
    match step:
        case ChooseStep():
            forget_choice(data)
            return await _empty_move(turn, data, step)
        case DecideStep():
            return _decide(turn, data, step, environment)
        case DoStep():
            return await _carry_out(turn, data, step, environment)
        case ShowStep() | AskStep() | PayStep() | RunStep() | EndStep():
            await _arrive(manager, data, step, environment)
            is_beside = isinstance(step, RunStep) and step.call.opening is Opening.BESIDE
            return _way_on(step) if is_beside else None


async def _arrive(
    manager: DialogManager,
    data: FlowData,
    step: ShowStep | AskStep | PayStep | RunStep | EndStep,
    environment: Mapping[str, Any],
) -> None:
    """Enter a step that waits, hands over to another flow, or ends this one."""
    turn = turn_of(manager)
    match step:
        case ShowStep():
            await _last_word(manager, data, step)
        case RunStep():
            is_open = await run_flow(manager, step.call, environment, path="")
            if not is_open and step.call.opening is not Opening.BESIDE:
                await go_home(manager)
        case EndStep():
            note_move(turn, data, MoveKind.END)
            await finish_flow(manager, turn.evaluate_all(data, step.results, environment))
        case AskStep() | PayStep():
            pass


async def _last_word(manager: DialogManager, data: FlowData, step: ShowStep) -> None:
    if step.end is None or step.buttons:
        return
    turn = turn_of(manager)
    dialog = turn.registry.find_dialog(manager.current_context().state)
    settle_show_mode(manager, step)
    turn.words.append(await dialog.render(manager))
    environment = await environment_of(turn, data, step)
    note_move(turn, data, MoveKind.WORD)
    await finish_flow(manager, turn.evaluate_all(data, step.end, environment))


async def _empty_move(turn: Turn, data: FlowData, step: ChooseStep) -> Target | None:
    empty = step.empty
    if empty is None or empty.text is not None or empty.go is None:
        return None
    environment = await environment_of(turn, data, step)
    if await run_query(turn, data, step.total or step.query, environment):
        return None
    note_move(turn, data, MoveKind.EMPTY)
    return empty.go


def _decide(turn: Turn, data: FlowData, step: DecideStep, environment: Mapping[str, Any]) -> Target:
    for number, branch in enumerate(step.branches, 1):
        if branch.when is None or turn.holds(data, branch.when, environment):
            kind = MoveKind.BRANCH if branch.when else MoveKind.ELSE
            note_move(turn, data, kind, str(number))
            return branch.go
    raise EndlessWalkError(f'no branch of step "{step.name}" holds')


async def _carry_out(
    turn: Turn, data: FlowData, step: DoStep, environment: Mapping[str, Any]
) -> Target:
    try:
        result = await run_command(turn, data, step, environment)
    except UnavailableError:
        raise  # it may have happened: the turn is taken again, rather than say that nothing was done
    except Exception:
        on_error = data.flow.flow.on_error
        if on_error is None or turn.has_failed or turn.takes_payment:
            raise
        _logger.exception("command_failed", flow=data.flow.flow.name, step=step.name)
        return take_error_edge(turn, data, on_error)
    await turn.look_again()
    if isinstance(result, Outcome):
        note_move(turn, data, MoveKind.OUTCOME, result.name)
        return step.outcomes[result.name]
    save(turn, data, step.save, {**environment, "result": result})
    note_move(turn, data, MoveKind.NEXT)
    return step.go


def _way_on(step: Step) -> Target:
    go = None if isinstance(step, DecideStep | EndStep) else step.go
    if go is None:
        raise EndlessWalkError(f'step "{step.name}" cannot be skipped: it has no move')
    return go
