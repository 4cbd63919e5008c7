"""`usher graph`: a picture of a flow, as it was checked.

It knows nothing of how steps and moves are drawn.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from engine.flow.draw import draw_mermaid, draw_svg
from engine.flow.problems import render_problems
from engine.flow.types import choose_from
from engine.service.commands.check import catalog_in_use, check_directory
from engine.service.commands.output import write_output
from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Draw one flow of a directory; return 1, with the problems on stderr, when the flows have any."""
    checked = check_directory(options.flows, catalog_in_use())
    if checked.bot is None:
        sys.stderr.write(render_problems(checked.problems))
        return 1
    flow = checked.bot.flows.get(options.flow)
    if flow is None:
        known = choose_from(options.flow, checked.bot.flows, "flows")
        raise SettingsError(f'there is no flow "{options.flow}"{known}')
    draw = draw_svg if options.format == "svg" else draw_mermaid
    write_output(options.output, draw(flow))
    return 0
