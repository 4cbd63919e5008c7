"""Days off and special hours: what is written, what it hits, and what becomes of the bookings."""

from datetime import date, timedelta
from typing import Any

import pytest

import storage
from actions import affected, bookings, slots, special_days
from actions.clock_text import read_hours, reread_hours, write_hours
from actions.records import Booking
from actions.special_days import DaysPlan
from engine.actions import Context, Outcome
from storage.values import Role

CHRISTMAS = date(2026, 12, 25)


async def book(context: Context, *, ahead: int = -4) -> Booking:
    """Book the first consultation of one of the last free days, to which no other test comes."""
    found = {one.title: one.id for one in await storage.services.list_active(context.session)}
    service_id = found["Consultation"]
    open_ = await slots.find_openings(context, service_id=service_id)
    slot, *_ = await slots.list_free(context, service_id=service_id, day=open_.days[ahead])
    booking = await bookings.create_booking(context, slot=slot, service_id=service_id)
    assert isinstance(booking, Booking)
    return booking


async def plan(admin: Context, day: date, **what: Any) -> DaysPlan:
    """Plan a single day."""
    found = await special_days.plan_special_days(admin, first=day, last=day, **what)
    assert isinstance(found, DaysPlan)
    return found


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("9\N{EN DASH}13, 14-18", "9:00-13:00, 14:00-18:00"),
        ("from 9.30 to 12 and 13:00 till 24:00", "9:30-12:00, 13:00-24:00"),
        ("14 - 18 Uhr und 9h30 bis 12", "9:30-12:00, 14:00-18:00"),
        ("9am-12pm; 12:30 pm \N{EM DASH} 5 pm", "9:00-12:00, 12:30-17:00"),
        ("0-0", "0:00-24:00"),
        ("Geschlossen.", ""),
        ("", "unreadable"),
        ("9", "unreadable"),
        ("13pm-14pm", "unreadable"),
        ("8-8:61", "unreadable"),
        ("20-25", "unreadable"),
        ("22-2", "ends_early"),
        ("9-9", "ends_early"),
        ("9-13, 12-14", "overlap"),
        ("1-2,3-4,5-6,7-8,9-10,11-12,13-14", "too_many"),
    ],
)
def test_hours_are_read_as_people_write_them(written: str, read: str) -> None:
    """What is read is written so that it is read alike; what is wrong has a name."""
    found = read_hours(written)
    if isinstance(found, str):
        assert found == read
        return
    assert write_hours(found).replace("\N{EN DASH}", "-") == read
    assert reread_hours(write_hours(found) or None) == found


def test_what_was_not_written_here_is_a_bug() -> None:
    """Hours that come back are those that were handed out."""
    with pytest.raises(ValueError, match="unreadable"):
        reread_hours("whenever")


async def test_days_that_are_alike_are_one(desk: Any) -> None:
    """Days in a row with the same hours are listed together, of all places where all have them; what was there before is replaced."""
    admin = await desk.context(3, Role.ADMIN)
    first, last = date(2027, 6, 24), date(2027, 6, 27)
    here, _ = await storage.locations.list_all(admin.session)

    written = await special_days.plan_special_days(admin, first=first, last=last, reason="Holidays")
    assert isinstance(written, DaysPlan)
    assert await special_days.save_special_days(admin, plan=written) is None
    hours = "9:00\N{EN DASH}12:00, 13:00\N{EN DASH}14:00"
    short = await plan(admin, last, location_id=here.id, hours=hours)
    assert await special_days.save_special_days(admin, plan=short) is None

    found = [one for one in await special_days.list_special_days(admin) if one.first >= first]
    assert [(one.first, one.last, one.location_id, one.hours, one.reason) for one in found] == [
        (first, last - timedelta(days=1), None, None, "Holidays"),
        (last, last, found[1].location_id, None, "Holidays"),
        (last, last, here.id, hours, None),
    ]
    assert found[1].location_id not in (None, here.id)
    assert {CHRISTMAS, first, last} < set(await special_days.list_days(admin))

    back = await special_days.look_at_days(admin, days=found, is_removal=True)
    assert isinstance(back, DaysPlan)
    assert await special_days.save_special_days(admin, plan=back) is None
    assert not [one for one in await special_days.list_special_days(admin) if one.first >= first]


