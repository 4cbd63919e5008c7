"""Reports as files, by their form.

It knows where each form goes; what is in them is made elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.simulate.coverage.as_json import write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from engine.simulate.coverage.report import Report

_FILES: Final[Mapping[str, Callable[[Report], str]]] = {"json": write_json}


def write_report(report: Report, form: str, path: Path) -> None:
    """Write a report in one of FORMS to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_FILES[form](report), encoding="utf-8")
