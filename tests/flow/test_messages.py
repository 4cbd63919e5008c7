"""Mistakes that people make while writing a flow: each is one problem, whose message says what to mend."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.problems import render_problems

MISTAKES = Path(__file__).parent.parent / "flows" / "messages"
NAMES = sorted(path.stem for path in MISTAKES.glob("*.yaml"))
_FILE = re.compile(r"^# file: (.+)\n", re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_mistake_is_one_problem_that_says_the_mend(
    name: str,
    catalog: Catalog,
    base_files: Mapping[str, str],
    golden: Callable[[Path, str], None],
) -> None:
    """Nothing that only follows from a mistake is told with it."""
    text = (MISTAKES / f"{name}.yaml").read_text()
    parts = _FILE.split(text if text.startswith("# file: ") else f"# file: visit.yaml\n{text}")
    written = {**base_files, **dict(zip(parts[1::2], parts[2::2], strict=True))}
    sources = {Path(path): source for path, source in written.items()}

    problems = check_flows(Path(), catalog, sources=sources).problems

    assert len(problems) == 1
    golden(MISTAKES / f"{name}.out", render_problems(problems, "text", sources))
