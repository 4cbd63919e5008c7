"""Other versions of the flows, which scenarios deploy: each directory is checked once.

It knows where the scenario file is; it deploys nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.flow.check import check_flows

if TYPE_CHECKING:
    from engine.actions import Catalog
    from engine.flow.checked import Bot
    from engine.flow.problems import Position


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why flows cannot be deployed; `related` are their own problems, at their places."""

    code: str
    message: str
    related: tuple[tuple[Position, str], ...] = ()


class Releases:
    """The flows of directories that are named from one directory, with the actions of a catalog."""

    def __init__(self, beside: Path, catalog: Catalog) -> None:
        self._beside = beside
        self._catalog = catalog
        self._known: dict[str, Bot | Refusal] = {}

    def find(self, name: str) -> Bot | Refusal:
        """Return the checked bot of a directory, or why there is none."""
        if name not in self._known:
            self._known[name] = self._check(name)
        return self._known[name]

    def _check(self, name: str) -> Bot | Refusal:
        directory = _shown(self._beside / name)
        if not (directory / "bot.yaml").is_file():
            return Refusal(
                "unknown-file",
                f'there are no flows in "{name}"; a directory with a bot.yaml and all flows is wanted, named from {_shown(self._beside).as_posix()}',
            )
        checked = check_flows(directory, self._catalog)
        if checked.bot is not None:
            return checked.bot
        related = tuple((one.position, one.message) for one in checked.problems)
        is_one = len(related) == 1
        count = "a problem" if is_one else f"{len(related)} problems"
        return Refusal(
            "faulty-flows",
            f'the flows of "{name}" have {count}, so that they cannot be deployed',
            related,
        )


def _shown(path: Path) -> Path:
    """Return a path as people know it: from where they are, if it is below."""
    path, here = path.resolve(), Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
