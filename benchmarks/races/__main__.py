"""Races for times, as many rounds as one likes: who wins, how long it takes, and how many deadlocks the server broke.

    python -m benchmarks.races [--rounds 50] [--at-once 200] [--connections 10]

Each round is a day of its own of a salon that is seeded for it. In `one slot` all want the same time; in `ten places` a class of ten; in
`staff and room` all want one time with any of three members of staff, of which two rooms let two work; `crossing` is those who hold one such time and
take another, which others hold, while times are booked and moved. In `one client` all are devices of one who may have five visits, and want times that
do not meet; in `owners` all own the bot, and each gives that up. Each calls the action that flows call, in a transaction of its own.
All but crossing are counted after every round, and after all rounds what stands in the database is looked at: no two may meet.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import text

from benchmarks.races.salon import Salon, open_salon
from engine.service.embedded import embedded_postgres

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

_MEETING = text("""
SELECT count(*) FROM bookings AS one JOIN bookings AS other
ON other.id > one.id AND other.blocked && one.blocked
AND (other.staff_id = one.staff_id OR other.room_id = one.room_id)
AND (one.group_session_id = other.group_session_id) IS NOT TRUE
WHERE one.status IN ('held', 'pending', 'confirmed') AND other.status IN ('held', 'pending', 'confirmed')
""")

_OVERFULL = text("SELECT count(*) FROM group_sessions WHERE taken > capacity")


async def race_for_one(salon: Salon, number: int, at_once: int) -> Counter[str]:
    """Let all want the same time."""
    (slot,) = (await salon.list_slots("Manicure", number))[:1]
    return await salon.all_book("Manicure", [slot] * at_once)


async def race_for_places(salon: Salon, number: int, at_once: int) -> Counter[str]:
    """Let all want a place in a class of ten."""
    (slot,) = (await salon.list_slots("Styling class", number))[:1]
    return await salon.all_book("Styling class", [slot] * at_once)


async def race_for_rooms(salon: Salon, number: int, at_once: int) -> Counter[str]:
    """Let all want one time with any of three members of staff, for whom there are two rooms."""
    those = (await salon.list_shared("Consultation", number))[0]
    return await salon.all_book("Consultation", [those[n % len(those)] for n in range(at_once)])


async def cross(salon: Salon, number: int, at_once: int) -> Counter[str]:
    """Let people hold, change, book and move times of one day that overlap, in rooms that are too few."""
    chance = random.Random(number)
    slots = [slot for those in await salon.list_shared("Consultation", number) for slot in those]
    acts = [
        salon.wander("Consultation", person, [chance.choice(slots) for _ in range(4)], chance)
        for person in range(at_once)
    ]
    done: Counter[str] = Counter()
    for counted in await asyncio.gather(*acts):
        done += counted
    return done


async def race_of_one(salon: Salon, number: int, at_once: int) -> Counter[str]:
    """Let one client want many times at once."""
    free = await salon.list_apart("Haircut", number)
    return await salon.one_books("Haircut", [free[n % len(free)] for n in range(at_once)])


async def race_of_owners(salon: Salon, number: int, at_once: int) -> Counter[str]:
    """Let all who own the bot give that up."""
    del number
    return await salon.all_leave(at_once)


type Race = Callable[[Salon, int, int], Awaitable[Counter[str]]]

RACES: dict[str, tuple[Race, str, int | None]] = {
    "one slot": (race_for_one, "booked", 1),
    "ten places": (race_for_places, "booked", 10),
    "staff and room": (race_for_rooms, "booked", 2),
    "one client": (race_of_one, "booked", 5),
    "owners": (race_of_owners, "left", 1),
    "crossing": (cross, "booked", None),
}
"""How each is run, what is counted of it, and how much of that there is in every round."""


async def run(url: str, options: argparse.Namespace) -> int:
    """Run all races; return how many rounds ended as they must not."""
    wrong = 0
    for name, (race, told, winners) in RACES.items():
        async with open_salon(url, options.connections, name) as salon:
            seconds, won, ended = [], Counter[int](), Counter[str]()
            for number in range(options.rounds):
                await salon.begin(number, options.at_once)
                begun = time.perf_counter()
                async with asyncio.timeout(300):
                    counted = await race(salon, number, options.at_once)
                seconds.append(time.perf_counter() - begun)
                ended += counted
                won[counted[told]] += 1
                if winners not in (None, counted[told]):
                    wrong += 1
            broken, meeting = await count_deadlocks(salon.engine), await count_meeting(salon.engine)
            wrong += broken + meeting
            fast = statistics.median(seconds) * 1000
            slow = max(seconds) * 1000
            sys.stdout.write(
                f"{name}: {options.rounds} rounds of {options.at_once}, median {fast:.0f} ms, worst {slow:.0f} ms;"
                f" winners a round {_winners(won, winners)}; {dict(sorted(ended.items()))};"
                f" {broken} deadlocks, {meeting} meet\n"
            )
            sys.stdout.flush()
    return wrong


def _winners(won: Counter[int], expected: int | None) -> str:
    if set(won) == {expected}:
        return f"{expected} in every one"
    return f"{min(won)} to {max(won)}"


async def count_deadlocks(engine: AsyncEngine) -> int:
    """Ask the server how many deadlocks it has broken in this database."""
    async with engine.connect() as connection:
        await connection.execute(text("SELECT pg_stat_force_next_flush()"))
        await connection.commit()
    await asyncio.sleep(1.1)  # those of other connections are told once a second
    async with engine.connect() as connection:
        asked = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int((await connection.execute(asked)).scalar_one())


async def count_meeting(engine: AsyncEngine) -> int:
    """Count the live bookings that meet in time, and the sessions with more people than places."""
    async with engine.connect() as connection:
        meet = int((await connection.execute(_MEETING)).scalar_one())
        return meet + int((await connection.execute(_OVERFULL)).scalar_one())


def main() -> int:
    """Run the races on a server of their own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--connections", type=int, default=10)
    options = parser.parse_args()
    with embedded_postgres() as url:
        return 1 if asyncio.run(run(url, options)) else 0


if __name__ == "__main__":
    sys.exit(main())
