"""A machine that books, holds, moves and cancels, closes days and lets staff be away, at the desk and in a model of it, and compares the two.

It knows nothing of who waits for a time; `tests.actions.desk_waiting` adds that.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import storage
from actions import absences, bookings, holds
from actions.records import Booking, Hold, Slot
from engine.actions import Context, Outcome, User
from storage import booking_tables, database, desk_tables, tables, users
from storage.changes import SpecialDays
from storage.values import Profile, Role, SlotSearch
from tests.actions.conftest import Noted
from tests.actions.desk_model import (
    HOLD,
    HORIZON,
    MINUTE,
    PLACES,
    ROOM_PLACES,
    SERVICES,
    SKILLS,
    VISITS,
    ZONES,
    Freed,
    Model,
    Period,
    Row,
    Wish,
    join,
    meet,
)

USERS, STAFF_USER, ADMIN = (1, 2, 3), 3, 4
BEGINNINGS = (
    datetime(2027, 3, 27, 5, tzinfo=UTC),  # the night after, clocks change in Berlin
    datetime(2027, 10, 30, 12, tzinfo=UTC),
    datetime(2027, 3, 13, 20, tzinfo=UTC),  # and here in New York
    datetime(2027, 11, 6, 15, tzinfo=UTC),
    datetime(2027, 1, 5, 11, tzinfo=UTC),
)
HOURS: dict[tuple[int, int], list[list[Period]]] = {
    (0, 0): [[(540, 720), (780, 1080)], [(0, 1440)], [(60, 150), (180, 600)], []],
    (1, 1): [[(0, 1440)], [(540, 1020)], [(30, 120), (150, 480)], []],
    (2, 0): [[(0, 600)], [(480, 720)], []],
    (2, 1): [[(780, 1440)], [(720, 960)], []],
}
"""What somebody's hours somewhere may be; those of who works at two places do not meet on the clock."""

any_number = st.integers(0, 9_999)
any_user = st.sampled_from(USERS)
any_visit = st.sampled_from(VISITS)
parties = st.sampled_from([1, 1, 1, 2, 4])


@dataclass
class World:
    """Where the machine plays: a database with a desk whose ids are known by the model's numbers."""

    runner: asyncio.Runner
    engine: AsyncEngine
    services: list[int]
    staff: list[int]
    places: list[int]
    rooms: list[int]


async def open_world(runner: asyncio.Runner, url: str) -> World:
    """Fill a database with what does not change."""
    engine = database.create_engine(url)

    async def add(table: Any, **values: Any) -> int:
        made = await session.execute(insert(table).values(**values).returning(table.c.id))
        return int(made.scalar_one())

    async with database.create_sessions(engine)() as session, session.begin():
        places = [await add(tables.locations, name=zone, time_zone=zone) for zone in ZONES]
        rooms = [
            await add(tables.rooms, name=f"Room {number}", location_id=places[place])
            for number, place in enumerate(ROOM_PLACES)
        ]
        services = [
            await add(
                tables.services,
                title=f"Service {one.number}",
                price=one.price,
                duration_minutes=one.duration,
                slot_step_minutes=one.step,
                buffer_before_minutes=one.before,
                buffer_after_minutes=one.after,
                minimum_notice_minutes=one.notice,
                reschedule_until=timedelta(minutes=one.cancel),
                cancel_until=timedelta(minutes=one.cancel),
                horizon_days=HORIZON.days,
                capacity=one.capacity,
                needs_room=one.rooms is not None,
            )
            for one in SERVICES
        ]
        staff = [await add(tables.staff, name=f"Staff {number}") for number in range(len(SKILLS))]
        for service, one in zip(services, SERVICES, strict=True):
            for room in one.rooms or ():
                link = {"service_id": service, "room_id": rooms[room]}
                await session.execute(insert(tables.service_rooms).values(link))
        for number, member in enumerate(staff):
            for skill in SKILLS[number]:
                gives = {"staff_id": member, "service_id": services[skill]}
                await session.execute(insert(tables.staff_services).values(gives))
            for place in PLACES[number]:
                at = {"staff_id": member, "location_id": places[place]}
                await session.execute(insert(tables.staff_locations).values(at))
        for user in USERS:
            await users.identify(session, Profile(user, f"Person {user}"))
        await users.identify(session, Profile(ADMIN, "Admin"))
        await users.grant_role(session, STAFF_USER, Role.STAFF)
        await users.grant_role(session, ADMIN, Role.ADMIN)
    return World(runner, engine, services, staff, places, rooms)


