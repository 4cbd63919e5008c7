"""What people send or share beyond texts and files, as values that flows and actions pass on.

It knows how these are declared in Python, and not how Telegram tells of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003 - flows read the types of fields at run time
from typing import Annotated, Literal

from engine.actions.kinds import Contact, Email, File, Location, MaxLength, Money, Phone

type Name = Annotated[str, MaxLength(255)]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was chosen among the people that a person knows."""

    id: int
    first_name: Name | None = None
    last_name: Name | None = None
    username: Name | None = None


@dataclass(frozen=True, slots=True)
class SharedChat:
    """A group or a channel that a person chose."""

    id: int
    title: Name | None = None
    username: Name | None = None


@dataclass(frozen=True, slots=True)
class ManagedBot:
    """A bot that a person let this one make, and that this one may manage."""

    id: int
    first_name: Name
    username: Name | None = None


@dataclass(frozen=True, slots=True)
class Venue:
    """A place with a name, in degrees: north and east are positive."""

    latitude: Decimal
    longitude: Decimal
    title: Name
    address: Name


@dataclass(frozen=True, slots=True)
class Dice:
    """An emoji that came to rest on a value, from 1 on."""

    emoji: Annotated[str, MaxLength(16)]
    value: int


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll or a quiz that a person made or passed on."""

    id: Name
    question: Annotated[str, MaxLength(300)]
    options: Annotated[list[Annotated[str, MaxLength(100)]], MaxLength(12)]
    kind: Literal["regular", "quiz"]
    is_anonymous: bool = True
    allows_many: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """A story that a person passed on, by the chat that posted it."""

    chat_id: int
    id: int


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list of tasks."""

    title: Name
    tasks: Annotated[list[Annotated[str, MaxLength(200)]], MaxLength(30)]


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that a person paid, tips included; `about` is what for, as the invoice said.

    `charge` is Telegram's number of the payment, which no other has, `provider_charge` that of the provider, where money is given
    back. `name`, `phone` and `email` are there where the invoice asked for them.
    """

    charge: Name
    provider_charge: Name
    total: Money
    currency: Annotated[str, MaxLength(3)]
    about: int | None = None
    name: Name | None = None
    phone: Phone | None = None
    email: Email | None = None


type SentKind = Literal[
    "text",
    "photo",
    "video",
    "animation",
    "document",
    "audio",
    "voice",
    "video_note",
    "sticker",
    "contact",
    "location",
    "venue",
    "dice",
    "poll",
    "story",
    "checklist",
    "other",
]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of any kind; what it has not is None. `text` is the caption of a file, too."""

    kind: SentKind
    message_id: int
    text: Annotated[str, MaxLength(4096)] | None = None
    file: File | None = None
    contact: Contact | None = None
    location: Location | None = None
    venue: Venue | None = None
    dice: Dice | None = None
    poll: Poll | None = None
    story: Story | None = None
    checklist: Checklist | None = None
