"""Queries for the outbox: messages that must arrive, until they are delivered, dropped or dead.

It knows nothing of what a message says, nor of Telegram. What commands write goes through their session; the rest takes an
asyncpg connection or pool, and each is one statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.presence import LIVING

type Connection = Any
"""asyncpg's `Connection` or `Pool`; it ships no types."""

MAY_REPEAT, MAY_BE_LOST = "may_repeat", "may_be_lost"
"""What is to become of a message of which nobody knows whether it arrived."""

UNKNOWN = "its process died while it sent it; it may have arrived"
"""Why a message is dead that may be lost and was in work when its process died."""


class Fate(StrEnum):
    """How a message ended: it arrived, it was not wanted any more, or it could not be delivered."""

    DELIVERED = "delivered"
    DROPPED = "dropped"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to be written: a notice by name, its arguments as JSON, and when it is due.

    With a `key` there is one to each chat, however often it is written; after `until` it is of no use any more. `bulk` messages
    go when no other is due.
    """

    notice: str
    arguments: Mapping[str, Any]
    due_at: datetime
    policy: str = MAY_REPEAT
    until: datetime | None = None
    key: str | None = None
    bulk: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A message that a worker has claimed; `attempts` counts this one, too."""

    id: int
    bot_id: int
    worker: int
    chat_id: int
    notice: str
    arguments: Mapping[str, Any]
    policy: str
    due_at: datetime
    until: datetime | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How many messages a bot sends a second, how many at once, and how long a chat rests after each."""

    per_second: float = 25.0
    burst: float = 25.0
    chat: timedelta = timedelta(seconds=1)
    group: timedelta = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Depth:
    """How full an outbox is; `oldest_seconds` is for how long the oldest message has been due."""

    waiting: int = 0
    due: int = 0
    claimed: int = 0
    dead: int = 0
    oldest_seconds: float = 0.0


_PUT = text("""
INSERT INTO outbox (bot_id, chat_id, notice, arguments, policy, due_at, until, key, bulk)
SELECT CAST(:bot_id AS bigint), chat, CAST(:notice AS text), CAST(:arguments AS jsonb), CAST(:policy AS text),
    CAST(:due_at AS timestamptz), CAST(:until AS timestamptz), CAST(:key AS text), CAST(:bulk AS boolean)
FROM unnest(CAST(:chats AS bigint[])) AS chat ORDER BY chat
ON CONFLICT (bot_id, notice, chat_id, key) DO NOTHING RETURNING 1
""")


async def put(session: AsyncSession, bot_id: int, chats: Sequence[int], new: NewMessage) -> int:
    """Write a message to each of some chats, in the transaction of the session; return how many were new."""
    written = await session.execute(
        _PUT,
        {
            "bot_id": bot_id,
            "chats": list(dict.fromkeys(chats)),
            "notice": new.notice,
            "arguments": orjson.dumps(new.arguments).decode(),
            "policy": new.policy,
            "due_at": new.due_at,
            "until": new.until,
            "key": new.key,
            "bulk": new.bulk,
        },
    )
    return len(written.all())


# A chat's messages go one by one, in the order in which they were due. The bot's row in `outbox_pace` is a bucket and a lock:
# who holds it reads how many may be sent now. What a statement that waited for it sees of chats and messages may be older than
# that: then a message is passed by, or was claimed meanwhile, which `worker IS NULL` finds out. `OFFSET 0` has each chat looked up
# by itself, and only as far as messages are wanted: joined to all others, fifty thousand that are due took half a second.
_DUE = """
    SELECT one.id, one.chat_id FROM outbox AS one
    WHERE one.bot_id = $1 AND one.bulk = {bulk} AND one.ended_at IS NULL AND one.due_at <= now()
    AND one.worker IS NULL
    AND NOT EXISTS (
        SELECT FROM outbox_chats AS chat
        WHERE chat.bot_id = $1 AND chat.chat_id = one.chat_id AND chat.free_at > now() OFFSET 0
    )
    AND NOT EXISTS (
        SELECT FROM outbox AS earlier
        WHERE earlier.bot_id = $1 AND earlier.chat_id = one.chat_id AND earlier.ended_at IS NULL
        AND earlier.due_at <= now() AND (earlier.bulk, earlier.due_at, earlier.id) < (one.bulk, one.due_at, one.id) OFFSET 0
    )
    ORDER BY one.due_at, one.id
