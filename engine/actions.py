"""What an action author imports: @query, @command, @notice, Outcome, Context and the Catalog.

It knows nothing of YAML, Telegram or any database library, so that signatures can be read without loading them.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from keyword import iskeyword
from types import MappingProxyType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Concatenate,
    Literal,
    Protocol,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Marker:
    """Give a Python annotation the flow type of that name."""

    kind: str


@dataclass(frozen=True, slots=True)
class MaxLength:
    """Bound the length of a text (UTF-16 units) or a list (items) in a signature."""

    value: int


Money = Annotated[Decimal, Marker("money")]
"""An amount in the bot's currency, in major units."""

Phone = Annotated[str, Marker("phone")]
"""A phone number in E.164 form, such as +4915112345678."""

Email = Annotated[str, Marker("email")]
"""An e-mail address."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that a person shared; `user_id` is None where it is nobody on Telegram."""

    phone: Phone
    first_name: Annotated[str, MaxLength(255)]
    last_name: Annotated[str, MaxLength(255)] | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A point that a person sent, in degrees: north and east are positive."""

    latitude: Decimal
    longitude: Decimal


type FileKind = Literal[
    "photo", "video", "animation", "document", "audio", "voice", "video_note", "sticker"
]


@dataclass(frozen=True, slots=True)
class File:
    """A file that a person sent, kept by Telegram: `file_id` sends it again, `unique_id` tells it from others.

    `name` is that of the sender's file, `size` is in bytes; Telegram does not tell them of every kind.
    """

    kind: FileKind
    file_id: str
    unique_id: str
    name: Annotated[str, MaxLength(255)] | None = None
    mime_type: Annotated[str, MaxLength(255)] | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a query makes, to be shown in `media`; flows cannot keep it.

    `name` is what people save it as; its ending tells what it is.
    """

    content: bytes
    name: Annotated[str, MaxLength(255)]


@dataclass(frozen=True, slots=True)
class User:
    """The person who pressed or wrote; `user` in expressions.

    `role` is one of the roles that bot.yaml lists, `locale` one of its locales, `time_zone` an IANA name.
    """

    id: int
    role: str
    first_name: str
    locale: str
    time_zone: str
    last_name: str | None = None
    username: str | None = None


class Policy(StrEnum):
    """What becomes of a message of which nobody knows whether it arrived: it is sent again, or not."""

    MAY_REPEAT = "may_repeat"
    MAY_BE_LOST = "may_be_lost"


@dataclass(frozen=True, slots=True)
class Note:
    """A notice with the arguments that one message of it has; a notice gives it when it is called."""

    notice: str
    arguments: Mapping[str, Any]


class Outbox(Protocol):
    """Keeps messages, in the transaction of a session, until they are delivered."""

    async def put(  # noqa: PLR0913  # what a message is, by name
        self,
        session: AsyncSession,
        chats: Sequence[int],
        note: Note,
        *,
        due: datetime,
        until: datetime | None,
        key: str | None,
    ) -> None:
        """Write a message to each of some chats."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an action gets first: a session it must not commit, who asks, when and where.

    `now` is aware and in UTC; `time_zone` is the zone that days and wall-clock times of the user mean.
    `key` names the one effect a command may have: the same key asks for the same effect again.
    """

    session: AsyncSession
    user: User
    now: datetime
    time_zone: tzinfo
    key: str | None = None
    outbox: Outbox | None = field(default=None, repr=False)

    async def notify(
        self,
        to: int | Iterable[int],
        note: Note,
        *,
        due: datetime | None = None,
        until: datetime | None = None,
        key: str | None = None,
    ) -> None:
        """Write messages that are sent once this transaction has been committed: to people or groups, by their Telegram ids.

        They are sent when they are `due`, at once by default, and not after `until`. With a `key` each chat has one
        message of the notice, however often it is written.

        Raises:
            RuntimeError: this is no context of a command.
        """
        if self.outbox is None:
            raise RuntimeError("only commands can notify anybody")
        chats = [to] if isinstance(to, int) else list(to)
        if chats:
            await self.outbox.put(
                self.session, chats, note, due=due or self.now, until=until, key=key
            )


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


@dataclass(frozen=True, slots=True)
class DeclaredNotice:
    """A notice in a catalog, with its signature as the checker sees it."""

    notice: Notice[...]
    action: Action


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


class Catalog(Mapping[str, Action]):
    """The actions that flows may call, by name; made explicitly from decorated functions.

    `notices` are those that commands may write, by name.

    Raises:
        SignatureError: a function is not decorated, or two have one name.
    """

    def __init__(self, functions: Iterable[Callable[..., Any]]) -> None:
        actions: dict[str, Action] = {}
        notices: dict[str, DeclaredNotice] = {}
        for function in functions:
            if isinstance(function, Notice):
                if function.name in notices:
                    raise SignatureError(f'two notices are named "{function.name}"')
                notices[function.name] = _read_notice(function)
                continue
            action = _read_action(function)
            if action.name in actions:
                raise SignatureError(f'two actions are named "{action.name}"')
            actions[action.name] = action
        self._actions = MappingProxyType(dict(sorted(actions.items())))
        self.notices = MappingProxyType(dict(sorted(notices.items())))
        for action in (*actions.values(), *(one.action for one in notices.values())):
            for name in action.notifies:
                if name not in notices:
                    raise SignatureError(
                        f'"{action.name}" notifies of "{name}", which is not in the catalog'
                    )

    def __getitem__(self, name: str) -> Action:
        return self._actions[name]

    def __iter__(self) -> Any:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)


_ATTRIBUTE = "__usher_action__"


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
        setattr(function, _ATTRIBUTE, (name, kind, notifies))
        return function

    return mark


def _read_action(function: Callable[..., Awaitable[Any]]) -> Action:
    registered = getattr(function, _ATTRIBUTE, None)
    if registered is None:
        raise SignatureError(f"{function!r} is neither a @query nor a @command")
    return _read_signature(function, *registered)


def _read_notice(notice: Notice[...]) -> DeclaredNotice:
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
