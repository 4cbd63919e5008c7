"""`usher check`: every mistake in the flows, at its line and column.

It knows nothing of what a mistake is.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from engine.flow.check import check_flows, find_problems
from engine.flow.problems import render_problems
from engine.service.catalog import DEFAULT_CATALOG, load_catalog
from engine.service.commands.output import count
from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from engine.actions import Catalog
    from engine.flow.checked import Bot, Checked


def run(options: Namespace) -> int:
    """Check a directory; return 1 when there are problems."""
    gc.disable()  # the process ends before it would pay
    require_directory(options.directory)
    checked = find_problems(options.directory, catalog_in_use())
    gc.freeze()  # nor when it ends
    sys.stdout.write(render_problems(checked.problems, options.format, silenced=checked.silenced))
    if checked.problems:
        return 1
    sys.stderr.write(f"{count(len(checked.graphs), 'flow')}, no problems\n")
    return 0


def catalog_in_use() -> Catalog:
    """Return the catalog that ACTIONS names in the environment, or the one that ships.

    Raises:
        SettingsError: there is none.
    """
    return load_catalog(os.environ.get("ACTIONS") or DEFAULT_CATALOG)


def check_directory(directory: Path, catalog: Catalog) -> Checked:
    """Check the flows of a directory.

    Raises:
        SettingsError: there is no such directory.
    """
    require_directory(directory)
    return check_flows(directory, catalog)


def require_directory(directory: Path) -> None:
    """Refuse a directory that is not there.

    Raises:
        SettingsError: there is none.
    """
    if directory.is_file():
        raise SettingsError(
            f'"{directory}" is a file; give the directory of the flows, which are checked together'
        )
    if not directory.is_dir():
        raise SettingsError(f'there is no directory "{directory}"')


def require_flows(directory: Path, catalog: Catalog) -> Bot | None:
    """Return the checked bot; None, with its problems on stderr, when it has any."""
    checked = check_directory(directory, catalog)
    if checked.problems:
        sys.stderr.write(render_problems(checked.problems))
    return checked.bot