"""
_CLAIM = f"""
WITH pace AS MATERIALIZED (
    SELECT least($4, tokens + $5 * extract(epoch FROM greatest(clock_timestamp() - counted_at, '0'))::float) AS tokens
    FROM outbox_pace WHERE bot_id = $1 AND free_at <= now() FOR UPDATE
), heads AS MATERIALIZED (
    SELECT due.* FROM (
        ({_DUE.format(bulk="false")}) UNION ALL ({_DUE.format(bulk="true")})
    ) AS due LIMIT coalesce((SELECT least($3, greatest(floor(tokens), 0))::int FROM pace), 0)
), taken AS (
    UPDATE outbox SET worker = $2, attempts = attempts + 1
    FROM heads WHERE outbox.id = heads.id AND worker IS NULL AND ended_at IS NULL
    RETURNING outbox.*
), rested AS (
    INSERT INTO outbox_chats (bot_id, chat_id, free_at)
    SELECT DISTINCT $1, chat_id, now() + CASE WHEN chat_id < 0 THEN $7::interval ELSE $6::interval END FROM taken
    ON CONFLICT (bot_id, chat_id) DO UPDATE SET free_at = greatest(outbox_chats.free_at, excluded.free_at)
), counted AS (
    UPDATE outbox_pace SET tokens = pace.tokens - (SELECT count(*) FROM taken), counted_at = clock_timestamp()
    FROM pace WHERE bot_id = $1 AND EXISTS (SELECT FROM taken)
)
SELECT id, bot_id, worker, chat_id, notice, arguments, policy, due_at, until, attempts FROM taken
"""  # noqa: S608 - the texts put in are constants of this project


async def claim(
    connection: Connection, bot_id: int, worker: int, *, limit: int, pace: Pace
) -> list[Message]:
    """Claim messages that are due, one of a chat, as many as the pace allows, the longest due first."""
    rows = await connection.fetch(
        _CLAIM, bot_id, worker, limit, pace.burst, pace.per_second, pace.chat, pace.group
    )
    claimed = [_message(row) for row in rows]
    return sorted(claimed, key=lambda one: (one.due_at, one.id))


def _message(row: Any) -> Message:
    values = dict(row)
    return Message(**(values | {"arguments": orjson.loads(values["arguments"])}))


_TAKE = """
WITH heads AS (
    SELECT DISTINCT ON (chat_id) id, chat_id, bulk, due_at FROM outbox
    WHERE bot_id = $1 AND ended_at IS NULL AND worker IS NULL AND due_at <= $3
    ORDER BY chat_id, bulk, due_at, id
), first AS (
    SELECT id FROM heads WHERE chat_id <> ALL($4::bigint[]) ORDER BY bulk, due_at, id LIMIT 1
)
UPDATE outbox SET worker = $2, attempts = attempts + 1 FROM first WHERE outbox.id = first.id
RETURNING outbox.id, bot_id, worker, chat_id, notice, arguments::text, policy, due_at, until, attempts
"""


async def take(
    connection: Connection, bot_id: int, worker: int, *, now: datetime, resting: Sequence[int]
) -> Message | None:
    """Claim the one message that is next at a moment, whenever that is; None when none is due. Some chats rest."""
    row = await connection.fetchrow(_TAKE, bot_id, worker, now, resting)
    return None if row is None else _message(row)


async def list_chats(connection: Connection, bot_id: int) -> Mapping[int, datetime]:
    """Return since when, or from when on, each chat that is to get any message is due to get one."""
    rows = await connection.fetch(
        "SELECT chat_id, min(due_at) FROM outbox"
        " WHERE bot_id = $1 AND ended_at IS NULL AND worker IS NULL GROUP BY chat_id",
        bot_id,
    )
    return dict(rows)


async def open_pace(connection: Connection, bot_id: int, *, burst: float) -> None:
    """Make the bucket of a bot, unless it has one."""
    await connection.execute(
        "INSERT INTO outbox_pace (bot_id, tokens) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        bot_id,
        burst,
    )


_NEXT_DUE = """
SELECT extract(epoch FROM min(due_at) - now())::float FROM outbox
WHERE bot_id = $1 AND ended_at IS NULL AND worker IS NULL AND due_at > now()
"""


async def seconds_to_next(connection: Connection, bot_id: int) -> float | None:
    """Return in how many seconds the next message is due that is not yet; None when there is none."""
    found: float | None = await connection.fetchval(_NEXT_DUE, bot_id)
    return found


_END = """
UPDATE outbox SET worker = NULL, ended_at = now(), fate = $2, reason = $3, message_id = $4
WHERE id = $1 AND ended_at IS NULL RETURNING 1
"""


async def end(
    connection: Connection,
    message: Message,
    fate: Fate,
    *,
    reason: str | None = None,
    message_id: int | None = None,
) -> bool:
    """Note how a message ended, whoever holds it now; tell whether it had not ended yet."""
    key = (message.id, fate.value, reason, message_id)
    return await connection.fetchval(_END, *key) is not None


_POSTPONE = """
WITH given_back AS (
    UPDATE outbox SET worker = NULL, attempts = attempts - $5, reason = $6
    WHERE id = $1 AND worker = $2 AND ended_at IS NULL RETURNING bot_id, chat_id
)
INSERT INTO outbox_chats (bot_id, chat_id, free_at) SELECT $3, chat_id, now() + $4::interval FROM given_back
ON CONFLICT (bot_id, chat_id) DO UPDATE SET free_at = greatest(outbox_chats.free_at, excluded.free_at)
"""


async def postpone(
    connection: Connection, message: Message, *, seconds: float, failed: bool, reason: str
) -> None:
    """Give a message back; its chat rests for so many seconds, so that nothing overtakes it. Count it if it failed."""
    key = (message.id, message.worker, message.bot_id)
    await connection.execute(
        _POSTPONE, *key, timedelta(seconds=seconds), int(not failed), reason[:500]
    )


async def pause(connection: Connection, bot_id: int, *, seconds: float) -> None:
    """Let the whole bot rest, for so many seconds from now at least."""
    await connection.execute(
        "UPDATE outbox_pace SET free_at = greatest(free_at, now() + $2::interval) WHERE bot_id = $1",
        bot_id,
        timedelta(seconds=seconds),
    )


_FREE_DEAD = f"""
WITH freed AS (
    UPDATE outbox SET worker = NULL,
        ended_at = CASE WHEN policy = '{MAY_BE_LOST}' THEN now() END,
        fate = CASE WHEN policy = '{MAY_BE_LOST}' THEN '{Fate.DEAD}' END,
        reason = CASE WHEN policy = '{MAY_BE_LOST}' THEN $2 END
    WHERE bot_id = $1 AND worker IS NOT NULL AND worker NOT IN ({LIVING}) RETURNING 1
) SELECT count(*) FROM freed
"""  # noqa: S608 - the texts put in are constants of this project


async def free_dead(connection: Connection, bot_id: int) -> int:
    """Free what workers had in work that live no more, as each message's policy says; return how many messages."""
    return int(await connection.fetchval(_FREE_DEAD, bot_id, UNKNOWN))


