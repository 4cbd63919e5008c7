"""Bounds of answers that are counted from today or from data are compared before anybody is asked."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows

FLOW = """\
flow: visit
version: 1
title: Visit
data: {first: date, day: date}
steps:
  first: {ask: date, text: First day?, save: {first: it}}
  day: {ask: date, text: Which day?, BOUNDS, save: {day: it}}
  done: {show: "{{ data.first | date }} or {{ data.day | date }}", end: {}}
"""


@pytest.mark.parametrize(
    ("bounds", "codes"),
    [
        ("min: today() + days(30), max: today()", ["bad-bounds"]),
        ("min: today(), max: today() + days(30)", []),
        ("min: data.first, max: data.first + days(3)", []),
        ("min: data.first, max: today()", []),
        ("min: today(), allow: it < today()", ["never-true"]),
        ("min: today(), allow: it >= today()", ["always-true"]),
        ("min: today(), allow: it > today()", []),
        ("min: data.first, allow: it >= data.first", ["always-true"]),
    ],
)
def test_bounds_and_allow_leave_an_answer(
    bounds: str, codes: list[str], catalog: Catalog, base_files: Mapping[str, str]
) -> None:
    """Bounds that exclude each other, and an `allow` that the bounds answer, are told; what depends on the day is not."""
    sources = {**base_files, "visit.yaml": FLOW.replace("BOUNDS", bounds)}
    texts = {Path(name): text for name, text in sources.items()}

    found = check_flows(Path(), catalog, sources=texts).problems

    assert [problem.code for problem in found] == codes
