"""A booking desk in memory: what is free, and how every attempt must end, found by looking at everything.

It knows nothing of databases and shares no code with storage. Times are compared one with the other, rooms one by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
QUARTER = 15 * MINUTE
ZONES = ("Europe/Berlin", "America/New_York")
OPEN_LIMIT, HOLDS_LIMIT = 5, 2
HOLD = 5 * MINUTE

type Period = tuple[int, int]


@dataclass(frozen=True)
class Service:
    """What the model knows of a service; times are in minutes."""

    number: int
    duration: int
    step: int
    before: int
    after: int
    notice: int
    cancel: int
    price: int
    capacity: int = 1
    rooms: frozenset[int] | None = None
    """Those in which it can be given; None where it needs none."""


SERVICES = (
    Service(0, 45, 15, 0, 5, 60, 120, 40),
    Service(1, 60, 30, 10, 10, 0, 60, 70, rooms=frozenset({0, 1, 2})),
    Service(2, 90, 60, 0, 0, 30, 0, 15, capacity=3, rooms=frozenset({1, 2})),
)
VISITS = ((0,), (1,), (2,), (0, 1), (1, 0), (0, 0))
"""What is asked for: one service, or two of one visit."""

SKILLS = ({0, 1, 2}, {0, 1, 2}, {0, 1})
PLACES = ((0,), (1,), (0, 1))
"""What each of the staff gives, and where they work."""

ROOM_PLACES = (0, 0, 1)
HORIZON = timedelta(days=2)


def join(visit: tuple[int, ...]) -> Service:
    """Make one service of a visit."""
    parts = [SERVICES[number] for number in visit]
    needing = [part.rooms for part in parts if part.rooms is not None]
    return Service(
        number=visit[0],
        duration=sum(part.duration for part in parts),
        step=parts[0].step,
        before=parts[0].before,
        after=parts[-1].after,
        notice=max(part.notice for part in parts),
        cancel=max(part.cancel for part in parts),
        price=sum(part.price for part in parts),
        capacity=parts[0].capacity,
        rooms=frozenset.intersection(*needing) if needing else None,
    )


@dataclass
class Row:
    """A booking or hold; `session` is set where several come to one time."""

    id: int
    status: str
    user: int
    visit: tuple[int, ...]
    staff: int
    place: int
    starts_at: datetime
    room: int | None
    party: int
    price: Decimal
    held_until: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether it takes its time."""
        return self.status in {"held", "pending", "confirmed"}

    @property
    def session(self) -> tuple[int, int, int, datetime] | None:
        """What those have in common who come together."""
        if SERVICES[self.visit[0]].capacity == 1:
            return None
        return (self.visit[0], self.staff, self.place, self.starts_at)

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + join(self.visit).duration * MINUTE

    @property
    def blocked(self) -> tuple[datetime, datetime]:
        """What it takes, buffers included."""
        service = join(self.visit)
        return self.starts_at - service.before * MINUTE, self.ends_at + service.after * MINUTE


@dataclass(frozen=True)
class Wish:
    """What somebody asks for."""

    user: int
    visit: tuple[int, ...]
    staff: int
    place: int
    starts_at: datetime
    party: int = 1

    @property
    def blocked(self) -> tuple[datetime, datetime]:
        """What it would take, buffers included."""
        service = join(self.visit)
        begin = self.starts_at - service.before * MINUTE
        return begin, self.starts_at + (service.duration + service.after) * MINUTE


@dataclass(frozen=True)
class Freed:
    """What somebody gave back: whose time it was, where, and all that was blocked."""

    staff: int
    place: int
    blocked: tuple[datetime, datetime]
    user: int


