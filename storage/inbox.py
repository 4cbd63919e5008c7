"""Queries for the inbox: updates as received, until they are done, handled in order within a lane.

It knows nothing of what an update means. Functions take an asyncpg connection or pool, and each is one statement: the
session's and the transaction's round trips would cost more than the work.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.presence import LIVING

type Connection = Any
"""asyncpg's `Connection` or `Pool`; it ships no types."""

CHANNEL = "usher_inbox"
"""Where processes tell each other that rows can be claimed; what is told is the bot's id and the teller's."""

LANE_BATCH = 8
"""Rows of one lane claimed at once: enough to save statements, few enough to be shared with others soon."""

SUSPECT_DEATHS = 3
"""How many workers may die over an update before it is handled alone, and each try noted before it begins.

Not fewer: everything a worker held becomes a suspect, and one at a time is slow.
"""

RESTARTED = timedelta(seconds=15)
"""For how long after its start PostgreSQL knows no worker of before, dead or alive."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update to be kept: its number, the lane it is handled in, and its JSON."""

    update_id: int
    lane: int
    raw: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """An update that a worker has claimed; `attempts` is how often it has failed, `deaths` how often its worker died."""

    bot_id: int
    worker: int
    update_id: int
    lane: int
    raw: str
    attempts: int
    received_at: datetime
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class SetAside:
    """An update that was given up, and why."""

    bot_id: int
    update_id: int
    lane: int
    raw: str
    received_at: datetime
    set_aside_at: datetime
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class Depth:
    """How full an inbox is; `oldest_seconds` is for how long the oldest open update has been there."""

    waiting: int = 0
    claimed: int = 0
    set_aside: int = 0
    oldest_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Taker:
    """Who puts updates and would handle those of so many lanes at once; `finished` are handled, but not marked yet."""

    worker: int = 0
    lanes: int = 0
    finished: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Put:
    """What came of putting updates: how many were new, and those that their taker has claimed, in order."""

    new: int
    claimed: Sequence[Claimed]


NOBODY = Taker()


# What is claimed here was not there before, in a lane of which nothing else is open but what its worker has just finished.
_PUT = """
WITH arrived AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY lane ORDER BY update_id) AS place
    FROM unnest($2::bigint[], $3::bigint[], $4::text[]) AS arrival (update_id, lane, raw)
), free AS MATERIALIZED (
    SELECT lane FROM arrived WHERE place = 1 AND NOT EXISTS (
        SELECT FROM inbox AS open WHERE bot_id = $1 AND open.lane = arrived.lane
        AND done_at IS NULL AND set_aside_at IS NULL
        AND NOT (worker = $5 AND open.update_id = ANY($7::bigint[]))
    ) LIMIT $6
), put AS (
    INSERT INTO inbox (bot_id, update_id, lane, raw, worker)
    SELECT $1::bigint, update_id, lane, raw,
        CASE WHEN place <= $8 AND lane IN (SELECT lane FROM free) THEN $5::int END
    FROM arrived ON CONFLICT (bot_id, update_id) DO NOTHING
    RETURNING update_id, worker, received_at
), told AS MATERIALIZED (
    SELECT pg_notify('usher_inbox', $1 || ':' || $5) AS told FROM put WHERE worker IS NULL LIMIT 1
)
SELECT put.*, (SELECT count(told) FROM told) FROM put
"""


async def put(
    connection: Connection, bot_id: int, arrivals: Sequence[Arrival], taker: Taker = NOBODY
) -> Put:
    """Keep updates, claim what is next in its lane for the taker, and tell the other processes of the rest.

    Two processes that put updates of one lane at the same time must not both take.
    """
    ordered = sorted(
        arrivals, key=lambda one: one.update_id
    )  # two batches cannot wait for each other
    columns = zip(*((one.update_id, one.lane, one.raw) for one in ordered), strict=True)
    found = await connection.fetch(
        _PUT,
        bot_id,
        *map(list, columns),
        taker.worker,
        taker.lanes,
        list(taker.finished),
        LANE_BATCH,
    )
    new = {row["update_id"]: row for row in found}
    claimed = [
        Claimed(
            bot_id,
            taker.worker,
            one.update_id,
            one.lane,
            one.raw,
            0,
            new[one.update_id]["received_at"],
        )
        for one in ordered
        if one.update_id in new and new[one.update_id]["worker"] is not None
    ]
    return Put(len(new), sorted(claimed, key=lambda one: (one.lane, one.update_id)))


