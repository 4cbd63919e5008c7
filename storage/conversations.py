"""Keeps where a conversation stands in Redis: one value, written only by who saw the last one, and a lease to work on it.

It knows nothing of what the value means. All keys of a chat share the hash tag `{bot:chat}`, so that they live on one
node of a cluster.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

POLL_SECONDS = 0.005
"""How soon a waiter first asks again whether the lease is free; the pause doubles up to ten times this."""

SCANNED = 500
"""How many keys Redis looks at in one step of a scan."""

# A first revision is the server's clock, so that a revision of a value that was deleted or lost never comes again.
_SAVE = """
local held = redis.call('HGET', KEYS[1], 'revision')
if (held or '') ~= ARGV[1] then return false end
local revision = held and (held + 1) or redis.call('TIME')[1]
redis.call('HSET', KEYS[1], 'revision', string.format('%d', revision), 'value', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return tonumber(revision)
"""

_ACQUIRE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
local token = redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
return token
"""

_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""

_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class StaleState(Exception):  # noqa: N818 - it names the state, which is no error of the writer's
    """The value is not the one that was loaded: somebody else has written or deleted it."""


class LeaseTimeout(TimeoutError):  # noqa: N818 - named as TimeoutError's other kinds are
    """Somebody else held the conversation for as long as the caller would wait."""


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """Whose conversation it is: of a user in a chat with a bot, in a thread if the chat has them."""

    bot_id: int
    chat_id: int
    user_id: int
    thread_id: int | None = None

    def name(self, kind: str) -> str:
        """Give the Redis key for one kind of thing that is kept of the conversation."""
        thread = "" if self.thread_id is None else f":{self.thread_id}"
        return f"usher:{{{self.bot_id}:{self.chat_id}}}:{kind}:{self.user_id}{thread}"


@dataclass(frozen=True, slots=True)
class Stored:
    """A value and its revision, which grows with every save."""

    revision: int
    value: bytes


@dataclass(slots=True)
class Lease:
    """The right to work on a conversation; later leases have greater tokens. `lost` once it could not be renewed."""

    token: int
    lost: bool = False


def create_client(url: str, *, timeout_seconds: float = 5.0, connections: int = 50) -> Redis:
    """Make a client that gives bytes; for a connection, as for an answer, it waits no longer than the time-out."""
    pool: BlockingConnectionPool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=timeout_seconds,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        decode_responses=False,
    )
    return Redis.from_pool(pool)


async def scan_states(client: Redis, *, bot_id: int | None = None) -> AsyncIterator[bytes]:
    """Give the value of every conversation, of one bot or of all, while others may write them."""
    names = f"usher:{{{'*' if bot_id is None else bot_id}:*}}:state:*"
    async for name in client.scan_iter(match=names, count=SCANNED, _type="HASH"):
        fields: Any = client.hget(name, "value")
        value = await fields
        if value is not None:
            yield value


