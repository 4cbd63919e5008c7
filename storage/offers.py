"""Offers: freed times that holds of nobody's keep for those who wait, one after another, until one of them takes it.

It knows nothing of who may book. Whose turn it is, the clock alone says: turns are planned when a time is freed, and anew when somebody
answers. A caller has locked the waitlist of the place, and then the staff whose time it is.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import bookings as made
from storage import privacy, taking, waitlist
from storage.booking_tables import bookings
from storage.candidates import Candidate, Kept, find_candidates
from storage.desk_tables import waitlist_offers, waitlist_wishes
from storage.tables import staff
from storage.turns import MOST_TURNS, Span, Turn, Waiting, plan_turns
from storage.values import (
    NOBODY,
    Booking,
    BookingStatus,
    NewBooking,
    Slot,
    StaffMember,
)
from storage.wishes import FreedTime, Offer, Wish

MOST_HOLDS = 8
"""How many parts of one freed time are kept at once."""

_columns = waitlist_offers.c
_member = staff.alias("member")


async def find(session: AsyncSession, offer_id: int) -> Offer | None:
    """Find an offer whose time is still kept, and whose wish is open, whosever turn it is."""
    found = await _list(session, _select().where(_columns.id == offer_id))
    return found[0] if found else None


async def list_open(session: AsyncSession, user_id: int, *, now: datetime) -> tuple[Offer, ...]:
    """List what is kept for somebody just now."""
    query = _select().where(
        waitlist_wishes.c.user_id == user_id, _columns.opens_at <= now, _columns.closes_at > now
    )
    return await _list(session, query)


async def offer(
    session: AsyncSession, freed: FreedTime, *, but: Collection[int] = (), now: datetime
) -> tuple[Offer, ...]:
    """Keep a freed time for those whom it suits, but for some wishes, and return the offers; none where nobody waits.

    Each of them is the first to be asked for one part of it, as far as it goes.
    """
    if not await _holds_locks(session, freed):
        return ()
    wishes = await waitlist.list_for(session, freed, but=list(but), now=now)
    offers: list[Offer] = []
    leaders: set[int] = set()
    while wishes and len(leaders) < MOST_HOLDS:
        candidates = await find_candidates(session, freed, wishes, now=now)
        leader = next((one for one in candidates if one.wish.id not in leaders), None)
        if leader is None:
            break
        leaders.add(leader.wish.id)
        offers += await _keep(session, freed, leader, candidates, now=now)
    return tuple(offers)


async def append(session: AsyncSession, wish: Wish, *, now: datetime) -> tuple[Offer, ...]:
    """Let a new wish stand in line for what is kept for others just now, where that suits it."""
    holds = await _find_holds(session, wish, now=now)
    await taking.lock_staff(session, [hold.staff.id for hold in holds])
    offers: list[Offer] = []
    for hold in holds:
        lined_up = await _list_of(session, hold.id, now=now)
        freed = FreedTime.of(hold)
        found = await find_candidates(session, freed, [wish], now=now, holder=NOBODY)
        places = 1 if wish.party <= hold.party else 0
        kept = Slot(hold.starts_at, hold.ends_at, hold.staff, hold.location, places)
        slot = found[0].fit_in(Kept(hold.service, kept)) if found and places else None
        if slot is None or not 0 < len(lined_up) < MOST_TURNS:
            continue
        waiting = await _wait(session, [(wish, slot.starts_at)], now=now)
        start = max(one.closes_at for one in lined_up)
        turns = plan_turns(waiting, start=start, zone=ZoneInfo(wish.location.time_zone))
        offers += await _write(session, hold.id, turns, {wish.id: slot.starts_at})
    return tuple(offers)


async def take(
    session: AsyncSession, taken: Offer, new: NewBooking, *, now: datetime
) -> tuple[Booking, tuple[Offer, ...]] | None:
    """Make the booking in the place of what keeps its time; None when that cannot be. What is left is offered to the others."""
    await made.lock_time(session, new, now=now)
    hold = await made.find(session, taken.hold_id)
    if hold is None:
        return None
    asked = await _list_asked(session, hold.id, now=now)
    async with session.begin_nested() as attempt:
        await _delete_hold(session, hold.id)
        booking = await made.insert(session, new, now=now)
        if booking is None:
            await attempt.rollback()
            return None
    await waitlist.end(session, taken.wish, now=now, offer_id=taken.id, booking_id=booking.id)
    offers = await leave(session, taken.wish, now=now)
    but = {*asked, taken.wish.id}
    return booking, (*offers, *await offer(session, FreedTime.of(hold), but=but, now=now))


async def pass_by(session: AsyncSession, passed: Offer, *, now: datetime) -> tuple[Offer, ...]:
    """End somebody's turn, and let those who come after them have theirs sooner; return the offers that changed."""
    await taking.lock_staff(session, [passed.staff.id])
    await _shorten(session, passed.id, now=now)
    changed = await _close_gaps(session, passed.hold_id, now=now)
    if changed is not None:
        return changed
    hold = await made.find(session, passed.hold_id)
    if hold is None:
        return ()
    asked = await _list_asked(session, hold.id, now=now)
    await _delete_hold(session, hold.id)
    return await offer(session, FreedTime.of(hold), but=asked, now=now)


