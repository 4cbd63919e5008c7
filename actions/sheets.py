"""The records that administrators see of what is offered: everything that can be changed, as it is now.

They know nothing of tables, nor of who may change what.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from actions.records import Staff, show_staff
from engine.actions import MaxLength, Money
from storage import values

type Title = Annotated[str, MaxLength(40)]
"""What a service, a category, a place or a room is called."""

type Address = Annotated[str, MaxLength(100)]
"""Where a place is, as a map finds it."""

type Note = Annotated[str, MaxLength(300)]
"""What is added to reminders of a service."""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service in the list of all, under its category if it has one."""

    id: int
    title: str
    category: str | None
    duration: timedelta
    price: Money
    is_active: bool


@dataclass(frozen=True, slots=True)
class CategorySheet:
    """What services are listed under: its `title` in the user's language, and its `name` as it was entered."""

    id: int
    title: Title
    name: Title
    titles: dict[str, Title]
    services: int = 0


@dataclass(frozen=True, slots=True)
class Reminder:
    """How long before a visit its client is reminded; `id` is so many minutes."""

    id: int
    before: timedelta


@dataclass(frozen=True, slots=True)
class Closure:
    """When a room is closed."""

    id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class RoomSheet:
    """All that can be changed of a room, with the times to come for which it is closed."""

    id: int
    name: Title
    is_active: bool
    location_id: int
    location_name: str
    closures: list[Closure]


@dataclass(frozen=True, slots=True)
class RoomVisit:
    """A visit in a room."""

    id: int
    starts_at: datetime
    client_name: str
    service_title: str


@dataclass(frozen=True, slots=True)
class PlaceSheet:
    """All that can be changed of a place, whether it is in use, and its rooms, whose closures are not listed here."""

    id: int
    name: Title
    time_zone: Annotated[str, MaxLength(40)]
    contact: Title | None
    address: Address | None
    is_active: bool
    rooms: list[RoomSheet]


@dataclass(frozen=True, slots=True)
class RoomChoice:
    """A room in use, and where it is."""

    id: int
    name: Title
    location_name: str


@dataclass(frozen=True, slots=True)
class ServiceSheet:
    """All that can be changed of a service; texts are as they were entered, with translations by language.

    `heading` is its title in the user's language, `listed_under` its category there, `category` the name of that as it was entered;
    `visits_ahead` are booked and not over.
    """

    id: int
    heading: str
    listed_under: str | None
    title: Title
    titles: dict[str, Title]
    category: Title | None
    price: Money
    deposit: Money
    capacity: int
    duration: timedelta
    slot_step: timedelta
    buffer_before: timedelta
    buffer_after: timedelta
    minimum_notice: timedelta
    horizon: timedelta
    reschedule_until: timedelta
    cancel_until: timedelta
    reminders: Annotated[list[Reminder], MaxLength(8)]
    reminder_note: Note | None
    reminder_notes: dict[str, Note]
    asks_phone: bool
    asks_comment: bool
    asks_photo: bool
    needs_confirmation: bool
    is_active: bool
    staff: list[Staff]
    rooms: list[RoomChoice]
    visits_ahead: int
    was_booked: bool
    is_deleted: bool


def show_line(
    service: values.Service, locale: str, category: values.Category | None
) -> ServiceLine:
    """Make the line of a service in a locale."""
    return ServiceLine(
        id=service.id,
        title=service.title_in(locale),
        category=None if category is None else category.title_in(locale),
        duration=service.duration,
        price=service.price,
        is_active=service.active,
    )


def show_category_sheet(category: values.Category, locale: str, *, services: int) -> CategorySheet:
    """Make the record of a category in a locale, with how many services it has."""
    return CategorySheet(
        category.id,
        category.title_in(locale),
        category.title,
        dict(category.titles),
        services,
    )


def show_closure(closure: values.RoomClosure) -> Closure:
    """Make the record of a time for which a room is closed."""
    return Closure(closure.id, closure.starts_at, closure.ends_at)


def show_visit(booking: values.Booking, locale: str) -> RoomVisit:
    """Make the line of a booking in a room, in a locale."""
    return RoomVisit(
        booking.id, booking.starts_at, booking.client_name, booking.service.title_in(locale)
    )


def show_room(room: values.RoomOfPlace) -> RoomChoice:
    """Make the record of a room."""
    return RoomChoice(room.id, room.name, room.location_name)


def show_sheet(
    offered: values.OfferedService, category: values.Category | None, locale: str
) -> ServiceSheet:
    """Make the sheet of a service under a category in a locale."""
    service = offered.service
    return ServiceSheet(
        id=service.id,
        heading=service.title_in(locale),
        listed_under=None if category is None else category.title_in(locale),
        title=service.title,
        titles=dict(service.titles),
        category=service.category,
        price=service.price,
        deposit=service.deposit,
        capacity=service.capacity,
        duration=service.duration,
        slot_step=service.slot_step,
        buffer_before=service.buffer_before,
        buffer_after=service.buffer_after,
        minimum_notice=service.minimum_notice,
        horizon=service.horizon,
        reschedule_until=service.reschedule_until,
        cancel_until=service.cancel_until,
        reminders=[
            Reminder(int(before.total_seconds() // 60), before) for before in service.reminders
        ],
        reminder_note=service.reminder_note,
        reminder_notes=dict(service.reminder_notes),
        asks_phone=service.asks_phone,
        asks_comment=service.asks_comment,
        asks_photo=service.asks_photo,
        needs_confirmation=service.needs_confirmation,
        is_active=service.active,
        staff=[show_staff(member) for member in offered.staff],
        rooms=[show_room(room) for room in offered.rooms],
        visits_ahead=offered.visits_ahead,
        was_booked=offered.was_booked,
        is_deleted=offered.deleted,
    )
