"""A beginning in the middle of a flow: where somebody stands, with which data, and whether that can be.

It knows what a flow declares and what the checker has proved to be set at a step; it puts nobody there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.dialog.flow_data import decode_value
from engine.flow.model.windows import ShowStep, WindowStep
from engine.flow.types import Maybe, Record, choose_from, describe, listed
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
        yield Misfit(("step",), "unknown-flow", _unknown(start.step, bot))
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
    if not wrong:  # which may be all that is lacking, under another name
        yield from _lacks(start, compiled, step)


def _unknown(step: str, bot: Bot) -> str:
    """Say that there is no such flow, and which step was meant where its flow was left out."""
    flow = step.partition(".")[0]
    meant = [
        f"{name}.{step}"
        for name, one in bot.flows.items()
        if "." not in step and step in one.flow.steps
    ]
    if meant:
        return f'"{step}" names no flow; a step is named with it: {listed(meant)}'
    return f'no flow "{flow}"{choose_from(flow, bot.flows, "flows")}'


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
            message = f'{group} "{name}" of flow "{flow}" is {_form(declared[name])}: {error}'
            yield Misfit((group, name), "bad-value", message)


def _lacks(start: Start, compiled: CompiledFlow, step: str) -> Iterator[Misfit]:
    """Yield what the checker has proved to be set at a step and is not."""
    left_out = []
    for owner in lacking_in(compiled, Values(start.data, start.params))(needs_at(compiled, step)):
        group, _, name = owner.partition(".")
        declared = (compiled.data if group == "data" else compiled.params)[name]
        if name in (start.data if group == "data" else start.params):
            message = f'{owner} is always set where somebody is in "{start.step}"; it is {_form(declared)}'
            yield Misfit((group, name), "missing-key", message)
        else:
            left_out.append(f'{group} "{name}", which is {_form(declared)}')
    if left_out:
        message = (
            f'where somebody is in "{start.step}" more is always set; give {"; ".join(left_out)}'
        )
        yield Misfit(("step",), "missing-key", message)


def _form(declared: Type) -> str:
    """Say a type in the words of flows, a record with its fields."""
    inner = declared.inner if isinstance(declared, Maybe) else declared
    if not isinstance(inner, Record):
        return describe(declared)
    fields = ", ".join(f"{name}: {describe(one)}" for name, one in inner.fields.items())
    return f"{describe(declared)} {{{fields}}}"
