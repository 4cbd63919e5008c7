"""Bookings that wait for a word of the staff: who may give it, and what follows."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

import storage
from actions import bookings, confirming, holds, privacy
from actions.records import Booking, Hold
from engine.actions import Context, Outcome
from storage import booking_tables, tables
from storage.values import BookingStatus, Role
from tests.actions.conftest import NOW
from tests.actions.test_booking_actions import book, first_slot


async def ask(desk: Any, user_id: int = 1) -> tuple[Context, Booking]:
    """Let somebody ask for a service that needs a word."""
    client = await desk.context(user_id)
    booking = await book(client, "Colouring")
    assert booking.status == "pending"
    return client, booking


async def works_as(context: Context, staff_id: int) -> None:
    """Make somebody the member of staff of that number."""
    of_it = update(tables.staff).where(tables.staff.c.id == staff_id)
    await context.session.execute(of_it.values(user_id=context.user.id))


async def waiting_for(context: Context) -> set[int]:
    """Return the numbers of what somebody is to decide on."""
    return {booking.id for booking in await confirming.list_waiting(context)}


def told(desk: Any, user_id: int) -> list[str]:
    """Return the names of the notices for somebody."""
    return [one.notice for one in desk.outbox.messages if user_id in one.chats]


async def test_a_wish_waits_and_is_confirmed(desk: Any) -> None:
    """It keeps its time from others; once confirmed its client is told, and reminded twice, not earlier."""
    boss = await desk.context(9, Role.ADMIN)
    client, booking = await ask(desk)
    _, slot = await first_slot(client, "Colouring")

    assert [one.id for one in await bookings.list_mine(client)] == [booking.id]
    assert slot.starts_at != booking.starts_at or slot.staff_id != booking.staff_id
    assert told(desk, boss.user.id) == ["booking_asked"]
    assert told(desk, client.user.id) == []
    assert booking.id in await waiting_for(boss)

    confirmed = await confirming.confirm_booking(boss, booking_id=booking.id)

    assert isinstance(confirmed, Booking)
    assert confirmed.status == "confirmed"
    assert told(desk, client.user.id) == ["visit_confirmed", *["booking_reminder"] * 2]
    assert booking.id not in await waiting_for(boss)


async def test_a_declined_wish_frees_its_time(desk: Any) -> None:
    """Its client is told, and somebody else can ask for that time."""
    boss = await desk.context(9, Role.ADMIN)
    client, booking = await ask(desk)

    declined = await confirming.decline_booking(boss, booking_id=booking.id)

    assert isinstance(declined, Booking)
    assert declined.status == "cancelled"
    assert told(desk, client.user.id) == ["visit_declined"]
    _, again = await ask(desk, 2)
    assert (again.starts_at, again.staff_id) == (booking.starts_at, booking.staff_id)


async def test_a_reason_is_for_its_client_alone(desk: Any) -> None:
    """It is with the booking and in what its client may read; not in the audit log, and gone once they are forgotten."""
    boss = await desk.context(9, Role.ADMIN)
    client, wish = await ask(desk)
    visit = await book(client)
    why = "We are closed on holidays."

    await storage.audit.act(desk.session, boss.user.id, now=NOW)
    await confirming.decline_booking(boss, booking_id=wish.id, reason=why)
    await bookings.cancel_any_booking(boss, booking_id=visit.id, reason=why)

    for one in (wish, visit):
        found = await bookings.open_booking(client, booking_id=one.id)
        assert isinstance(found, Booking)
        assert found.reason == why
    exported = await privacy.export_data(client)
    assert exported.content.count(why.encode()) == 2
    logged = await storage.audit.list_changes(desk.session, subject="bookings")
    assert {change.operation for change in logged} == {"update"}
    assert not any("reason" in change.after for change in logged)
    await privacy.erase_data(client)
    kept = await desk.session.scalars(select(booking_tables.bookings.c.reason))
    assert set(kept) == {None}


async def test_each_decides_on_their_own(desk: Any) -> None:
    """A member of staff sees and decides what is asked of them; another one, and a client, find nothing."""
    client, booking = await ask(desk)
    own, other = await desk.context(5, Role.STAFF), await desk.context(6, Role.STAFF)
    await works_as(own, booking.staff_id)
    await works_as(other, booking.staff_id % 4 + 1)

    assert booking.id not in await waiting_for(other) | await waiting_for(client)
    for stranger in (other, client):
        for decide in (confirming.confirm_booking, confirming.decline_booking):
            assert await decide(stranger, booking_id=booking.id) == Outcome("not_found")

    assert booking.id in await waiting_for(own)
    assert isinstance(await confirming.confirm_booking(own, booking_id=booking.id), Booking)


async def test_a_decision_is_made_once(desk: Any) -> None:
    """What was confirmed, cancelled or never there is told, and changes no more."""
    boss = await desk.context(9, Role.ADMIN)
    client, booking = await ask(desk)
    await confirming.confirm_booking(boss, booking_id=booking.id)
    for decide in (confirming.confirm_booking, confirming.decline_booking):
        assert await decide(boss, booking_id=booking.id) == Outcome("already_confirmed")
        assert await decide(boss, booking_id=0) == Outcome("not_found")
    await bookings.cancel_booking(client, booking_id=booking.id)
    for decide in (confirming.confirm_booking, confirming.decline_booking):
        assert await decide(boss, booking_id=booking.id) == Outcome("already_cancelled")


async def test_a_hold_becomes_a_wish(desk: Any) -> None:
    """Confirming a held time of such a service asks for it."""
    client = await desk.context()
    service_id, slot = await first_slot(client, "Colouring")
    hold = await holds.place_hold(client, slot=slot, service_id=service_id)
    assert isinstance(hold, Hold)

    asked = await bookings.create_booking(client, slot=slot, service_id=service_id)

    assert isinstance(asked, Booking)
    assert (asked.id, asked.status) == (hold.id, "pending")


async def test_who_is_not_staff_any_more_decides_nothing(desk: Any) -> None:
    """Somebody who works no more has no wishes to decide on."""
    _, booking = await ask(desk)
    former = await desk.context(5, Role.STAFF)
    await works_as(former, booking.staff_id)
    of_it = update(tables.staff).where(tables.staff.c.id == booking.staff_id)
    await former.session.execute(of_it.values(active=False))

    assert await waiting_for(former) == set()
    refused = await confirming.confirm_booking(former, booking_id=booking.id)
    assert refused == Outcome("not_found")


ALLOWED = {
    ("held", "pending"),
    ("held", "confirmed"),
    ("pending", "confirmed"),
    ("pending", "cancelled"),
    ("confirmed", "cancelled"),
    ("confirmed", "completed"),
    ("confirmed", "no_show"),
    ("completed", "no_show"),
    ("no_show", "completed"),
    ("completed", "confirmed"),
    ("no_show", "confirmed"),
}


@pytest.mark.parametrize("before", list(BookingStatus), ids=str)
async def test_the_database_itself_holds_the_transitions(desk: Any, before: BookingStatus) -> None:
    """Whoever writes past all our queries changes a status only as the table of transitions allows."""
    client, booking = await ask(desk)
    columns = booking_tables.bookings.c
    made = await storage.bookings.find(client.session, booking.id)
    assert made is not None
    await client.session.execute(text("DELETE FROM bookings WHERE id = :id"), {"id": booking.id})
    row = {
        "status": before.value,
        "user_id": made.user_id,
        "service_id": made.service.id,
        "staff_id": made.staff.id,
        "location_id": made.location.id,
        "period": text(f"tstzrange('{made.starts_at}', '{made.ends_at}')"),
        "blocked": text(f"tstzrange('{made.starts_at}', '{made.ends_at}')"),
        "price": made.price,
        "held_until": NOW + timedelta(minutes=5) if before is BookingStatus.HELD else None,
        "cancelled_at": NOW if before is BookingStatus.CANCELLED else None,
    }
    inserted = await client.session.execute(
        insert(booking_tables.bookings).values(**row).returning(columns.id)
    )
    number = inserted.scalar_one()
    for after in BookingStatus:
        change = (
            update(booking_tables.bookings)
            .where(columns.id == number)
            .values(
                status=after.value, cancelled_at=NOW if after is BookingStatus.CANCELLED else None
            )
        )
        attempt = await client.session.begin_nested()
        if after is before or (before.value, after.value) in ALLOWED:
            await client.session.execute(change)
        else:
            with pytest.raises(IntegrityError, match="cannot become"):
                await client.session.execute(change)
        await attempt.rollback()
