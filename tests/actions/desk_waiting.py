"""The machine of the desk with a waitlist: people wait, are offered what is given back, and take it, pass it by or let it go.

Which time is kept for those who wait is left open, as rooms are: it is learned, and must be one that a naive search finds free, for a wish that it suits.
That one is kept at all, for whom first, how every answer ends, and what is free meanwhile, the model says.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from sqlalchemy import select

from actions import waitlist
from actions.records import Booking
from actions.waitlist_records import Wish as ShownWish
from storage import booking_tables, desk_tables
from tests.actions.desk_machine import DeskMachine, any_number, any_user
from tests.actions.desk_model import (
    HORIZON,
    MINUTE,
    PLACES,
    SERVICES,
    SKILLS,
    ZONES,
    Freed,
    Model,
    Row,
    Wish,
    join,
    meet,
)

WISHES_LIMIT = 5
TURN, SHORTEST_TURN = 15 * MINUTE, 5 * MINUTE
AWAKE_FROM, AWAKE_UNTIL = time(8), time(21)
NOBODY = 0
ANYBODY = -1
"""Whose holds are nobody's: a search for those who wait finds no hold its own."""


@dataclass
class Waiting:
    """What somebody waits for, until it came true by an offer, or was withdrawn."""

    id: int
    user: int
    service: int
    place: int
    staff: int | None
    days: tuple[date, date]
    party: int
    is_open: bool = True
    taken: tuple[int, int] | None = None
    """The offer by which it came true, and the booking."""


@dataclass(frozen=True)
class Turn:
    """An offer: a time that a hold keeps for a wish for a while."""

    id: int
    wish: int
    hold: int
    starts_at: datetime
    opens_at: datetime
    closes_at: datetime


@dataclass
class Waitlist:
    """All who wait, and all turns that there have been."""

    wishes: dict[int, Waiting] = field(default_factory=dict)
    turns: dict[int, Turn] = field(default_factory=dict)
    known: dict[int, Turn] = field(default_factory=dict)
    """Those of which buttons still speak, too."""

    def list_ahead(self, now: datetime, *, hold: int | None = None, wish: int | None = None) -> list[Turn]:  # fmt: skip
        """List the turns of a hold or a wish that are not over, by time."""
        ahead = [
            turn
            for turn in self.turns.values()
            if turn.closes_at > now and hold in (None, turn.hold) and wish in (None, turn.wish)
        ]
        return sorted(ahead, key=lambda turn: (turn.opens_at, turn.id))

    def expect_join(self, new: Waiting, model: Model) -> str:
        """Say how waiting for something ends."""
        mine = [one for one in self.wishes.values() if one.is_open and one.user == new.user]
        ahead = [one for one in mine if one.days[1] >= today_at(one.place, model.now)]
        if len(ahead) >= WISHES_LIMIT:
            return "limit_reached"
        same = (new.service, new.place, new.staff, new.days)
        is_there = any((one.service, one.place, one.staff, one.days) == same for one in mine)
        return "already_waiting" if is_there else "waiting"

    def list_suited(self, freed: Freed, model: Model) -> list[tuple[Waiting, list[datetime]]]:
        """List the wishes that something given back suits, the oldest first, with the times that do, found one by one."""
        found = []
        for _, one in sorted(self.wishes.items()):
            is_meant = one.is_open and one.user != freed.user and one.place == freed.place
            if is_meant and one.staff in (None, freed.staff):
                times = list(_list_times(one, freed, model))
                if times:
                    found.append((one, times))
        return found


def _list_times(one: Waiting, freed: Freed, model: Model) -> Iterable[datetime]:
    notice = SERVICES[one.service].notice * MINUTE
    for at, place in model.grid((one.service,), freed.staff):
        wish = Wish(ANYBODY, (one.service,), freed.staff, place, at, one.party)
        if (
            place == freed.place
            and one.days[0] <= today_at(place, at) <= one.days[1]
            and model.now + notice <= at < model.now + HORIZON
            and meet(wish.blocked, freed.blocked)
            and model.find_places(wish)
        ):
            yield at


def today_at(place: int, moment: datetime) -> date:
    """Give the day of a moment at a place."""
    return moment.astimezone(ZoneInfo(ZONES[place])).date()


