"""Full-screen snapshots of scenarios: which file holds one, and how it is compared or written anew.

It knows nothing of pytest, nor how screens are drawn.
"""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from engine.simulate.scenarios.model import Scenario

DIRECTORY: Final = "screens"
"""Stands beside scenario files; in it each of them has a directory of its own, named as it is."""

OPTION: Final = "--update-goldens"

_LONGEST_NAME: Final = 200
"""How many bytes of a scenario's name are in that of its file; file systems take 255."""


class ScreensDifferError(AssertionError):
    """What people saw is not what the file says; the text tells where, and how."""


def screens_path(scenario_file: Path, name: str) -> Path:
    """Return where the screens of a scenario are kept."""
    words = re.sub(r"\W+", "-", name.casefold()).strip("-")
    short = words.encode()[:_LONGEST_NAME].decode(errors="ignore")
    return scenario_file.parent / DIRECTORY / scenario_file.stem / f"{short}.txt"


def scenario_file_of(path: Path) -> Path | None:
    """Return the scenario file beside which screens are kept; None where a path is no place for screens."""
    home = path.parent.parent
    if path.suffix != ".txt" or home.name != DIRECTORY or home.parent.name != "scenarios":
        return None
    return home.parent / f"{path.parent.name}.yaml"


def owners(scenario_file: Path, scenarios: Sequence[Scenario]) -> Mapping[Path, Sequence[Scenario]]:
    """Return the scenarios that keep screens, by the path; more than one where their names are too much alike."""
    found: dict[Path, list[Scenario]] = {}
    for scenario in scenarios:
        if scenario.screens:
            found.setdefault(screens_path(scenario_file, scenario.name), []).append(scenario)
    return found


def compare_screens(path: Path, seen: str, *, shown_as: str, update: bool) -> None:
    """Compare what people saw with a file, or write it there.

    Raises:
        ScreensDifferError: it is not the same.
    """
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(seen, encoding="utf-8")
        return
    if not path.exists():
        raise ScreensDifferError(f"{shown_as} is missing; write it with {OPTION}, and read it")
    kept = path.read_text(encoding="utf-8")
    if kept != seen:
        lines = unified_diff(
            kept.splitlines(), seen.splitlines(), shown_as, "seen now", n=3, lineterm=""
        )
        right = f"if that is right, write it anew with {OPTION}"
        raise ScreensDifferError(
            f"people see something else than {shown_as}; {right}\n" + "\n".join(lines)
        )
