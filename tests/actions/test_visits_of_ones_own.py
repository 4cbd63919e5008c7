"""Past visits, visits again, deadlines and files for calendars."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from actions import bookings, visits
from actions.records import Booking
from engine.actions import File, Outcome, Phone, Upload
from storage import tables
from storage.values import Role
from tests.actions.test_booking_actions import book, first_slot


def _unfold(upload: Upload | None) -> dict[str, str]:
    """Read the properties of a calendar file, and hold it to its form on the way."""
    assert upload is not None
    lines = upload.content.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 for line in lines)
    text = b"".join(line[1:] if line.startswith(b" ") else b"\n" + line for line in lines).decode()
    return dict(line.split(":", 1) for line in text.strip().split("\n"))


async def test_a_calendar_file_follows_its_booking(desk: Any) -> None:
    """Its UID stays, its SEQUENCE grows, long and special texts are folded and escaped, and what is cancelled is taken out."""
    context = await desk.context()
    booking = await book(context)
    name = "Straße; 1, " + "ö" * 60 + "\\"
    await context.session.execute(
        update(tables.locations)
        .where(tables.locations.c.id == booking.location_id)
        .values(name=name, address="Haus 3; Hof")
    )

    made = _unfold(await visits.find_calendar_file(context, booking_id=booking.id))
    await bookings.cancel_booking(context, booking_id=booking.id)
    gone = _unfold(await visits.find_calendar_file(context, booking_id=booking.id))

    place = f"{name}, Haus 3; Hof".replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert made["LOCATION"] == place
    assert made["DTSTART"] == f"{booking.starts_at:%Y%m%dT%H%M%SZ}"
    assert (made["METHOD"], gone["METHOD"]) == ("PUBLISH", "CANCEL")
    assert (made["SEQUENCE"], gone["SEQUENCE"]) == ("1", "2")
    assert made["UID"] == gone["UID"]
    other = await desk.context(2)
    assert await visits.find_calendar_file(other, booking_id=booking.id) is None


async def test_each_deadline_is_its_own_and_binds_no_staff(desk: Any) -> None:
    """What can be cancelled can be too late to move; staff do either until the visit begins."""
    context = await desk.context()
    service_id, slot = await first_slot(context, "Haircut")
    await context.session.execute(
        update(tables.services)
        .where(tables.services.c.id == service_id)
        .values(reschedule_until=timedelta(days=30), cancel_until=timedelta(hours=2))
    )
    booking = await bookings.create_booking(context, slot=slot, service_id=service_id)
    assert isinstance(booking, Booking)
    assert booking.reschedule_until == booking.starts_at - timedelta(days=30)
    _, other = await first_slot(context, "Haircut", 8)
    other_slot = [one for one in (other,) if one.staff_id == slot.staff_id] or [slot]

    moved = await bookings.move_booking(context, booking_id=booking.id, slot=other_slot[0])
    late = desk.later(context, booking.starts_at - timedelta(hours=1))
    cancelled = await bookings.cancel_booking(late, booking_id=booking.id)
    await desk.context(1, Role.STAFF)

    assert (moved, cancelled) == (Outcome("too_late"), Outcome("too_late"))
    over = desk.later(context, booking.starts_at)
    assert await bookings.cancel_booking(over, booking_id=booking.id) == Outcome("too_late")
    assert isinstance(await bookings.cancel_booking(late, booking_id=booking.id), Booking)


async def test_what_was_answered_is_kept_and_what_is_past_can_be_had_again(desk: Any) -> None:
    """Number and picture are on the booking; once it is over it is among the past ones, and can be booked again."""
    context = await desk.context()
    service_id, slot = await first_slot(context, "Haircut")
    booking = await bookings.create_booking(
        context,
        slot=slot,
        service_id=service_id,
        phone=Phone("+4915112345678"),
        photo=File("photo", "id", "unique"),
    )
    assert isinstance(booking, Booking)
    assert (booking.phone, booking.photo) == ("+4915112345678", File("photo", "id", "unique"))
    assert await visits.count_past(context) == 0

    later = desk.later(context, booking.ends_at)

    assert await visits.list_past(later) == [booking]
    assert await visits.list_past(later, offset=1) == []
    assert await visits.say_coming(later, booking_id=booking.id) == Outcome("not_found")
    again = await visits.find_again(later, booking_id=booking.id)
    assert again is not None
    assert again.staff is not None
    assert (again.service.id, again.staff.id) == (service_id, booking.staff_id)
    assert await visits.find_again(later, booking_id=None) is None
