"""Puts flows that were changed in force while the bot runs; what does not check is refused, and the old flows keep serving.

It does not know who asks for it, nor what is done with the flows.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from engine.flow.check import check_flows
from engine.flow.extending import find_layers, read_if_there
from engine.service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from engine.actions import Catalog
    from engine.dialog.registry import FlowRegistry
    from engine.flow.checked import Bot
    from engine.flow.problems import Problem
    from engine.service.in_force import InForce
    from engine.service.metrics import Metrics

_logger = structlog.get_logger(__name__)

WATCH_SECONDS: Final = 0.5
"""How often files are looked at for changes."""

_SHOWN: Final = 20
"""Problems of a refused reload that are logged and answered with."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """How a reload ended: the versions of the flows in force, and why they are still those of before."""

    flows: Mapping[str, int]
    problems: tuple[str, ...] = field(default=())


class Reloader:
    """Reads the flows of a directory anew, in a thread, and swaps them between two updates.

    `accept` refuses, with a ServiceError, a bot that does not fit the settings.
    """

    def __init__(  # noqa: PLR0913 - what flows are read with, and who is told
        self,
        directory: Path,
        catalog: Catalog,
        registry: FlowRegistry,
        in_force: InForce,
        metrics: Metrics,
        *,
        accept: Callable[[Bot], object] = lambda _: None,
    ) -> None:
        self._directory = directory
        self._catalog = catalog
        self._registry = registry
        self._in_force = in_force
        self._metrics = metrics
        self._accept = accept
        self._wanted = asyncio.Event()
        self._busy = asyncio.Lock()
        self._refused: str | None = None

    def request(self) -> None:
        """Have the flows read anew soon."""
        self._wanted.set()

    def note(self) -> str | None:
        """Tell that the flows in force are not those of the files, and why; None when they are."""
        return self._refused

    async def run(self) -> None:
        """Reload when it is requested, for ever."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self.reload()
            except Exception:
                _logger.exception("reload_failed")

    async def watch(self) -> None:
        """Request a reload whenever a file of the flows has changed, for ever."""
        seen = await asyncio.to_thread(_look, self._directory)
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            now = await asyncio.to_thread(_look, self._directory)
            if now != seen:
                seen = now
                self.request()

    async def reload(self) -> Reloaded:
        """Read, check and compile the flows aside, then serve them; those in force stay when anything is wrong."""
        async with self._busy:
            prepared = await asyncio.to_thread(self._prepare)
            if isinstance(prepared, tuple):
                return self._refuse(prepared)
            self._registry.replace(prepared)
            self._in_force.replace(prepared.bot)
            self._refused = None
            self._metrics.reloads.labels("done").inc()
            self._metrics.flows_refused.set(0)
            versions = self._versions()
            _logger.info("flows_reloaded", flows=versions)
            return Reloaded(versions)

    def _prepare(self) -> FlowRegistry | tuple[str, ...]:
        checked = check_flows(self._directory, self._catalog)
        if checked.bot is None:
            return tuple(_say(problem) for problem in checked.problems)
        try:
            self._accept(checked.bot)
        except ServiceError as error:
            return (str(error),)
        return self._registry.with_flows(checked.bot)

    def _refuse(self, problems: tuple[str, ...]) -> Reloaded:
        for problem in problems[:_SHOWN]:
            _logger.error("flows_refused", problem=problem)
        more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
        self._refused = f"the flows of before are served: {problems[0]}{more}"
        self._metrics.reloads.labels("refused").inc()
        self._metrics.flows_refused.set(1)
        return Reloaded(self._versions(), problems[:_SHOWN])

    def _versions(self) -> dict[str, int]:
        flows = self._in_force.bot.flows
        return {name: compiled.flow.version for name, compiled in sorted(flows.items())}


def _say(problem: Problem) -> str:
    place = problem.position
    return f"{place.path}:{place.line}:{place.column}: {problem.message} [{problem.code}]"


def _look(directory: Path) -> Mapping[str, tuple[int, int]]:
    """Give when each file was written, and its size, of a directory and of those of the bots that it extends."""
    found = {}
    homes = (directory, *find_layers(directory, read_if_there).directories[1:])
    for path in sorted({path for home in homes for path in home.rglob("*")}):
        try:
            stat = path.stat()
        except OSError:  # gone since it was listed
            continue
        if path.is_file():
            found[path.as_posix()] = (stat.st_mtime_ns, stat.st_size)
    return found
