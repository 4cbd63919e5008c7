"""What flows and actions give each other beside plain values: amounts, what people send, and who they are.

It knows how these are declared in Python, and not how people write them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal


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
