"""Makes functions queries, commands and notices, under names that flows can say.

It does not look at their signatures.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from keyword import iskeyword
from typing import Any, Concatenate, Protocol

from engine.actions.context import Context, Note, Policy


@dataclass(frozen=True, slots=True)
class Outcome[NameT: str]:
    """How a command ended when it did not do what it was asked; the flow decides what follows.

    A command declares its outcomes in its return annotation: `-> Booking | Outcome[Literal["slot_taken"]]`.
    """

    name: NameT


class ActionKind(StrEnum):
    """Whether an action reads or writes, or reads what a message says when it is sent."""

    QUERY = "query"
    COMMAND = "command"
    NOTICE = "notice"


class SignatureError(TypeError):
    """A function cannot be an action because of how it is declared."""


@dataclass(frozen=True, slots=True)
class Notice[**P]:
    """A message that the bot sends of its own accord; called with its arguments, it gives what `Context.notify` takes.

    `function` gives what the message says when it is sent, as a query of the person it goes to, or nothing when it is not wanted
    any more. `bulk` messages go when no other is due. `unreachable` is a command that is carried out when a message cannot
    be delivered, and may write those of `notifies`.
    """

    name: str
    function: Callable[Concatenate[Context, P], Awaitable[Any]]
    policy: Policy = Policy.MAY_REPEAT
    bulk: bool = False
    unreachable: Callable[..., Awaitable[None]] | None = None
    notifies: tuple[Notice[...], ...] = ()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Note:
        """Give a message of this notice."""
        if args:
            raise TypeError(f'notice "{self.name}" takes its arguments by name')
        return Note(self.name, kwargs)


type Registered[**P, R] = Callable[P, Awaitable[R]]


def query[**P, R](name: str) -> Callable[[Registered[P, R]], Registered[P, R]]:
    """Make a function a query `subject.verb`: it reads and may be called from choose and load."""
    return _register(name, ActionKind.QUERY, ())


def command[**P, R](
    name: str, *, notifies: Iterable[Notice[...]] = ()
) -> Callable[[Registered[P, R]], Registered[P, R]]:
    """Make a function a command `subject.verb`: it writes, in a transaction that the engine commits.

    Of notices it may write those of `notifies`.
    """
    return _register(name, ActionKind.COMMAND, tuple(one.name for one in notifies))


class _MakeNotice(Protocol):
    def __call__[**P](
        self, function: Callable[Concatenate[Context, P], Awaitable[Any]], /
    ) -> Notice[P]: ...


def notice(
    name: str,
    *,
    policy: Policy = Policy.MAY_REPEAT,
    bulk: bool = False,
    unreachable: Callable[..., Awaitable[None]] | None = None,
    notifies: Iterable[Notice[...]] = (),
) -> _MakeNotice:
    """Make a function a notice, whose words are in bot.yaml: it gives what they read when a message is sent."""
    if not name.isidentifier():
        raise SignatureError(f'notice "{name}" is not named by letters, digits and "_"')

    def mark[**P](function: Callable[Concatenate[Context, P], Awaitable[Any]]) -> Notice[P]:
        return Notice(name, function, policy, bulk, unreachable, tuple(notifies))

    return mark


ATTRIBUTE = "__usher_action__"
"""Where a function keeps its name, its kind and the notices it may write."""


def _register(name: str, kind: ActionKind, notifies: tuple[str, ...]) -> Callable[[Any], Any]:
    subject, dot, verb = name.partition(".")
    if not (dot and subject.isidentifier() and verb.isidentifier()):
        raise SignatureError(f'action name "{name}" is not of the form subject.verb')
    for word in (subject, verb):
        if iskeyword(word):
            raise SignatureError(
                f'action name "{name}" has "{word}", a word of Python, which no flow can call'
            )

    def mark(function: Any) -> Any:
        setattr(function, ATTRIBUTE, (name, kind, notifies))
        return function

    return mark
