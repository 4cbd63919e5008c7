"""Booking, seeing and cancelling as flows do it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

import storage
import storage.booking_tables
import storage.tables
from actions import bookings, locations, lookup, services, slots, staff
from actions import users as user_actions
from actions.records import Booking, Slot
from engine.actions import Context, Outcome
from storage.values import BookingStatus, Role


async def find_service(context: Context, title: str) -> int:
    """Find a service by its English title."""
    found = await storage.services.list_active(context.session)
    return next(service.id for service in found if service.title == title)


async def first_slot(context: Context, title: str, number: int = 0) -> tuple[int, Slot]:
    """Find a free slot of a service on its third day with any, by place in the list."""
    service_id = await find_service(context, title)
    days = (await slots.find_openings(context, service_id=service_id)).days
    found = await slots.list_free(context, service_id=service_id, day=days[2])
    return service_id, found[number]


async def book(context: Context, title: str = "Haircut", number: int = 0) -> Booking:
    """Book a slot that is free."""
    service_id, slot = await first_slot(context, title, number)
    booking = await bookings.create_booking(context, slot=slot, service_id=service_id)
    assert isinstance(booking, Booking)
    return booking


async def test_titles_are_in_the_language_of_the_reader(desk: Any) -> None:
    """A translated title is shown to who reads that language, the entered one to others."""
    german = await desk.context(locale="de-AT")
    english = await desk.context(locale="en")

    titles = [service.title for service in await services.list_services(german)]
    service_id = await find_service(english, "Manicure")

    assert "Maniküre" in titles
    found = await services.find_service(english, service_id=service_id)
    assert found is not None
    assert (found.title, found.minutes, found.price) == ("Manicure", 40, Decimal("35.50"))
    assert await services.find_service(english, service_id=0) is None


async def test_staff_are_those_who_offer_the_service_there(desk: Any) -> None:
    """A place narrows who can be chosen."""
    context = await desk.context()
    service_id = await find_service(context, "Colouring")
    places = {place.name: place.id for place in await locations.list_locations(context)}

    everywhere = await staff.list_staff(context, service_id=service_id)
    in_lisbon = await staff.list_staff(
        context, service_id=service_id, location_id=places["Kreuzberg, Oranienstr. 40"]
    )

    assert [member.name for member in everywhere] == ["Anna Berg", "Inês Duarte", "Mila Horvat"]
    assert [member.name for member in in_lisbon] == ["Inês Duarte", "Mila Horvat"]


async def test_days_that_are_open_have_slots(desk: Any) -> None:
    """Every day offered has slots, whose ids are short and unique; the first of the first day is the first of all."""
    context = await desk.context()
    service_id = await find_service(context, "Haircut")

    open_ = await slots.find_openings(context, service_id=service_id)

    assert len(open_.days) > 40
    assert (open_.first_day, open_.last_day) == (open_.days[0], open_.days[-1])
    for day in open_.days[:5]:
        found = await slots.list_free(context, service_id=service_id, day=day)
        assert day > open_.first_day or found[0] == open_.first
        assert len({slot.id for slot in found}) == len(found)
        assert max(len(slot.id.encode()) for slot in found) <= 30
        assert {slot.starts_at.astimezone(context.time_zone).date() for slot in found} == {day}


async def test_an_unknown_service_has_no_slots(desk: Any) -> None:
    """A service that is gone gives empty lists, not errors."""
    context = await desk.context()

    assert (await slots.find_openings(context, service_id=0)).days == []
    assert await slots.list_free(context, service_id=0, day=context.now.date()) == []


async def test_a_booking_is_what_was_chosen(desk: Any) -> None:
    """What was booked is shown with its price, people and place, and listed as one's own."""
    context = await desk.context()
    service_id, slot = await first_slot(context, "Haircut")

    booking = await bookings.create_booking(
        context, slot=slot, service_id=service_id, comment="short"
    )

    assert isinstance(booking, Booking)
    assert (booking.starts_at, booking.ends_at) == (slot.starts_at, slot.ends_at)
    assert (booking.staff_name, booking.location_name) == (slot.staff_name, slot.location_name)
    assert (booking.price, booking.comment) == (Decimal("42.00"), "short")
    assert (booking.status, booking.client_name) == (BookingStatus.CONFIRMED, "Person 1")
    assert await bookings.list_mine(context) == [booking]
    assert await bookings.open_booking(context, booking_id=booking.id) == booking


