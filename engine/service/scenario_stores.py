"""Where the conversations of scenarios are kept: in memory, or in Redis as in production.

It knows nothing of what scenarios do with them.
"""

from __future__ import annotations

import os
from contextlib import asynccontextmanager, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.service.embedded import embedded_valkey
from engine.service.metrics import Metrics
from engine.service.shelf import open_shelf
from engine.simulate.memory import MemoryConversations

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from engine.service.simulation import MakeStore


class Keeping(StrEnum):
    """What keeps conversations, by the words of pytest's setting."""

    MEMORY = "memory"
    REDIS = "redis"


@asynccontextmanager
async def scenario_store(keeping: Keeping) -> AsyncIterator[MakeStore]:
    """Give what makes stores, for as long as the block lasts: on the Redis of REDIS_URL, or an embedded one."""
    if keeping is Keeping.MEMORY:
        yield MemoryConversations
        return
    with _server() as url:
        async with open_shelf(url, Metrics()) as shelf:
            yield lambda: shelf


@contextmanager
def _server() -> Iterator[str]:
    if url := os.environ.get("REDIS_URL"):
        yield url
    else:
        with embedded_valkey() as url:
            yield url
