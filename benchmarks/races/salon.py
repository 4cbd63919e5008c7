"""A salon in a database of its own, for races: days that nobody has booked, and people who book, hold and move.

It knows nothing of who ought to win.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import asyncpg
from sqlalchemy import insert, make_url, select, text, update

import storage
from actions import bookings, holds, roles
from actions.records import Booking, Hold, show_slot
from engine.actions import Context, Outcome, User
from storage import database, migrations, tables
from storage.seeds.salon import MITTE, seed_salon
from storage.values import Profile, Role, SlotSearch

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

    from actions.records import Slot
    from actions.roles import Colleague

BEGUN = datetime(2026, 11, 24, 1, tzinfo=UTC)
"""A Tuesday, on which most work; each round is a week later, and its clock with it."""

ZONE = ZoneInfo("Europe/Berlin")


_CLIENT = 9_999
"""Somebody without a role, whom limits bind."""


class Unread:
    """An outbox that nobody reads."""

    async def put(self, *_given: Any, **_told: Any) -> None:
        """Forget a message."""


@dataclass
class Salon:
    """Where people race; `now` is the clock of the round."""

    engine: AsyncEngine
    now: datetime = BEGUN

    async def begin(self, number: int, people: int) -> None:
        """Set the clock to a week that nobody has booked, and make the people known."""
        self.now = BEGUN + timedelta(days=7 * number)
        async with database.create_sessions(self.engine)() as session, session.begin():
            for person in range(people if number == 0 else 0):
                await storage.users.identify(session, Profile(_id(person), "P"))
                await storage.users.grant_role(session, _id(person), Role.STAFF)  # any number

    async def list_slots(self, title: str, number: int) -> list[Slot]:
        """List the free slots of a service on the day of a round, in Mitte."""
        return [slot for those in await self.list_shared(title, number, least=1) for slot in those]

    async def list_shared(self, title: str, number: int, *, least: int = 3) -> list[list[Slot]]:
        """List the times of the day of a round that so many of the staff have free, with the slot of each."""
        del number
        found: dict[datetime, list[Slot]] = {}
        async with database.create_sessions(self.engine)() as session:
            service = await self._find(session, title)
            for member in await storage.staff.list_offering(session, [service.id]):
                span = (self.now + timedelta(hours=24), self.now + timedelta(hours=48))
                search = SlotSearch(service, *span, staff_id=member.id)
                for slot in await storage.slots.list_free(session, search, now=self.now):
                    if slot.location.name == MITTE:
                        found.setdefault(slot.starts_at, []).append(show_slot(slot))
        return [those for _, those in sorted(found.items()) if len(those) >= least]

    async def list_apart(self, title: str, number: int) -> list[Slot]:
        """List slots of the day of a round, those of each member of staff two hours apart."""
        found: dict[int, list[Slot]] = {}
        for slot in await self.list_slots(title, number):
            mine = found.setdefault(slot.staff_id, [])
            if not mine or slot.starts_at >= mine[-1].starts_at + timedelta(hours=2):
                mine.append(slot)
        return [slot for mine in found.values() for slot in mine]

    async def all_book(self, title: str, wanted: Sequence[Slot]) -> Counter[str]:
        """Let one person for each slot book it, all at once; count how they ended."""
        async with database.create_sessions(self.engine)() as session:
            service_id = (await self._find(session, title)).id
        ended = await asyncio.gather(
            *(self._book(_id(person), service_id, slot) for person, slot in enumerate(wanted))
        )
        return Counter(_name(end) for end in ended)

    async def one_books(self, title: str, wanted: Sequence[Slot]) -> Counter[str]:
        """Let one client book all of these slots at once; count how that ended."""
        async with database.create_sessions(self.engine)() as session, session.begin():
            service_id = (await self._find(session, title)).id
            await storage.users.identify(session, Profile(_CLIENT, "P"))
        ended = await asyncio.gather(*(self._book(_CLIENT, service_id, slot) for slot in wanted))
        return Counter(_name(end) for end in ended)

    async def all_leave(self, people: int) -> Counter[str]:
        """Make people owners, and let all be clients again at once; count how that ended, and leave none."""
        async with database.create_sessions(self.engine)() as session, session.begin():
            for person in range(people):
                await storage.users.grant_role(session, _id(person), Role.OWNER)
        ended = await asyncio.gather(*(self._leave(_id(person)) for person in range(people)))
        async with database.create_sessions(self.engine)() as session, session.begin():
            left = await storage.users.count_owners(session)
            for person in range(people):
                await storage.users.revoke_roles(session, _id(person))
        return Counter(_name(end) for end in ended) + Counter({"left": left})

    async def wander(
        self, title: str, person: int, slots: Sequence[Slot], chance: random.Random
    ) -> Counter[str]:
        """Hold one time, then another in its place, book it or a third, and move to a fourth; count what came of it."""
        async with database.create_sessions(self.engine)() as session:
            service_id = (await self._find(session, title)).id
        done: Counter[str] = Counter()
        held: Hold | None = None
        late = timedelta(minutes=chance.choice([0, 0, 6]))  # some find the holds of others dead
        for slot in slots[:2]:
            end = await self._hold(_id(person), service_id, slot, held, late)
            held = end if isinstance(end, Hold) else held
            done[f"hold {_name(end)}"] += 1
        made = await self._book(_id(person), service_id, slots[chance.choice([1, 2])], late)
        done[_name(made)] += 1
        if isinstance(made, Booking):
            to = next((s for s in slots if s.staff_id == made.staff_id), slots[3])
            done[f"move {_name(await self._move(_id(person), made.id, to))}"] += 1
        return done

    async def _book(
        self, user_id: int, service_id: int, slot: Slot, late: timedelta = timedelta()
    ) -> Booking | Outcome[Any]:
        async with database.create_sessions(self.engine)() as session, session.begin():
            context = self._context(session, user_id, late)
            return await bookings.create_booking(context, slot=slot, service_id=service_id)

    async def _leave(self, user_id: int) -> Colleague | Outcome[Any]:
        async with database.create_sessions(self.engine)() as session, session.begin():
            context = self._context(session, user_id)
            return await roles.give_role(context, person_id=user_id, role=Role.CLIENT)

    async def _hold(
        self, user_id: int, service_id: int, slot: Slot, held: Hold | None, late: timedelta
    ) -> Hold | Outcome[Any]:
        async with database.create_sessions(self.engine)() as session, session.begin():
            return await holds.place_hold(
                self._context(session, user_id, late),
                slot=slot,
                service_id=service_id,
                instead_of=None if held is None else held.id,
            )

    async def _move(self, user_id: int, booking_id: int, slot: Slot) -> Booking | Outcome[Any]:
        async with database.create_sessions(self.engine)() as session, session.begin():
            context = self._context(session, user_id)
            return await bookings.move_booking(context, booking_id=booking_id, slot=slot)

    def _context(
        self, session: AsyncSession, user_id: int, late: timedelta = timedelta()
    ) -> Context:
        person = User(user_id, "client", "P", "en", "Europe/Berlin")
        return Context(session, person, self.now + late, ZONE, outbox=Unread())

    async def _find(self, session: AsyncSession, title: str) -> Any:
        found = await storage.services.list_active(session)
        return next(one for one in found if one.title == title)


@asynccontextmanager
async def open_salon(server: str, connections: int, name: str) -> AsyncIterator[Salon]:
    """Give a salon in a new database of a server: its class has ten places, its consultations two rooms in Mitte."""
    called = f"races_{name.replace(' ', '_')}"
    admin = await asyncpg.connect(**database.direct_options(server))
    await admin.execute(f"CREATE DATABASE {called}")
    await admin.close()
    url = make_url(server).set(database=called).render_as_string(hide_password=False)
    await migrations.upgrade(url)
    limits = database.Limits(
        connections=connections, pool_timeout_seconds=300, statement_timeout_seconds=120
    )
    engine = database.create_engine(url, limits)
    async with database.create_sessions(engine)() as session, session.begin():
        await seed_salon(session, today=date(2026, 11, 20))
        await session.execute(text("DELETE FROM bookings"))
        await session.execute(text("DELETE FROM overrides"))
        await _furnish(session)
    yield Salon(engine)
    await engine.dispose()


async def _furnish(session: AsyncSession) -> None:
    services, rooms = tables.services, tables.rooms
    await session.execute(
        update(services).where(services.c.title == "Styling class").values(capacity=10)
    )
    needing = update(services).where(services.c.title == "Consultation").values(needs_room=True)
    service_id = await session.scalar(needing.returning(services.c.id))
    mitte = select(tables.locations.c.id).where(tables.locations.c.name == MITTE)
    for name in ("Room 1", "Room 2"):
        made = insert(rooms).values(name=name, location_id=mitte.scalar_subquery())
        link = {
            "service_id": service_id,
            "room_id": await session.scalar(made.returning(rooms.c.id)),
        }
        await session.execute(insert(tables.service_rooms).values(link))


def _id(person: int) -> int:
    return 10_000 + person


def _name(end: Booking | Hold | Colleague | Outcome[Any]) -> str:
    return end.name if isinstance(end, Outcome) else "booked" if isinstance(end, Booking) else "had"
