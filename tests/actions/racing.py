"""A desk at which acts meet: each is a transaction of its own, on a connection of its own.

    USHER_RACE_ROUNDS=200 pytest tests/actions -k races -n0

runs each race so many times; without it a few times.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import storage
from actions import bookings, holds
from actions.records import Booking, Slot, show_slot
from engine.actions import Context
from storage import booking_tables, database, desk_tables, payment_tables, rules
from storage.values import Profile, Role, SlotSearch
from tests.actions.conftest import NOW as LONG_AGO
from tests.actions.test_booking_race import context, count_deadlocks

FEW = 6
ROUNDS = int(os.environ.get("USHER_RACE_ROUNDS", str(FEW)))
NOW = LONG_AGO + timedelta(weeks=8)
"""When nothing is booked ahead, whatever other tests have left."""

NOW = LONG_AGO + timedelta(weeks=8)
"""When nothing is booked ahead, whatever other tests have left."""

ANN, BOB, ADMIN, FIRST, SECOND = range(90_000, 90_005)
PEOPLE = (ANN, BOB, ADMIN, FIRST, SECOND)

type Act = Callable[[Context], Awaitable[Any]]


@dataclass
class Desk:
    """A desk at which each act is a transaction of its own, as the engine makes it."""

    engine: AsyncEngine
    charges: Iterator[int] = field(default_factory=count)
    ended: Counter[str] = field(default_factory=Counter)

    async def do(self, person: int, act: Act, *, now: datetime = NOW, late: int = 0) -> Any:
        """Do one thing, so many statements late."""
        async with database.create_sessions(self.engine)() as session, session.begin():
            for _ in range(late):
                await session.execute(text("SELECT"))
            return await act(replace(context(session, person), now=now))

    async def meet(
        self, number: int, *acts: tuple[int, Act] | tuple[int, Act, datetime]
    ) -> list[Any]:
        """Do things at once; in each round another is late, and by more."""
        late = [number // len(acts) % 9 if number % len(acts) == one else 0 for one in range(len(acts))]  # fmt: skip
        async with asyncio.timeout(30):
            return await asyncio.gather(
                *(
                    self.do(person, act, now=at[0] if at else NOW, late=some)
                    for (person, act, *at), some in zip(acts, late, strict=True)
                )
            )

    async def ask(self, act: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        """Ask or change storage, with nobody else there."""
        async with database.create_sessions(self.engine)() as session, session.begin():
            return await act(session)

    async def find(self, title: str, *, member: int = 0) -> tuple[int, list[list[Slot]]]:
        """Find a service, and of one who gives it times that do not meet, of each day in a week that nobody has booked."""

        async def search(session: AsyncSession) -> tuple[int, list[list[Slot]]]:
            listed = await storage.services.list_active(session)
            (service,) = [one for one in listed if one.title == title]
            span = SlotSearch(service, NOW + timedelta(weeks=1), NOW + timedelta(weeks=2))
            anyone = await storage.slots.list_free(session, span, now=NOW)
            both = sorted({(slot.staff.id, slot.location.id) for slot in anyone})[member]
            one = replace(span, staff_id=both[0], location_id=both[1])
            found = await storage.slots.list_free(session, one, now=NOW)
            return service.id, _pick_days([show_slot(slot) for slot in found])

        found: tuple[int, list[list[Slot]]] = await self.ask(search)
        return found

    async def know(self, *people: int) -> None:
        """See to it that people are known, as whoever writes to the bot is."""

        async def identify(session: AsyncSession) -> None:
            for person in people:
                await storage.users.identify(session, Profile(person, "P"))

        await self.ask(identify)

    async def clean_up(self) -> None:
        """Leave the salon to others as it was."""

        async def clean(session: AsyncSession) -> None:
            await session.execute(delete(desk_tables.waitlist_wishes))
            await session.execute(delete(payment_tables.payments))
            await session.execute(delete(payment_tables.invoices))
            mine = booking_tables.bookings.c.user_id.in_([0, *PEOPLE])
            await session.execute(delete(booking_tables.bookings).where(mine))
            usual = {"open_bookings": 5, "bookings_a_day": None, "bookings_a_week": None}
            await rules.change(session, usual)

        await self.ask(clean)

    async def list_live(self, *people: int) -> list[Any]:
        """List the live bookings of people, holds included, by their ids."""
        columns = booking_tables.bookings.c
        query = select(booking_tables.bookings).where(
            columns.user_id.in_(people), columns.status.in_(("held", "pending", "confirmed"))
        )
        found = await self.ask(lambda session: session.execute(query.order_by(columns.id)))
        return list(found.all())


@asynccontextmanager
async def open_desk(salon: AsyncEngine) -> AsyncIterator[Desk]:
    """Give a desk with people who are known, and see afterwards that no two waited for each other."""
    made = Desk(salon)

    await made.know(*PEOPLE)
    await made.ask(lambda session: storage.users.grant_role(session, ADMIN, Role.ADMIN))
    before = await count_deadlocks(salon)
    yield made
    if ROUNDS > FEW:
        print(dict(made.ended))  # noqa: T201  # for who runs many
    await made.clean_up()
    assert await count_deadlocks(salon) == before


def book(service_id: int, slot: Slot) -> Act:
    """Book a slot."""
    return lambda context: bookings.create_booking(context, slot=slot, service_id=service_id)


def hold(service_id: int, slot: Slot) -> Act:
    """Hold a slot."""
    return lambda context: holds.place_hold(context, slot=slot, service_id=service_id)


def move(made: Booking, slot: Slot) -> Act:
    """Move a booking to a slot."""
    return lambda context: bookings.move_booking(context, booking_id=made.id, slot=slot)


def _pick_days(slots: list[Slot]) -> list[list[Slot]]:
    days: dict[date, list[Slot]] = {}
    for slot in slots:
        mine = days.setdefault(slot.there_day, [])
        if not mine or slot.starts_at >= mine[-1].starts_at + timedelta(hours=2):
            mine.append(slot)
    return list(days.values())
