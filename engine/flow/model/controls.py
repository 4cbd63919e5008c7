"""Lines of `buttons` that keep a value: a mark, a number with plus and minus, one or several of some options.

It knows nothing of how they look nor of what a press does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.listing import ListLine
    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position

CUSTOMARY_MIN: Final = 0
CUSTOMARY_MAX: Final = 999_999
"""Between which a number is counted that has no bounds, as the library does."""


VALUE: Final = "value"
"""What a mark or a number in a list keeps of the item that it stands at, as its texts read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlBase:
    """What every control has: the name of data that it keeps, and `value`, which reads it.

    `id` is unique among the buttons of its step; `place` is where it stands in its row. `text` is None where the flow
    says nothing. `outer` is the condition of the group that it is in. `within` are the lists, the outermost first, for each
    of whose items it keeps a value, and `inner` is its row in the last of them.
    """

    id: str
    name: str
    value: Code
    position: Position
    row: int
    place: int
    text: Wording | None = None
    when: Code | None = None
    outer: Code | None = None
    within: tuple[ListLine, ...] = ()
    inner: int = 0

    @property
    def conditions(self) -> tuple[Code, ...]:
        """The conditions that it is there under, from the outermost one."""
        return tuple(one for one in (self.outer, self.when) if one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(ControlBase):
    """A button that is marked or not: a bool. `checked` is the marked label, the other with a mark where it is None."""

    checked: Wording | None = None


class CountPart(StrEnum):
    """The buttons of a counter, in their order."""

    MINUS = "minus"
    TEXT = "text"
    PLUS = "plus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(ControlBase):
    """A number between minus and plus; without `min` and `max` it has those of its type. `hidden` parts are not there."""

    minus: Wording | None = None
    plus: Wording | None = None
    hidden: frozenset[CountPart] = frozenset()
    min: int | None = None
    max: int | None = None
    step: int = 1
    wrap: bool = False

    @property
    def parts(self) -> tuple[CountPart, ...]:
        """The buttons that are there."""
        return tuple(part for part in CountPart if part not in self.hidden)


class OptionsKind(StrEnum):
    """How options are shown and kept: the present one, which a press exchanges for the next; one of all; several of all."""

    CYCLE = "cycle"
    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(ControlBase):
    """Some options: the texts of a choice, with `labels` for them, or what `query` gives, told apart by `key`.

    `checked` is the label of what is kept; `text` and `checked` can read the `item`, and its `label` where there are labels.
    `places` are those of the keys of `labels`. `min` and `max` are numbers of marks.
    """

    kind: OptionsKind
    checked: Wording | None = None
    labels: Mapping[str, Wording] = field(default_factory=dict)
    places: Mapping[str, Position] = field(default_factory=dict)
    query: Code | None = None
    key: Code | None = None
    columns: int | None = None
    min: int = 0
    max: int | None = None
    too_few: Wording | None = None
    too_many: Wording | None = None


type Control = Check | Count | Options


def control_words(control: Control) -> tuple[Wording, ...]:
    """Give every text of a control that the flow says, labels first."""
    words: list[Wording | None] = [control.text]
    match control:
        case Check(checked=checked):
            words += [checked]
        case Count(minus=minus, plus=plus):
            words += [minus, plus]
        case Options():
            words += [control.checked, *control.labels.values()]
    return tuple(one for one in words if one)


def control_answers(control: Control) -> tuple[Wording, ...]:
    """Give what a control says on a press, without a message."""
    if not isinstance(control, Options):
        return ()
    return tuple(one for one in (control.too_few, control.too_many) if one)
