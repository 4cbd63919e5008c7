"""Reads what a registered function takes, gives and may end with from its signature.

It knows Python's annotations, and nothing of the types that flows have.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

from engine.actions.registration import ATTRIBUTE, ActionKind, Notice, Outcome, SignatureError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping


@dataclass(frozen=True, slots=True)
class Parameter:
    """One keyword argument of an action; `annotation` is the resolved Python type."""

    name: str
    annotation: Any
    required: bool


@dataclass(frozen=True, slots=True)
class Action:
    """A registered function with its signature as the checker sees it.

    `result` is the resolved return type without the outcomes; `None` where nothing is returned. `notifies` are the notices that
    it may write, by name.
    """

    name: str
    kind: ActionKind
    function: Callable[..., Awaitable[Any]]
    parameters: tuple[Parameter, ...]
    result: Any
    outcomes: tuple[str, ...]
    description: str
    notifies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredNotice:
    """A notice in a catalog, with its signature as the checker sees it."""

    notice: Notice[...]
    action: Action


def read_action(function: Callable[..., Awaitable[Any]]) -> Action:
    """Read what a function is that was made a query or a command.

    Raises:
        SignatureError: it was not, or cannot be one.
    """
    registered = getattr(function, ATTRIBUTE, None)
    if registered is None:
        raise SignatureError(f"{function!r} is neither a @query nor a @command")
    return _read_signature(function, *registered)


def read_notice(notice: Notice[...]) -> DeclaredNotice:
    """Read what a notice takes, and what its words can read.

    Raises:
        SignatureError: it cannot be one.
    """
    told = tuple(one.name for one in notice.notifies)
    action = _read_signature(notice.function, notice.name, ActionKind.NOTICE, told)
    if action.result is None:
        raise SignatureError(f'notice "{notice.name}" gives nothing that its words could say')
    return DeclaredNotice(notice, action)


def _read_signature(
    function: Callable[..., Awaitable[Any]],
    name: str,
    kind: ActionKind,
    notifies: tuple[str, ...],
) -> Action:
    if not inspect.iscoroutinefunction(function):
        raise SignatureError(f'action "{name}" is not an async function')
    hints = get_type_hints(function, include_extras=True)
    result, outcomes = _split_outcomes(hints.get("return"))
    if outcomes and kind is not ActionKind.COMMAND:
        raise SignatureError(f'{kind} "{name}" declares outcomes; only commands have them')
    return Action(
        name=name,
        kind=kind,
        function=function,
        parameters=_read_parameters(name, function, hints),
        result=result,
        outcomes=outcomes,
        description=inspect.getdoc(function) or "",
        notifies=notifies,
    )


def _read_parameters(
    name: str, function: Callable[..., Awaitable[Any]], hints: Mapping[str, Any]
) -> tuple[Parameter, ...]:
    declared = list(inspect.signature(function).parameters.values())
    if not declared or declared[0].kind is inspect.Parameter.KEYWORD_ONLY:
        raise SignatureError(f'action "{name}" does not take a context first')
    parameters = []
    for parameter in declared[1:]:
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            raise SignatureError(f'parameter "{parameter.name}" of "{name}" is not keyword-only')
        if parameter.name not in hints:
            raise SignatureError(f'parameter "{parameter.name}" of "{name}" has no type')
        required = parameter.default is inspect.Parameter.empty
        parameters.append(Parameter(parameter.name, hints[parameter.name], required))
    return tuple(parameters)


def _split_outcomes(annotation: Any) -> tuple[Any, tuple[str, ...]]:
    members = (
        get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    )
    outcomes: list[str] = []
    results: list[Any] = []
    for member in members:
        if get_origin(member) is Outcome:
            outcomes.extend(_literal_names(get_args(member)[0]))
        else:
            results.append(member)
    result: Any = results[0] if results else None
    for other in results[1:]:
        result = result | other
    return (None if result is type(None) else result), tuple(outcomes)


def _literal_names(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is not Literal:
        raise SignatureError("Outcome is declared without the Literal names it can have")
    return tuple(str(name) for name in get_args(annotation))
