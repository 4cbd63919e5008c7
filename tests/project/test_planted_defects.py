"""The planted defects can be planted: what they change is still there, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.planted.defects import DEFECTS, Defect

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: str(defect.name))
def test_each_defect_can_be_planted(defect: Defect) -> None:
    """A defect whose text was rewritten is noticed here, and not as one that nobody catches."""
    for edit in defect.edits:
        assert (ROOT / edit.path).read_text(encoding="utf-8").count(edit.old) == 1, edit