async def test_a_booked_slot_is_gone(desk: Any) -> None:
    """Nobody is offered the slot any more, and who still presses it is told."""
    context = await desk.context()
    service_id, slot = await first_slot(context, "Haircut")
    await bookings.create_booking(context, slot=slot, service_id=service_id)
    other = await desk.context(2)

    refused = await bookings.create_booking(other, slot=slot, service_id=service_id)

    assert refused == Outcome("slot_taken")
    day = slot.starts_at.astimezone(context.time_zone).date()
    left = await slots.list_free(other, service_id=service_id, day=day, staff_id=slot.staff_id)
    assert slot.id not in {free.id for free in left}


async def test_the_same_key_books_once(desk: Any) -> None:
    """A command that is run again under its key gives the booking it made, though the slot is taken now."""
    context = replace(await desk.context(), key="update-1/step-1")
    service_id, slot = await first_slot(context, "Haircut")

    first = await bookings.create_booking(context, slot=slot, service_id=service_id)
    again = await bookings.create_booking(context, slot=slot, service_id=service_id)

    assert first == again
    assert len(await bookings.list_mine(context)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": datetime(2026, 11, 26, 2, tzinfo=UTC)},
        {"starts_at": datetime(2026, 11, 26, 9, 7, tzinfo=UTC)},
        {"starts_at": datetime(2026, 11, 22, 9, tzinfo=UTC)},
        {"starts_at": datetime(2028, 11, 23, 9, tzinfo=UTC)},
        {"staff_id": 0},
        {"location_id": 0},
    ],
    ids=["night", "off the grid", "past", "beyond the horizon", "nobody", "nowhere"],
)
async def test_only_what_is_offered_can_be_booked(desk: Any, change: dict[str, Any]) -> None:
    """A slot that was made up, or whose hours have changed meanwhile, is not available."""
    context = await desk.context()
    service_id, slot = await first_slot(context, "Haircut")

    refused = await bookings.create_booking(
        context, slot=replace(slot, **change), service_id=service_id
    )

    assert refused == Outcome("not_available")


async def test_clients_keep_notice_and_staff_need_not(desk: Any) -> None:
    """Half an hour ahead is too soon for a client, and not for staff; the past is for nobody."""
    context = await desk.context()
    service_id, slot = await first_slot(context, "Haircut")
    soon = slot.starts_at - timedelta(minutes=30)
    client = desk.later(context, soon)
    member = desk.later(await desk.context(2, Role.STAFF), soon)
    late = desk.later(await desk.context(2, Role.STAFF), slot.starts_at + timedelta(minutes=1))

    make = bookings.create_booking
    assert await make(client, slot=slot, service_id=service_id) == Outcome("not_available")
    assert await make(late, slot=slot, service_id=service_id) == Outcome("not_available")
    assert isinstance(await make(member, slot=slot, service_id=service_id), Booking)


async def test_a_service_that_is_gone_cannot_be_booked(desk: Any) -> None:
    """A slot without its service is not available."""
    context = await desk.context()
    _, slot = await first_slot(context, "Haircut")

    refused = await bookings.create_booking(context, slot=slot, service_id=0)

    assert refused == Outcome("not_available")


async def test_clients_have_so_many_bookings_and_staff_any_number(desk: Any) -> None:
    """The limit is reached, and is free again after a cancellation."""
    context = await desk.context()
    made = [await book(context) for _ in range(5)]
    service_id, slot = await first_slot(context, "Haircut")

    refused = await bookings.create_booking(context, slot=slot, service_id=service_id)
    assert refused == Outcome("limit_reached")

    await bookings.cancel_booking(context, booking_id=made[0].id)
    assert (await book(context)).id
    member = await desk.context(2, Role.STAFF)
    for _ in range(6):
        assert (await book(member)).id


