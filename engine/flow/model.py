"""The frozen values a flow is made of, as written: nothing here is typed or compiled yet.

It knows neither YAML nor how a flow runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.problems import Position

END: Final = "end"
"""The reserved target of a move that ends the flow without results."""

ON_ENTER: Final = "on_enter"
"""The key of what a flow does as it is entered, and the name of the step which that is; no move leads there."""

ON_EXIT: Final = "on_exit"
"""The key of what a flow does as it is left."""

ERROR: Final = "error"
"""What `retry` calls a command that raised."""


@dataclass(frozen=True, slots=True)
class Code:
    """An expression as written; hashable by place, so that it keys the table of compiled expressions."""

    text: str
    position: Position


@dataclass(frozen=True, slots=True)
class Wording:
    """A text people read: its translation path (`booking.confirm.text`) and its source in the bot's own locale."""

    path: str
    text: str
    position: Position


@dataclass(frozen=True, slots=True)
class Target:
    """Where a move leads: a step of the same flow, or END; `say` is shown above the next screen."""

    step: str
    position: Position
    say: Wording | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A sub-flow to run, with its arguments, and the values saved from its `result` when it comes back."""

    flow: str
    position: Position
    arguments: Mapping[str, Code] = field(default_factory=dict)
    save: Mapping[str, Code] = field(default_factory=dict)
    is_of_menu: bool = False


@dataclass(frozen=True, slots=True)
class MenuLine:
    """A line of `buttons` that shows a menu: a button for each of its entries, so many in a row."""

    menu: str
    position: Position
    row: int
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a step: exactly one of `go`, `run` and `url`; `id` is unique in its step.

    With `is_guarded` it is there only for those whom the access of the flow that it runs lets in.
    """

    id: str
    text: Wording
    position: Position
    row: int
    go: Target | None = None
    run: Call | None = None
    url: Wording | None = None
    when: Code | None = None
    save: Mapping[str, Code] = field(default_factory=dict)
    is_guarded: bool = False

    @property
    def is_always_there(self) -> bool:
        """Tell whether everybody sees the button, whatever the data are."""
        return self.when is None and not self.is_guarded

    @property
    def is_of_menu(self) -> bool:
        """Tell whether the button stands for an entry of a menu, whose flow has its text."""
        return self.run is not None and self.run.is_of_menu


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBase:
    """What every step may have. `skip_if` moves on to `go` without a user turn."""

    name: str
    position: Position
    access: Code | None = None
    skip_if: Code | None = None


@dataclass(frozen=True, slots=True)
class Timeout:
    """Where a step leads that nobody leaves: `after` so many milliseconds of silence, or `at` a moment."""

    go: Target
    position: Position
    after: int | None = None
    at: Code | None = None


class MediaKind(StrEnum):
    """What can be shown above a text; stickers and video notes have none."""

    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    DOCUMENT = "document"
    AUDIO = "audio"
    VOICE = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What a window shows above its text: exactly one of `place`, `file_id` and `value`.

    `place` is the path of a file beside the flows, or a web address; `value` gives a file, an upload or nothing.
    """

    kind: MediaKind
    position: Position
    place: Wording | None = None
    file_id: str | None = None
    value: Code | None = None
    spoiler: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowStep(StepBase):
    """What every step that waits for the user has. `load` names query results for its texts and conditions."""

    text: Wording
    buttons: tuple[Button, ...] = ()
    menus: tuple[MenuLine, ...] = ()
    load: Mapping[str, Code] = field(default_factory=dict)
    timeout: Timeout | None = None
    media: Media | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStep(WindowStep):
    """A window. With `end` it is a last word: the flow ends with these results once it is shown.

    `go` is where `skip_if` leads, and None without `skip_if`.
    """

    end: Mapping[str, Code] | None = None
    go: Target | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """What a `choose` does when there is nothing to choose: a text, a move, or a text with a button that moves."""

    text: Wording | None
    go: Target | None


class SearchBy(StrEnum):
    """What finds the items that a person searches for."""

    LABEL = "label"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Search:
    """What the person writes narrows a list, by labels or through the query, which then reads `search`.

    `clear` labels the button that ends the search; words that are left out are the bot's.
    """

    by: SearchBy
    position: Position
    clear: Wording | None = None
    no_match: Wording | None = None


MARK: Final = "✅"
"""What stands before a marked label when a flow says nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """Items are marked until `done` is pressed: exactly one (`is_single`), or from `min` to `max` of them.

    `chosen` are the items marked at first; `mark` stands before a marked label. Words that are left out are the bot's.
    """

    is_single: bool
    position: Position
    min: int = 0
    max: int | None = None
    chosen: Code | None = None
    mark: str = MARK
    done: Wording | None = None
    too_few: Wording | None = None
    too_many: Wording | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseStep(WindowStep):
    """A window listing what `query` returned; `item` is one of them in `button`, `group` and `key`.

    `save` reads the `item` that was picked, or all marked `items`. `key` is an expression whose value (int, text,
    date, …) tells items apart in a button's data; `group` is the heading that an item stands under.
    """

    query: Code
    button: Wording
    save: Mapping[str, Code]
    go: Target
    key: Code | None = None
    page: int = 8
    columns: int = 1
    empty: Empty | None = None
    group: Wording | None = None
    search: Search | None = None
    marking: Marking | None = None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """After so many wrong answers in a row, move on."""

    after: int
    go: Target


