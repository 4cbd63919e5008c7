"""`usher new bot NAME`: a bot that can be checked and talked to, in a directory that has none.

It knows where files go and what must not be overwritten; what they say is the starter's.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from engine.flow.schemas.keys import NAME
from engine.flow.starter_bot import starter_bot, starter_home
from engine.service.commands.output import write_output
from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Write bot.yaml and the flow that /start opens.

    Raises:
        SettingsError: the name is none, or there is such a file already.
    """
    name, directory = options.name, options.flows
    if not re.fullmatch(NAME, name):
        raise SettingsError(
            f'"{name}" is not the name of a bot; begin with a to z, go on with a to z, 0 to 9 and "_"'
        )
    files = {directory / "bot.yaml": starter_bot(name), directory / "home.yaml": starter_home(name)}
    for path in files:
        if path.exists():
            raise SettingsError(
                f'there is a file "{path.as_posix()}"; write into another directory'
            )
    for path, text in files.items():
        write_output(path, text)
        sys.stdout.write(f"{path.as_posix()}\n")
    return 0
