"""What administrators do to what is offered: services, who gives them, and where.

Every change is made from the sheet that was seen: a value that somebody else has changed meanwhile stays. It knows nothing of bookings,
which keep what was agreed.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from annotated_types import Ge, Le

import storage
from actions.access import acts_as, has_role
from actions.assigning import assign
from actions.languages import LanguageId
from actions.records import Staff, show_staff
from actions.sheets import (
    Note,
    RoomChoice,
    ServiceLine,
    ServiceSheet,
    Title,
    show_line,
    show_room,
    show_sheet,
)
from engine.actions import Context, File, Money, Outcome, command, query
from storage.desk_values import Assignment
from storage.values import Role

_PICTURES: Final = (b"\xff\xd8", b"\x89PNG")
"""How a JPEG and a PNG begin."""

MOST_REMINDERS: Final = 8
"""How many reminders a visit has at most."""


class ServiceField(StrEnum):
    """What can be changed of a service by itself; a reminder is one more or one less of its list."""

    TITLE = "title"
    CATEGORY = "category"
    PRICE = "price"
    DEPOSIT = "deposit"
    CAPACITY = "capacity"
    DURATION = "duration"
    SLOT_STEP = "slot_step"
    BUFFER_BEFORE = "buffer_before"
    BUFFER_AFTER = "buffer_after"
    MINIMUM_NOTICE = "minimum_notice"
    HORIZON = "horizon"
    RESCHEDULE_UNTIL = "reschedule_until"
    CANCEL_UNTIL = "cancel_until"
    REMINDER = "reminder"
    NO_REMINDER = "no_reminder"
    REMINDER_NOTE = "reminder_note"
    ASKS_PHONE = "asks_phone"
    ASKS_COMMENT = "asks_comment"
    ASKS_PHOTO = "asks_photo"
    NEEDS_CONFIRMATION = "needs_confirmation"
    ACTIVE = "active"


_KINDS = {
    ServiceField.TITLE: "words",
    ServiceField.CATEGORY: "words",
    ServiceField.REMINDER_NOTE: "words",
    ServiceField.PRICE: "amount",
    ServiceField.DEPOSIT: "amount",
    ServiceField.CAPACITY: "number",
    ServiceField.ASKS_PHONE: "switch",
    ServiceField.ASKS_COMMENT: "switch",
    ServiceField.ASKS_PHOTO: "switch",
    ServiceField.NEEDS_CONFIRMATION: "switch",
    ServiceField.ACTIVE: "switch",
}
"""The kind of value that a field has, which is a span where nothing is said."""

_TRANSLATED = {ServiceField.TITLE: "titles", ServiceField.REMINDER_NOTE: "reminder_notes"}

_MAY_BE_EMPTY = {ServiceField.CATEGORY, ServiceField.REMINDER_NOTE}


@query("services.all")
async def list_all(context: Context) -> list[ServiceLine]:
    """List all services by category and title, also those that are not offered; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    categories = {one.title: one for one in await storage.services.list_categories(context.session)}
    places = {title: place for place, title in enumerate(categories)}
    found = await storage.offering.list_all(context.session)
    ordered = sorted(found, key=lambda one: places.get(one.category or "", len(places)))
    return [
        show_line(one, context.user.locale, categories.get(one.category or "")) for one in ordered
    ]


@query("services.sheet")
async def find_sheet(context: Context, *, service_id: int) -> ServiceSheet:
    """Find all that can be changed of a service, also of one that is deleted.

    Raises:
        LookupError: there is none of that id, or the person is no administrator.
    """
    found = await storage.offering.find(context.session, service_id, now=context.now)
    if found is None or not await has_role(context, Role.ADMIN):
        raise LookupError(f"no sheet of service {service_id}")
    categories = await storage.services.list_categories(context.session)
    own = [one for one in categories if one.title == found.service.category]
    return show_sheet(found, own[0] if own else None, context.user.locale)


@query("staff.working")
async def list_working(context: Context) -> list[Staff]:
    """List all who work here, by name."""
    found = await storage.offering.list_working_staff(context.session)
    return [show_staff(member) for member in found]


@query("rooms.list")
async def list_rooms(context: Context) -> list[RoomChoice]:
    """List the rooms in use, by place and name."""
    return [show_room(room) for room in await storage.offering.list_rooms(context.session)]


