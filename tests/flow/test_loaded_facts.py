"""What a condition proves of what its step loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.actions import Catalog, Context, query
from engine.flow.check import check_flows

FLOW = """\
flow: visit
version: 1
title: Visit
data: {offer: Offer}
steps:
  look:
    show: Hello
    load: {found: offers.next()}
    buttons:
      - {text: See, go: see, save: {offer: found}, when: found is not None}
      - {text: Leave, go: end}
  see: {show: "{{ data.offer.title }}", end: {}}
"""
GIVING = """\
flow: giving
version: 1
title: Giving
steps:
  give: {show: Hello, buttons: [{text: Done, go: end}]}
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be there."""

    title: str


@query("offers.next")
async def _next_offer(_context: Context) -> Offer | None:
    """Find nothing."""
    return None


def _codes(base: Mapping[str, str], visit: str) -> set[str]:
    files = {**base, "visit.yaml": visit, "giving.yaml": GIVING}
    sources = {Path(name): text for name, text in files.items()}
    checked = check_flows(Path(), Catalog([_next_offer]), sources=sources)
    return {problem.code for problem in checked.problems}


def test_a_button_saves_what_its_condition_proved(base_files: Mapping[str, str]) -> None:
    """What a button's `when` says is there is set once the button is pressed, and may be unset without."""
    bare = FLOW.replace(", when: found is not None", "")

    assert _codes(base_files, FLOW) == set()
    assert _codes(base_files, bare) == {"maybe-none", "maybe-unset"}


def test_a_condition_proves_nothing_once_a_flow_was_run(base_files: Mapping[str, str]) -> None:
    """What comes back from a flow is saved with what is loaded then, which the button never saw."""
    run = FLOW.replace("go: see, ", "run: giving, ").replace("Leave, go: end", "Leave, go: see")

    assert _codes(base_files, run) == {"maybe-none", "maybe-unset"}