def is_awake(place: int, moment: datetime) -> bool:
    """Tell whether people may be asked then."""
    return AWAKE_FROM <= moment.astimezone(ZoneInfo(ZONES[place])).time() < AWAKE_UNTIL


class WaitingMachine(DeskMachine):
    """Plays the desk, and waits there."""

    def __init__(self) -> None:
        super().__init__()
        self.waitlist = Waitlist()

    @rule(
        user=any_user,
        service=st.sampled_from([0, 1, 2]),
        place=st.sampled_from([0, 1]),
        pick=any_number,
        days=st.sampled_from([(0, 2), (0, 0), (0, 1), (1, 2)]),
    )
    def wait_for(
        self, user: int, service: int, place: int, pick: int, days: tuple[int, int]
    ) -> None:
        """Wait for a time with anyone, or with one of the staff."""
        able = [one for one in range(len(SKILLS)) if service in SKILLS[one] and place in PLACES[one]]  # fmt: skip
        staff = able[pick % len(able)] if pick % 5 else None
        self._wait_for(user, service, place, staff, days)

    @rule(
        pick=any_number,
        waiting=st.lists(st.tuples(any_user, st.integers(0, 5)), min_size=1, max_size=3),
        services=st.sampled_from([(0,), (1, 0), (2, 0, 1)]),
        answers=st.lists(st.sampled_from(["take", "take", "pass", "wait"]), max_size=4),
    )
    def give_back(
        self,
        pick: int,
        waiting: list[tuple[int, int]],
        services: tuple[int, ...],
        answers: list[str],
    ) -> None:
        """Let people wait for what somebody has, who gives it back then, and answer, or not in time."""
        rows = [row for row in self.model.rows.values() if row.user and row.is_live]
        if not rows:
            return
        row = rows[pick % len(rows)]
        for user, one in waiting:
            asked = row.visit[0] if one % 2 else services[one % len(services)]
            if asked in SKILLS[row.staff]:
                staff = row.staff if one % 3 else None
                self._wait_for(user, asked, row.place, staff, (0, 2 + one % 2))
        if row.status == "held":
            self._release(row.user, row)
        else:
            self._cancel(row.user, row)
        for answer in answers:
            turn = self._pick_turn(pick | 1)
            if answer == "wait":
                self.model.now += TURN
            elif turn is not None:
                act = self._take if answer == "take" else self._pass_by
                act(self.waitlist.wishes[turn.wish].user, turn)

    def _wait_for(
        self, user: int, service: int, place: int, staff: int | None, days: tuple[int, int]
    ) -> None:
        today = today_at(place, self.model.now)
        new = Waiting(
            id=0,
            user=user,
            service=service,
            place=place,
            staff=staff,
            days=(today + timedelta(days=days[0]), today + timedelta(days=days[1])),
            party=min(1 + user % 2, SERVICES[service].capacity),
        )
        expected = self.waitlist.expect_join(new, self.model)
        end = self.run(
            waitlist.join(
                self._context(user),
                service_id=self.world.services[service],
                location_id=self.world.places[place],
                first_day=new.days[0],
                last_day=new.days[1],
                staff_id=None if new.staff is None else self.world.staff[new.staff],
                people=new.party,
            )
        )
        self._compare(end, expected, "waiting")
        if isinstance(end, ShownWish):
            self.waitlist.wishes[end.id] = replace(new, id=end.id)
            self._learn_turns()

    @rule(user=any_user, pick=any_number)
    def withdraw(self, user: int, pick: int) -> None:
        """Wait no more, for something of one's own or not."""
        wishes = list(self.waitlist.wishes.values())
        if not wishes:
            return
        one = wishes[pick % len(wishes)]
        expected = "withdrawn" if one.is_open and one.user == user else "not_found"
        end = self.run(waitlist.withdraw(self._context(user), wish_id=one.id))
        self._compare(end, expected, "withdrawn")
        if expected == "withdrawn":
            one.is_open = False
            self._learn_turns()

    @rule(pick=any_number, other=st.sampled_from([None, None, None, 1, 2]))
    def pass_by(self, pick: int, other: int | None) -> None:
        """Do without a time that is kept, was kept or will be, for oneself or not."""
        if (turn := self._pick_turn(pick)) is None:
            return
        self._pass_by(self.waitlist.wishes[turn.wish].user if other is None else other, turn)

    def _pass_by(self, user: int, turn: Turn) -> None:
        expected = "passed by" if self._is_now_of(user, turn) else "gone"
        end = self.run(waitlist.pass_by(self._context(user), offer_id=turn.id))
        self._compare(end, expected, "passed by")
        if expected == "passed by":
            left = self.waitlist.list_ahead(self.model.now, hold=turn.hold)
            if all(one.id == turn.id for one in left):
                self.model.rows.pop(turn.hold)
            self._learn_kept(None)

    @rule(pick=any_number, other=st.sampled_from([None, None, None, 1, 2]))
    def take(self, pick: int, other: int | None) -> None:
        """Take a time that is kept, was kept or will be, for oneself or not."""
        if (turn := self._pick_turn(pick)) is None:
            return
        self._take(self.waitlist.wishes[turn.wish].user if other is None else other, turn)

    def _take(self, user: int, turn: Turn) -> None:
        wish, asked = self.waitlist.wishes[turn.wish], self._wish_of(turn, user)
        expected = self._expect_taking(turn, asked)
        end = self.run(waitlist.take(self._context(user, key=True), offer_id=turn.id))
        self._compare(end, expected.removesuffix(" again"), "taken")
        if expected == "taken again":
            assert wish.taken is not None
            assert end.id == wish.taken[1]
        elif isinstance(end, Booking):
            self.model.rows.pop(turn.hold)
            wish.is_open, wish.taken = False, (turn.id, end.id)
            self._learn(end.id, asked, swept_for=asked)
            self._learn_kept(None)

    @invariant()
    def turns_are_sound(self) -> None:
        """See that nobody has two turns at once, and no hold two people, and that whatever is kept suits whom it is kept for."""
        if not hasattr(self, "model"):
            return
        now = self.model.now
        ahead = [turn for turn in self.waitlist.list_ahead(now) if turn.hold in self.model.rows]
        for turn in ahead:
            wish, hold = self.waitlist.wishes[turn.wish], self.model.rows[turn.hold]
            asked = self._wish_of(turn, NOBODY)
            assert wish.is_open
            assert (hold.user, hold.status, hold.place) == (NOBODY, "held", wish.place)
            assert wish.staff in (None, hold.staff)
            assert wish.days[0] <= today_at(wish.place, turn.starts_at) <= wish.days[1]
            assert hold.blocked[0] <= asked.blocked[0] < asked.blocked[1] <= hold.blocked[1]
            assert turn.closes_at <= turn.starts_at - SERVICES[wish.service].notice * MINUTE
            assert SHORTEST_TURN <= turn.closes_at - turn.opens_at <= TURN
            assert is_awake(wish.place, turn.opens_at)
            for other in ahead:
                if other.id > turn.id and (other.hold == turn.hold or other.wish == turn.wish):
                    spans = ((one.opens_at, one.closes_at) for one in (turn, other))
                    assert not meet(*spans)
        self.done["turns looked at"] += len(ahead)

    def _wish_of(self, turn: Turn, user: int) -> Wish:
        wish, hold = self.waitlist.wishes[turn.wish], self.model.rows.get(turn.hold)
        staff = 0 if hold is None else hold.staff
        return Wish(user, (wish.service,), staff, wish.place, turn.starts_at, wish.party)

    def _pick_turn(self, pick: int) -> Turn | None:
        """Pick a turn, mostly one that is now."""
        now = self.model.now
        known = list(self.waitlist.known.values())
        current = [turn for turn in self.waitlist.list_ahead(now) if turn.opens_at <= now]
        those = current if current and pick % 4 else known
        return those[pick % len(those)] if those else None

    def _is_now_of(self, user: int, turn: Turn) -> bool:
        """Tell whether somebody may answer."""
        wish, now = self.waitlist.wishes[turn.wish], self.model.now
        there = self.waitlist.turns.get(turn.id)
        if there is None or there.hold not in self.model.rows or not wish.is_open:
            return False
        return wish.user == user and there.opens_at <= now < there.closes_at

    def _expect_taking(self, turn: Turn, asked: Wish) -> str:
        wish = self.waitlist.wishes[turn.wish]
        if not self._is_now_of(asked.user, turn):
            booked = wish.taken and self.model.rows.get(wish.taken[1])
            is_again = wish.user == asked.user and wish.taken and wish.taken[0] == turn.id
            return "taken again" if is_again and booked and booked.is_live else "gone"
        if (refused := self.model.refuse(asked)) is not None:
            return refused
        return "taken" if self.model.find_places(asked, turn.hold) else "slot_taken"

    def _learn_kept(self, freed: Freed | None) -> None:
        """Learn what is kept now; what was given back must be, for the first who waits for it and has nothing else coming."""
        suited = [] if freed is None else self.waitlist.list_suited(freed, self.model)
        before = set(self.waitlist.turns)
        self._read_turns()  # what nobody has a turn for any more gives way to what is kept next
        for row in self._list_new_holds():
            kept = Wish(ANYBODY, row.visit, row.staff, row.place, row.starts_at, row.party)
            assert (row.starts_at, row.place) in set(self.model.grid(row.visit, row.staff))
            assert self.model.find_places(kept) >= row.party
            self.model.rows[row.id] = row
            self._learn_room(row)
            self._sweep(kept, row)
            self.done["kept"] += 1
        self._learn_turns()
        new = [turn for turn in self.waitlist.turns.values() if turn.id not in before]
        if freed is not None:
            assert all(self.waitlist.wishes[turn.wish].user != freed.user or turn.opens_at > self.model.now for turn in new)  # fmt: skip
        if suited:
            self._see_first(*suited[0], before=before)

    def _see_first(self, first: Waiting, times: list[datetime], *, before: set[int]) -> None:
        """See that the first whom a time suits has a turn, if they could have it at once."""
        now, notice = self.model.now, SERVICES[first.service].notice * MINUTE
        is_free = not [turn for turn in self.waitlist.list_ahead(now, wish=first.id) if turn.id in before]  # fmt: skip
        if is_awake(first.place, now) and min(times) - notice >= now + SHORTEST_TURN and is_free:
            mine = self.waitlist.list_ahead(now, wish=first.id)
            assert mine
            assert mine[0].opens_at == now
            self.done["first asked"] += 1

    def _list_new_holds(self) -> list[Row]:
        columns = booking_tables.bookings.c
        query = select(booking_tables.bookings).where(
            columns.user_id == NOBODY, columns.status == "held", columns.id.not_in(self.model.rows)
        )
        return [
            Row(
                id=row.id,
                status="held",
                user=NOBODY,
                visit=(self.world.services.index(row.service_id),),
                staff=self.world.staff.index(row.staff_id),
                place=self.world.places.index(row.location_id),
                starts_at=row.period.lower,
                room=None,
                party=row.party,
                price=join((self.world.services.index(row.service_id),)).price * row.party,
                held_until=row.held_until,
            )
            for row in self.run(self.session.execute(query.order_by(columns.id)))
        ]

    def _learn_turns(self) -> None:
        self._read_turns()
        self._compare_ends()

    def _read_turns(self) -> None:
        """Learn whose turn is when; a time is kept until the last of them is over, and no longer."""
        rows: Any = self.run(self.session.execute(select(desk_tables.waitlist_offers)))
        turns = [
            Turn(row.id, row.wish_id, row.hold_id, row.starts_at, row.opens_at, row.closes_at)
            for row in rows
        ]
        self.waitlist.turns = {turn.id: turn for turn in turns}
        self.waitlist.known |= self.waitlist.turns
        for row in self.model.rows.values():
            if (row.user, row.status) == (NOBODY, "held") and row.held_until is not None:
                ahead = self.waitlist.list_ahead(self.model.now, hold=row.id)
                if ahead:
                    row.held_until = ahead[-1].closes_at
                elif row.held_until > self.model.now:
                    row.held_until = self.model.now

    def _compare_ends(self) -> None:
        columns = booking_tables.bookings.c
        query = select(columns.id, columns.held_until).where(columns.user_id == NOBODY)
        found = self.run(self.session.execute(query))
        there = {row.id: row.held_until for row in found}
        rows = self.model.rows.values()
        assert there == {row.id: row.held_until for row in rows if row.user == NOBODY}
