"""The values that storage hands out and takes: frozen, typed, ready to be passed around.

It knows nothing of SQLAlchemy, so that signatures can name these types without loading a database library.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from storage.money import Deposit

NOBODY = 0
"""Whose bookings are of clients who were erased or are not on Telegram, and holds for those who wait; Telegram gives the id to nobody."""


class Role(StrEnum):
    """What a person may do, from least to most; everybody is a client."""

    CLIENT = "client"
    STAFF = "staff"
    ADMIN = "admin"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """Place in the order, 0 for the least."""
        return list(Role).index(self)


class BookingStatus(StrEnum):
    """Where a booking is in its life."""

    HELD = "held"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class Profile:
    """What Telegram says about a person."""

    telegram_id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A role somebody has; `granted_by` is None where an operator gave it.

    `first_name` is empty until the person has written.
    """

    telegram_id: int
    role: Role
    first_name: str
    granted_by: int | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A known user; `role` is the highest of `roles`, which always has the client's.

    `locale` and `time_zone` are what the person chose, None until then; since `blocked_at` the bot cannot write to them.
    """

    telegram_id: int
    first_name: str
    last_name: str | None
    username: str | None
    language_code: str | None
    locale: str | None
    time_zone: str | None
    role: Role
    roles: tuple[Role, ...]
    created_at: datetime
    blocked_at: datetime | None = None

    def profile(self) -> Profile:
        """Return what Telegram said when the person was last seen."""
        return Profile(
            telegram_id=self.telegram_id,
            first_name=self.first_name,
            last_name=self.last_name,
            username=self.username,
            language_code=self.language_code,
        )


@dataclass(frozen=True, slots=True)
class Location:
    """A place where people work; `time_zone` is the IANA name of its wall clock, `contact` whom to ask there, `address` where it is for a map.

    Where nobody works any more, it is not `active`.
    """

    id: int
    name: str
    time_zone: str
    contact: str | None = None
    address: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who can be booked."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Room:
    """A room of a location, which one booking or session at a time takes."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room as administrators see it, with its location; nobody gets one that is not `active`."""

    id: int
    name: str
    active: bool
    location_id: int
    location_name: str


@dataclass(frozen=True, slots=True)
class RoomClosure:
    """When a room is closed: from `starts_at` until before `ends_at`."""

    id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class RoomOfPlace:
    """A room with the name of its location."""

    id: int
    name: str
    location_name: str


@dataclass(frozen=True, slots=True)
class Service:
    """What can be booked; `titles` holds translations of the title by locale.

    Of `capacity` people above one, all who take the same time come together, to a session; with `needs_confirmation` bookings wait for the staff, with `needs_room`
    they take one of the service's rooms as well. One made of several has them as its `parts`. A slot blocks its staff and room from `buffer_before` ahead of it until `buffer_after` behind it. Clients book no later than
    `minimum_notice` and no earlier than `horizon` ahead, move a booking no later than `reschedule_until` ahead and cancel it no later than
    `cancel_until` ahead; they are reminded so long ahead as `reminders` say, with the `reminder_note`, which has translations as well. `asks_…` says which
    details they are asked for, `deposit` what each of them pays ahead. One that is not `active` cannot be booked.
    """

    id: int
    title: str
    duration: timedelta
    price: Decimal
    slot_step: timedelta
    buffer_before: timedelta = timedelta()
    buffer_after: timedelta = timedelta()
    minimum_notice: timedelta = timedelta()
    horizon: timedelta = timedelta(days=60)
    reschedule_until: timedelta = timedelta()
    cancel_until: timedelta = timedelta()
    reminders: tuple[timedelta, ...] = ()
    category: str | None = None
    asks_phone: bool = False
    asks_comment: bool = True
    asks_photo: bool = False
    capacity: int = 1
    needs_confirmation: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    needs_room: bool = False
    parts: tuple["Service", ...] = ()
    active: bool = True
    reminder_note: str | None = None
    reminder_notes: Mapping[str, str] = field(default_factory=dict)
    deposit: Decimal = Decimal()

    @property
    def lines(self) -> tuple["Service", ...]:
        """The services that it is made of, which may be itself alone."""
        return self.parts or (self,)

    @property
    def paid_ahead(self) -> Decimal:
        """What each who comes pays ahead, which is never more than the price."""
        return sum((min(line.deposit, line.price) for line in self.lines), Decimal())

    def title_in(self, locale: str) -> str:
        """Give the title in the locale, else in its language, else as it was entered."""
        return find_title(self.title, self.titles, locale)

    def notes_in(self, locale: str) -> list[str]:
        """List what is added to reminders of it, in the locale, for each service that it is made of."""
        notes = (
            find_title(line.reminder_note or "", line.reminder_notes, locale) for line in self.lines
        )
        return list(dict.fromkeys(filter(None, notes)))


@dataclass(frozen=True, slots=True)
class OfferedService:
    """A service as administrators see it: who offers it, its rooms, how many visits are booked and not over, and whether it was ever booked."""

    service: Service
    staff: tuple[StaffMember, ...]
    rooms: tuple[RoomOfPlace, ...]
    visits_ahead: int
    was_booked: bool
    deleted: bool


