"""The tutorial: what its reader has after each part is right, and so are the messages that it shows."""

import re
from pathlib import Path

import pytest

from actions.catalog import catalog as shipped
from engine.flow.check import check_flows
from engine.flow.formatting.write import format_source
from engine.flow.problems import render_problems
from tests.tutorial import PAGE, Stage, stages

STAGES = list(stages())
FRIENDS = Path("flows/friends.yaml")
BROKEN = re.findall(r"^\| (.*) \| \[([a-z-]+)\]\(checks\.md#\2\) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.title)
def test_stage_is_right(stage: Stage) -> None:
    """After each part the bot that ships, with what the reader wrote, has no problem."""
    checked = check_flows(Path("flows"), shipped, sources=dict(stage.files))

    assert render_problems(checked.problems, "text", stage.files) == ""


def test_flows_of_the_reader_are_in_one_form() -> None:
    """What the reader has in the end is as `usher fmt` would write it."""
    for path in (FRIENDS, Path("flows/colleague.yaml"), Path("flows/texts/de.yaml")):
        text = STAGES[-1].files[path]
        assert format_source(path.as_posix(), text)[0] == text


def test_shown_message_is_the_real_one() -> None:
    """The mistake that the page tells to make gives the message that the page shows."""
    (shown,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    before = next(stage for stage in STAGES if stage.title == "Let people leave")
    files = dict(before.files)
    files[FRIENDS] = files[FRIENDS].replace("go: service}", "go: servise}")

    problems = check_flows(Path("flows"), shipped, sources=files).problems

    assert render_problems(problems[:1], "text", files) == shown


BREAKS = {
    "unhandled-outcome": (r"      slot_taken: .*\n", ""),
    "maybe-none": (r'(show: "✅)', r"\1 {{ data.staff.name }}"),
    "wrong-type": (r'(show: "✅)', r"\1 {{ data.slot.starts_at }}"),
    "unreachable-step": (r"go: service}", "go: people}"),
}


@pytest.mark.parametrize(("what", "code"), BROKEN, ids=[code for _, code in BROKEN])
def test_other_mistakes_are_noticed(what: str, code: str) -> None:
    """What the page tells to break is noticed, first, by the check that the page names."""
    before = next(stage for stage in STAGES if stage.title == "Let people leave")
    wrong, instead = BREAKS[code]
    files = dict(before.files)
    files[FRIENDS], count = re.subn(wrong, instead, files[FRIENDS])
    assert count == 1, what

    problems = check_flows(Path("flows"), shipped, sources=files).problems

    assert [str(problem.code) for problem in problems][:1] == [code]


def test_every_row_of_mistakes_is_tried() -> None:
    """No row of the table of mistakes is left out."""
    assert {code for _, code in BROKEN} == set(BREAKS)
