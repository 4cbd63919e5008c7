"""A beginning in the middle of a flow: where somebody stands, with which data, and whether that can be.

It knows what a flow declares and what the checker has proved to be set at a step; it puts nobody there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.dialog.flow_data import decode_value
from engine.flow.model.windows import ShowStep, WindowStep
from engine.flow.types import choose_from, describe
from engine.flow.upgrade import Values, lacking_in, needs_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.checked import Bot
    from engine.flow.compile import CompiledFlow
    from engine.flow.types import Type


@dataclass(frozen=True, slots=True)
class Start:
    """Where the first person stands when a conversation begins: flow.step, and data and params of the flow as JSON."""

    step: str
    data: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why somebody cannot start so; `at` is what is wrong: `step`, or a name of `data` or `params`."""

    at: tuple[str, ...]
    code: str
    message: str


def find_misfits(start: Start, bot: Bot) -> Iterator[Misfit]:
    """Yield everything for which somebody cannot start so."""
    flow, _, step = start.step.partition(".")
    compiled = bot.flows.get(flow)
    if compiled is None:
        hint = choose_from(flow, bot.flows, "flows")
        yield Misfit(("step",), "unknown-flow", f'no flow "{flow}"{hint}')
        return
    waiting = list(waiting_steps(compiled))
    if step not in waiting:
        hint = choose_from(step, waiting, "steps in which somebody can be")
        message = f'nobody can be in step "{step}" of flow "{flow}"{hint}'
        yield Misfit(("step",), "unknown-step", message)
        return
    wrong = [
        *_wrong_values("data", start.data, compiled.data, flow),
        *_wrong_values("params", start.params, compiled.params, flow),
    ]
    yield from wrong
    named = {".".join(one.at) for one in wrong}
    lacks = lacking_in(compiled, Values(start.data, start.params))(needs_at(compiled, step))
    for owner in lacks:
        if owner not in named:
            yield _lack(owner, start, compiled)


def waiting_steps(compiled: CompiledFlow) -> Iterator[str]:
    """Yield the steps in which somebody can be, in the order of the flow."""
    for name, step in compiled.flow.steps.items():
        is_last_word = isinstance(step, ShowStep) and step.end is not None and not step.buttons
        if isinstance(step, WindowStep) and not is_last_word:
            yield name


def _wrong_values(
    group: str, values: Mapping[str, Any], declared: Mapping[str, Type], flow: str
) -> Iterator[Misfit]:
    for name, raw in values.items():
        if name not in declared:
            hint = choose_from(name, declared, group) if declared else f"; it has no {group}"
            yield Misfit(
                (group, name), "unknown-name", f'flow "{flow}" has no {group} "{name}"{hint}'
            )
            continue
        try:
            decode_value(declared[name], raw)
        except ValueError as error:
            message = f'{group} "{name}" of flow "{flow}" is {describe(declared[name])}: {error}'
            yield Misfit((group, name), "bad-value", message)


def _lack(owner: str, start: Start, compiled: CompiledFlow) -> Misfit:
    group, _, name = owner.partition(".")
    declared = (compiled.data if group == "data" else compiled.params)[name]
    is_given = name in (start.data if group == "data" else start.params)
    at = (group, name) if is_given else ("step",)
    message = f'{owner} is always set where somebody is in "{start.step}"; give {group} "{name}", which is {describe(declared)}'
    return Misfit(at, "missing-key", message)