def meet(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    """Tell whether two stretches have an instant in common."""
    return one[0] < other[1] and other[0] < one[1]


@cache
def reach(day: date, minute: int, zone: str) -> datetime:
    """Find the first quarter of an hour at which the wall clock of a day is at a minute or past it."""
    wanted = datetime.combine(day, time.min) + minute * MINUTE
    at = datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
    while at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wanted:
        at += QUARTER
    return at


@dataclass
class Model:
    """Everything that there is; `exempt` are who may book at any notice, and as much as they like."""

    now: datetime
    weekly: dict[tuple[int, int, int], list[Period]]
    exempt: frozenset[int]
    overrides: list[tuple[int, int | None, date, Period | None]] = field(default_factory=list)
    closures: list[tuple[int, tuple[datetime, datetime]]] = field(default_factory=list)
    absences: list[tuple[int, tuple[datetime, datetime], tuple[datetime, datetime]]] = field(
        default_factory=list
    )
    """Who is away, in which stretch of what they asked for."""
    rows: dict[int, Row] = field(default_factory=dict)

    def windows(self, staff: int, place: int) -> Iterator[tuple[datetime, datetime]]:
        """Give when somebody works somewhere from yesterday on."""
        today = self.now.astimezone(ZoneInfo(ZONES[place])).date()
        for offset in range(-1, 5):
            day = today + timedelta(days=offset)
            mine = [o[3] for o in self.overrides if o[:3] == (place, staff, day)]
            everybody = [o[3] for o in self.overrides if o[:3] == (place, None, day)]
            hours = self.weekly.get((staff, place, day.isoweekday()), [])
            if None in mine or None in everybody:
                hours = []
            elif mine:
                hours = [period for period in mine if period is not None]
            elif everybody and hours:
                hours = [period for period in everybody if period is not None]
            for opens, closes in hours:
                first, last = (reach(day, minute, ZONES[place]) for minute in (opens, closes))
                if first < last:
                    yield first, last

    def grid(self, visit: tuple[int, ...], staff: int) -> Iterator[tuple[datetime, int]]:
        """Give the times and places at which somebody could begin a visit, whatever is booked."""
        service = join(visit)
        if not set(visit) <= SKILLS[staff]:
            return
        for place in PLACES[staff]:
            for opens, closes in self.windows(staff, place):
                at = opens
                while at + service.duration * MINUTE <= closes:
                    yield at, place
                    at += service.step * MINUTE

    def is_offered(self, wish: Wish, *, any_notice: bool) -> bool:
        """Tell whether a wish is for a time that could be free."""
        service = join(wish.visit)
        if wish.starts_at < self.now or (
            not any_notice
            and not (self.now + service.notice * MINUTE <= wish.starts_at < self.now + HORIZON)
        ):
            return False
        return (wish.starts_at, wish.place) in set(self.grid(wish.visit, wish.staff))

    def counts(self, row: Row, user: int, moving: int | None) -> bool:
        """Tell whether a row is in somebody's way wherever it meets them."""
        if row.id == moving or not row.is_live:
            return False
        dead = row.held_until is not None and row.held_until <= self.now
        return row.status != "held" or not (dead or row.user == user)

    def find_places(self, wish: Wish, moving: int | None = None) -> int:
        """Count how many could come with this wish: none where staff, rooms or places are taken."""
        service = join(wish.visit)
        rows = [row for row in self.rows.values() if self.counts(row, wish.user, moving)]
        session = (wish.visit[0], wish.staff, wish.place, wish.starts_at)
        together = [row for row in rows if service.capacity > 1 and row.session == session]
        left = service.capacity - sum(row.party for row in together)
        if together or wish.party > left:
            return left if wish.party <= left else 0
        if any(row.staff == wish.staff and meet(row.blocked, wish.blocked) for row in rows):
            return 0
        if any(one == wish.staff and meet(whole, wish.blocked) for one, _, whole in self.absences):
            return 0
        if service.rooms is None or self.free_rooms(wish, rows):
            return left
        return 0

    def free_rooms(self, wish: Wish, rows: list[Row]) -> set[int]:
        """Find the rooms that could be had."""
        return {
            room
            for room in join(wish.visit).rooms or ()
            if ROOM_PLACES[room] == wish.place
            and not any(row.room == room and meet(row.blocked, wish.blocked) for row in rows)
            and not any(one == room and meet(span, wish.blocked) for one, span in self.closures)
        }

    def refuse(self, wish: Wish) -> str | None:
        """Say why somebody may not have a time, however free it is."""
        exempt = wish.user in self.exempt
        if not 1 <= wish.party <= join(wish.visit).capacity:
            return "not_available"
        if not self.is_offered(wish, any_notice=exempt):
            return "not_available"
        return "limit_reached" if not exempt and self.count_open(wish.user) >= OPEN_LIMIT else None

    def count_open(self, user: int) -> int:
        """Count somebody's bookings ahead."""
        return sum(
            row.user == user and row.status in {"pending", "confirmed"} and row.starts_at > self.now
            for row in self.rows.values()
        )

    def find_hold(self, wish: Wish) -> Row | None:
        """Find somebody's own hold of what they ask for, dead or not."""
        same = (
            row
            for row in self.rows.values()
            if row.status == "held"
            and (row.user, row.visit, row.staff, row.place, row.starts_at, row.party)
            == (wish.user, wish.visit, wish.staff, wish.place, wish.starts_at, wish.party)
        )
        return min(same, key=lambda row: row.id, default=None)

    def expect_booking(self, wish: Wish) -> str:
        """Say how booking a wish ends."""
        if (refused := self.refuse(wish)) is not None:
            return refused
        if self.find_hold(wish) is not None or self.find_places(wish):
            return "booked"
        return "slot_taken"

    def expect_hold(self, wish: Wish, instead_of: int | None) -> str:
        """Say how holding a wish ends."""
        if (refused := self.refuse(wish)) is not None:
            return refused
        others = [
            row
            for row in self.rows.values()
            if row.user == wish.user
            and row.held_until is not None
            and row.held_until > self.now
            and row.id != instead_of
        ]
        if len(others) >= HOLDS_LIMIT:
            return "too_many_holds"
        return "held" if self.find_places(wish) else "slot_taken"

    def expect_change(self, row: Row, user: int) -> str | None:
        """Say why somebody may not change a booking."""
        if row.user != user or row.status == "held":
            return "not_found"
        if row.status == "cancelled":
            return "already_cancelled"
        deadline = 0 if user in self.exempt else join(row.visit).cancel
        late = self.now >= row.starts_at - deadline * MINUTE
        return "too_late" if late else None

    def expect_move(self, row: Row, wish: Wish) -> str:
        """Say how moving a booking to another time ends."""
        if row.user != wish.user or row.status == "held":
            return "not_found"
        if (row.staff, row.place) != (wish.staff, wish.place):
            return "not_available"
        if (refused := self.expect_change(row, wish.user)) is not None:
            return refused
        if not self.is_offered(wish, any_notice=wish.user in self.exempt):
            return "not_available"
        free = row.starts_at == wish.starts_at or self.find_places(wish, row.id)
        return "moved" if free else "slot_taken"

    def expect_absence(
        self, staff: int, span: tuple[datetime, datetime], *, around: bool
    ) -> tuple[str, list[tuple[datetime, datetime]]]:
        """Say how being away ends, and when somebody is away then: minute by minute, what is neither booked nor an absence."""
        live = [row for row in self.rows.values() if row.staff == staff and row.is_live]
        booked = [row.blocked for row in live if meet(row.blocked, span)]
        if booked and not around:
            return "has_bookings", []
        taken = [*booked, *(one for member, one, _ in self.absences if member == staff)]
        pieces: list[tuple[datetime, datetime]] = []
        at = span[0]
        while at < span[1]:
            if not any(one[0] <= at < one[1] for one in taken):
                begun = pieces.pop()[0] if pieces and pieces[-1][1] == at else at
                pieces.append((begun, at + MINUTE))
            at += MINUTE
        return ("away", pieces) if pieces else ("already_away", [])

    def list_free(
        self, user: int, visit: tuple[int, ...], party: int
    ) -> dict[tuple[datetime, int], dict[int, int]]:
        """Find all free times and places from now on: who could do it, and how many could come."""
        service, free = join(visit), dict[tuple[datetime, int], dict[int, int]]()
        earliest, latest = self.now + service.notice * MINUTE, self.now + HORIZON
        for staff in range(len(SKILLS)):
            for at, place in self.grid(visit, staff):
                if earliest <= at < latest and party <= service.capacity:
                    wish = Wish(user, visit, staff, place, at, party)
                    if places := self.find_places(wish):
                        free.setdefault((at, place), {})[staff] = places
        return free

    def look_around(self) -> None:
        """See that no two of the rows meet, and that those of one session share a room and have places enough."""
        live = [row for row in self.rows.values() if row.is_live]
        for row in live:
            assert not any(
                one == row.staff and meet(span, row.blocked) for one, span, _ in self.absences
            )
            for other in live:
                same = row.session is not None and row.session == other.session
                if row.id < other.id and meet(row.blocked, other.blocked) and not same:
                    assert row.staff != other.staff
                    assert row.room is None or row.room != other.room
        sessions = sorted((row for row in live if row.session), key=lambda row: str(row.session))
        for row, other in pairwise(sessions):
            assert row.session != other.session or row.room == other.room
        for row in sessions:
            those = [other.party for other in sessions if other.session == row.session]
            assert sum(those) <= SERVICES[row.visit[0]].capacity