async def leave(session: AsyncSession, wish: Wish, *, now: datetime) -> tuple[Offer, ...]:
    """End all turns of a wish, and let others have theirs sooner; return the offers that changed."""
    ahead = select(_columns.id, _columns.hold_id).where(
        _columns.wish_id == wish.id, _columns.closes_at > now
    )
    changed: list[Offer] = []
    for row in (await session.execute(ahead.order_by(_columns.id))).all():
        await _shorten(session, row.id, now=now)
        changed += await _close_gaps(session, row.hold_id, now=now) or ()
    return tuple(changed)


async def _holds_locks(session: AsyncSession, freed: FreedTime) -> bool:
    """Tell whether the locks are had; where nobody waited a moment ago they were not asked for, and nobody is waited for now."""
    return await waitlist.try_lock(session, freed.location.id) and await taking.try_lock_staff(
        session, freed.staff_id
    )


async def _keep(
    session: AsyncSession,
    freed: FreedTime,
    leader: Candidate,
    candidates: Sequence[Candidate],
    *,
    now: datetime,
) -> tuple[Offer, ...]:
    """Hold a time that does for as many as can be, and give them their turns."""
    longest = sorted(candidates, key=lambda one: one.wish.service.duration, reverse=True)
    base = next((one.best for one in longest if leader.fit_in(one.best)), leader.best)
    fitting = {one.wish.id: slot for one in candidates if (slot := one.fit_in(base)) is not None}
    wishes = [one.wish for one in candidates if one.wish.id in fitting]
    asked = [(wish, fitting[wish.id].starts_at) for wish in wishes]
    waiting = await _wait(session, asked, now=now)
    turns = plan_turns(waiting, start=now, zone=ZoneInfo(freed.location.time_zone))
    if not turns:
        return ()
    await privacy.know_nobody(session)
    hold = NewBooking(
        user_id=NOBODY,
        service=base.service,
        staff_id=freed.staff_id,
        location_id=freed.location.id,
        starts_at=base.slot.starts_at,
        held_until=turns[-1].closes_at,
        party=max(wish.party for wish in wishes if wish.service.id == base.service.id),
    )
    kept = await made.insert(session, hold, now=now)
    if kept is None:
        return ()
    starts = {wish_id: slot.starts_at for wish_id, slot in fitting.items()}
    return await _write(session, kept.id, turns, starts)


async def _wait(
    session: AsyncSession,
    asked: Sequence[tuple[Wish, datetime]],
    *,
    now: datetime,
    but: int | None = None,
) -> list[Waiting]:
    """Say who waits for what, and when they have turns elsewhere; what one hold keeps may be left out."""
    query = select(_columns.wish_id, _columns.opens_at, _columns.closes_at).where(
        _columns.wish_id.in_([wish.id for wish, _ in asked]),
        _columns.closes_at > now,
        _columns.hold_id.is_distinct_from(but),
    )
    busy: dict[int, list[Span]] = {}
    for wish_id, opens_at, closes_at in await session.execute(query):
        busy.setdefault(wish_id, []).append((opens_at, closes_at))
    return [
        Waiting(wish.id, starts_at - wish.service.minimum_notice, busy.get(wish.id, ()))
        for wish, starts_at in asked
    ]


async def _write(
    session: AsyncSession, hold_id: int, turns: Sequence[Turn], starts: Mapping[int, datetime]
) -> tuple[Offer, ...]:
    """Write turns down, and keep the time until the last of them is over."""
    if not turns:
        return ()
    rows = [
        {
            "wish_id": turn.wish_id,
            "hold_id": hold_id,
            "starts_at": starts[turn.wish_id],
            "opens_at": turn.opens_at,
            "closes_at": turn.closes_at,
        }
        for turn in turns
    ]
    written = await session.scalars(insert(waitlist_offers).returning(_columns.id), rows)
    ids = written.all()
    await _keep_until(session, hold_id, turns[-1].closes_at)
    return await _list(session, _select().where(_columns.id.in_(ids)))