# Goes from lane to lane by the index, so that neither a long lane nor what is done costs anything. A lane is free when its
# oldest row is, and nobody holds a later one. Rows are joined by their place: whatever the planner believes of a table that
# is empty one moment and full the next, it finds no other way.
_CLAIM = """
WITH RECURSIVE heads AS (
    (SELECT ctid AS place, lane, worker, not_before FROM inbox
        WHERE bot_id = $1 AND lane > $3 AND done_at IS NULL AND set_aside_at IS NULL
        ORDER BY lane, update_id LIMIT 1)
    UNION ALL
    SELECT following.* FROM heads, LATERAL (
        SELECT ctid, lane, worker, not_before FROM inbox
        WHERE bot_id = $1 AND lane > heads.lane AND done_at IS NULL AND set_aside_at IS NULL
        ORDER BY lane, update_id LIMIT 1
    ) AS following
), locked AS MATERIALIZED (
    SELECT head.lane FROM heads JOIN inbox AS head ON head.ctid = heads.place
    WHERE heads.worker IS NULL AND (heads.not_before IS NULL OR heads.not_before <= now())
    AND head.worker IS NULL AND (head.not_before IS NULL OR head.not_before <= now())
    AND head.done_at IS NULL AND head.set_aside_at IS NULL
    AND NOT EXISTS (
        SELECT FROM inbox AS held
        WHERE held.bot_id = $1 AND held.lane = heads.lane AND held.worker IS NOT NULL
    )
    LIMIT $4 FOR UPDATE OF head SKIP LOCKED
), taken AS MATERIALIZED (
    SELECT open.place FROM locked, LATERAL (
        SELECT ctid AS place FROM inbox
        WHERE bot_id = $1 AND lane = locked.lane AND done_at IS NULL AND set_aside_at IS NULL
        ORDER BY update_id LIMIT $5
    ) AS open
)
UPDATE inbox SET worker = $2 FROM taken
WHERE inbox.ctid = taken.place AND worker IS NULL AND done_at IS NULL AND set_aside_at IS NULL
RETURNING bot_id, worker, update_id, lane, raw, attempts, received_at, deaths
"""


async def claim(
    connection: Connection, bot_id: int, worker: int, *, lanes: int, after: int = -(2**63)
) -> list[Claimed]:
    """Claim the oldest open rows of free lanes, in order; lanes are looked through from the first above `after`."""
    rows = await connection.fetch(_CLAIM, bot_id, worker, after, lanes, LANE_BATCH)
    return sorted((Claimed(*row) for row in rows), key=lambda one: (one.lane, one.update_id))


_DONE = """
UPDATE inbox SET done_at = now(), raw = NULL, worker = NULL, set_aside_at = NULL
WHERE bot_id = $1 AND update_id = ANY($2::bigint[]) AND done_at IS NULL
"""


async def mark_done(connection: Connection, bot_id: int, update_ids: Sequence[int]) -> None:
    """Note that updates were handled, whoever holds them now; what they said is forgotten."""
    await connection.execute(_DONE, bot_id, update_ids)


_BEGIN = """
UPDATE inbox SET deaths = deaths + 1 WHERE bot_id = $1 AND worker = $2 AND update_id = $3
"""


async def begin(connection: Connection, update: Claimed) -> None:
    """Note that a claimed update is begun, as a death of its worker until something else becomes of it."""
    await connection.execute(_BEGIN, update.bot_id, update.worker, update.update_id)


# Its worker lives, so a death that was noted beforehand did not come.
_POSTPONE = """
UPDATE inbox SET worker = NULL, attempts = attempts + $4, not_before = now() + $5::interval, deaths = $6
WHERE bot_id = $1 AND worker = $2 AND update_id = $3
"""


async def postpone(
    connection: Connection, update: Claimed, *, seconds: float, failed: bool
) -> None:
    """Give a claimed update back, to be claimed again after so many seconds; count it as an attempt if it failed."""
    wait = timedelta(seconds=seconds)
    key = (update.bot_id, update.worker, update.update_id)
    await connection.execute(_POSTPONE, *key, int(failed), wait, update.deaths)


_SET_ASIDE = """
UPDATE inbox SET worker = NULL, attempts = attempts + 1, set_aside_at = now(), reason = $4
WHERE bot_id = $1 AND worker = $2 AND update_id = $3 RETURNING 1
"""


async def set_aside(connection: Connection, update: Claimed, *, reason: str) -> bool:
    """Give a claimed update up, with the reason; tell whether it was still its worker's to give up."""
    key = (update.bot_id, update.worker, update.update_id)
    return await connection.fetchval(_SET_ASIDE, *key, reason) is not None


_RELEASE = """
WITH released AS (
    UPDATE inbox SET worker = NULL
    WHERE bot_id = $1 AND worker = $2 AND ($3::bigint[] IS NULL OR update_id = ANY($3)) RETURNING 1
), counted AS (SELECT count(*) AS free FROM released)
SELECT free, CASE WHEN free > 0 THEN pg_notify('usher_inbox', $1 || ':' || $2) END FROM counted
"""