async def test_a_cancelled_booking_frees_its_slot(desk: Any) -> None:
    """One's own booking can be cancelled once, and its time is free for others."""
    context = await desk.context()
    booking = await book(context)

    cancelled = await bookings.cancel_booking(context, booking_id=booking.id)

    assert cancelled == replace(booking, status=BookingStatus.CANCELLED)
    assert await bookings.list_mine(context) == []
    again = await bookings.cancel_booking(context, booking_id=booking.id)
    assert again == Outcome("already_cancelled")
    assert (await book(await desk.context(2))).starts_at == booking.starts_at


async def test_cancelling_has_a_deadline(desk: Any) -> None:
    """A client may not cancel within the notice of the service; an administrator may."""
    context = await desk.context()
    booking = await book(context)
    late = booking.starts_at - timedelta(minutes=59)

    refused = await bookings.cancel_booking(desk.later(context, late), booking_id=booking.id)

    assert refused == Outcome("too_late")
    admin = desk.later(await desk.context(2, Role.ADMIN), late)
    assert isinstance(await bookings.cancel_any_booking(admin, booking_id=booking.id), Booking)
    again = await bookings.cancel_any_booking(admin, booking_id=booking.id)
    assert again == Outcome("already_cancelled")


async def test_what_took_place_is_not_cancelled(desk: Any) -> None:
    """A completed booking is too late to cancel for its client, and not among an administrator's."""
    context = await desk.context()
    booking = await book(context)
    completed = update(storage.booking_tables.bookings).where(
        storage.booking_tables.bookings.c.id == booking.id
    )
    await context.session.execute(completed.values(status="completed"))
    admin = await desk.context(2, Role.ADMIN)

    cancelled = await bookings.cancel_booking(context, booking_id=booking.id)
    found = await bookings.cancel_any_booking(admin, booking_id=booking.id)

    assert cancelled == Outcome("too_late")
    assert found == Outcome("not_found")


async def test_others_bookings_are_as_if_they_were_not(desk: Any) -> None:
    """Who guesses an id can neither see nor cancel the booking; an administrator sees it among those of its day."""
    booking = await book(await desk.context())
    other = await desk.context(2)
    admin = await desk.context(3, Role.ADMIN)

    assert await bookings.open_booking(other, booking_id=booking.id) == Outcome("not_found")
    refused = await bookings.cancel_booking(other, booking_id=booking.id)
    assert refused == Outcome("not_found")
    assert await bookings.open_booking(admin, booking_id=booking.id) == Outcome("not_found")
    assert await bookings.open_booking(admin, booking_id=0) == Outcome("not_found")
    day = booking.starts_at.astimezone(admin.time_zone).date()
    assert booking in await lookup.list_bookings(admin, day=day)
    assert await bookings.cancel_any_booking(admin, booking_id=0) == Outcome("not_found")


async def test_a_role_taken_away_counts_at_once(desk: Any) -> None:
    """What the context says of the role is not believed: the database is asked."""
    admin = await desk.context(3, Role.ADMIN)
    booking = await book(await desk.context())
    day = booking.starts_at.astimezone(admin.time_zone).date()
    assert booking in await lookup.list_bookings(admin, day=day)

    await storage.users.revoke_role(admin.session, 3, Role.ADMIN)

    assert await lookup.list_bookings(admin, day=day) == []
    not_allowed = Outcome("not_allowed")
    assert await bookings.cancel_any_booking(admin, booking_id=booking.id) == not_allowed


async def test_days_are_those_of_the_users_zone(desk: Any) -> None:
    """Somebody far away sees a slot under the day that their own clock shows."""
    context = replace(await desk.context(), time_zone=ZoneInfo("Pacific/Auckland"))
    service_id = await find_service(context, "Haircut")

    for day in (await slots.find_openings(context, service_id=service_id)).days[:4]:
        found = await slots.list_free(context, service_id=service_id, day=day)
        assert {slot.starts_at.astimezone(context.time_zone).date() for slot in found} == {day}
    assert found[0].there_zone == "CET"


async def test_a_chosen_language_is_remembered(desk: Any) -> None:
    """The next update finds the locale that was chosen."""
    context = await desk.context()

    await user_actions.set_locale(context, locale="de")

    profile = storage.values.Profile(1, "Person 1")
    person = await storage.users.identify(context.session, profile)
    assert person.locale == "de"
