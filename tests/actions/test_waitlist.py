"""Who waits for a time is offered what is freed, in order of joining, and what is kept for them nobody else gets."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

import storage
from actions import (
    absences,
    affected,
    bookings,
    clients,
    holds,
    privacy,
    slots,
    special_days,
    waitlist,
)
from actions.clock_text import reread_hours
from actions.freeing import waitlist_offer
from actions.records import Booking, Hold, Slot
from actions.waitlist_records import Wish
from engine.actions import Context, Outcome
from storage import booking_tables, changes, desk_tables
from storage.values import BookingStatus, NewBooking, Role
from tests.actions.conftest import NOW, Told
from tests.actions.test_booking_actions import first_slot

TURN = timedelta(minutes=15)
GONE = Outcome("gone")


async def book(context: Context, title: str = "Haircut") -> tuple[int, Slot, Booking]:
    """Book the first free time of a service."""
    service_id, slot = await first_slot(context, title)
    made = await bookings.create_booking(context, slot=slot, service_id=service_id)
    assert isinstance(made, Booking)
    return service_id, slot, made


async def wait(
    context: Context, service_id: int, slot: Slot, *, anyone: bool = False, days: int = 0
) -> Any:
    """Wait for a time like a slot: on its day and so many after it, with its staff or anyone."""
    return await waitlist.join(
        context,
        service_id=service_id,
        location_id=slot.location_id,
        staff_id=None if anyone else slot.staff_id,
        first_day=slot.there_day,
        last_day=slot.there_day + timedelta(days=days),
    )


def told(desk: Any) -> list[Told]:
    """List the offers that were written, in order of their turns."""
    found = [one for one in desk.outbox.messages if one.notice == "waitlist_offer"]
    return sorted(found, key=lambda one: one.due)


async def starts_of(context: Context, service_id: int, slot: Slot) -> set[str]:
    """List what somebody sees as free on the day of a slot with its staff."""
    found = await slots.list_free(
        context, service_id=service_id, day=slot.there_day, staff_id=slot.staff_id
    )
    return {one.id for one in found}


async def test_a_freed_time_is_kept_for_one_after_another(desk: Any) -> None:
    """Those whom it suits have their turns in order of joining; nobody else sees or gets it, nor whoever gave it back."""
    ann, bob, cem, dan = [await desk.context(one) for one in (1, 2, 3, 4)]
    service_id, slot, made = await book(ann)
    for person in (ann, bob):
        assert isinstance(await wait(person, service_id, slot), Wish)
    assert isinstance(await wait(cem, service_id, slot, anyone=True, days=9), Wish)
    other_id, other = await first_slot(dan, "Consultation")
    assert isinstance(await wait(dan, other_id, other, anyone=True), Wish)
    desk.outbox.messages.clear()

    assert isinstance(await bookings.cancel_booking(ann, booking_id=made.id), Booking)

    offers = told(desk)
    assert [(one.chats, one.due, one.until) for one in offers[:2]] == [
        ((2,), NOW, NOW + TURN),
        ((3,), NOW + TURN, NOW + 2 * TURN),
    ]
    assert slot.id not in await starts_of(ann, service_id, slot)
    taken = Outcome("slot_taken")
    assert await bookings.create_booking(cem, slot=slot, service_id=service_id) == taken
    assert await holds.place_hold(bob, slot=slot, service_id=service_id) == taken

    first, second = (one.arguments["offer_id"] for one in offers[:2])
    assert await waitlist.take(cem, offer_id=second) == GONE
    assert await waitlist.take(cem, offer_id=first) == GONE
    booked = await waitlist.take(bob, offer_id=first)
    assert isinstance(booked, Booking)
    assert (booked.starts_at, booked.price) == (slot.starts_at, made.price)
    again = await waitlist.take(bob, offer_id=first)
    assert again == booked
    assert await waitlist.take(desk.later(cem, NOW + TURN), offer_id=second) == GONE
    assert [one.id for one in await bookings.list_mine(bob)] == [booked.id]
    assert await waitlist.list_mine(bob) == []


async def test_a_persons_own_holds_neither_count_nor_sweep_what_is_kept(desk: Any) -> None:
    """With two times of their own held, somebody can still take what is offered; holding more elsewhere does not lose it."""
    ann, bob = await desk.context(1), await desk.context(2)
    service_id, slot, made = await book(ann)
    await wait(bob, service_id, slot)
    await bookings.cancel_booking(ann, booking_id=made.id)
    (offer,) = told(desk)

    free = await slots.list_free(bob, service_id=service_id, day=slot.there_day)
    for one in (free[5], free[-1]):
        held = await holds.place_hold(bob, slot=one, service_id=service_id)
        assert isinstance(held, Hold)
    assert slot.id not in await starts_of(ann, service_id, slot)

    assert isinstance(await waitlist.take(bob, offer_id=offer.arguments["offer_id"]), Booking)


async def test_what_is_left_of_a_time_is_offered_to_the_next(desk: Any) -> None:
    """A long time that became free is kept whole for who can use it; of what the first takes, the rest is offered again."""
    ann, bob, cem = [await desk.context(one) for one in (1, 2, 3)]
    _, slot, made = await book(ann, "Haircut and beard")
    short_id, _ = await first_slot(bob, "Consultation")
    await wait(bob, short_id, slot)
    await wait(cem, short_id, slot)
    await bookings.cancel_booking(ann, booking_id=made.id)
    mine = [one for one in told(desk) if one.chats == (2,)]

    assert mine[0].due == NOW
    booked = await waitlist.take(bob, offer_id=mine[0].arguments["offer_id"])
    assert isinstance(booked, Booking)
    hers = [one for one in told(desk) if one.chats == (3,)]
    assert hers[0].due == NOW
    ended = [await waitlist.take(cem, offer_id=one.arguments["offer_id"]) for one in hers]
    (other,) = [one for one in ended if isinstance(one, Booking)]
    assert other.starts_at != booked.starts_at


async def test_who_joins_while_a_time_is_kept_stands_behind_the_others(desk: Any) -> None:
    """They are asked when those before them have let it pass, and sooner when these leave."""
    ann, bob, cem = [await desk.context(one) for one in (1, 2, 3)]
    service_id, slot, made = await book(ann)
    wish = await wait(bob, service_id, slot)
    await bookings.cancel_booking(ann, booking_id=made.id)
    later = NOW + timedelta(minutes=2)

    await wait(desk.later(cem, later), service_id, slot)
    assert [(one.chats, one.due) for one in told(desk)] == [((2,), NOW), ((3,), NOW + TURN)]

    soon = NOW + timedelta(minutes=4)
    assert await waitlist.withdraw(desk.later(cem, soon), wish_id=wish.id) == Outcome("not_found")
    assert await waitlist.withdraw(desk.later(bob, soon), wish_id=wish.id) is None
    *_, offer = sorted(told(desk), key=lambda one: int(one.arguments["offer_id"]))
    assert (offer.chats, offer.due, offer.until) == ((3,), soon, soon + TURN)
    assert isinstance(
        await waitlist.take(desk.later(cem, soon), offer_id=offer.arguments["offer_id"]), Booking
    )


async def test_wishes_are_few_of_each_person_and_of_what_there_is(desk: Any) -> None:
    """Five at once, none twice, on days ahead, of staff who give it there; over days they end by themselves."""
    ann = await desk.context(1)
    service_id, slot = await first_slot(ann, "Haircut")
    for days in range(5):
        assert isinstance(await wait(ann, service_id, slot, days=days), Wish)
    assert await wait(ann, service_id, slot, days=5) == Outcome("limit_reached")
    late = desk.later(ann, NOW + timedelta(days=4))
    assert len(await waitlist.list_mine(late)) < 5
    assert isinstance(await wait(late, service_id, slot, days=20), Wish)

    bob = await desk.context(2)
    await wait(bob, service_id, slot)
    assert await wait(bob, service_id, slot) == Outcome("already_waiting")
    first, last = date(2026, 11, 20), date(2026, 11, 22)
    wrong: tuple[dict[str, Any], ...] = (
        {"service_id": 0},
        {"location_id": 0},
        {"staff_id": 0},
        {"people": 2},
        {"last_day": last},
        {"first_day": last, "last_day": first},
        {"last_day": date(2027, 11, 22)},
    )
    usual = {
        "service_id": service_id,
        "location_id": slot.location_id,
        "first_day": first,
        "last_day": slot.there_day,
    }
    for one in wrong:
        assert await waitlist.join(bob, **{**usual, **one}) == Outcome("not_available")


async def test_offers_are_for_those_who_still_wait(desk: Any) -> None:
    """Who cannot be written to, or may not book, is passed by; nothing is said of an offer before, or after, or to who does not wait any more."""
    ann, bob, cem, dan = [await desk.context(one) for one in (1, 2, 3, 4)]
    service_id, slot, made = await book(ann)
    wish = await wait(bob, service_id, slot)
    await wait(cem, service_id, slot)
    await wait(dan, service_id, slot)
    await storage.users.note_unreachable(desk.session, 3, now=NOW)
    await storage.standings.block(desk.session, 4, now=NOW, until=None)
    await bookings.cancel_booking(ann, booking_id=made.id)
    (offer,) = told(desk)
    offer_id = offer.arguments["offer_id"]

    found = await waitlist.find_offer(bob, offer_id=offer_id)
    assert found is not None
    assert (found.until, found.starts_at, found.wish_id) == (NOW + TURN, slot.starts_at, wish.id)
    assert await waitlist.find_offer(cem, offer_id=offer_id) is None
    assert await waitlist.find_offer(desk.later(bob, NOW + TURN), offer_id=offer_id) is None
    assert await waitlist.pass_by(desk.later(bob, NOW + TURN), offer_id=offer_id) == GONE
    await privacy.erase_data(bob)
    assert slot.id in await starts_of(ann, service_id, slot)
    assert await waitlist.pass_by(bob, offer_id=offer_id) == GONE


async def test_an_opened_day_is_offered_to_each_who_waits_for_it(desk: Any) -> None:
    """Everybody is the first to be asked for one of its times."""
    robin = await desk.context(9, Role.ADMIN)
    people = [await desk.context(one) for one in (1, 2, 3)]
    service_id, slot = await first_slot(people[0], "Haircut")
    day = slot.there_day
    closed = changes.SpecialDays(day, day, (), None, slot.location_id)
    await storage.special_days.replace(desk.session, closed)
    for person in people:
        await wait(person, service_id, slot, anyone=True)

    found = await special_days.list_special_days(robin)
    opening = await special_days.look_at_days(
        robin, days=[one for one in found if one.first == day], is_removal=True
    )
    assert isinstance(opening, special_days.DaysPlan)
    assert await special_days.save_special_days(robin, plan=opening) is None

    at_once = {one.chats[0] for one in told(desk) if one.due == NOW}
    assert at_once == {1, 2, 3}
    kept = await desk.session.scalars(
        select(booking_tables.bookings.c.id).where(booking_tables.bookings.c.user_id == 0)
    )
    assert len(kept.all()) == 3


async def test_who_is_there_after_all_is_offered_and_who_is_blocked_waits_for_nothing(
    desk: Any,
) -> None:
    """Taking back time away frees it for those who wait; who may not book can neither join nor take what is kept for them."""
    boss, ann, bob = await desk.context(9, Role.ADMIN), await desk.context(), await desk.context(2)
    service_id, slot = await first_slot(ann, "Haircut")
    away: Any = {"starts_at": slot.starts_at, "ends_at": slot.starts_at + timedelta(hours=2)}
    assert await absences.create_absence(boss, staff_id=slot.staff_id, **away) is None
    assert isinstance(await wait(ann, service_id, slot), Wish)
    await storage.standings.block(desk.session, bob.user.id, now=NOW, until=None)
    assert await wait(bob, service_id, slot) == Outcome("blocked")
    (listed,) = await absences.list_absences(boss, staff_id=slot.staff_id)
    desk.outbox.messages.clear()

    assert await absences.remove_absence(boss, absence_id=listed.id) is None

    offers = told(desk)
    assert [one.chats for one in offers] == [(ann.user.id,)]
    (kept,) = await storage.offers.list_open(desk.session, ann.user.id, now=NOW)
    await storage.standings.block(desk.session, ann.user.id, now=NOW, until=None)
    assert await waitlist.take(ann, offer_id=kept.id) == Outcome("blocked")
    assert await waitlist.keep(ann, offer_id=kept.id) == Outcome("blocked")


async def test_whom_missed_visits_keep_from_booking_is_offered_nothing(desk: Any) -> None:
    """Who may not book by the rule is passed by, and not told of a turn that was theirs before; forgotten, they still may not book."""
    ann, bob, cem = [await desk.context(one) for one in (1, 2, 3)]
    service_id, slot, made = await book(ann)
    for person in (bob, cem):
        assert isinstance(await wait(person, service_id, slot), Wish)
    service = await storage.services.find(desk.session, service_id)
    assert service is not None
    missed = NewBooking(2, service, slot.staff_id, slot.location_id, NOW - timedelta(days=2))
    booking = await storage.bookings.insert(desk.session, missed, now=NOW)
    assert booking is not None
    is_it = booking_tables.bookings.c.id == booking.id
    await desk.session.execute(
        update(booking_tables.bookings).where(is_it).values(status=BookingStatus.NO_SHOW.value)
    )
    await desk.session.execute(
        update(desk_tables.desk_rules).values(no_shows=1, no_shows_outcome="block")
    )
    assert await clients.is_blocked(bob)
    desk.outbox.messages.clear()

    assert isinstance(await bookings.cancel_booking(ann, booking_id=made.id), Booking)

    (offer,) = told(desk)
    assert offer.chats == (3,)
    seen = await waitlist_offer.function(cem, offer_id=offer.arguments["offer_id"])
    assert seen is not None
    await storage.standings.block(desk.session, 3, now=NOW, until=NOW + timedelta(days=1))
    assert await waitlist_offer.function(cem, offer_id=offer.arguments["offer_id"]) is None

    for person in (bob, cem):
        assert await privacy.erase_data(person) is None
        back = await desk.context(person.user.id)
        assert await clients.is_blocked(back)
        assert not await clients.is_blocked(desk.later(back, NOW + timedelta(days=31)))
    assert not await clients.is_blocked(ann)


async def test_what_is_open_of_visits_outside_working_hours_is_offered(desk: Any) -> None:
    """A visit that begins before its staff does now is cancelled, and the rest of its time is offered."""
    boss, ann, bob = await desk.context(9, Role.ADMIN), await desk.context(), await desk.context(2)
    service_id, slot, made = await book(ann)
    assert isinstance(await wait(bob, service_id, slot), Wish)
    opens = slot.there_time.replace(minute=slot.there_time.minute + 15)
    day, late = slot.there_day, reread_hours(f"{opens:%H:%M}-20:00")
    change = changes.SpecialDays(day, day, late, slot.staff_id, slot.location_id)
    await storage.special_days.replace(desk.session, change, reason=None)
    desk.outbox.messages.clear()

    await affected.settle_affected(boss, booking_ids=[made.id], choice="cancel")

    assert [one.chats for one in told(desk)] == [(bob.user.id,)]
    assert await bookings.list_mine(ann) == []
