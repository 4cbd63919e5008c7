"""A scenario as frozen values: who and what is given, and the lines that are played.

It knows neither YAML nor how a line is played.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.emulator.payments import Provider

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.flow.checked import Bot
    from engine.flow.expressions import ActionCall, Expression
    from engine.flow.problems import Position, Problem
    from engine.simulate.faults import TelegramFault
    from engine.simulate.stage import Given


@dataclass(frozen=True, slots=True)
class Send:
    """A message is written, or a reply to the newest message that has the text of `inside` in it."""

    text: str
    inside: str | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A button is pressed, by exactly one of text, pattern and path.

    An old one is no more on the screen; twice is in the same moment. What is shared is chosen when a key asks for it.
    It is `inside` the newest message with buttons that has this text in it.
    """

    text: str | None = None
    pattern: str | None = None
    path: str | None = None
    is_old: bool = False
    is_twice: bool = False
    share: Mapping[str, Any] | None = field(default=None, hash=False)
    inside: str | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """An item of a list is picked; twice is in the same moment."""

    item: str | int
    is_twice: bool = False
    inside: str | None = None


@dataclass(frozen=True, slots=True)
class ShareContact:
    """A contact is shared; one's own when there is no number."""

    phone: str | None


@dataclass(frozen=True, slots=True)
class ShareLocation:
    """A place is shared, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class SendPhoto:
    """A picture is sent."""

    caption: str


@dataclass(frozen=True, slots=True)
class SendContent:
    """Something else is sent: of a kind such as venue or album, as usual where only true is given."""

    kind: str
    given: Any = field(default=True, hash=False)


@dataclass(frozen=True, slots=True)
class Pay:
    """The invoice on the screen is paid, as far as the bot lets that happen and the provider takes the money."""

    provider: Provider = Provider.TAKES


@dataclass(frozen=True, slots=True)
class Settle:
    """The money arrives that a slow provider has not taken yet."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes; written such as 15m."""

    passed: str


@dataclass(frozen=True, slots=True)
class Delete:
    """The person deletes the newest message of the bot, or the newest that has a text."""

    text: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """The person blocks the bot."""


@dataclass(frozen=True, slots=True)
class Unblock:
    """The person lets the bot write to them again."""


@dataclass(frozen=True, slots=True)
class Restart:
    """The bot is started anew, and knows only what was kept."""


@dataclass(frozen=True, slots=True)
class Forget:
    """All conversations are gone, as when Redis is emptied; what the database has stays."""


@dataclass(frozen=True, slots=True)
class Deploy:
    """The bot is started anew with the flows of a directory, named from where the scenario file is."""

    directory: str
    bot: Bot = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Become:
    """The person has this role from here on, and no other."""

    role: str


type Deed = (
    Send
    | Press
    | Pick
    | ShareContact
    | ShareLocation
    | SendPhoto
    | SendContent
    | Pay
    | Settle
    | Wait
)
"""What people do all day."""

type Mishap = Delete | Block | Unblock | Become | Restart | Forget | Deploy
"""What goes wrong now and then."""

type Act = Deed | Mishap


@dataclass(frozen=True, slots=True)
class See:
    """What the person must see; what is None or empty is not looked at."""

    text: str | None = None
    pattern: str | None = None
    buttons: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    alert: str | None = None
    media: str | None = None
    new: bool | None = None


@dataclass(frozen=True, slots=True)
class At:
    """Where the person must stand, as flow.step."""

    place: str


@dataclass(frozen=True, slots=True)
class Data:
    """A condition over the data of the flow that the person is in."""

    flow: str
    condition: Expression


@dataclass(frozen=True, slots=True)
class Calls:
    """Commands that the act must have carried out, with some of their arguments; none when it is empty."""

    commands: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Ended:
    """A flow that the person must not be in."""

    flow: str


@dataclass(frozen=True, slots=True)
class Rows:
    """What a query must give, each with some of its fields."""

    query: ActionCall
    are: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Sound:
    """Nothing that is wrong in any conversation may be wrong."""


type Expectation = See | At | Data | Calls | Ended | Rows | Sound


@dataclass(frozen=True, slots=True)
class Line:
    """Who acts from here on, if that changes; what they do, if anything; and what must hold then, each at its place.

    `telegram` is what goes wrong with Telegram while they do it, `inside` a text of the message that the line is about.
    """

    position: Position
    who: str | None = None
    act: Act | None = None
    expectations: tuple[tuple[Position, Expectation], ...] = ()
    telegram: TelegramFault | None = None
    inside: str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One conversation; its name is the truth that it protects. With `screens` all that people see is compared."""

    name: str
    position: Position
    given: Given
    lines: tuple[Line, ...]
    screens: bool = False


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """What a file says; it has no scenarios when it has problems."""

    scenarios: tuple[Scenario, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
