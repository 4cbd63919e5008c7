"""Two things at once that may not both be: past a limit, the last owner, hours that close, money paid twice, a time that is kept, somebody forgotten."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import storage
from actions import bookings, deposits, holds, privacy, roles, waitlist, walk_ins, weeks
from actions.affected import Choice
from actions.records import Booking, Hold, Invoice, Slot
from actions.weeks import WeekDay, WeekPlan
from engine.actions import Context, Outcome, Payment
from storage import desk_tables, payment_tables, rules
from storage.changes import UsualDays
from storage.schedule import Period
from storage.values import NOBODY, Role
from tests.actions.racing import (
    ADMIN,
    ANN,
    BOB,
    FIRST,
    NOW,
    ROUNDS,
    SECOND,
    Act,
    Desk,
    book,
    hold,
    move,
    open_desk,
)


@pytest.fixture
async def desk(salon: AsyncEngine) -> AsyncIterator[Desk]:
    """Give a desk at which acts meet."""
    async with open_desk(salon) as made:
        yield made


@pytest.mark.parametrize("rule", ["open_bookings", "bookings_a_day", "bookings_a_week"])
async def test_a_limit_holds_for_two_devices(desk: Desk, rule: str) -> None:
    """Who may have one visit more gets one, whichever way two devices ask for two at once: booking, a held time, or moving there."""
    service_id, ((one, two, *_), *_) = await desk.find("Consultation")
    for number in range(ROUNDS):
        await desk.clean_up()
        await desk.ask(lambda session: rules.change(session, {rule: 1}))
        if number % 2:
            assert isinstance(await desk.do(ANN, hold(service_id, two)), Hold)
        ended = await desk.meet(number, (ANN, book(service_id, one)), (ANN, book(service_id, two)))
        assert sum(isinstance(end, Booking) for end in ended) == 1
        assert Outcome("limit_reached") in ended
        live = await desk.list_live(ANN)
        assert [row.status for row in live if row.status != "held"] == ["confirmed"]


async def test_two_moves_to_one_day_stay_within_the_limit(desk: Desk) -> None:
    """Of two visits with others that are moved at once to a day on which one may be, one is."""
    service_id, one = await desk.find("Consultation")
    _, other = await desk.find("Consultation", member=-1)
    mine, theirs = ({slots[0].there_day: slots[0] for slots in days} for days in (one, other))
    first, second, then, *_ = sorted(mine.keys() & theirs.keys())
    for number in range(ROUNDS):
        await desk.clean_up()
        await desk.ask(lambda session: rules.change(session, {"bookings_a_day": 1}))
        made = [await desk.do(ANN, book(service_id, slot)) for slot in (mine[first], theirs[second])]  # fmt: skip
        acts = [(ANN, move(made[0], mine[then])), (ANN, move(made[1], theirs[then]))]
        ended = await desk.meet(number, *acts)
        assert sum(isinstance(end, Booking) for end in ended) == 1
        assert Outcome("too_many_then") in ended


async def test_an_owner_is_left(desk: Desk) -> None:
    """Two owners who take the role from each other at once, or each from themselves, leave one owner."""

    async def own(session: AsyncSession) -> None:
        for owner in (FIRST, SECOND):
            await storage.users.grant_role(session, owner, Role.OWNER)

    async def leave(session: AsyncSession) -> None:
        for owner in (FIRST, SECOND):
            await storage.users.revoke_roles(session, owner)

    def demote(person: int) -> Act:
        return lambda context: roles.give_role(context, person_id=person, role=Role.CLIENT)

    for number in range(ROUNDS):
        await desk.ask(own)
        others = (SECOND, FIRST) if number % 2 else (FIRST, SECOND)
        ended = await desk.meet(number, (FIRST, demote(others[0])), (SECOND, demote(others[1])))
        assert await desk.ask(storage.users.count_owners) == 1
        refused = [end.name for end in ended if isinstance(end, Outcome)]
        assert refused == (["not_allowed"] if number % 2 else ["last_owner"])
        await desk.ask(leave)


@dataclass
class Weekday:
    """A weekday of somebody at a place, which is closed for a round."""

    desk: Desk
    slot: Slot
    usual: Mapping[int, tuple[Period, ...]]

    @classmethod
    async def of(cls, desk: Desk, slot: Slot) -> Self:
        """Remember its hours."""
        find = partial(
            storage.weeks.find_week, staff_id=slot.staff_id, location_id=slot.location_id
        )
        return cls(desk, slot, await desk.ask(find))

    def close(self, choice: Choice | None, seen: list[int]) -> Act:
        """Close it, once these bookings were seen."""
        days = [WeekDay(self.slot.there_day.isoweekday(), self.slot.there_day, None)]
        plan = WeekPlan(self.slot.staff_id, self.slot.location_id, days, seen)
        return lambda context: weeks.save_week(context, plan=plan, choice=choice)

    async def open(self) -> None:
        """Open it again."""
        usual = UsualDays(self.slot.staff_id, self.slot.location_id, self.usual)
        assert await self.desk.ask(partial(storage.weeks.replace, change=usual))


async def test_a_weekday_is_closed_or_booked_never_both(desk: Desk) -> None:
    """When closing a weekday meets somebody who books, moves or has held a time there, one is refused; what nobody has seen is not cancelled either."""
    service_id, ((other, *_), (there, *_), *_) = await desk.find("Consultation")
    weekday = await Weekday.of(desk, there)
    choices: list[Choice | None] = ["cancel", "keep", "ask", None]
    for number in range(2 * ROUNDS):
        await desk.clean_up()
        comes = book(service_id, there)
        match number % 3:
            case 0:
                comes = move(await desk.do(ANN, book(service_id, other)), there)
            case 1:
                await desk.do(ANN, hold(service_id, there))
        closes = weekday.close(choices[number % 4], [])
        saved, came = await desk.meet(number // 3, (ADMIN, closes), (ANN, comes))
        outside = await desk.ask(partial(storage.fitting.list_outside, now=NOW))
        mine = [row.id for row in await desk.list_live(ANN) if row.status != "held"]
        assert not set(mine) & set(outside)
        if isinstance(came, Booking):
            assert (saved, mine) == (Outcome("more_bookings"), [came.id])
        else:
            assert (saved, came) == (None, Outcome("not_available"))
        desk.ended[type(came).__name__] += 1
        await weekday.open()


async def test_what_was_seen_is_what_is_cancelled(desk: Desk) -> None:
    """A client who moves a visit away at the moment in which its weekday is closed, and its visits cancelled, has it elsewhere or not at all."""
    service_id, ((other, *_), (there, *_), *_) = await desk.find("Consultation")
    weekday = await Weekday.of(desk, there)
    for number in range(ROUNDS):
        await desk.clean_up()
        made = await desk.do(ANN, book(service_id, there))
        closes = weekday.close("cancel", [made.id])
        saved, moved = await desk.meet(number, (ADMIN, closes), (ANN, move(made, other)))
        assert saved is None
        live = [row.period.lower for row in await desk.list_live(ANN)]
        if isinstance(moved, Booking):
            assert live == [other.starts_at]
        else:
            assert (moved, live) == (Outcome("already_cancelled"), [])
        desk.ended[type(moved).__name__] += 1
        await weekday.open()


async def come_to_invoice(desk: Desk) -> tuple[int, Slot, Hold, Invoice]:
    """Let somebody hold a time, and be shown its invoice."""
    service_id, ((slot, *_), *_) = await desk.find("Wedding hairstyle")
    held = await desk.do(ANN, hold(service_id, slot))
    assert isinstance(held, Hold)

    async def ask(context: Context) -> Any:
        service = await storage.services.find(context.session, service_id)
        assert service is not None
        return await deposits.ask_for_deposit(
            context, slot=slot, service_id=service_id, price=service.price, deposit=service.paid_ahead
        )  # fmt: skip

    invoice = await desk.do(ANN, ask)
    assert isinstance(invoice, Invoice)
    return service_id, slot, held, invoice


def pay(invoice: Invoice, charge: str) -> Act:
    """Pay an invoice."""
    payment = Payment(charge, f"provider-{charge}", invoice.amount, "EUR", invoice.id)
    return lambda context: deposits.take_deposit(context, payment=payment)


async def list_payments(desk: Desk) -> list[tuple[str, bool]]:
    """List what became of payments, and whether they are of a booking."""
    columns = payment_tables.payments.c
    query = select(columns.state, columns.booking_id.is_not(None)).order_by(columns.state)
    rows = await desk.ask(lambda session: session.execute(query))
    return [tuple(row) for row in rows]


async def test_one_deposit_is_taken_once(desk: Desk) -> None:
    """Of two payments for one invoice one makes the booking, and the other is owed back; one payment told twice at once is one."""
    for number in range(ROUNDS):
        await desk.clean_up()
        *_, held, invoice = await come_to_invoice(desk)
        charges = [f"{number}-{next(desk.charges)}" for _ in range(2)]
        ended = await desk.meet(number, *((ANN, pay(invoice, one)) for one in charges))
        assert [end.id for end in ended if isinstance(end, Booking)] == [held.id]
        assert Outcome("refund_due") in ended
        assert await list_payments(desk) == [("paid", True), ("refund_due", False)]

        await desk.clean_up()
        *_, held, invoice = await come_to_invoice(desk)
        again = (ANN, pay(invoice, charges[0]))
        ended = await desk.meet(number, again, again)
        assert [end.id for end in ended if isinstance(end, Booking)] == [held.id] * 2
        assert await list_payments(desk) == [("paid", True)]


@pytest.mark.parametrize("way", ["released", "cancelled", "wanted"])
async def test_late_money_is_never_without_a_visit(desk: Desk, way: str) -> None:
    """While a time is given up, its visit cancelled by the desk, or the time held for somebody else after its end, what is paid makes a visit or is owed back."""
    late = NOW + timedelta(minutes=20) if way == "wanted" else NOW
    for number in range(ROUNDS):
        await desk.clean_up()
        service_id, slot, held, invoice = await come_to_invoice(desk)
        others: dict[str, tuple[int, Act]] = {
            "released": (ANN, partial(holds.release_hold, hold_id=held.id)),
            "cancelled": (ADMIN, partial(bookings.cancel_any_booking, booking_id=held.id)),
            "wanted": (BOB, hold(service_id, slot)),
        }
        charge = f"{way}-{next(desk.charges)}"
        paid, _ = await desk.meet(number, (ANN, pay(invoice, charge), late), (*others[way], late))
        live = await desk.list_live(ANN, BOB)
        ((state, is_booked),) = await list_payments(desk)
        if state == "paid":
            assert [(row.user_id, row.status) for row in live] == [(ANN, "confirmed")]
        else:
            assert state == "refund_due"
            assert [row.user_id for row in live] == ([BOB] if way == "wanted" else [])
        assert isinstance(paid, Booking) == is_booked
        desk.ended[state] += 1


async def offer_to(desk: Desk, person: int, service_id: int, slot: Slot) -> tuple[int, datetime]:
    """Let somebody wait for a time that another gives back, and return the offer, and when it closes."""
    made = await desk.do(BOB, book(service_id, slot))
    day = slot.there_day
    wait = partial(waitlist.join, service_id=service_id, location_id=slot.location_id, first_day=day, last_day=day)  # fmt: skip
    await desk.do(person, wait)
    await desk.do(BOB, partial(bookings.cancel_booking, booking_id=made.id))
    (row,) = await desk.ask(lambda session: session.execute(select(desk_tables.waitlist_offers)))
    return row.id, row.closes_at


async def test_what_is_kept_for_one_is_theirs(desk: Desk) -> None:
    """An offer that is taken wins over whoever books its time, on two devices it makes one visit, and at its last moment either wins."""
    service_id, ((slot, *_), *_) = await desk.find("Consultation")
    for number in range(2 * ROUNDS):
        await desk.clean_up()
        offer_id, closes_at = await offer_to(desk, ANN, service_id, slot)
        takes, books = partial(waitlist.take, offer_id=offer_id), book(service_id, slot)
        if number % 2:
            ended = await desk.meet(number // 2, (ANN, takes), (BOB, books), (ANN, takes))
            assert ended[0].id == ended[2].id
            assert ended[1] == Outcome("slot_taken")
        else:
            last = closes_at - timedelta(microseconds=1)
            ended = await desk.meet(number // 2, (ANN, takes, last), (BOB, books, closes_at))
            (lost,) = [end for end in ended if not isinstance(end, Booking)]
            assert lost in (Outcome("slot_taken"), Outcome("gone"))
            desk.ended[type(ended[0]).__name__] += 1
        assert len(await desk.list_live(0, ANN, BOB)) == 1


@pytest.mark.parametrize("way", ["entered", "moved", "cancelled", "offered"])
async def test_who_is_forgotten_has_nothing_left(desk: Desk, way: str) -> None:
    """Whatever the desk does for somebody while they have themselves forgotten, no visit of theirs stands afterwards, and none is nobody's."""
    consultation, ((slot, *_), (then, *_), *_) = await desk.find("Consultation")
    for number in range(2 * ROUNDS):
        await desk.clean_up()
        await desk.know(ANN)
        other: tuple[int, Act]
        if way == "entered":
            enter = partial(
                walk_ins.create_walk_in, slot=slot, service_id=consultation, client_id=ANN
            )
            other = (ADMIN, enter)
        elif way == "offered":
            made = await desk.do(BOB, book(consultation, slot))
            day = slot.there_day
            wait = partial(waitlist.join, service_id=consultation, location_id=slot.location_id, first_day=day, last_day=day)  # fmt: skip
            await desk.do(ANN, wait)
            other = (BOB, partial(bookings.cancel_booking, booking_id=made.id))
        else:
            made = await desk.do(ANN, book(consultation, slot))
            gives_up = partial(bookings.cancel_any_booking, booking_id=made.id)
            other = (ANN, move(made, then)) if way == "moved" else (ADMIN, gives_up)
        erased, ended = await desk.meet(number, (ANN, privacy.erase_data), other)
        assert erased is None
        desk.ended[ended.name if isinstance(ended, Outcome) else type(ended).__name__] += 1
        live = await desk.list_live(ANN, NOBODY)
        assert [row for row in live if row.held_until is None or row.held_until > NOW] == []
        wishes = await desk.ask(
            lambda session: session.execute(select(desk_tables.waitlist_wishes))
        )
        assert wishes.all() == []
