"""Keeps which conversations of a bot are due when: an index in one sorted set, which may have entries too many.

It knows nothing of what is due; the conversation itself tells whether anything is.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from storage.conversations import ConversationKey

CLAIM = timedelta(minutes=1)
"""How long a conversation is left to who claimed it; if that process died, another finds it due again then."""

_CLAIM = """
local found = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, member in ipairs(found) do redis.call('ZADD', KEYS[1], ARGV[3], member) end
return found
"""

_SETTLE = """
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not due or tonumber(due) ~= tonumber(ARGV[2]) then return 0 end
return redis.call('ZREM', KEYS[1], ARGV[1])
"""


class Timetable:
    """The due times of conversations, each at most once."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._claim = client.register_script(_CLAIM)
        self._settle = client.register_script(_SETTLE)

    async def schedule(self, key: ConversationKey, due: datetime) -> None:
        """Note when a conversation is due, in the place of what was noted before."""
        await self._client.zadd(_index(key.bot_id), {_member(key): _milliseconds(due)})

    async def next_due(self, bot_id: int) -> datetime | None:
        """Find when the first conversation is due, or claimed for so long that it counts as due again."""
        found: Any = await self._client.zrange(_index(bot_id), 0, 0, withscores=True)
        return datetime.fromtimestamp(found[0][1] / 1000, UTC) if found else None

    async def claim(
        self, bot_id: int, *, now: datetime, limit: int
    ) -> list[tuple[ConversationKey, int]]:
        """Take conversations that are due, each with the mark by which it is settled; nobody else gets them for a while."""
        mark = _milliseconds(now + CLAIM)
        members = await self._claim(keys=[_index(bot_id)], args=[_milliseconds(now), limit, mark])
        return [(_key(bot_id, member), mark) for member in members]

    async def settle(self, key: ConversationKey, mark: int) -> None:
        """Forget a conversation that was claimed, unless it was scheduled or claimed again since."""
        await self._settle(keys=[_index(key.bot_id)], args=[_member(key), mark])

    async def forget(self, bot_id: int) -> None:
        """Forget everything that is due for a bot."""
        await self._client.delete(_index(bot_id))


def _index(bot_id: int) -> str:
    return f"usher:{{{bot_id}}}:due"


def _member(key: ConversationKey) -> str:
    thread = "" if key.thread_id is None else f":{key.thread_id}"
    return f"{key.chat_id}:{key.user_id}{thread}"


def _key(bot_id: int, member: bytes) -> ConversationKey:
    chat_id, user_id, *thread = (int(part) for part in member.decode().split(":"))
    return ConversationKey(bot_id, chat_id, user_id, thread[0] if thread else None)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