async def test_what_is_hit_has_been_seen(desk: Any) -> None:
    """Nothing is written over the head of a booking that nobody has looked at, nor while nobody has decided about it."""
    admin = await desk.context(3, Role.ADMIN)
    booking = await book(await desk.context())
    day = booking.starts_at.astimezone(admin.time_zone).date()
    elsewhere = await plan(admin, day, location_id=3 - booking.location_id)
    assert elsewhere.booking_ids == []
    long = await plan(admin, day, staff_id=booking.staff_id, hours="0:00\N{EN DASH}24:00")
    assert long.booking_ids == []
    closing = await plan(admin, day)
    assert closing.booking_ids == [booking.id]
    more = Outcome("more_bookings")

    assert await special_days.save_special_days(admin, plan=closing) == more
    unseen = DaysPlan(closing.days, is_removal=False, booking_ids=[])
    assert await special_days.save_special_days(admin, plan=unseen, choice="cancel") == more
    assert await affected.find_outside(admin) == Outcome("none")

    assert await special_days.save_special_days(admin, plan=closing, choice="keep") is None
    assert await affected.find_outside(admin) == [booking.id]
    again = await plan(admin, day)
    assert again.booking_ids == []
    assert [one.id for one in await affected.list_affected(admin, booking_ids=[booking.id])] == [
        booking.id
    ]


async def test_who_is_asked_to_move_is_bound_by_no_deadline(desk: Any) -> None:
    """A client who was asked can cancel or move until the start; once moved, deadlines count again. Bookings within hours are left alone."""
    admin = await desk.context(3, Role.ADMIN)
    client = await desk.context()
    booking, other = await book(client), await book(client, ahead=-3)
    day = booking.starts_at.astimezone(admin.time_zone).date()
    closing = await plan(admin, day)
    desk.outbox.messages.clear()

    assert await special_days.save_special_days(admin, plan=closing, choice="ask") is None
    told = desk.outbox.messages
    assert {(one.notice, one.chats) for one in told} == {("move_asked", (client.user.id,))}
    assert [booking.starts_at - one.due for one in told[1:]] == [
        timedelta(days=1),
        timedelta(hours=2),
    ]
    late = desk.later(client, booking.starts_at - timedelta(minutes=5))
    asked = await bookings.open_booking(late, booking_id=booking.id)
    assert isinstance(asked, Booking)
    assert asked.is_asked_to_move
    assert asked.cancel_until == asked.reschedule_until == booking.starts_at
    open_ = await slots.find_other_openings(late, booking_id=booking.id)
    free = await slots.list_other_times(late, booking_id=booking.id, day=open_.days[5])
    moved = await bookings.move_booking(late, booking_id=booking.id, slot=free[0])
    assert isinstance(moved, Booking)
    assert not moved.is_asked_to_move
    assert moved.cancel_until < moved.starts_at

    both = [moved.id, other.id]
    assert await affected.settle_affected(admin, booking_ids=both, choice="cancel") is None
    assert {one.id for one in await bookings.list_mine(client)} == {moved.id, other.id}


async def test_a_role_taken_away_counts_at_once(desk: Any) -> None:
    """Whatever the context says of the role, the database is asked."""
    admin = await desk.context(3, Role.ADMIN)
    closing = await plan(admin, CHRISTMAS)
    await storage.users.revoke_role(admin.session, 3, Role.ADMIN)
    refused = Outcome("not_allowed")

    assert await special_days.list_special_days(admin) == []
    assert await affected.list_affected(admin, booking_ids=[1]) == []
    assert await affected.find_outside(admin) == refused
    assert await affected.settle_affected(admin, booking_ids=[1], choice="cancel") == refused
    assert await special_days.look_at_days(admin, days=closing.days) == refused
    assert await special_days.save_special_days(admin, plan=closing) == refused
    day = CHRISTMAS
    assert await special_days.plan_special_days(admin, first=day, last=day) == refused


async def test_a_year_is_the_most(desk: Any) -> None:
    """More than a year, or days in the wrong order, are not planned."""
    admin = await desk.context(3, Role.ADMIN)

    for last in (CHRISTMAS - timedelta(days=1), CHRISTMAS + timedelta(days=366)):
        found = await special_days.plan_special_days(admin, first=CHRISTMAS, last=last)
        assert found == Outcome("too_long")