class ConversationStore:
    """Conversations in one Redis; a value lives for `ttl` after it was last saved."""

    def __init__(self, client: Redis, *, ttl: timedelta = timedelta(days=31)) -> None:
        self._client = client
        self._ttl_milliseconds = _milliseconds(ttl.total_seconds())
        self._save = client.register_script(_SAVE)
        self._acquire = client.register_script(_ACQUIRE)
        self._renew = client.register_script(_RENEW)
        self._release = client.register_script(_RELEASE)

    async def load(self, key: ConversationKey) -> Stored | None:
        """Load the value, in one command."""
        fields: Any = self._client.hmget(key.name("state"), ["revision", "value"])
        revision, value = await fields
        return None if revision is None else Stored(int(revision), value)

    async def save(
        self, key: ConversationKey, value: bytes, *, expected_revision: int | None
    ) -> int:
        """Replace the value of the revision expected, None for no value yet, in one command; give the new revision.

        Raises:
            StaleState: There is another revision, or none where one is expected.
        """
        expected = "" if expected_revision is None else str(expected_revision)
        revision = await self._save(
            keys=[key.name("state")], args=[expected, value, self._ttl_milliseconds]
        )
        if revision is None:
            raise StaleState(
                f"revision {expected_revision} of a conversation is not there any more"
            )
        return int(revision)

    async def move_chat(
        self, bot_id: int, old: int, new: int, *, change: Callable[[bytes], bytes]
    ) -> list[tuple[ConversationKey, bytes]]:
        """Let the conversations of a chat go on in another one, as `change` makes them; return them as they are there.

        What has begun there already stands. Done again after it was broken off, it does the rest.
        """
        await self._client.set(_moved(bot_id, old), new, px=self._ttl_milliseconds)
        prefix, moved = f"usher:{{{bot_id}:{old}}}:state:", []
        async for name in self._client.scan_iter(match=f"{prefix}*", count=SCANNED, _type="HASH"):
            user, *thread = (int(part) for part in name.decode().removeprefix(prefix).split(":"))
            here = ConversationKey(bot_id, old, user, *thread)
            stored = await self.load(here)
            if stored is None:
                continue
            there, value = replace(here, chat_id=new), change(stored.value)
            with suppress(StaleState):
                await self.save(there, value, expected_revision=None)
                moved.append((there, value))
            await self.delete(here)
        return moved

    async def find_move(self, bot_id: int, chat_id: int) -> int | None:
        """Find where the conversations of a chat went, if they did, in one command."""
        found: Any = await self._client.get(_moved(bot_id, chat_id))
        return None if found is None else int(found)

    async def delete(self, key: ConversationKey) -> None:
        """Forget the value."""
        await self._client.delete(key.name("state"))

    async def forget(self, bot_id: int) -> None:
        """Forget all conversations of a bot, which nobody may write meanwhile."""
        names = f"usher:{{{bot_id}:*}}:*"
        async for name in self._client.scan_iter(match=names, count=SCANNED):
            await self._client.delete(name)

    @asynccontextmanager
    async def hold(
        self, key: ConversationKey, *, lease_seconds: float, wait_seconds: float
    ) -> AsyncIterator[Lease]:
        """Hold the conversation's lease, renewed while the body runs; if the process dies, it ends by itself.

        Raises:
            LeaseTimeout: Somebody else held it for all the time waited.
        """
        names = [key.name("lease"), key.name("fence")]
        milliseconds = _milliseconds(lease_seconds)
        lease = Lease(await self._wait(names, milliseconds, wait_seconds))
        renewal = asyncio.create_task(self._keep(names[0], lease, milliseconds))
        try:
            yield lease
        finally:
            renewal.cancel()
            with suppress(asyncio.CancelledError):
                await renewal
            with suppress(RedisError):  # the lease ends by itself; what the body did stands
                await self._release(keys=names[:1], args=[lease.token])

    async def _wait(self, names: list[str], milliseconds: int, wait_seconds: float) -> int:
        clock = asyncio.get_running_loop().time
        deadline = clock() + wait_seconds
        pause = POLL_SECONDS
        while True:
            token = await self._acquire(keys=names, args=[milliseconds, self._ttl_milliseconds])
            if token is not None:
                return int(token)
            left = deadline - clock()
            if left <= 0:
                raise LeaseTimeout(f"a conversation was held for {wait_seconds} s by another")
            jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads waiters, guards nothing
            await asyncio.sleep(min(left, pause * jitter))
            pause = min(pause * 2, POLL_SECONDS * 10)

    async def _keep(self, name: str, lease: Lease, milliseconds: int) -> None:
        while not lease.lost:
            await asyncio.sleep(milliseconds / 3000)
            with suppress(RedisError):  # the next round, or the lease's end, decides
                renewed = await self._renew(keys=[name], args=[lease.token, milliseconds])
                lease.lost = not renewed


def _moved(bot_id: int, chat_id: int) -> str:
    return f"usher:{{{bot_id}:{chat_id}}}:moved"


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
