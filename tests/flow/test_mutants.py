"""Mistakes put into the flows that ship are found where they are.

`MUTANTS_EVERY=1 pytest tests/flow/test_mutants.py` tries them all.
"""

import os
import re
from pathlib import Path

from benchmarks.mutants.page import holes, share_caught
from benchmarks.mutants.run import make_mutants, read_bots, try_mutants

LEAST_SHARE = 0.95
LEAST_SHARE_OF_PAGE = 0.9
"""The examples of a page stand alone: nobody runs their flows or reads all of their data, so that more mistakes make another right flow."""

LEAST_KINDS = 30
EVERY = int(os.environ.get("MUTANTS_EVERY", "61"))


def test_mistakes_are_found_where_they_are() -> None:
    """Of every so many-th mutant of the shipped flows at least 95 % are told at their line or at one that disagrees."""
    for name, directory, bot, actions in read_bots():
        tried = list(try_mutants(bot, directory, actions, every=EVERY))

        least = LEAST_SHARE if name.endswith("flows") else LEAST_SHARE_OF_PAGE
        assert share_caught(tried) >= least, name
        assert holes(tried) == []


def test_there_are_many_kinds_of_mistakes() -> None:
    """The shipped flows take at least thirty kinds of mistakes, and every mutant is the same at each run."""
    _, _, bot, _ = next(read_bots())

    mutants = list(make_mutants(bot))

    assert len({mutant.kind for mutant in mutants}) >= LEAST_KINDS
    assert mutants == list(make_mutants(bot))


def test_page_of_mutants_tells_the_share() -> None:
    """The page that the benchmark wrote says at least 95 %."""
    page = Path("docs/mutants.md").read_text(encoding="utf-8")

    found = re.search(r"\*\*([0-9.]+)% are caught", page)

    assert found is not None
    assert float(found[1]) >= 100 * LEAST_SHARE
