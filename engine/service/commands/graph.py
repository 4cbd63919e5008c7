"""`usher graph`: a picture of a flow, or of all flows of a bot, as they were checked.

It knows nothing of how steps and moves are drawn.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from engine.flow.draw import draw_mermaid, draw_svg
from engine.flow.draw_dot import draw_dot
from engine.flow.drawing import Drawing, draw_bot
from engine.flow.problems import render_problems
from engine.flow.types import choose_from
from engine.service.commands.check import catalog_in_use, check_directory
from engine.service.commands.output import write_output
from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping

    from engine.flow.checked import Checked

_FORMATS: Final[Mapping[str, Callable[[Drawing], str]]] = {
    "mermaid": draw_mermaid,
    "dot": draw_dot,
    "svg": draw_svg,
}
_SHOWN: Final = frozenset({"silent-loop", "trap", "unreachable-step"})
"""Faults that a picture shows; flows with any other might lead elsewhere than was drawn."""


def run(options: Namespace) -> int:
    """Draw; return 1, with the problems on stderr, when the flows have any, and draw only what a picture shows."""
    checked = check_directory(options.flows, catalog_in_use())
    sys.stderr.write(render_problems(checked.problems))
    if all(problem.code in _SHOWN for problem in checked.problems):
        drawing = _draw_flow(checked, options.flow) if options.flow else _draw_all(checked)
        write_output(options.output, _draw_as(options)(drawing))
    return 1 if checked.problems else 0


def _draw_as(options: Namespace) -> Callable[[Drawing], str]:
    """Give what writes the picture: in the format asked for, or in that which the file's name tells."""
    suffix = options.output.suffix.removeprefix(".") if options.output else ""
    return _FORMATS[options.format or (suffix if suffix in _FORMATS else "mermaid")]


def _draw_flow(checked: Checked, name: str) -> Drawing:
    graph = checked.graphs.get(name)
    if graph is None:
        known = choose_from(name, checked.graphs, "flows")
        raise SettingsError(f'there is no flow "{name}"{known}')
    return Drawing.of(graph)


def _draw_all(checked: Checked) -> Drawing:
    home = next((file.bot.home for file in checked.files if file.bot), None)
    return draw_bot(checked.flows, home)
