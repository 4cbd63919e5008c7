"""`usher check`: every mistake in the flows, at its line and column.

It knows nothing of what a mistake is.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from engine.flow.check import check_flows
from engine.service.catalog import DEFAULT_CATALOG, load_catalog
from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from engine.actions import Catalog
    from engine.flow.check import Bot, Checked
    from engine.flow.problems import Problem


def run(options: Namespace) -> int:
    """Check a directory; return 1 when there are problems."""
    catalog = load_catalog(os.environ.get("ACTIONS") or DEFAULT_CATALOG)
    checked = check_directory(options.directory, catalog)
    sys.stdout.write(_render(checked.problems))
    return 1 if checked.problems else 0


def check_directory(directory: Path, catalog: Catalog) -> Checked:
    """Check the flows of a directory.

    Raises:
        SettingsError: there is no such directory.
    """
    if not directory.is_dir():
        raise SettingsError(f'there is no directory "{directory}"')
    return check_flows(directory, catalog)


def require_flows(directory: Path, catalog: Catalog) -> Bot | None:
    """Return the checked bot; None, with its problems on stderr, when it has any."""
    checked = check_directory(directory, catalog)
    if checked.problems:
        sys.stderr.write(_render(checked.problems))
    return checked.bot


def _render(problems: tuple[Problem, ...]) -> str:
    return "".join(
        f"{one.position.path}:{one.position.line}:{one.position.column}: {one.message} [{one.code}]\n"
        for one in problems
    )
