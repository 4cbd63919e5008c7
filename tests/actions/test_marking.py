"""What the staff say of visits is held by the database, whoever asks, and only those concerned can say it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

import storage
from actions import agenda, bookings, marking, slots
from actions.records import Booking
from engine.actions import Outcome
from storage import tables
from storage.values import BookingStatus, Role
from tests.actions.conftest import NOW, Desk


async def test_a_visit_is_marked_once_it_has_begun_by_those_concerned_alone(desk: Desk) -> None:
    """Neither too early, nor by anybody else, nor when it was cancelled; the mark can be changed and taken back."""
    client = await desk.context(1)
    admin = await desk.context(2, Role.ADMIN)
    kim = await desk.context(3, Role.STAFF)
    day = (NOW + timedelta(days=1)).date()
    slot, *_ = await slots.list_free(client, service_id=1, day=day)
    booked = await bookings.create_booking(client, slot=slot, service_id=1)
    assert isinstance(booked, Booking)
    came: Any = {"booking_id": booked.id, "came": True}
    absent = came | {"came": False}
    link = update(tables.staff).where(tables.staff.c.id == slot.staff_id).values(user_id=3)

    assert await marking.mark_visit(admin, **came) == Outcome("not_possible")
    admin, kim, client = (
        desk.later(one, slot.starts_at + timedelta(minutes=1)) for one in (admin, kim, client)
    )
    for stranger in (kim, client):
        assert await marking.mark_visit(stranger, **absent) == Outcome("not_possible")
        assert await agenda.find_visit(stranger, booking_id=booked.id) is None
        assert await agenda.list_day(stranger, staff_id=slot.staff_id, day=day) == []
        assert await bookings.cancel_any_booking(stranger, booking_id=booked.id) == Outcome(
            "not_allowed"
        )
    await desk.session.execute(link)
    marked = await marking.mark_visit(kim, **absent)
    assert isinstance(marked, Booking)
    assert marked.status is BookingStatus.NO_SHOW
    marked = await marking.mark_visit(admin, **came)
    assert isinstance(marked, Booking)
    assert marked.status is BookingStatus.COMPLETED
    back = await marking.take_back(kim, booking_id=booked.id)
    assert isinstance(back, Booking)
    assert back.status is BookingStatus.CONFIRMED
    assert await marking.take_back(kim, booking_id=booked.id) == Outcome("not_possible")
    await storage.users.revoke_role(desk.session, 3, Role.STAFF)
    assert await marking.mark_visit(kim, **came) == Outcome("not_possible")
    cancelled = await bookings.cancel_any_booking(admin, booking_id=booked.id)
    assert isinstance(cancelled, Booking)
    assert await marking.mark_visit(admin, **came) == Outcome("not_possible")