async def release(
    connection: Connection, bot_id: int, worker: int, update_ids: Sequence[int] | None = None
) -> int:
    """Give claimed updates back, all of a worker's by default, and tell the other processes; return how many."""
    return int(await connection.fetchval(_RELEASE, bot_id, worker, update_ids))


# All that a worker held may have been its death; of suspects that is noted by whoever begins them.
_FREE_DEAD = f"""
WITH freed AS (
    UPDATE inbox SET worker = NULL,
        deaths = deaths + (deaths < $2 AND pg_postmaster_start_time() < now() - $3::interval)::int
    WHERE bot_id = $1 AND worker IS NOT NULL AND worker NOT IN ({LIVING}) RETURNING 1
) SELECT count(*) FROM freed
"""  # noqa: S608 - the text put in is a constant of this project


async def free_dead(connection: Connection, bot_id: int) -> int:
    """Free what workers had claimed that live no more, and count that they died over it; return how many rows."""
    limits = (SUSPECT_DEATHS, RESTARTED)
    return int(await connection.fetchval(_FREE_DEAD, bot_id, *limits))


_MEASURE = """
SELECT count(*) FILTER (WHERE worker IS NULL), count(*) FILTER (WHERE worker IS NOT NULL),
    (SELECT count(*) FROM inbox WHERE set_aside_at IS NOT NULL AND ($1::bigint IS NULL OR bot_id = $1)),
    coalesce(extract(epoch FROM now() - min(received_at)), 0)::float
FROM inbox WHERE done_at IS NULL AND set_aside_at IS NULL AND ($1::bigint IS NULL OR bot_id = $1)
"""


async def measure(connection: Connection, bot_id: int | None = None) -> Depth:
    """Count what is open and what was set aside, of all bots by default."""
    return Depth(*await connection.fetchrow(_MEASURE, bot_id))


_LIST = """
SELECT bot_id, update_id, lane, raw, received_at, set_aside_at, attempts, reason FROM inbox
WHERE set_aside_at IS NOT NULL ORDER BY set_aside_at, bot_id, update_id
"""


async def list_set_aside(connection: Connection) -> list[SetAside]:
    """List the updates of all bots that were given up, the first one first."""
    return [SetAside(*row) for row in await connection.fetch(_LIST)]


# It rests for a moment: a put that has not seen it may just be taking its lane, and is seen by whoever claims then.
_RETRY = """
WITH retried AS (
    UPDATE inbox SET set_aside_at = NULL, reason = NULL, attempts = 0, deaths = 0,
        not_before = now() + interval '1 s'
    WHERE bot_id = $1 AND update_id = ANY($2::bigint[]) AND set_aside_at IS NOT NULL RETURNING update_id
), found AS (SELECT array_agg(update_id) AS ids FROM retried)
SELECT ids, CASE WHEN ids IS NOT NULL THEN pg_notify('usher_inbox', $1 || ':' || 0) END FROM found
"""


async def retry(connection: Connection, bot_id: int, update_ids: Sequence[int]) -> set[int]:
    """Open updates again that were set aside, from a second on, and tell the processes; return those that were.

    What else is open in their lanes is waited for, or waits.
    """
    return set(await connection.fetchval(_RETRY, bot_id, update_ids) or ())


_DROP = """
UPDATE inbox SET done_at = now(), raw = NULL, set_aside_at = NULL
WHERE bot_id = $1 AND update_id = ANY($2::bigint[]) AND set_aside_at IS NOT NULL RETURNING update_id
"""


async def drop(connection: Connection, bot_id: int, update_ids: Sequence[int]) -> set[int]:
    """End updates that were set aside without handling them; return those that were."""
    return {row["update_id"] for row in await connection.fetch(_DROP, bot_id, update_ids)}


_CLEAN_UP = """
WITH old AS MATERIALIZED (
    (SELECT bot_id, update_id FROM inbox WHERE done_at < now() - $1::interval LIMIT $3)
    UNION ALL
    (SELECT bot_id, update_id FROM inbox WHERE set_aside_at < now() - $2::interval LIMIT $3)
), deleted AS (
    DELETE FROM inbox USING old WHERE inbox.bot_id = old.bot_id AND inbox.update_id = old.update_id
    AND (inbox.done_at < now() - $1::interval OR inbox.set_aside_at < now() - $2::interval) RETURNING 1
) SELECT count(*) FROM deleted
"""


async def clean_up(
    connection: Connection, *, done: timedelta, set_aside: timedelta, limit: int
) -> int:
    """Delete so many rows that have been done, or set aside, for longer than said; return how many it deleted."""
    return int(await connection.fetchval(_CLEAN_UP, done, set_aside, limit))
