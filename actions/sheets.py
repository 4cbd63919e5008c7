"""The records that administrators see of what is offered: everything that can be changed, as it is now.

They know nothing of tables, nor of who may change what.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from actions.records import Staff, show_staff
from engine.actions import MaxLength, Money
from storage import values

type Title = Annotated[str, MaxLength(40)]
"""What a service, a category, a place or a room is called."""

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


@dataclass(frozen=True, slots=True)
class Reminder:
    """How long before a visit its client is reminded; `id` is so many minutes."""

    id: int
    before: timedelta


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


def show_category_sheet(category: values.Category, locale: str) -> CategorySheet:
    """Make the record of a category in a locale."""
    return CategorySheet(
        category.id, category.title_in(locale), category.title, dict(category.titles)
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
    )
