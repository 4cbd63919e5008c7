"""Staff and a room in one booking: a time needs both, and takes both."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import storage
from actions import bookings, holds, slots
from actions.records import Booking, Hold, Slot, show_slot
from engine.actions import Context, Outcome
from storage import booking_tables, database, tables
from storage.values import BookingStatus, NewBooking, Profile, Service, SlotSearch
from tests.actions.conftest import NOW
from tests.actions.test_booking_actions import find_service
from tests.actions.test_booking_race import attempt, count_deadlocks

TITLE = "Consultation"
WEDNESDAY = NOW + timedelta(days=2)


async def furnish(session: AsyncSession, title: str = TITLE, *names: str) -> list[int]:
    """Let a service need one of the rooms of these names, two unless told, where most of its staff work."""
    services, rooms = tables.services, tables.rooms
    needing = update(services).where(services.c.title == title).values(needs_room=True)
    service_id = await session.scalar(needing.returning(services.c.id))
    mitte = select(tables.locations.c.id).where(tables.locations.c.name.startswith("Mitte"))
    made = []
    for name in names or ("Room 1", "Room 2"):
        room = insert(rooms).values(name=name, location_id=mitte.scalar_subquery())
        room_id = await session.scalar(room.returning(rooms.c.id))
        link = {"service_id": service_id, "room_id": room_id}
        await session.execute(insert(tables.service_rooms).values(link))
        made.append(room_id)
    return made


async def offers(context: Context, title: str = TITLE) -> dict[int, list[Slot]]:
    """List what everybody who gives a service on Wednesday in Mitte has free, by who does."""
    service_id = await find_service(context, title)
    found: dict[int, list[Slot]] = {}
    for member in await storage.staff.list_offering(context.session, [service_id]):
        free = await slots.list_free(
            context, service_id=service_id, day=WEDNESDAY.date(), staff_id=member.id
        )
        if mine := [slot for slot in free if slot.location_name.startswith("Mitte")]:
            found[member.id] = mine
    return found


async def at_once(context: Context, title: str = TITLE) -> list[Slot]:
    """Find the first time that everybody who gives a service has free, and the slot of each."""
    free = await offers(context, title)
    starts = set.intersection(*({slot.starts_at for slot in mine} for mine in free.values()))
    return [slot for mine in free.values() for slot in mine if slot.starts_at == min(starts)]


async def book(context: Context, slot: Slot, title: str = TITLE) -> Booking | Outcome[Any]:
    """Book a slot."""
    service_id = await find_service(context, title)
    return await bookings.create_booking(context, slot=slot, service_id=service_id)


async def test_rooms_run_out_before_staff(desk: Any) -> None:
    """Of three who are free two have a room; the third is not offered, and free again when somebody cancels."""
    ann, bob, cid = [await desk.context(number) for number in (1, 2, 3)]
    await furnish(ann.session)
    first, second, third = await at_once(ann)

    made = [await book(person, slot) for person, slot in ((ann, first), (bob, second))]

    assert [one.room_name for one in made if isinstance(one, Booking)] == ["Room 1", "Room 2"]
    assert await book(cid, third) == Outcome("slot_taken")
    assert third not in (await offers(cid))[third.staff_id]
    assert isinstance(made[0], Booking)
    await bookings.cancel_booking(ann, booking_id=made[0].id)
    assert third in (await offers(cid))[third.staff_id]
    freed = await book(cid, third)
    assert isinstance(freed, Booking)
    assert freed.room_name == "Room 1"


async def test_without_a_room_for_it_nothing_is_free(desk: Any) -> None:
    """A service that needs a room has no times where it has none, in use and open."""
    ann = await desk.context()
    (room,) = await furnish(ann.session, TITLE, "Room 1")
    slot = (await at_once(ann))[0]
    await storage.rooms.close(
        ann.session, room, starts_at=slot.starts_at, ends_at=slot.starts_at + timedelta(minutes=1)
    )
    assert await book(ann, slot) == Outcome("slot_taken")
    free = [one.starts_at for one in (await offers(ann))[slot.staff_id]]
    assert slot.starts_at not in free
    after = replace(slot, starts_at=slot.ends_at)
    assert after.starts_at in free
    assert isinstance(await book(ann, after), Booking)

    await ann.session.execute(update(tables.rooms).values(active=False))
    assert await offers(ann) == {}
    assert await storage.rooms.list_at(ann.session, slot.location_id) == ()


async def test_a_closed_room_opens_again(desk: Any) -> None:
    """A closure that is taken back leaves the times as they were; nobody takes back what is not there."""
    ann = await desk.context()
    (room,) = await furnish(ann.session, TITLE, "Room 1")
    before = await offers(ann)
    closure = await storage.rooms.close(
        ann.session, room, starts_at=WEDNESDAY, ends_at=WEDNESDAY + timedelta(days=1), reason="x"
    )
    assert await offers(ann) == {}

    assert await storage.rooms.reopen(ann.session, closure)
    assert not await storage.rooms.reopen(ann.session, closure)

    assert await offers(ann) == before
    found = await storage.rooms.list_at(ann.session, next(iter(before.values()))[0].location_id)
    assert [one.id for one in found] == [room]


async def test_a_moved_booking_keeps_its_room_if_it_can(desk: Any) -> None:
    """In its own room it may move into its own time; where that is taken it goes to another, and without any it stays."""
    ann, bob, cid = [await desk.context(number) for number in (1, 2, 3)]
    await furnish(ann.session)
    mine, theirs, last = await at_once(ann)
    later = {
        slot.staff_id: next(
            one for one in (await offers(ann))[slot.staff_id] if one.starts_at >= slot.ends_at
        )
        for slot in (mine, theirs, last)
    }
    assert isinstance(await book(bob, theirs), Booking)
    made = await book(ann, mine)
    assert isinstance(made, Booking)
    assert made.room_name == "Room 2"

    moved = await bookings.move_booking(ann, booking_id=made.id, slot=later[mine.staff_id])
    assert isinstance(moved, Booking)
    assert moved.room_name == "Room 2"

    assert isinstance(await book(cid, last), Booking)
    back = await bookings.move_booking(ann, booking_id=made.id, slot=mine)
    assert back == Outcome("slot_taken")
    kept = await bookings.open_booking(ann, booking_id=made.id)
    assert kept == moved

    assert isinstance(await book(bob, later[theirs.staff_id]), Booking)  # in Room 1
    await bookings.cancel_booking(bob, booking_id=made.id - 1)
    again = await bookings.move_booking(ann, booking_id=made.id, slot=mine)
    assert isinstance(again, Booking)
    assert again.room_name == "Room 1"


async def test_a_hold_keeps_a_room_until_it_expires(desk: Any) -> None:
    """What is held for somebody is free for nobody else; then it gives way, even to other staff, and not before."""
    ann, bob = await desk.context(1), await desk.context(2)
    await furnish(ann.session, TITLE, "Room 1")
    service_id = await find_service(ann, TITLE)
    mine, theirs, _ = await at_once(ann)
    hold = await holds.place_hold(ann, slot=mine, service_id=service_id)
    assert isinstance(hold, Hold)

    assert await book(bob, theirs) == Outcome("slot_taken")
    assert theirs not in (await offers(bob))[theirs.staff_id]
    assert theirs in (await offers(ann))[theirs.staff_id]
    other = await holds.place_hold(ann, slot=theirs, service_id=service_id, instead_of=hold.id)
    assert isinstance(other, Hold)
    late = desk.later(bob, NOW + timedelta(minutes=6))
    assert mine in (await offers(late))[mine.staff_id]
    assert isinstance(await book(late, mine), Booking)
    assert await storage.bookings.find(ann.session, other.id) is None


async def test_an_empty_room_is_taken_before_one_whose_hold_expired(desk: Any) -> None:
    """Nobody loses what they might still confirm while there is another room."""
    ann, bob = await desk.context(1), await desk.context(2)
    await furnish(ann.session)
    service_id = await find_service(ann, TITLE)
    mine, theirs, _ = await at_once(ann)
    hold = await holds.place_hold(ann, slot=mine, service_id=service_id)
    assert isinstance(hold, Hold)

    made = await book(desk.later(bob, NOW + timedelta(minutes=6)), theirs)

    assert isinstance(made, Booking)
    assert made.room_name == "Room 2"
    confirmed = await book(desk.later(ann, NOW + timedelta(minutes=7)), mine)
    assert isinstance(confirmed, Booking)
    assert (confirmed.id, confirmed.room_name) == (hold.id, "Room 1")


async def test_a_room_is_taken_until_the_visit_is_over(desk: Any) -> None:
    """Who has been said to have come has the room to the end of their time, also with others of the staff; after it the room is free."""
    ann, bob = [await desk.context(number) for number in (1, 2)]
    await furnish(ann.session, TITLE, "Room 1")
    first, second, *_ = await at_once(ann)
    made = await book(ann, first)
    assert isinstance(made, Booking)
    there = await storage.bookings.find(ann.session, made.id)
    assert there is not None
    came = first.starts_at + timedelta(minutes=5)
    await storage.marking.mark(ann.session, there, BookingStatus.COMPLETED, now=came)

    service = await storage.services.find(ann.session, await find_service(ann, TITLE))
    assert service is not None
    search = SlotSearch(
        service=replace(service, minimum_notice=timedelta(), slot_step=timedelta(minutes=5)),
        starts_from=first.starts_at,
        starts_before=first.starts_at + timedelta(hours=2),
        location_id=second.location_id,
        staff_id=second.staff_id,
    )
    free = [one.starts_at for one in await storage.slots.list_free(ann.session, search, now=came)]
    assert free
    assert min(free) >= first.ends_at
    tried = NewBooking(
        user_id=bob.user.id,
        service=search.service,
        staff_id=second.staff_id,
        location_id=second.location_id,
        starts_at=second.starts_at,
    )
    assert await storage.bookings.insert(bob.session, tried, now=came) is None
    after = replace(tried, starts_at=min(free))
    assert await storage.bookings.insert(bob.session, after, now=came) is not None


async def test_a_session_is_in_one_room(desk: Any) -> None:
    """All who come to a class are in the room of the first; whoever is alone there at that time finds another."""
    ann, bob, cid = [await desk.context(number) for number in (1, 2, 3)]
    room, _ = await furnish(ann.session, "Styling class")
    service_id = await find_service(ann, TITLE)
    needs = update(tables.services).where(tables.services.c.id == service_id)
    await ann.session.execute(needs.values(needs_room=True))
    link = {"service_id": service_id, "room_id": room}
    await ann.session.execute(insert(tables.service_rooms).values(link))
    (slot,) = (await at_once(ann, "Styling class"))[:1]
    alone = next(
        one
        for staff_id, mine in (await offers(ann)).items()
        for one in mine
        if staff_id != slot.staff_id and one.starts_at == slot.starts_at
    )

    made = [await book(person, slot, "Styling class") for person in (ann, bob)]

    assert [one.room_name for one in made if isinstance(one, Booking)] == ["Room 1", "Room 1"]
    assert await book(cid, alone) == Outcome("slot_taken")
    assert slot.starts_at in {
        one.starts_at for one in (await offers(cid, "Styling class"))[slot.staff_id]
    }
    for person, one in zip((ann, bob), made, strict=True):
        assert isinstance(one, Booking)
        await bookings.cancel_booking(person, booking_id=one.id)
    assert isinstance(await book(cid, alone), Booking)
    again = await book(ann, slot, "Styling class")
    assert isinstance(again, Booking)
    assert again.room_name == "Room 2"


async def test_a_class_that_nobody_kept_begins_anew(desk: Any) -> None:
    """A dead hold keeps its class in no room that is closed meanwhile: who comes finds another, as was offered, and so does its owner."""
    ann, bob = await desk.context(1), await desk.context(2)
    room, _ = await furnish(ann.session, "Styling class")
    service_id = await find_service(ann, "Styling class")
    slot = (await at_once(ann, "Styling class"))[0]
    assert isinstance(await holds.place_hold(ann, slot=slot, service_id=service_id), Hold)
    await storage.rooms.close(
        ann.session, room, starts_at=WEDNESDAY, ends_at=WEDNESDAY + timedelta(days=1)
    )

    late = [desk.later(one, NOW + timedelta(minutes=6)) for one in (bob, ann)]
    made = [await book(one, slot, "Styling class") for one in late]

    assert [one.room_name for one in made if isinstance(one, Booking)] == ["Room 2", "Room 2"]


async def test_the_database_itself_keeps_rooms_apart(desk: Any) -> None:
    """Whoever writes past all our queries cannot put two into one room."""
    ann, bob = await desk.context(1), await desk.context(2)
    one, other = await furnish(ann.session)
    first, second, _ = await at_once(ann)
    assert isinstance(await book(ann, first), Booking)
    assert isinstance(await book(bob, second), Booking)
    into = (
        update(booking_tables.bookings)
        .where(booking_tables.bookings.c.room_id == other)
        .values(room_id=one)
    )

    with pytest.raises(IntegrityError, match=booking_tables.NO_SHARED_ROOM):
        await ann.session.execute(into)


async def test_the_last_rooms_are_all_had(salon_url: str, salon: AsyncEngine) -> None:
    """Of thirty at once two have one of two rooms, with two members of staff; of two at once both; and no deadlock is broken."""
    sessions = database.create_sessions(salon)
    limits = database.Limits(connections=30, pool_timeout_seconds=60)
    wide = database.create_engine(salon_url, limits)
    people, names = range(50_000, 50_090), {"Race 1", "Race 2"}
    async with sessions() as session, session.begin():
        await furnish(session, TITLE, *names)
        for person in people:
            await storage.users.identify(session, Profile(person, "P"))
        offered = await storage.services.list_active(session)
        service = next(one for one in offered if one.needs_room)
        wanted = await at_once_in(session, service, NOW + timedelta(days=16))
    before = await count_deadlocks(salon)
    try:
        for number, those in enumerate(wanted[:6:2]):
            async with asyncio.timeout(60):
                ended = await asyncio.gather(
                    *(
                        attempt(
                            database.create_sessions(wide),
                            person,
                            service,
                            those[person % len(those)],
                        )
                        for person in people[30 * number : 30 * number + 30]
                    )
                )
            made = [one for one in ended if isinstance(one, Booking)]
            assert {one.room_name for one in made} == names
            assert len({one.staff_id for one in made}) == len(made) == 2
            assert ended.count(Outcome("slot_taken")) == 28
        for number, those in enumerate(wanted[7:19:2]):
            pair = [
                attempt(database.create_sessions(wide), people[2 * number + side], service, one)
                for side, one in enumerate(those[:2])
            ]
            last = await asyncio.gather(*pair)
            assert {one.room_name for one in last if isinstance(one, Booking)} == names
    finally:
        await wide.dispose()
        async with sessions() as session, session.begin():
            await session.execute(update(tables.services).values(needs_room=False))
            await session.execute(delete(tables.service_rooms))
    assert await count_deadlocks(salon) == before


async def at_once_in(session: AsyncSession, service: Service, start: datetime) -> list[list[Slot]]:
    """List the slots of each time of a day that all who work then have free, by time."""
    found: dict[datetime, list[Slot]] = {}
    for member in await storage.staff.list_offering(session, [service.id]):
        search = SlotSearch(service, start, start + timedelta(hours=12), staff_id=member.id)
        for slot in await storage.slots.list_free(session, search, now=NOW):
            if slot.location.name.startswith("Mitte"):
                found.setdefault(slot.starts_at, []).append(show_slot(slot))
    most = max(len(those) for those in found.values())
    return [those for _, those in sorted(found.items()) if len(those) == most > 1]
