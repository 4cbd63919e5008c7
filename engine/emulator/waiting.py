"""Waiting until what a person sees has changed.

Knows nothing of what changes: two views differ when their JSON does.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence

from engine.emulator.model import Json
from engine.emulator.people import Place
from engine.emulator.views import chat_view
from engine.emulator.world import World

HEARTBEAT_SECONDS = 15.0


type FindPlace = Callable[[], Place]
"""Looks a place up anew, because starting over replaces every chat."""


class Watch:
    """Remembers, for each person and chat, what was last seen and as which version."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: dict[tuple[int, int, int | None], tuple[str, int]] = {}

    def look(self, place: Place) -> Json:
        """Return a person's view; its version grows exactly when it differs from the last look."""
        view = chat_view(place)
        digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        key = (place.user.id, place.chat.id, place.bot.id if place.bot else None)
        last = self._seen.get(key)
        if last is None or last[0] != digest:
            grown = max(self._world.changes.version, last[1] + 1 if last else 0)
            self._seen[key] = (digest, grown)
        return {"version": self._seen[key][1], **view}

    async def wait(self, find: FindPlace, seconds: float, after: int | None) -> Json:
        """Return a person's view as soon as its version is above `after` (now's, by default).

        When nothing changes for so many seconds, the view as it is.
        """
        view = self.look(find())
        known = view["version"] if after is None else after
        deadline = asyncio.get_running_loop().time() + seconds
        while view["version"] <= known and not self._world.changes.closed:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or not await self._world.changes.wait(left):
                break
            view = self.look(find())
        return view

    async def stream(self, places: Sequence[FindPlace]) -> AsyncIterator[str]:
        """Yield every person's view now, and each again after it changed, as server-sent events."""
        sent = [-1] * len(places)
        while not self._world.changes.closed:
            version = self._world.changes.version
            for number, find in enumerate(places):
                view = self.look(find())
                if view["version"] > sent[number]:
                    sent[number] = view["version"]
                    yield f"data: {json.dumps(view)}\n\n"
            if version == self._world.changes.version and not await self._world.changes.wait(
                HEARTBEAT_SECONDS
            ):
                yield ": still here\n\n"


async def wait_until_idle(world: World, seconds: float, quiet_seconds: float) -> bool:
    """Wait until no update is waiting, no call is open, and nothing has happened for a while.

    Return False when that did not come in time.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline and not world.changes.closed:
        version = world.changes.version
        await world.changes.wait(quiet_seconds)
        if world.changes.version == version and not _busy(world):
            return True
    return False


def _busy(world: World) -> bool:
    waiting = any(bot.queue.pending for bot in world.bots.values())
    return waiting or any(
        call.finished_at is None and call.method.lower() != "getupdates"
        for call in world.calls.calls
    )
