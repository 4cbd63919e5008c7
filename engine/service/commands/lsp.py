"""`usher lsp`: a language server for editors, over standard input and output.

It knows nothing of what an editor asks.
"""

from __future__ import annotations

import logging
import os
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.service.commands.check import catalog_in_use
from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from argparse import Namespace
    from types import ModuleType

_SERVER: Final = "engine.lsp.server"
_PAGE: Final = Path("docs") / "checks.md"


def run(options: Namespace) -> int:
    """Answer an editor until it says to exit.

    Raises:
        SettingsError: the libraries of the server are not installed, or there is no such directory.
    """
    serving = _load()
    if not options.flows.is_dir():
        raise SettingsError(f'there is no directory "{options.flows}"')
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # what actions print is no answer
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    server = serving.make_server(
        _as_editors_write(options.flows),
        catalog_in_use(),
        checks_page=_PAGE.absolute().as_uri(),
        version=version("usher"),
    )
    server.start_io(sys.stdin.buffer, answers)
    return 0


def _as_editors_write(directory: Path) -> Path:
    """Give a directory without "..", with links as they are."""
    return Path(os.path.abspath(directory))  # noqa: PTH100 - resolve() follows links


def _load() -> ModuleType:
    """Import the server, which needs libraries that a bot does without."""
    try:
        return import_module(_SERVER)
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        raise SettingsError(
            f'"{error.name}" is not installed; write: pip install "usher[editor]"'
        ) from None
