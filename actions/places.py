"""What administrators do to places and their rooms.

It knows nothing of who works there when. Bookings stay at their instants, and in their rooms.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from zoneinfo import available_timezones

import storage
from actions.access import acts_as, has_role
from actions.affected import Choice, find_hits, let_stand, settle
from actions.notices import booking_cancelled, move_asked, refund_due, visit_cancelled, visit_stands
from actions.sheets import (
    Address,
    PlaceSheet,
    RoomSheet,
    RoomVisit,
    Title,
    show_closure,
    show_visit,
)
from engine.actions import Context, Outcome, command, query
from storage import values
from storage.changes import ClosedPlace
from storage.values import Role


class PlaceField(StrEnum):
    """What can be changed of a place."""

    NAME = "name"
    TIME_ZONE = "time_zone"
    CONTACT = "contact"
    ADDRESS = "address"


_MAY_BE_EMPTY = {PlaceField.CONTACT, PlaceField.ADDRESS}

_LONGEST = 40
"""How many characters a field has at most that is no address."""


@query("places.sheet")
async def find_place(context: Context, *, location_id: int) -> PlaceSheet:
    """Find all that can be changed of a place, which is never deleted.

    Raises:
        LookupError: there is none of that id, or the person is no administrator.
    """
    found = await storage.places.find(context.session, location_id)
    if found is None or not await has_role(context, Role.ADMIN):
        raise LookupError(f"no sheet of place {location_id}")
    rooms = await storage.places.list_rooms(context.session, location_id)
    return PlaceSheet(
        found.id,
        found.name,
        found.time_zone,
        found.contact,
        found.address,
        found.active,
        [RoomSheet(*_fields(room), closures=[]) for room in rooms],
    )


@query("rooms.sheet")
async def find_room(context: Context, *, room_id: int) -> RoomSheet:
    """Find all that can be changed of a room, which is never deleted, and when it is closed.

    Raises:
        LookupError: there is none of that id, or the person is no administrator.
    """
    found = await storage.places.find_room(context.session, room_id)
    if found is None or not await has_role(context, Role.ADMIN):
        raise LookupError(f"no sheet of room {room_id}")
    closures = await storage.places.list_closures(context.session, room_id, now=context.now)
    return RoomSheet(*_fields(found), closures=[show_closure(one) for one in closures])


@query("rooms.visits")
async def list_visits(
    context: Context,
    *,
    room_id: int,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> list[RoomVisit]:
    """List the visits in a room in a span, or from now on; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    if starts_at is not None and ends_at is not None and starts_at >= ends_at:
        return []
    found = await storage.bookings.list_in_room(
        context.session, room_id, starts_at=starts_at or context.now, ends_at=ends_at
    )
    return [show_visit(booking, context.user.locale) for booking in found]


@command("places.add")
async def add_place(
    context: Context, *, name: Title
) -> int | Outcome[Literal["taken", "not_allowed"]]:
    """Add a place with the clock of those that are there, or of the person, and return its id."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    others = await storage.locations.list_all(context.session)
    time_zone = others[0].time_zone if others else context.user.time_zone
    added = await storage.places.add(context.session, name, time_zone)
    return added if isinstance(added, int) else Outcome("taken")


@command("places.change")
async def change_place(
    context: Context, *, shown: PlaceSheet, field: PlaceField, words: Address | None
) -> Outcome[Literal["taken", "impossible", "changed_meanwhile", "not_allowed"]] | None:
    """Change one field of a place from what was shown; only its contact and address may be nothing."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    if words is None and field not in _MAY_BE_EMPTY:
        return Outcome("impossible")
    if len(words or "") > _LONGEST and field is not PlaceField.ADDRESS:
        return Outcome("impossible")
    if field is PlaceField.TIME_ZONE and words not in available_timezones():
        return Outcome("impossible")
    refused = await storage.places.change(
        context.session,
        shown.id,
        field.value,
        was=getattr(shown, field.value),
        value=words,
    )
    return None if refused is None else Outcome(refused)