@dataclass(frozen=True, slots=True)
class DefaultAnswer:
    """An answer that is offered as a button, where it would be a right one."""

    value: Code
    text: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStep(WindowStep):
    """A window waiting for an answer of `type`; `it` is the parsed answer in `allow` and `save`.

    `min` and `max` are whole numbers as written, `least` and `most` the same keys where they are expressions. `invalid`
    are texts by the cause of a wrong answer, those of the first, second, … one in a row; the last one repeats. `max_size`
    is in bytes, `types` are MIME types; with `share` the keyboard is one under the chat. `keys` are the places of its keys, `invalid.max` that of a cause.
    """

    type: str
    go: Target
    save: Mapping[str, Code]
    min: int | None = None
    max: int | None = None
    least: Code | None = None
    most: Code | None = None
    pattern: str | None = None
    max_size: int | None = None
    types: tuple[str, ...] = ()
    own: bool = True
    share: Wording | None = None
    default: DefaultAnswer | None = None
    allow: Code | None = None
    invalid: Mapping[str, tuple[Wording, ...]] = field(default_factory=dict)
    give_up: GiveUp | None = None
    keys: Mapping[str, Position] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retry:
    """A command is tried `times` more when it ends with an outcome of `on`, or fails and `on` has ERROR.

    `on` are places by name; `wait` are the milliseconds before each try.
    """

    times: int
    on: Mapping[str, Position]
    wait: int
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class DoStep(StepBase):
    """A command; `result` is what it returned in `save`; every declared outcome has a target."""

    command: Code
    go: Target
    save: Mapping[str, Code] = field(default_factory=dict)
    outcomes: Mapping[str, Target] = field(default_factory=dict)
    retry: Retry | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of a `decide`; `when` is None for `else`."""

    when: Code | None
    go: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideStep(StepBase):
    """The first branch whose condition holds gives the move."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep(StepBase):
    """Another flow runs; when it comes back the conversation goes on at `go`."""

    call: Call
    go: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class EndStep(StepBase):
    """The flow ends with its results."""

    results: Mapping[str, Code]


type Step = ShowStep | ChooseStep | AskStep | DoStep | DecideStep | RunStep | EndStep


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


class EntryKind(StrEnum):
    """How a person can start a flow."""

    COMMAND = "command"
    DEEP_LINK = "deeplink"
    MENU = "menu"


@dataclass(frozen=True, slots=True)
class Entry:
    """A way into a flow: a command without its slash, the payload of a deep link with parameters in braces, or a menu.

    `text` describes a command in Telegram's menu, or is the label in a menu, where `when` and `order` tell who sees it
    and at which place.
    """

    kind: EntryKind
    value: str
    position: Position
    text: Wording | None = None
    when: Code | None = None
    order: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """A line of `anytime`: a command such as `/stop`, or a name, that moves (`go`) or runs a flow and resumes (`run`).

    It is also meant by each of `words`; with `confirm` the person is asked first. `inherited` ones stand in bot.yaml.
    """

    label: str
    position: Position
    go: Target | None = None
    run: Call | None = None
    words: tuple[Wording, ...] = ()
    confirm: Wording | None = None
    inherited: bool = False

    @property
    def command(self) -> str | None:
        """The command without its slash; None when there are only words."""
        return self.label.removeprefix("/") if self.label.startswith("/") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What happens with a message that nothing takes: a sentence, a move, or a flow that runs and comes back."""

    position: Position
    say: Wording | None = None
    go: Target | None = None
    run: Call | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anytime:
    """What can happen wherever a person stands, by the label of its line."""

    entries: Mapping[str, Interruption] = field(default_factory=dict)
    on_error: Target | None = None
    on_unknown: Unknown | None = None


@dataclass(frozen=True, slots=True)
class ExitHook:
    """A command that is carried out however a flow is left, if `when` holds; how it ends changes nothing."""

    command: Code
    position: Position
    when: Code | None = None


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
    start: tuple[Entry, ...] = ()
    params: Mapping[str, Slot] = field(default_factory=dict)
    returns: Mapping[str, Slot] = field(default_factory=dict)
    data: Mapping[str, Slot] = field(default_factory=dict)
    anytime: Mapping[str, Interruption] = field(default_factory=dict)
    on_error: Target | None = None
    on_unknown: Unknown | None = None
    on_exit: ExitHook | None = None
    inherited: frozenset[str] = frozenset()

    @property
    def first(self) -> Step:
        """The step where the flow begins."""
        return next(iter(self.steps.values()))


@dataclass(frozen=True, slots=True)
class Throttle:
    """How many messages and presses of one person are taken at once, and in each period again."""

    messages: int
    period_milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BotFile:
    """bot.yaml: what all flows share.

    `roles` are all there are, the first is a stranger's; `home` is the flow that /start opens and that people
    are brought to when there is nowhere else. `messages` are the engine's own sentences by name; `profile` is what the
    bot says of itself on Telegram, by name.
    """

    name: str
    position: Position
    locale: str
    locales: tuple[str, ...]
    roles: tuple[str, ...]
    home: str
    time_zone: str
    currency: str
    messages: Mapping[str, Wording]
    profile: Mapping[str, Wording] = field(default_factory=dict)
    throttle: Throttle | None = None
    anytime: Anytime = field(default_factory=Anytime)

    @property
    def as_flows_see(self) -> BotFile:
        """The same without what no flow looks at, its `anytime` too, which each flow inherits; sentences by name alone."""
        nowhere = replace(self.position, line=1, column=1, length=1)
        return replace(
            self,
            position=nowhere,
            messages={name: Wording("", "", nowhere) for name in self.messages},
            profile={},
            throttle=None,
            time_zone="",
            anytime=Anytime(),
        )

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """All texts of the file that no flow inherits."""
        return (*self.profile.values(), *self.messages.values())


MESSAGES: Final = (
    "old_button",
    "no_access",
    "error",
    "unknown_input",
    "wrong_answer",
    "next_page",
    "previous_page",
    "proceed",
)
"""The engine's own sentences, each to be written in bot.yaml under `messages`."""
