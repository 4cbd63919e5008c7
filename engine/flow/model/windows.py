"""What waits for the person: a text with buttons, media and a timeout.

It knows nothing of lists and questions, which are windows with more to them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.flow.model.manner import PLAIN, Manner
from engine.flow.model.moves import Call, StepBase, Target, Toast
from engine.flow.model.paging import ARROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.asides import Aside
    from engine.flow.model.controls import Control
    from engine.flow.model.keyboards import Keyboard
    from engine.flow.model.listing import ListLine
    from engine.flow.model.media import Media
    from engine.flow.model.paging import Pager, PageTurn, TextPages
    from engine.flow.model.refresh import Refresh
    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position


@dataclass(frozen=True, slots=True)
class MenuLine:
    """A line of `buttons` that shows a menu, when its condition holds: a button for each of its entries, so many in a row."""

    menu: str
    position: Position
    row: int
    columns: int = 1
    when: Code | None = None


class ShowAs(StrEnum):
    """How a screen is brought to the person.

    In the place of the last one; as a new message, the last one losing its buttons; as a new message, the last one being
    deleted; or not at all.
    """

    EDIT = "edit"
    SEND = "send"
    RESEND = "resend"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A line of `buttons` whose buttons, as far as they are there, fill rows of so many; they know the condition of the group.

    With `rows` no more rows are shown at once, and the pager turns to the others; `id` is what their pages are called.
    """

    position: Position
    row: int
    columns: int
    rows: int | None = None
    pager: Pager = ARROWS
    id: str | None = None

    @property
    def path(self) -> str:
        """What its pages are known by in its window."""
        return f"group {self.row}"


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a step: at most one of `go`, `run`, `turn` and `aside`; `id` is unique in its step.

    A `toast` answers the press of one that runs a flow, or that does nothing else; those of moves are in `go`.
    `outer` is the condition of the group or menu that it is in, and `place` where it stands in its row. With `is_guarded` it is there only for those whom the access of the flow that it runs lets in.
    `show_as` is how the screen that follows it is shown, whatever that screen says.
    `within` are the lists, the outermost first, for each of whose items it is there, and `inner` is its row in the last of them.
    """

    id: str
    text: Wording
    position: Position
    row: int
    go: Target | None = None
    run: Call | None = None
    turn: PageTurn | None = None
    aside: Aside | None = None
    toast: Toast | None = None
    when: Code | None = None
    outer: Code | None = None
    save: Mapping[str, Code] = field(default_factory=dict)
    is_guarded: bool = False
    place: int = 0
    show_as: ShowAs | None = None
    within: tuple[ListLine, ...] = ()
    inner: int = 0

    @property
    def is_always_there(self) -> bool:
        """Tell whether everybody sees the button, whatever the data are."""
        return not (self.conditions or self.is_guarded or self.within)

    @property
    def conditions(self) -> tuple[Code, ...]:
        """The conditions that it is there under, from the outermost one; those of lists around it are theirs."""
        return tuple(one for one in (self.outer, self.when) if one)

    @property
    def is_of_menu(self) -> bool:
        """Tell whether the button stands for an entry of a menu, whose flow has its text."""
        return self.run is not None and self.run.is_of_menu


@dataclass(frozen=True, slots=True)
class Timeout:
    """Where a step leads that nobody leaves: `after` so many milliseconds of silence, or `at` a moment."""

    go: Target
    position: Position
    after: int | None = None
    at: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowStep(StepBase):
    """What every step that waits for the user has. `load` names query results for its texts and conditions.

    `media` have the text under them; what is `above` stands in messages of its own.
    """

    text: Wording
    buttons: tuple[Button, ...] = ()
    menus: tuple[MenuLine, ...] = ()
    controls: tuple[Control, ...] = ()
    groups: tuple[GroupLine, ...] = ()
    pages: TextPages | None = None
    load: Mapping[str, Code] = field(default_factory=dict)
    timeout: Timeout | None = None
    refresh: Refresh | None = None
    media: Media | None = None
    above: tuple[Media, ...] = ()
    keyboard: Keyboard | None = None
    show_as: ShowAs | None = None
    manner: Manner = PLAIN

    @property
    def lines(self) -> tuple[Button | Control, ...]:
        """All buttons and controls."""
        return (*self.buttons, *self.controls)

    def columns_of(self, row: int) -> int | None:
        """Give how many buttons fill a row of a group; None for a line that is no group."""
        group = self.group_at(row)
        return group.columns if group else None

    def group_at(self, row: int) -> GroupLine | None:
        """Give the group that a line is, if it is one."""
        return next((one for one in self.groups if one.row == row), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStep(WindowStep):
    """A window. With `end` it is a last word: the flow ends with these results once it is shown.

    `go` is where `skip_if` leads, and None without `skip_if`.
    """

    end: Mapping[str, Code] | None = None
    go: Target | None = None