async def _close_gaps(
    session: AsyncSession, hold_id: int, *, now: datetime
) -> tuple[Offer, ...] | None:
    """Plan the turns that have not begun anew; return those that are other than before, None when nobody is left."""
    left = await _list_of(session, hold_id, now=now)
    if not left:
        await _keep_until(session, hold_id, now)
        return None
    current = [one for one in left if one.opens_at <= now]
    rest = [one for one in left if one.opens_at > now]
    start = max((one.closes_at for one in current), default=now)
    asked = [(one.wish, one.starts_at) for one in rest]
    waiting = await _wait(session, asked, now=now, but=hold_id)
    turns = plan_turns(waiting, start=start, zone=ZoneInfo(left[0].wish.location.time_zone))
    before = {(one.wish.id, one.opens_at, one.closes_at): one.id for one in rest}
    same = {(turn.wish_id, turn.opens_at, turn.closes_at) for turn in turns} & before.keys()
    gone = [offer_id for key, offer_id in before.items() if key not in same]
    await session.execute(delete(waitlist_offers).where(_columns.id.in_(gone)))
    new = [turn for turn in turns if (turn.wish_id, turn.opens_at, turn.closes_at) not in same]
    changed = await _write(session, hold_id, new, {one.wish.id: one.starts_at for one in rest})
    await _keep_until(session, hold_id, turns[-1].closes_at if turns else start)
    return changed


async def _keep_until(session: AsyncSession, hold_id: int, until: datetime) -> None:
    """Let a hold expire then, unless somebody is just sweeping it."""
    still = select(bookings.c.id).where(
        bookings.c.id == hold_id, bookings.c.status == BookingStatus.HELD.value
    )
    await session.execute(
        update(bookings)
        .where(bookings.c.id.in_(still.with_for_update(skip_locked=True)))
        .values(held_until=until)
    )


async def _shorten(session: AsyncSession, offer_id: int, *, now: datetime) -> None:
    """Let a turn be over now; one that has not begun is as if it had never been planned."""
    of_it = _columns.id == offer_id
    await session.execute(delete(waitlist_offers).where(of_it, _columns.opens_at > now))
    await session.execute(
        update(waitlist_offers).where(of_it, _columns.closes_at > now).values(closes_at=now)
    )


async def _delete_hold(session: AsyncSession, hold_id: int) -> None:
    held = bookings.c.status == BookingStatus.HELD.value
    await session.execute(delete(bookings).where(bookings.c.id == hold_id, held))


async def _list_asked(session: AsyncSession, hold_id: int, *, now: datetime) -> list[int]:
    """List the wishes whose turn was or is."""
    query = select(_columns.wish_id).where(_columns.hold_id == hold_id, _columns.opens_at <= now)
    return list(await session.scalars(query))


async def _list_of(session: AsyncSession, hold_id: int, *, now: datetime) -> tuple[Offer, ...]:
    """List the turns of a hold that are not over, by time."""
    query = _select().where(_columns.hold_id == hold_id, _columns.closes_at > now)
    return await _list(session, query)


async def _find_holds(session: AsyncSession, wish: Wish, *, now: datetime) -> list[Booking]:
    """Find what is kept for others at the place, by staff whom the wish is for."""
    query = select(bookings.c.id).where(
        bookings.c.status == BookingStatus.HELD.value,
        bookings.c.user_id == NOBODY,
        bookings.c.location_id == wish.location.id,
        bookings.c.held_until > now,
    )
    if wish.staff is not None:
        query = query.where(bookings.c.staff_id == wish.staff.id)
    ids = (await session.scalars(query.order_by(bookings.c.id))).all()
    found = [await made.find(session, one) for one in ids]
    return [one for one in found if one is not None]


def _select() -> Select[*tuple[Any, ...]]:
    return (
        waitlist.select_wishes()
        .add_columns(waitlist_offers, _member.c.id, _member.c.name)
        .join(waitlist_offers, _columns.wish_id == waitlist_wishes.c.id)
        .join(bookings, bookings.c.id == _columns.hold_id)
        .join(_member, _member.c.id == bookings.c.staff_id)
        .where(waitlist_wishes.c.ended_at.is_(None), bookings.c.status == BookingStatus.HELD.value)
        .order_by(None)
        .order_by(_columns.opens_at, _columns.id)
    )


async def _list(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> tuple[Offer, ...]:
    rows = await session.execute(query)
    return tuple(
        Offer(
            id=row[_columns.id],
            wish=waitlist.read_wish(row),
            hold_id=row[_columns.hold_id],
            staff=StaffMember(row[_member.c.id], row[_member.c.name]),
            starts_at=row[_columns.starts_at],
            opens_at=row[_columns.opens_at],
            closes_at=row[_columns.closes_at],
        )
        for row in rows.mappings()
    )
