"""`usher explore`: converses with the bot at random, and writes the shortest conversation that goes wrong as a scenario.

It knows the command line and how findings are told; how a walk goes is the explorer's.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.service.commands.check import catalog_in_use, require_flows
from engine.service.errors import SettingsError
from engine.service.loading import load

if TYPE_CHECKING:
    from argparse import Namespace

INVARIANTS: Final = Path("tests/invariants.sql")
"""Where the truths about rows are that are looked at when no other file is named."""


def run(options: Namespace) -> int:
    """Explore, and return 1 when something was found."""
    invariants = _read(options.invariants)
    bot = require_flows(options.directory, catalog_in_use())
    if bot is None:
        return 1
    if options.missing is not None or options.only is not None:
        seeking = load("engine.service.seeking")
        left: int = asyncio.run(seeking.seek(bot, options))
        return 1 if left else 0
    exploring = load("engine.service.exploring")
    found: int = asyncio.run(exploring.explore(bot, options, invariants))
    return 1 if found else 0


def _read(path: Path | None) -> str:
    """Read the truths about rows; there may be none where no file is named.

    Raises:
        SettingsError: the file cannot be read.
    """
    if path is None and not INVARIANTS.exists():
        return ""
    try:
        return (path or INVARIANTS).read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f'"{path}" cannot be read: {error.strerror}') from None
