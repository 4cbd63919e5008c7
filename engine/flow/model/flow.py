"""A flow: the data it declares, the ways into it, and its steps.

It knows nothing of other flows and of bot.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.anytime import ExitHook, Interruption, Unknown
    from engine.flow.model.looks import Look
    from engine.flow.model.moves import Opening, Target
    from engine.flow.model.steps import Step
    from engine.flow.model.upgrade import Change
    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position


class Keep(StrEnum):
    """How long data live: as long as the flow is open, with this person's chat, or with the person."""

    FLOW = "flow"
    CHAT = "chat"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Slot:
    """A declared name of `params`, `returns` or `data`: its type as written, or the texts it is one of, its bounds and default."""

    name: str
    type: str | tuple[str, ...]
    position: Position
    optional: bool = False
    has_default: bool = False
    default: Any = None
    min: int | None = None
    max: int | None = None
    keep: Keep = Keep.FLOW


class Launch(StrEnum):
    """What a flow asks of where it opens.

    Nothing; that all that is open is left; that, and that nothing opens above it; that it opens in its own place where it is
    on top already.
    """

    STANDARD = "standard"
    ROOT = "root"
    EXCLUSIVE = "exclusive"
    SINGLE_TOP = "single_top"

    @property
    def leaves_all(self) -> bool:
        """Tell whether the flow opens in the place of all that is open."""
        return self in (Launch.ROOT, Launch.EXCLUSIVE)


@unique
class Heeded(StrEnum):
    """Whose presses, or answers, count in a conversation that a group sees."""

    STARTER = "starter"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Others:
    """Whose presses, or answers, count beside those of whoever began the conversation: everybody's, or those of people with `roles`."""

    who: Heeded = Heeded.STARTER
    roles: tuple[str, ...] = ()

    def lets(self, role: str) -> bool:
        """Tell whether others with this role count."""
        return self.who is Heeded.EVERYONE or role in self.roles

    @property
    def are_any(self) -> bool:
        """Tell whether anybody else counts at all."""
        return self.who is Heeded.EVERYONE or bool(self.roles)


class EntryKind(StrEnum):
    """How a person can start a flow."""

    COMMAND = "command"
    DEEP_LINK = "deeplink"
    MENU = "menu"


@dataclass(frozen=True, slots=True)
class Entry:
    """A way into a flow: a command without its slash, the payload of a deep link with parameters in braces, or a menu.

    `text` describes a command in Telegram's menu, or is the label in a menu, where `when` and `order` tell who sees it
    and at which place, and `looks` how its button looks. `opening` is where it opens the flow, None where nothing is written.
    """

    kind: EntryKind
    value: str
    position: Position
    text: Wording | None = None
    when: Code | None = None
    order: int | None = None
    opening: Opening | None = None
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One file: typed data, and steps in the order written; the first one is where the flow begins.

    What it does as it is entered is a step of its own, the first one.
    """

    name: str
    version: int
    title: Wording
    position: Position
    steps: Mapping[str, Step]
    access: Code | None = None
    launch: Launch = Launch.STANDARD
    may_press: Others = Others()
    may_answer: Others = Others()
    start: tuple[Entry, ...] = ()
    params: Mapping[str, Slot] = field(default_factory=dict)
    returns: Mapping[str, Slot] = field(default_factory=dict)
    data: Mapping[str, Slot] = field(default_factory=dict)
    anytime: Mapping[str, Interruption] = field(default_factory=dict)
    on_error: Target | None = None
    on_unknown: Unknown | None = None
    on_exit: ExitHook | None = None
    inherited: frozenset[str] = frozenset()
    upgrade: tuple[Change, ...] = ()

    @property
    def first(self) -> Step:
        """The step where the flow begins."""
        return next(iter(self.steps.values()))
