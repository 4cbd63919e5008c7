"""Whoever is away cannot be booked, and whoever is booked cannot be away, however near to each other that is asked for."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

import storage
from actions import absences, bookings, slots
from actions.records import Booking, Slot
from engine.actions import Outcome
from storage import database
from storage.values import Role
from tests.actions.conftest import NOW, Desk
from tests.actions.test_booking_race import (
    ADMIN,
    attempt,
    context,
    count_deadlocks,
    people_of,
    prepare,
)


async def test_a_time_is_booked_or_away_never_both(salon: AsyncEngine) -> None:
    """One who is away and twenty who book it at once: either nobody gets it, or one does and the time is not blocked."""
    before = await count_deadlocks(salon)
    sessions = database.create_sessions(salon)

    for ahead in range(21, 25):
        service, slot = await prepare(sessions, ahead)

        async def leave(slot: Slot = slot) -> str:
            async with sessions() as session, session.begin():
                end = await absences.create_absence(
                    context(session, ADMIN),
                    staff_id=slot.staff_id,
                    starts_at=slot.starts_at,
                    ends_at=slot.ends_at,
                )
            return "away" if end is None else end.name

        people = list(people_of(ahead))[:20]
        attempts = [attempt(sessions, person, service, slot) for person in people]
        async with asyncio.timeout(60):
            ended = await asyncio.gather(*attempts[:3], leave(), *attempts[3:])
        counted = Counter(
            end if isinstance(end, str) else "booked" if isinstance(end, Booking) else end.name
            for end in ended
        )
        assert counted in (
            Counter(away=1, slot_taken=20),
            Counter(booked=1, slot_taken=19, has_bookings=1),
        )
        async with sessions() as session, session.begin():  # others find the days as they were
            await session.execute(text("DELETE FROM absences"))
    assert await count_deadlocks(salon) == before


async def test_the_database_keeps_absences_and_bookings_apart(desk: Desk) -> None:
    """Whoever writes past all our queries, neither meets the other; what touches does not meet, and a move into it fails."""
    admin = await desk.context(2, Role.ADMIN)
    day = (NOW + timedelta(days=1)).date()
    first, *_, last = await slots.list_free(admin, service_id=1, day=day, staff_id=1)
    away: Any = {"staff_id": 1, "starts_at": first.starts_at, "ends_at": first.ends_at}
    assert await absences.create_absence(admin, **away, reason="Dentist") is None
    assert await absences.create_absence(admin, **away) == Outcome("already_away")
    (listed,) = await absences.list_absences(admin, staff_id=1)
    assert (listed.reason, listed.is_days) == ("Dentist", False)
    booked = await bookings.create_booking(admin, slot=last, service_id=1)
    assert isinstance(booked, Booking)

    assert await bookings.create_booking(admin, slot=first, service_id=1) == Outcome("slot_taken")
    assert await bookings.move_booking(admin, booking_id=booked.id, slot=first) == Outcome(
        "slot_taken"
    )
    for statement in (
        "UPDATE bookings SET period = (SELECT period FROM absences), blocked = (SELECT period FROM absences) WHERE id = :id",
        "UPDATE absences SET period = (SELECT period FROM bookings WHERE id = :id)",
    ):
        with pytest.raises(IntegrityError, match="is at a time"):
            async with desk.session.begin_nested():
                await desk.session.execute(text(statement), {"id": booked.id})
    over = away | {"starts_at": NOW - timedelta(hours=2), "ends_at": NOW}
    assert await absences.create_absence(admin, **over) == Outcome("not_possible")
    stranger = await desk.context(5, Role.STAFF)
    assert await absences.create_absence(stranger, **away) == Outcome("not_possible")
    assert await absences.list_absences(stranger, staff_id=1) == []
    assert await absences.remove_absence(stranger, absence_id=listed.id) == Outcome("not_found")
    assert await absences.remove_absence(admin, absence_id=listed.id) is None
    assert await storage.absences.find(desk.session, listed.id) is None
    assert isinstance(await bookings.move_booking(admin, booking_id=booked.id, slot=first), Booking)