@command("services.add")
async def add_service(  # noqa: PLR0913  # what is asked of a new service
    context: Context,
    *,
    title: Title,
    category: Title | None,
    duration: timedelta,
    price: Money,
    staff: list[Staff],
) -> int | Outcome[Literal["taken", "impossible", "not_allowed"]]:
    """Add a service that is not offered yet, and return its id."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    if not _is_whole(duration):
        return Outcome("impossible")
    added = await storage.offering.add(
        context.session, title=title, category=category, duration=duration, price=price
    )
    if isinstance(added, str):
        return Outcome("taken" if added == "taken" else "impossible")
    await assign(context, Assignment.STAFF_OF_SERVICE, added, shown=(), chosen=staff)
    return added


@command("services.change")
async def change_service(  # noqa: PLR0913  # the kinds of value that a field can have
    context: Context,
    *,
    shown: ServiceSheet,
    field: ServiceField,
    words: Note | None = None,
    language: LanguageId | None = None,
    span: timedelta | None = None,
    amount: Money | None = None,
    number: Annotated[int, Ge(1), Le(1000)] | None = None,
) -> (
    Outcome[Literal["changed_meanwhile", "taken", "impossible", "more_are_coming", "not_allowed"]]
    | None
):
    """Change one field of a service from what was shown: a switch to the other side, anything else to the value of its kind."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    if field is ServiceField.CAPACITY and number is not None:
        await storage.hours.lock(context.session, None)
        if await storage.offering.has_more_coming(
            context.session, shown.id, number, now=context.now
        ):
            return Outcome("more_are_coming")
    asked = {"words": words, "language": language, "span": span, "amount": amount, "number": number}
    change = _plan(shown, field, asked)
    if change is None:
        return Outcome("impossible")
    name, was, value = change
    refused = await storage.offering.change(context.session, shown.id, name, was=was, value=value)
    return None if refused is None else Outcome(refused)


@command("services.assign")
async def assign_service(
    context: Context,
    *,
    shown: ServiceSheet,
    staff: list[Staff] | None = None,
    rooms: list[RoomChoice] | None = None,
) -> Outcome[Literal["changed_meanwhile", "not_allowed"]] | None:
    """Say who offers a service, or in which rooms it is given, from what was shown; without rooms it needs none."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    is_seen = await assign(
        context, Assignment.STAFF_OF_SERVICE, shown.id, shown=shown.staff, chosen=staff
    ) and await assign(
        context, Assignment.ROOMS_OF_SERVICE, shown.id, shown=shown.rooms, chosen=rooms
    )
    return None if is_seen else Outcome("changed_meanwhile")


@command("services.delete")
async def delete_service(
    context: Context, *, service_id: int
) -> Outcome[Literal["was_booked", "not_allowed"]] | None:
    """Delete a service that nobody has ever booked; nothing else is lost with it but the wishes of those who wait for it."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    await storage.waitlist.lock(context.session, None, now=context.now)
    await storage.hours.lock(context.session, None)
    removed = await storage.offering.remove(context.session, service_id)
    return None if removed else Outcome("was_booked")


@command("services.show_by")
async def set_picture(
    context: Context, *, service_id: int, picture: File | None
) -> Outcome[Literal["unreadable", "not_allowed"]] | None:
    """Show a service by a picture that the person sent, or by none; the picture itself is kept, for ids of files end with the bot's token."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    content = None if picture is None else await context.download(picture)
    if picture is not None and not (content or b"").startswith(_PICTURES):
        return Outcome("unreadable")
    await storage.offering.set_picture(context.session, service_id, content)
    return None


def _plan(
    shown: ServiceSheet, field: ServiceField, asked: Mapping[str, Any]
) -> tuple[str, Any, Any] | None:
    """Say which field is changed from what to what; None where the value can never be."""
    if field in _TRANSLATED and asked["language"] is not None:
        return _plan_translation(getattr(shown, _TRANSLATED[field]), field, asked)
    if field in {ServiceField.REMINDER, ServiceField.NO_REMINDER}:
        return _plan_reminders(shown, asked["span"], is_more=field is ServiceField.REMINDER)
    was = shown.is_active if field is ServiceField.ACTIVE else getattr(shown, field.value)
    kind = _KINDS.get(field, "span")
    value = not was if kind == "switch" else asked[kind]
    if value is None and field not in _MAY_BE_EMPTY:
        return None
    if isinstance(value, timedelta) and not _is_whole(value):
        return None
    if field is ServiceField.DEPOSIT and value > shown.price:
        return None
    return field.value, was, value


def _plan_translation(
    was: Mapping[str, str], field: ServiceField, asked: Mapping[str, Any]
) -> tuple[str, Any, Any]:
    others = {language: one for language, one in was.items() if language != asked["language"]}
    own = {asked["language"]: asked["words"]} if asked["words"] else {}
    return _TRANSLATED[field], dict(was), others | own


def _plan_reminders(
    shown: ServiceSheet, span: timedelta | None, *, is_more: bool
) -> tuple[str, Any, Any] | None:
    was = [one.before for one in shown.reminders]
    if span is None or not _is_whole(span) or span <= timedelta():
        return None
    spans = {*was, span} if is_more else {*was} - {span}
    return ("reminders", was, sorted(spans, reverse=True)) if len(spans) <= MOST_REMINDERS else None


def _is_whole(span: timedelta) -> bool:
    """Tell whether a span is so many minutes, and no more than two years."""
    return not span % timedelta(minutes=1) and span <= timedelta(days=730)
