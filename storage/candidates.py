"""For whom a freed time is right: the wishes whose times are free within it, and for which of them one hold will do.

It knows nothing of turns, nor of how a time is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from storage import slots
from storage.turns import Span
from storage.values import Service, Slot, SlotSearch
from storage.wishes import FreedTime, Wish


@dataclass(frozen=True, slots=True)
class Kept:
    """What a hold keeps, or would: a service at a time."""

    service: Service
    slot: Slot

    @property
    def blocked(self) -> Span:
        """What it blocks, buffers included."""
        return (
            self.slot.starts_at - self.service.buffer_before,
            self.slot.ends_at + self.service.buffer_after,
        )

    def does_for(self, other: "Kept") -> bool:
        """Tell whether another time lies in what this one blocks; where others come, it must be the same."""
        if other.service.needs_room and not self.service.needs_room:
            return False
        same = self.service.id == other.service.id and self.slot.starts_at == other.slot.starts_at
        if self.slot.places < self.service.capacity and not same:
            return False
        first, last = self.blocked
        begin, end = other.blocked
        return first <= begin and end <= last


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wish and the times that would do for it, the best first."""

    wish: Wish
    slots: Sequence[Slot]

    @property
    def best(self) -> Kept:
        """The best of its times."""
        return Kept(self.wish.service, self.slots[0])

    def fit_in(self, kept: Kept) -> Slot | None:
        """Find the first of its times for which what is kept will do."""
        fitting = (one for one in self.slots if kept.does_for(Kept(self.wish.service, one)))
        return next(fitting, None)


async def find_candidates(
    session: AsyncSession,
    freed: FreedTime,
    wishes: Iterable[Wish],
    *,
    now: datetime,
    holder: int | None = None,
) -> list[Candidate]:
    """Find for whom a time is free that meets what was freed; of each, the times nearest to it first."""
    zone = ZoneInfo(freed.location.time_zone)
    searched: dict[tuple[int, int], Sequence[Slot]] = {}
    found = []
    for wish in wishes:
        key = (wish.service.id, wish.party)
        if key not in searched:
            searched[key] = await _search(session, freed, wish, now=now, holder=holder)
        days = (slot.starts_at.astimezone(zone).date() for slot in searched[key])
        fitting = [
            slot
            for slot, day in zip(searched[key], days, strict=True)
            if wish.first_day <= day <= wish.last_day
        ]
        if fitting:
            found.append(Candidate(wish, fitting))
    return found


async def _search(
    session: AsyncSession, freed: FreedTime, wish: Wish, *, now: datetime, holder: int | None
) -> Sequence[Slot]:
    service = wish.service
    search = SlotSearch(
        service=service,
        starts_from=freed.blocked_from - service.duration - service.buffer_after,
        starts_before=freed.blocked_to + service.buffer_before,
        staff_id=freed.staff_id,
        location_id=freed.location.id,
        party=wish.party,
        holder=holder,
    )
    found = await slots.list_free(session, search, now=now)
    meeting = (slot for slot in found if slot.ends_at + service.buffer_after > freed.blocked_from)
    return sorted(meeting, key=lambda slot: abs(slot.starts_at - freed.starts_at))
