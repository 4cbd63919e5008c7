"""Counts what is sent to PostgreSQL and to Redis, and the processor's time that this process and its servers take.

It knows nothing of why anything was sent.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from asyncpg.connection import Connection
from asyncpg.prepared_stmt import PreparedStatement
from redis.asyncio import Redis

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

_SHOWN = 70


@dataclass(slots=True)
class Counts:
    """How often each statement and each command was sent."""

    statements: Counter[str] = field(default_factory=Counter)
    commands: Counter[str] = field(default_factory=Counter)

    def clear(self) -> None:
        """Begin anew."""
        self.statements.clear()
        self.commands.clear()

    def note(self, statement: str) -> None:
        """Count a statement."""
        self.statements[" ".join(statement.split())[:_SHOWN]] += 1


@contextmanager
def count_traffic() -> Iterator[Counts]:
    """Count where all statements and commands pass, whoever sends them, until the block ends.

    The clients have no hooks that see everything; these names are their own.
    """
    counts = Counts()
    with ExitStack() as stack:
        for owner, name, counted in (
            (Connection, "execute", _count_plain),
            (Connection, "_Connection__execute", _count_fetch),
            (PreparedStatement, "_PreparedStatement__do_execute", _count_prepared),
            (Redis, "execute_command", _count_command),
        ):
            stack.enter_context(patch.object(owner, name, counted(counts, getattr(owner, name))))
        yield counts


type _Method = Callable[..., Awaitable[Any]]


def _count_plain(counts: Counts, original: _Method) -> _Method:
    async def execute(connection: Any, query: str, *args: Any, **options: Any) -> Any:
        if not args:  # else it goes on to the next
            counts.note(query)
        return await original(connection, query, *args, **options)

    return execute


def _count_fetch(counts: Counts, original: _Method) -> _Method:
    async def fetch(connection: Any, query: str, *args: Any, **options: Any) -> Any:
        counts.note(query)
        return await original(connection, query, *args, **options)

    return fetch


def _count_prepared(counts: Counts, original: _Method) -> _Method:
    async def execute(statement: Any, *args: Any) -> Any:
        counts.note(statement.get_query())
        return await original(statement, *args)

    return execute


def _count_command(counts: Counts, original: _Method) -> _Method:
    async def execute(redis: Any, *parts: Any, **options: Any) -> Any:
        counts.commands[str(parts[0])] += 1
        return await original(redis, *parts, **options)

    return execute


def own_seconds() -> float:
    """Return the processor's seconds that this process has taken."""
    return sum(os.times()[:2])


def seconds_below(root: int, *, whole: bool = False) -> float:
    """Return the processor's seconds that the processes below one have taken, as far as they live; its own if `whole`."""
    found = {one[0]: one for path in Path("/proc").glob("[0-9]*/stat") if (one := _read_stat(path))}
    return sum(
        seconds
        for pid, (_, _, seconds) in found.items()
        if (whole and pid == root) or _is_below(pid, root, found)
    )


def _read_stat(path: Path) -> tuple[int, int, float] | None:
    """Return a process's number, its parent's, and its seconds, those of children that have ended with it."""
    try:
        fields = path.read_text().rpartition(")")[2].split()
    except OSError:
        return None
    ticks = sum(map(int, fields[11:15]))
    return int(path.parent.name), int(fields[1]), ticks / os.sysconf("SC_CLK_TCK")


def _is_below(pid: int, root: int, found: dict[int, tuple[int, int, float]]) -> bool:
    while pid in found:
        pid = found[pid][1]
        if pid == root:
            return True
    return False