@command("places.look")
async def look(
    context: Context, *, shown: PlaceSheet
) -> list[int] | Outcome[Literal["last", "changed_meanwhile", "not_allowed"]]:
    """Find the bookings ahead that taking a place out of use would hit; the last one in use stays."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    found = await storage.places.find(context.session, shown.id)
    if found is None or not found.active:
        return Outcome("changed_meanwhile")
    if await storage.places.count_active(context.session) == 1:
        return Outcome("last")
    changes = [ClosedPlace(shown.id)]
    return await storage.fitting.list_hit(context.session, changes, now=context.now)


@command("places.stop", notifies=[booking_cancelled, move_asked, refund_due, visit_cancelled])
async def stop_using(
    context: Context, *, shown: PlaceSheet, booking_ids: list[int], choice: Choice | None = None
) -> Outcome[Literal["last", "more_bookings", "changed_meanwhile", "not_allowed"]] | None:
    """Take a place out of use, and do with the bookings there as it was chosen; its hours and rooms are kept."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    hits = await find_hits(context, [ClosedPlace(shown.id)], seen=booking_ids, choice=choice)
    if await storage.places.count_active(context.session) == 1:
        return Outcome("last")
    if hits is None:
        return Outcome("more_bookings")
    refused = await storage.places.change(
        context.session, shown.id, "active", was=True, value=False
    )
    if refused is not None:
        return Outcome("changed_meanwhile")
    await settle(context, hits, choice)
    return None


@command("places.resume", notifies=[visit_stands])
async def use_again(
    context: Context, *, shown: PlaceSheet
) -> Outcome[Literal["changed_meanwhile", "not_allowed"]] | None:
    """Take a place into use again, with the hours and rooms that it had."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    refused = await storage.places.change(
        context.session, shown.id, "active", was=False, value=True
    )
    if refused is not None:
        return Outcome("changed_meanwhile")
    await let_stand(context)
    return None


@command("rooms.add")
async def add_room(
    context: Context, *, location_id: int, name: Title
) -> Outcome[Literal["taken", "not_allowed"]] | None:
    """Add a room to a place, which no service uses yet."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    refused = await storage.places.add_room(context.session, location_id, name)
    return None if refused is None else Outcome("taken")


@command("rooms.change")
async def change_room(
    context: Context, *, shown: RoomSheet, name: Title | None = None
) -> Outcome[Literal["taken", "changed_meanwhile", "not_allowed"]] | None:
    """Give a room another name; without one, take it out of use or into use again, from what was shown."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    seen = values.RoomState(
        shown.id, shown.name, shown.is_active, shown.location_id, shown.location_name
    )
    field, value = ("active", not seen.active) if name is None else ("name", name)
    refused = await storage.places.change_room(context.session, seen, field, value=value)
    if refused is None:
        return None
    return Outcome("taken" if refused == "taken" else "changed_meanwhile")


@command("rooms.close")
async def close_room(
    context: Context, *, shown: RoomSheet, starts_at: datetime, ends_at: datetime
) -> Outcome[Literal["impossible", "not_allowed"]] | None:
    """Close a room for a time that is not over; who is booked there stays."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    if starts_at >= ends_at or ends_at <= context.now:
        return Outcome("impossible")
    await storage.hours.lock(context.session, shown.location_id)
    await storage.rooms.close(context.session, shown.id, starts_at=starts_at, ends_at=ends_at)
    return None


@command("rooms.reopen")
async def reopen_room(
    context: Context, *, closure_id: int
) -> Outcome[Literal["not_closed", "not_allowed"]] | None:
    """Take a time back for which a room is closed."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    reopened = await storage.rooms.reopen(context.session, closure_id)
    return None if reopened else Outcome("not_closed")


def _fields(room: values.RoomState) -> tuple[int, str, bool, int, str]:
    return room.id, room.name, room.active, room.location_id, room.location_name