class DeskMachine(RuleBasedStateMachine):
    """Acts at the desk in one transaction, which is rolled back at the end, and in the model."""

    world: ClassVar[World]
    done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.session = AsyncSession(self.world.engine, expire_on_commit=False)
        self.number = 0
        self.model: Model

    def teardown(self) -> None:
        """Leave the database as it was."""

        async def end() -> None:
            await self.session.rollback()
            await self.session.close()

        self.run(end())

    def run(self, act: Any) -> Any:
        """Run an act in the loop of the database."""
        return self.world.runner.run(act)

    @initialize(
        beginning=st.sampled_from(BEGINNINGS), hours=st.lists(any_number, min_size=4, max_size=4)
    )
    def open(self, beginning: datetime, hours: list[int]) -> None:
        """Begin near a change of the clock, or not, with some hours the same every day."""
        self.model = Model(beginning, {}, frozenset({STAFF_USER}))
        for (staff, place), pick in zip(HOURS, hours, strict=True):
            choices = HOURS[(staff, place)][:-1]
            for weekday in range(1, 8):
                self.model.weekly[(staff, place, weekday)] = choices[pick % len(choices)]
        self._write_hours(*self.model.weekly)

    @rule(place=st.sampled_from(list(HOURS)), weekday=st.integers(0, 2), pick=any_number)
    def change_hours(self, place: tuple[int, int], weekday: int, pick: int) -> None:
        """Let somebody work at other hours on a weekday soon; who is booked stays."""
        day = (self.model.now + timedelta(days=weekday)).isoweekday()
        self._set_hours(*place, day, HOURS[place][pick % len(HOURS[place])])

    def _set_hours(self, staff: int, place: int, weekday: int, hours: list[Period]) -> None:
        self.model.weekly[(staff, place, weekday)] = hours
        at = {"staff_id": self.world.staff[staff], "location_id": self.world.places[place]}
        gone = delete(tables.weekly_hours).filter_by(**at, weekday=weekday)
        self.run(self.session.execute(gone))
        self._write_hours((staff, place, weekday))

    def _write_hours(self, *days: tuple[int, int, int]) -> None:
        written = [
            {
                "staff_id": self.world.staff[staff],
                "location_id": self.world.places[place],
                "weekday": weekday,
                "opens_minute": opens,
                "closes_minute": closes,
            }
            for staff, place, weekday in days
            for opens, closes in self.model.weekly[(staff, place, weekday)]
        ]
        if written:
            self.run(self.session.execute(insert(tables.weekly_hours), written))

    @rule(
        place=st.sampled_from([0, 1]),
        staff=st.sampled_from([None, 0, 1, 2]),
        ahead=st.integers(0, 2),
        period=st.sampled_from([None, None, (600, 780), (60, 240)]),
    )
    def override(self, place: int, staff: int | None, ahead: int, period: Period | None) -> None:
        """Close a day for one or all at a place, or let other hours be worked on it."""
        if staff is not None and place not in PLACES[staff]:
            return
        zone = ZoneInfo(ZONES[place])
        day = self.model.now.astimezone(zone).date() + timedelta(days=ahead)
        made = self.run(
            self.session.execute(
                insert_or_skip(tables.overrides)
                .values(
                    location_id=self.world.places[place],
                    staff_id=None if staff is None else self.world.staff[staff],
                    day=day,
                    opens_minute=period and period[0],
                    closes_minute=period and period[1],
                )
                .on_conflict_do_nothing()
                .returning(tables.overrides.c.id)
            )
        )
        if made.one_or_none() is not None:
            self.model.overrides.append((place, staff, day, period))

    @rule(place=st.sampled_from([0, 1]), ahead=st.integers(0, 2))
    def reopen(self, place: int, ahead: int) -> None:
        """Give a day whose hours are others for all at a place its hours back."""
        day = self.model.now.astimezone(ZoneInfo(ZONES[place])).date() + timedelta(days=ahead)
        usual = SpecialDays(day, day, None, None, self.world.places[place])
        there = self.run(storage.special_days.replace(self.session, usual))
        left = [one for one in self.model.overrides if one[:3] != (place, None, day)]
        assert there == (left != self.model.overrides)
        self.model.overrides = left

    @rule(room=st.sampled_from([0, 1, 2]), begins=st.integers(0, 40), hours=st.integers(1, 12))
    def close_room(self, room: int, begins: int, hours: int) -> None:
        """Close a room for some hours; who is booked there stays."""
        span = (
            self.model.now + begins * timedelta(hours=1),
            self.model.now + (begins + hours) * timedelta(hours=1),
        )
        self.run(
            storage.rooms.close(
                self.session, self.world.rooms[room], starts_at=span[0], ends_at=span[1]
            )
        )
        self.model.closures.append((room, span))

    @rule(
        staff=st.sampled_from([0, 1, 2]),
        begins=st.integers(-30, 600),
        minutes=st.sampled_from([20, 95, 300, 1500]),
        around=st.booleans(),
    )
    def be_away(
        self,
        staff: int,
        begins: int,
        minutes: int,
        around: bool,  # noqa: FBT001  # Hypothesis gives it
    ) -> None:
        """Let one of the staff be away, between their bookings or not at all when there are any."""
        starts_at = self.model.now + 5 * begins * MINUTE
        span = (starts_at, starts_at + minutes * MINUTE)
        if span[1] <= self.model.now:
            return
        self._forget(
            lambda row: row.staff == staff and self._is_dead(row) and meet(row.blocked, span)
        )
        expected, pieces = self.model.expect_absence(staff, span, around=around)
        end = self.run(
            absences.create_absence(
                self._context(ADMIN),
                staff_id=self.world.staff[staff],
                starts_at=span[0],
                ends_at=span[1],
                around=around,
            )
        )
        self._compare(end, expected, "away")
        if expected == "away":
            self.model.absences += [(staff, piece, span) for piece in pieces]
        self._compare_absences()

    @rule(pick=any_number)
    def be_there_after_all(self, pick: int) -> None:
        """Take an absence back."""
        if not self.model.absences:
            return
        staff, span, whole = self.model.absences[pick % len(self.model.absences)]
        self.model.absences = [
            one for one in self.model.absences if (one[0], one[2]) != (staff, whole)
        ]
        table = desk_tables.absences
        asked = select(table.c.id).where(
            table.c.staff_id == self.world.staff[staff], table.c.period.contains(span[0])
        )
        absence_id = self.run(self.session.scalar(asked))
        end = self.run(absences.remove_absence(self._context(ADMIN), absence_id=absence_id))
        self._compare(end, "back", "back")
        self._compare_absences()
        self._learn_kept(None)

    def _compare_absences(self) -> None:
        found = self.run(self.session.execute(select(desk_tables.absences)))
        there = [
            (
                self.world.staff.index(row.staff_id),
                (row.period.lower, row.period.upper),
                (row.whole.lower, row.whole.upper),
            )
            for row in found
        ]
        assert sorted(there) == sorted(self.model.absences)

    def _learn_kept(self, freed: Freed | None) -> None:
        """Look what is kept for those who wait, once a time was given back: here nobody does."""

    @rule(minutes=st.sampled_from([1, 4, 6, 45, 180, 700]))
    def wait(self, minutes: int) -> None:
        """Let time go by, so that holds expire and deadlines pass."""
        self.model.now += minutes * MINUTE

    @rule(
        asked=st.lists(st.tuples(any_user, any_visit, any_number, parties), min_size=1, max_size=4)
    )
    def book(self, asked: list[tuple[int, tuple[int, ...], int, int]]) -> None:
        """Book times one after another, free or not."""
        for user, visit, pick, party in asked:
            self._book(user, visit, pick, party)

    def _book(self, user: int, visit: tuple[int, ...], pick: int, party: int) -> None:
        wish = self._wish(user, visit, pick, party)
        expected, held = self.model.expect_booking(wish), self.model.find_hold(wish)
        end = self.run(
            bookings.create_booking(
                self._context(user, key=True),
                slot=self._slot(wish),
                people=wish.party,
                **self._ids(visit),
            )
        )
        self._compare(end, expected, "booked")
        if isinstance(end, Booking):
            assert held is None or end.id == held.id
            self._learn(end.id, wish, swept_for=wish)

    @rule(user=any_user, pick=any_number)
    def book_what_is_held(self, user: int, pick: int) -> None:
        """Book what is held for the person, in time or not."""
        mine = [row for row in self.model.rows.values() if (row.user, row.status) == (user, "held")]
        if mine:
            row = mine[pick % len(mine)]
            wish = Wish(user, row.visit, row.staff, row.place, row.starts_at, row.party)
            expected = self.model.expect_booking(wish)
            end = self.run(
                bookings.create_booking(
                    self._context(user, key=True),
                    slot=self._slot(wish),
                    people=row.party,
                    **self._ids(row.visit),
                )
            )
            self._compare(end, expected, "booked")
            if isinstance(end, Booking):
                assert end.id == self.model.find_hold(wish).id  # type: ignore[union-attr]  # it is this one
                self._learn(end.id, wish)

    @rule(
        user=any_user,
        visit=any_visit,
        pick=any_number,
        instead=st.booleans(),
        party=st.sampled_from([1, 1, 2]),
    )
    def hold(
        self,
        user: int,
        visit: tuple[int, ...],
        pick: int,
        instead: bool,  # noqa: FBT001  # Hypothesis gives it
        party: int,
    ) -> None:
        """Hold a time, perhaps in the place of another that is held."""
        mine = [
            row.id for row in self.model.rows.values() if (row.user, row.status) == (user, "held")
        ]
        given_up = mine[pick % len(mine)] if mine and instead else None
        wish = self._wish(user, visit, pick, party)
        expected = self.model.expect_hold(wish, given_up)
        end = self.run(
            holds.place_hold(
                self._context(user),
                slot=self._slot(wish),
                people=wish.party,
                instead_of=given_up,
                **self._ids(visit),
            )
        )
        self._compare(end, expected, "held")
        freed = self._free(self.model.rows[given_up]) if given_up is not None else None
        if isinstance(end, Hold):
            assert end.until == self.model.now + HOLD
            self._forget(
                lambda row: row.user == user
                and row.status == "held"
                and (row.id == given_up or self._is_dead(row))
            )
            self._learn(end.id, wish, held_until=end.until, swept_for=wish)
            if freed is not None:
                self._learn_kept(freed)

    @rule(user=any_user, pick=any_number)
    def release(self, user: int, pick: int) -> None:
        """Give up a hold, one's own or not."""
        held = [row for row in self.model.rows.values() if row.status == "held"]
        if held:
            self._release(user, held[pick % len(held)])

    def _release(self, user: int, row: Row) -> None:
        end = self.run(holds.release_hold(self._context(user), hold_id=row.id))
        self._compare(end, "released" if row.user == user else "not_found", "released")
        self._forget(
            lambda one: one.user == user
            and one.status == "held"
            and (one is row or self._is_dead(one))
        )
        if row.user == user:
            self._learn_kept(self._free(row))

    @rule(user=any_user, pick=any_number, where=any_number)
    def move(self, user: int, pick: int, where: int) -> None:
        """Move a booking to a time of the same staff, free or not."""
        if (row := self._pick_row(user, pick)) is None:
            return
        aim = self._wish(user, row.visit, where, row.party, row.staff)
        wish = replace(aim, place=row.place)
        expected = self.model.expect_move(row, wish)
        end = self.run(
            bookings.move_booking(self._context(user), booking_id=row.id, slot=self._slot(wish))
        )
        self._compare(end, expected, "moved")
        if isinstance(end, Booking) and row.starts_at != wish.starts_at:
            assert (end.id, end.price) == (row.id, row.price)
            freed = self._free(row)
            row.starts_at = wish.starts_at
            self._learn_room(row)
            self._sweep(wish, row)
            self._learn_kept(freed)

    @rule(user=any_user, pick=any_number)
    def cancel(self, user: int, pick: int) -> None:
        """Cancel a booking."""
        if (row := self._pick_row(user, pick)) is not None:
            self._cancel(user, row)

    def _cancel(self, user: int, row: Row) -> None:
        expected = self.model.expect_change(row, user) or "cancelled"
        end = self.run(bookings.cancel_booking(self._context(user), booking_id=row.id))
        self._compare(end, expected, "cancelled")
        if expected == "cancelled":
            row.status = "cancelled"
            self._learn_kept(self._free(row))

    @invariant()
    def rows_are_the_same(self) -> None:
        """Compare what stands in the table with what the model has."""
        if not hasattr(self, "model"):
            return
        table, world = booking_tables.bookings.c, self.world
        found = self.run(
            self.session.execute(select(booking_tables.bookings).order_by(table.id))
        ).all()
        assert [
            (
                row.id,
                row.status,
                world.staff.index(row.staff_id),
                row.period.lower,
                row.period.upper,
                (row.blocked.lower, row.blocked.upper),
                None if row.room_id is None else world.rooms.index(row.room_id),
                row.price,
            )
            for row in found
        ] == [
            (
                row.id,
                row.status,
                row.staff,
                row.starts_at,
                row.ends_at,
                row.blocked,
                row.room,
                row.price,
            )
            for _, row in sorted(self.model.rows.items())
        ]
        self.model.look_around()

    @invariant()
    def free_times_are_the_same(self) -> None:
        """Who asks what is free is told what the model finds, with somebody who can do it, and how many can come."""
        if not hasattr(self, "model"):
            return
        self.number += 1
        if self.number % 2:
            return
        visit, user = VISITS[self.number // 2 % len(VISITS)], USERS[self.number // 3 % len(USERS)]
        party = 1 + self.number // 2 % 5 // 4
        service = self.run(
            storage.services.find_visit(self.session, [self.world.services[one] for one in visit])
        )
        search = SlotSearch(
            service, self.model.now, self.model.now + timedelta(days=9), party=party, holder=user
        )
        found = self.run(storage.slots.list_free(self.session, search, now=self.model.now))
        expected = self.model.list_free(user, visit, party)
        asked = {
            (slot.starts_at, self.world.places.index(slot.location.id)): (
                self.world.staff.index(slot.staff.id),
                slot.places,
            )
            for slot in found
        }
        assert len(asked) == len(found)
        assert asked.keys() == expected.keys()
        for at, (staff, places) in asked.items():
            assert expected[at][staff] == places
        self.done["times compared"] += len(asked)

    def _wish(
        self, user: int, visit: tuple[int, ...], pick: int, party: int, staff: int | None = None
    ) -> Wish:
        """Pick a time: on the grid and near a booking, or anywhere on it, or beside it."""
        if SERVICES[visit[0]].capacity == 1 and pick % 13:
            party = 1  # more than can come is asked for now and then
        able = [one for one in range(len(SKILLS)) if set(visit) <= SKILLS[one]]
        member = able[pick % len(able)] if staff is None else staff
        now = self.model.now
        grid = [
            (at, place)
            for at, place in self.model.grid(visit, member)
            if pick % 7 == 0 or now + join(visit).notice * MINUTE <= at < now + HORIZON
        ]
        others = [row.starts_at for row in self.model.rows.values()]
        if not grid or pick % 11 == 0:
            at, place = now + pick * MINUTE, PLACES[member][0]
        elif others and pick % 3:
            near = others[pick % len(others)]
            grid.sort(key=lambda one: (abs(one[0] - near), one[1]))
            at, place = grid[pick % min(6, len(grid))]
        else:
            at, place = grid[pick % len(grid)]
        return Wish(user, visit, member, place, at, party)

    def _free(self, row: Row) -> Freed:
        """Say what a row gives back."""
        return Freed(row.staff, row.place, row.blocked, row.user)

    def _pick_row(self, user: int, pick: int) -> Row | None:
        """Pick a row, mostly one of the person's own."""
        rows = list(self.model.rows.values())
        booked = [row for row in rows if row.status != "held"]
        rows = booked if booked and pick % 7 else rows
        mine = [row for row in rows if row.user == user]
        those = mine if mine and pick % 5 else rows
        return those[pick % len(those)] if those else None

    def _compare(self, end: Any, expected: str, success: str) -> None:
        told = end.name if isinstance(end, Outcome) else success
        assert told == expected
        self.done[told] += 1

    def _is_dead(self, row: Row) -> bool:
        return row.held_until is not None and row.held_until <= self.model.now

    def _forget(self, gone: Callable[[Row], bool]) -> None:
        self.model.rows = {row.id: row for row in self.model.rows.values() if not gone(row)}

    def _learn(
        self,
        booking_id: int,
        wish: Wish,
        *,
        held_until: datetime | None = None,
        swept_for: Wish | None = None,
    ) -> None:
        """Note what was made, and in which room; what was in its way and gave way is gone."""
        row = Row(
            id=booking_id,
            status="confirmed" if held_until is None else "held",
            user=wish.user,
            visit=wish.visit,
            staff=wish.staff,
            place=wish.place,
            starts_at=wish.starts_at,
            room=None,
            party=wish.party,
            price=join(wish.visit).price * wish.party,  # type: ignore[arg-type]  # which compares with a Decimal
            held_until=held_until,
        )
        was_held = booking_id in self.model.rows
        self.model.rows[booking_id] = row
        self._learn_room(row)
        if swept_for is not None and not was_held:
            self._sweep(swept_for, row)

    def _learn_room(self, row: Row) -> None:
        """Note which room was chosen, which the model leaves open."""
        found = self.run(
            self.session.scalar(
                select(booking_tables.bookings.c.room_id).where(
                    booking_tables.bookings.c.id == row.id
                )
            )
        )
        row.room = None if found is None else self.world.rooms.index(found)
        rooms = join(row.visit).rooms
        assert (row.room is None) == (rooms is None)
        assert rooms is None or (row.room in rooms and ROOM_PLACES[row.room or 0] == row.place)

    def _sweep(self, wish: Wish, made: Row) -> None:
        """Forget the holds that were in the way, of the staff or in the room, dead or the person's own."""
        self._forget(
            lambda row: row is not made
            and row.status == "held"
            and (row.user == wish.user or self._is_dead(row))
            and (row.staff == made.staff or (row.room is not None and row.room == made.room))
            and row.blocked[0] < wish.blocked[1]
            and wish.blocked[0] < row.blocked[1]
        )

    def _context(self, user: int, *, key: bool = False) -> Context:
        self.number += 1
        role = Role.STAFF if user == STAFF_USER else Role.CLIENT
        person = User(user, role, "P", "en", ZONES[0])
        named = f"{id(self)} {self.number}" if key else None
        zone = ZoneInfo(ZONES[0])
        return Context(self.session, person, self.model.now, zone, outbox=Noted([]), key=named)

    def _ids(self, visit: tuple[int, ...]) -> dict[str, Any]:
        first, *more = [self.world.services[number] for number in visit]
        return {"service_id": first, "more_service_ids": more}

    def _slot(self, wish: Wish) -> Slot:
        there = wish.starts_at.astimezone(ZoneInfo(ZONES[wish.place]))
        return Slot(
            id="it",
            starts_at=wish.starts_at,
            ends_at=wish.starts_at,
            staff_id=self.world.staff[wish.staff],
            staff_name="",
            location_id=self.world.places[wish.place],
            location_name="",
            places=1,
            there_day=there.date(),
            there_time=there.time(),
            there_zone="",
        )
