"""The page of faults names a test for each line, and the tests are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating" / "faults.md").read_text()
ROWS = re.findall(r"^\| ([FS]\d+) \|(.*)\|$", PAGE, flags=re.MULTILINE)
NAMES = {
    name
    for path in (ROOT / "tests" / "faults").glob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_[fs]\d+_)", path.read_text(), flags=re.MULTILINE)
}


@pytest.mark.parametrize(("line", "row"), ROWS, ids=[line for line, _ in ROWS])
def test_each_line_has_its_test_or_says_what_is_missing(line: str, row: str) -> None:
    """A line names a test of its own number that exists, or a file that does, or says "not yet"."""
    named = re.findall(r"`([^`]*)`", row.rsplit("|", maxsplit=1)[-1])
    if not named:
        assert "not yet" in row
    for one in named:
        if one.startswith("test_"):
            assert one == f"test_{line.lower()}_"
            assert one in NAMES
        else:
            assert (ROOT / one).exists()


def test_every_test_of_a_fault_is_on_the_page() -> None:
    """No fault that is tested is missing from the page, and none is there twice."""
    lines = [line for line, _ in ROWS]
    assert len(set(lines)) == len(lines)
    assert {f"test_{line.lower()}_" for line in lines} >= NAMES