_RELEASE = """
UPDATE outbox SET worker = NULL, attempts = attempts - 1 WHERE id = ANY($1::bigint[]) AND worker = $2
"""


async def release(connection: Connection, worker: int, ids: Sequence[int]) -> None:
    """Give messages back that were surely not sent."""
    await connection.execute(_RELEASE, ids, worker)


_MOVE = """
WITH moving AS (
    SELECT id, EXISTS (
        SELECT FROM outbox AS there
        WHERE there.bot_id = $1 AND there.chat_id = $3 AND there.notice = one.notice AND there.key = one.key
    ) AS is_there
    FROM outbox AS one WHERE bot_id = $1 AND chat_id = $2 AND ended_at IS NULL
), dropped AS (
    UPDATE outbox SET worker = NULL, ended_at = now(), fate = 'dropped', reason = 'the group became one that has it'
    FROM moving WHERE outbox.id = moving.id AND is_there
), moved AS (
    UPDATE outbox SET chat_id = $3 FROM moving WHERE outbox.id = moving.id AND NOT is_there RETURNING 1
) SELECT count(*) FROM moved
"""


async def move_chat(connection: Connection, bot_id: int, old: int, new: int) -> int:
    """Let what waits for a chat follow it to its new id; return how many messages."""
    return int(await connection.fetchval(_MOVE, bot_id, old, new))


_MEASURE = """
SELECT count(*) FILTER (WHERE worker IS NULL AND due_at > now()),
    count(*) FILTER (WHERE worker IS NULL AND due_at <= now()), count(*) FILTER (WHERE worker IS NOT NULL),
    (SELECT count(*) FROM outbox WHERE fate = 'dead' AND ($1::bigint IS NULL OR bot_id = $1)),
    coalesce(extract(epoch FROM now() - least(min(due_at), now())), 0)::float
FROM outbox WHERE ended_at IS NULL AND ($1::bigint IS NULL OR bot_id = $1)
"""


async def measure(connection: Connection, bot_id: int | None = None) -> Depth:
    """Count what is open and what is dead, of all bots by default."""
    return Depth(*await connection.fetchrow(_MEASURE, bot_id))


_CLEAN_UP = """
WITH old AS MATERIALIZED (
    (SELECT id FROM outbox WHERE fate <> 'dead' AND ended_at < now() - $1::interval LIMIT $3)
    UNION ALL
    (SELECT id FROM outbox WHERE fate = 'dead' AND ended_at < now() - $2::interval LIMIT $3)
), deleted AS (
    DELETE FROM outbox USING old WHERE outbox.id = old.id AND outbox.ended_at IS NOT NULL RETURNING 1
), forgotten AS (
    DELETE FROM outbox_chats WHERE free_at < now() - interval '1 hour'
) SELECT count(*) FROM deleted
"""


async def clean_up(connection: Connection, *, ended: timedelta, dead: timedelta, limit: int) -> int:
    """Delete so many messages that ended, or are dead, for longer than said; return how many it deleted."""
    return int(await connection.fetchval(_CLEAN_UP, ended, dead, limit))
