"""Reports as files, by their form.

It knows where each form goes; what is in them is made elsewhere.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.simulate.coverage.as_json import write_json
from engine.simulate.coverage.cobertura import write_cobertura
from engine.simulate.coverage.html import write_html

if TYPE_CHECKING:
    from pathlib import Path

    from engine.simulate.coverage.report import Report


def write_report(report: Report, form: str, path: Path) -> None:
    """Write a report as `html` into a directory, or as `json` or Cobertura's `xml` to a file.

    Raises:
        ValueError: there is no such form.
    """
    if form == "html":
        write_html(report, path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_text(report, form), encoding="utf-8")


def _text(report: Report, form: str) -> str:
    match form:
        case "json":
            return write_json(report)
        case "xml":
            return write_cobertura(report, milliseconds=time.time_ns() // 1_000_000)
        case _:
            raise ValueError(f'a report is no "{form}"')
