"""Messages of the outbox as operators see them: what waits and how others ended, to be sent again or given up.

It knows nothing of how they are delivered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.outbox import Connection, Fate


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as operators see it; `state` is waiting, due, claimed or its fate."""

    id: int
    bot_id: int
    chat_id: int
    notice: str
    state: str
    due_at: datetime
    attempts: int
    ended_at: datetime | None
    reason: str | None


_LIST = """
SELECT id, bot_id, chat_id, notice, coalesce(
    fate, CASE WHEN worker IS NOT NULL THEN 'claimed' WHEN due_at <= now() THEN 'due' ELSE 'waiting' END
) AS state, due_at, attempts, ended_at, reason
FROM outbox WHERE ($1::bigint IS NULL OR bot_id = $1)
"""
_LIST_OPEN = _LIST + "AND ended_at IS NULL ORDER BY due_at, id LIMIT $2"
_LIST_ENDED = (
    _LIST + "AND ended_at IS NOT NULL AND fate = $3 ORDER BY ended_at DESC, id DESC LIMIT $2"
)


async def list_open(
    connection: Connection, bot_id: int | None = None, *, limit: int = 1_000
) -> list[Letter]:
    """List the messages that have not ended, in the order in which they are due."""
    return [Letter(*row) for row in await connection.fetch(_LIST_OPEN, bot_id, limit)]


async def list_ended(
    connection: Connection, fate: Fate, bot_id: int | None = None, *, limit: int = 1_000
) -> list[Letter]:
    """List messages that ended so, the last one first."""
    rows = await connection.fetch(_LIST_ENDED, bot_id, limit, fate.value)
    return [Letter(*row) for row in rows]


_RETRY = """
UPDATE outbox SET ended_at = NULL, fate = NULL, reason = NULL, attempts = 0, until = NULL
WHERE id = ANY($1::bigint[]) AND fate = 'dead' RETURNING id
"""


async def retry(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Let dead messages be delivered after all; return those that were dead."""
    return {row["id"] for row in await connection.fetch(_RETRY, ids)}


_DROP = """
UPDATE outbox SET ended_at = now(), fate = 'dropped', worker = NULL, reason = 'dropped by an operator'
WHERE id = ANY($1::bigint[]) AND (fate = 'dead' OR ended_at IS NULL AND worker IS NULL) RETURNING id
"""


async def drop(connection: Connection, ids: Sequence[int]) -> set[int]:
    """End messages that are dead, or that nobody has in work, without delivering them; return those that were."""
    return {row["id"] for row in await connection.fetch(_DROP, ids)}
