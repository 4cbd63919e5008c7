"""A check by two processes finds what a check by one finds."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows, find_problems
from engine.flow.spread import LEAST_NAMES, spread_work

FLOW = """\
flow: flow{number}
version: 1
title: Flow
start: [/flow{number}]
data: {{n: int}}
steps:
  hello: {{show: "{text}", buttons: [{{text: On, go: bye}}]}}
  bye: {{show: Bye, end: {{}}}}
"""


def test_two_processes_find_what_one_finds(catalog: Catalog, base_files: Mapping[str, str]) -> None:
    """The same problems in the same order, of flows that either process looked at."""
    texts = {
        f"flow{number}.yaml": FLOW.format(
            number=number, text="{{ data.n }}" if number % 3 else "Hi"
        )
        for number in range(2 * LEAST_NAMES)
    }
    sources = {Path(name): text for name, text in {**base_files, **texts}.items()}

    whole = check_flows(Path(), catalog, sources=sources)
    alone = find_problems(Path(), catalog, sources=sources)

    assert len(whole.problems) == len(texts) - len(texts) // 3
    assert alone.problems == whole.problems
    assert alone.bot is None


def test_each_name_has_its_result() -> None:
    """Results come in the order of the names, whichever process made them."""
    names = [str(number) for number in range(3 * LEAST_NAMES)]

    assert list(spread_work(names, int).items()) == [(name, int(name)) for name in names]


def test_a_process_that_dies_costs_no_result() -> None:
    """What the other process does not give is done here."""
    here = os.getpid()

    def work(name: str) -> str:
        if os.getpid() != here:
            os._exit(1)
        return name

    names = [str(number) for number in range(LEAST_NAMES)]
    assert list(spread_work(names, work)) == names


def test_a_fault_of_the_work_is_raised() -> None:
    """What raises in the other process raises here, rather than leaving names without a result."""

    def work(name: str) -> str:
        raise ValueError(name)

    with pytest.raises(ValueError, match="0"):
        spread_work([str(number) for number in range(LEAST_NAMES)], work)