def join_services(services: Sequence[Service]) -> Service:
    """Make one service of several that follow one another: it takes as long as all, with the buffers at its ends alone.

    Where they differ, it asks for as much notice as any, and begins on the grid of the first.
    """
    first, *others = services
    if not others:
        return first
    locales = {locale for service in services for locale in service.titles}
    return replace(
        first,
        title=" + ".join(service.title for service in services),
        titles={
            locale: " + ".join(service.title_in(locale) for service in services)
            for locale in sorted(locales)
        },
        duration=sum((service.duration for service in services), timedelta()),
        price=sum((service.price for service in services), Decimal()),
        buffer_after=others[-1].buffer_after,
        minimum_notice=max(service.minimum_notice for service in services),
        reschedule_until=max(service.reschedule_until for service in services),
        cancel_until=max(service.cancel_until for service in services),
        asks_phone=any(service.asks_phone for service in services),
        asks_comment=any(service.asks_comment for service in services),
        asks_photo=any(service.asks_photo for service in services),
        horizon=min(service.horizon for service in services),
        needs_confirmation=any(service.needs_confirmation for service in services),
        needs_room=any(service.needs_room for service in services),
        parts=tuple(services),
    )


@dataclass(frozen=True, slots=True)
class Category:
    """What several services are listed under; `titles` holds translations of the title by locale."""

    title: str
    titles: Mapping[str, str]
    id: int = 0

    def title_in(self, locale: str) -> str:
        """Give the title in the locale, else in its language, else as it was entered."""
        return find_title(self.title, self.titles, locale)


def find_title(title: str, titles: Mapping[str, str], locale: str) -> str:
    """Give a title in a locale, else in its language, else as it was entered."""
    language = locale.replace("_", "-").partition("-")[0]
    return titles.get(locale) or titles.get(language) or title


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in which somebody works somewhere: from `starts_at` until before `ends_at`."""

    staff_id: int
    location_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a service can start, who would do it where, and how many `places` are left."""

    starts_at: datetime
    ends_at: datetime
    staff: StaffMember
    location: Location
    places: int = 1


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """Which slots are looked for: they start at or after `starts_from` and before `starts_before`.

    Without a member of staff or a location, any will do. `party` people come. What the person `holder` holds is free. To move the booking `moving`, what it blocks itself is free, but for the time
    it has.
    """

    service: Service
    starts_from: datetime
    starts_before: datetime
    staff_id: int | None = None
    location_id: int | None = None
    moving: int | None = None
    party: int = 1
    holder: int | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that a client sent, as Telegram calls it."""

    file_id: str
    unique_id: str


@dataclass(frozen=True, slots=True)
class NewBooking:
    """What a booking is made from; the same `key` makes at most one booking.

    `held_until` makes it a hold, which keeps the slot until that instant. `entered_by` is who of the staff makes it for somebody, who has a `guest_name` where
    they are not on Telegram, and its user is nobody.
    """

    user_id: int
    service: Service
    staff_id: int
    location_id: int
    starts_at: datetime
    comment: str | None = None
    key: str | None = None
    held_until: datetime | None = None
    party: int = 1
    phone: str | None = None
    photo: Photo | None = None
    guest_name: str | None = None
    entered_by: int | None = None

    @property
    def status(self) -> BookingStatus:
        """What the booking is when it is made, unless as a hold."""
        waits = self.service.needs_confirmation
        return BookingStatus.PENDING if waits else BookingStatus.CONFIRMED


@dataclass(frozen=True, slots=True)
class BookedService:
    """One of the services of a booking, as it is now, with the time and price that were agreed for all who come."""

    service: Service
    duration: timedelta
    price: Decimal


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking of `party` people with what one needs to show it; price and period are as they were agreed.

    `service` is as it is now, and made of several where several are done, one after another: `lines` has what was agreed for each.
    `reason` is what its client was told where the staff cancelled it.
    """

    id: int
    version: int
    status: BookingStatus
    user_id: int
    client_name: str
    service: Service
    staff: StaffMember
    location: Location
    starts_at: datetime
    ends_at: datetime
    price: Decimal
    comment: str | None
    created_at: datetime
    held_until: datetime | None
    cancelled_at: datetime | None
    cancelled_by: int | None
    party: int = 1
    room: Room | None = None
    lines: tuple[BookedService, ...] = ()
    phone: str | None = None
    photo: Photo | None = None
    coming_at: datetime | None = None
    marked_at: datetime | None = None
    deposit: Deposit | None = None
    asked_to_move_at: datetime | None = None
    guest_name: str | None = None
    entered_by: int | None = None
    reason: str | None = None

    @property
    def has_account(self) -> bool:
        """Whether its client can be written to: who has been erased, or never was on Telegram, cannot."""
        return self.user_id != NOBODY

    @property
    def duration(self) -> timedelta:
        """How long it takes, as it was agreed."""
        return self.ends_at - self.starts_at

    @property
    def reschedule_notice(self) -> timedelta:
        """How long before the start its client can still move it: until the start, once they were asked to."""
        return timedelta() if self.asked_to_move_at else self.service.reschedule_until

    @property
    def cancel_notice(self) -> timedelta:
        """How long before the start its client can still cancel it: until the start, once they were asked to move it."""
        return timedelta() if self.asked_to_move_at else self.service.cancel_until
