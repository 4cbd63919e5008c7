"""The page on writing actions tells the truth: its examples run, its table of types is what flows see."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest

from actions.records import Booking, Service, Slot
from engine.actions import Contact, Email, File, Location, Money, Phone
from engine.flow.annotations import type_of
from engine.flow.check import check_flows
from engine.flow.problems import render_problems
from engine.flow.types import describe
from storage.values import BookingStatus

PAGE = (Path(__file__).parents[2] / "docs" / "writing-actions.md").read_text()
EXAMPLES = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
FLOWS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
TYPES = re.findall(r"^\| `([^`]+)` \| ([^|`]+) \|$", PAGE.partition("## Types")[2], re.MULTILINE)
BOT = re.sub(
    "locales: .*",
    "locales: [en]",
    (Path(__file__).parents[2] / "flows" / "bot.yaml").read_text(),
)
NAMES = {
    named.__name__: named
    for named in (
        date,
        datetime,
        time,
        timedelta,
        Decimal,
        Booking,
        Service,
        Slot,
        BookingStatus,
        Contact,
        File,
        Location,
    )
} | {"Money": Money, "Phone": Phone, "Email": Email, "Literal": Literal}


def run_examples() -> dict[str, Any]:
    """Run all examples of the page, one after the other, as one module."""
    names: dict[str, Any] = {"__name__": "examples"}
    exec(compile(EXAMPLES, "docs/writing-actions.md", "exec"), names)  # noqa: S102 - our own page
    return names


EXAMPLE_TESTS = {
    name: function for name, function in run_examples().items() if name.startswith("test_")
}


@pytest.mark.parametrize("name", EXAMPLE_TESTS)
async def test_the_examples_pass_their_own_tests(desk: Any, name: str) -> None:
    """What the page shows as a test is one, and passes."""
    await EXAMPLE_TESTS[name](desk)


@pytest.mark.parametrize("flow", FLOWS, ids=range(len(FLOWS)))
def test_the_flows_are_right(flow: str) -> None:
    """Each part of a flow on the page is right, with the actions that the page defines."""
    sources = {
        Path("flows/bot.yaml"): re.sub(
            "home: .*\nlate_payments: .*", "home: example", BOT.partition("notices:")[0]
        ),
        Path("flows/example.yaml"): f"flow: example\nversion: 1\ntitle: Example\n{flow}",
    }

    problems = check_flows(Path("flows"), run_examples()["catalog"], sources=sources).problems

    assert render_problems(problems, "text", sources) == ""


def test_the_page_has_tests_to_run() -> None:
    """The examples were found."""
    assert len(EXAMPLE_TESTS) == 2
    assert len(TYPES) == 19


@pytest.mark.parametrize(("annotation", "word"), TYPES, ids=[row[0] for row in TYPES])
def test_types_are_called_what_the_page_says(annotation: str, word: str) -> None:
    """Every row of the table is what the checker makes of the annotation."""
    python = eval(annotation.replace("\\|", "|"), dict(NAMES))  # noqa: S307 - our own page

    assert describe(type_of(python)) == word
