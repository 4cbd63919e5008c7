"""A directory of flows to a bot that can run, or to everything that is wrong with it.

It knows nothing of what is kept between two checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.extending import read_layers
from engine.flow.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.actions import Catalog
    from engine.flow.checked import Checked
    from engine.flow.directory import Text


def check_flows(
    directory: Path, catalog: Catalog, *, sources: Mapping[Path, Text] | None = None
) -> Checked:
    """Check bot.yaml, every flow, fragment and translation of a directory against the actions of a catalog.

    `sources` are texts by path that are checked instead of the files of the directory.
    """
    texts = read_layers(directory) if sources is None else sources
    return Workspace(directory, catalog).check(texts)


def find_problems(
    directory: Path, catalog: Catalog, *, sources: Mapping[Path, Text] | None = None
) -> Checked:
    """Check as `check_flows` does, sooner where there are many flows, and give no bot."""
    texts = read_layers(directory) if sources is None else sources
    return Workspace(directory, catalog, wants_problems_alone=True).check(texts)
