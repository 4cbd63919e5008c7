"""One report in every format, and SARIF by the required parts of its schema."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.flow.checked import Checked
from engine.flow.codes import check_reasons
from engine.flow.problems import ProblemFormat, render_problems

GOLDENS = Path(__file__).parent.parent / "flows" / "formats"
FLOW = """\
flow: visit
version: 1
title: Visit
steps:
  hello: {show: "Grüß Gott 👋 {{ user.nme }}", buttons: [{text: On, go: lsat}, {text: Stop, go: end, text: Halt}]}
  list: {choose: bookings.mine(), text: Which?, button: A, save: {}, go: end} # usher: ignore[empty-choice] because everybody has one
  lost: {show: Gone, end: {}}
"""


@pytest.fixture
def report(
    check_visit: Callable[[str], Checked], base_files: Mapping[str, str]
) -> tuple[Checked, dict[Path, str]]:
    """Give a report with related places, wide characters and a silenced problem, and its sources."""
    sources = {Path(name): text for name, text in {**base_files, "visit.yaml": FLOW}.items()}
    return check_visit(FLOW), sources


@pytest.mark.parametrize("form", list(ProblemFormat))
def test_report_reads_the_same_in_every_format(
    form: ProblemFormat, report: Any, golden: Callable[[Path, str], None]
) -> None:
    """Text, JSON, annotations and SARIF say what they always said."""
    checked, sources = report
    written = render_problems(checked.problems, form, sources, checked.silenced)
    if form is ProblemFormat.SARIF:
        log = json.loads(written)
        log["runs"][0]["tool"]["driver"]["rules"] = ["…"]
        for result in log["runs"][0]["results"]:
            del result["ruleIndex"]
        written = json.dumps(log, ensure_ascii=False, indent=2) + "\n"

    golden(GOLDENS / f"report.{form}", written)


def test_sarif_has_what_its_schema_requires(report: Any) -> None:
    """Every part that SARIF 2.1.0 requires is there, and every index points at its rule."""
    checked, sources = report
    log = json.loads(render_problems(checked.problems, "sarif", sources, checked.silenced))

    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert (log["version"], run["tool"]["driver"]["name"]) == ("2.1.0", "usher")
    assert [rule["id"] for rule in rules] == list(check_reasons())
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)
    for result in run["results"]:
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for place in (*result["locations"], *result.get("relatedLocations", ())):
            region = place["physicalLocation"]["region"]
            assert 1 <= region["startColumn"] < region["endColumn"]
    assert [one["suppressions"] for one in run["results"] if "suppressions" in one] == [
        [{"kind": "inSource", "justification": "everybody has one"}]
    ]


def test_sarif_of_no_problems_still_names_every_rule() -> None:
    """A code host closes what it showed before only when it is told that the check ran."""
    log = json.loads(render_problems((), "sarif", {}))

    assert log["runs"][0]["results"] == []
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == len(check_reasons())
