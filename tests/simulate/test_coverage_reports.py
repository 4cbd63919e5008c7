"""Coverage as files: Cobertura's XML, JSON, and pages that are looked at in a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import pytest
from playwright.async_api import async_playwright, expect

from engine.actions import Catalog
from engine.simulate.coverage.as_json import write_json
from engine.simulate.coverage.cobertura import write_cobertura
from engine.simulate.coverage.lines import LineState, covered_lines
from engine.simulate.coverage.model import Coverage
from engine.simulate.coverage.picture import draw_coverage
from engine.simulate.coverage.report import Report
from engine.simulate.coverage.written import write_report
from tests.dialog.conftest import BOT_YAML, HOME_YAML, check_bot

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIN = """\
flow: main
version: 1
title: Main
steps:
  first:
    show: "Which <b>way</b>?"
    buttons:
      - {text: "Left & on", id: left, go: left}
      - [{text: Right, go: right}, {text: Stop, id: stop, go: end}]
  left:
    show: "Left."
    end: {}
  right:
    show: "Right."
    timeout: {after: 1h, go: first}
    buttons:
      - {text: Back, go: first}
"""
TAKEN = (
    "step main.first", "move main.first button:left", "move main.first button:stop", "step main.left",
    "move main.left word", "step home.menu",
)  # fmt: skip


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """Give the report of a small bot whose left way was taken."""
    flows = {"bot": BOT_YAML, "home": HOME_YAML, "main": MAIN}
    (tmp_path / "flows").mkdir()
    for name, text in flows.items():
        (tmp_path / "flows" / f"{name}.yaml").write_text(text)
    coverage = Coverage(seen={"main.first": {"client"}})
    for key in TAKEN:
        coverage.add(key, "tests/one")
    coverage.add("step main.first", "tests/two")
    bot = check_bot(flows, Catalog([]), tmp_path / "flows")
    return Report(bot, coverage, root=tmp_path)


def test_lines_say_how_far_they_are_covered(report: Report) -> None:
    """A line of two buttons of which one was pressed is partly covered; each of the others is, or is not."""
    lines = next(lines for path, lines in covered_lines(report).items() if "main" in path)

    assert {line.number: line.state for line in lines} == {
        5: LineState.TAKEN, 8: LineState.TAKEN, 9: LineState.PARTLY, 10: LineState.TAKEN,
        13: LineState.MISSED, 15: LineState.MISSED, 17: LineState.MISSED,
    }  # fmt: skip


# What Cobertura's coverage-04.dtd says of each element: what is in it, and the attributes that must be there.
CONTENTS: Final[Mapping[str, tuple[str, set[str]]]] = {
    "coverage": ("(sources )?packages ", {
        "line-rate", "branch-rate", "lines-covered", "lines-valid", "branches-covered", "branches-valid",
        "complexity", "version", "timestamp",
    }),
    "sources": ("(source )*", set()),
    "source": ("", set()),
    "packages": ("(package )*", set()),
    "package": ("classes ", {"name", "line-rate", "branch-rate", "complexity"}),
    "classes": ("(class )*", set()),
    "class": ("methods lines ", {"name", "filename", "line-rate", "branch-rate", "complexity"}),
    "methods": ("(method )*", set()),
    "lines": ("(line )*", set()),
    "line": ("(conditions )*", {"number", "hits"}),
    "conditions": ("(condition )*", set()),
    "condition": ("", {"number", "type", "coverage"}),
}  # fmt: skip
OPTIONAL: Final[Mapping[str, set[str]]] = {"line": {"branch", "condition-coverage"}}


def test_xml_is_what_cobertura_declares(report: Report) -> None:
    """Each element has what the DTD lets it have, in that order; hits are tests, more than one way on a line are branches."""
    root = ET.fromstring(write_cobertura(report))  # noqa: S314  # our own

    for element in root.iter():
        inside, required = CONTENTS[element.tag]
        assert re.fullmatch(inside, "".join(f"{one.tag} " for one in element)), element.tag
        assert required <= element.attrib.keys() <= required | OPTIONAL.get(element.tag, set())
    assert root.findtext("sources/source") == report.root_path
    classes = {str(one.get("filename")): one for one in root.iter("class")}
    lines = {one.get("number"): one for one in classes["flows/main.yaml"].iter("line")}
    assert lines["5"].attrib == {"number": "5", "hits": "2"}
    assert lines["9"].get("condition-coverage") == "50% (1/2)"
    assert lines["13"].get("hits") == "0"
    assert root.get("lines-covered") == str(
        sum(one.get("hits") != "0" for one in root.iter("line"))
    )


def test_json_has_every_goal_with_its_tests(report: Report) -> None:
    """Sums, places, targets and tests are there, and the roles that saw a window."""
    written: Any = json.loads(write_json(report))

    flow = written["flows"]["main"]
    assert flow["totals"]["move"] == {"taken": 3, "all": 6}
    assert flow["roles"] == {"first": ["client"]}
    goal = next(one for one in flow["goals"] if one["key"] == "move main.first button:left")
    assert goal == {
        "key": "move main.first button:left", "kind": "move", "step": "first", "cause": "button:left",
        "says": 'button "Left & on" leads to left', "file": "flows/main.yaml", "line": 8,
        "column": goal["column"], "target": "left", "tests": ["tests/one"],
    }  # fmt: skip


def test_the_picture_tells_moves_apart(report: Report) -> None:
    """Boxes and arrows have a class each for what was taken, and an arrow of which a part was; labels of the rest stand out."""
    svg = draw_coverage(report, "main")

    assert svg.count('class="box show taken"') == 2
    assert svg.count('class="box show missed"') == 1
    assert re.search(r'class="label missed"[^>]*>Right<', svg)
    assert re.search(r'class="label taken"[^>]*>Left &amp; on<', svg)
    assert re.search(r'class="move missed"', svg)


def test_pages_name_what_is_missing_where_it_is_written(report: Report, tmp_path: Path) -> None:
    """Each file has a page with its lines; what is written in a flow cannot break out of it."""
    write_report(report, "html", tmp_path / "out")

    page = (tmp_path / "out" / "flows-main.html").read_text()
    index = (tmp_path / "out" / "index.html").read_text()
    states = {
        number: state for state, number in re.findall(r'class="line ?(\w*)" id="L(\d+)"', page)
    }
    assert states["9"] == "partly"
    assert [number for number, state in states.items() if state == "lost"] == ["14", "16"]
    assert "button &quot;Right&quot; leads to right" in page
    assert "Which &lt;b&gt;way&lt;/b&gt;?" in page
    assert "<b>way" not in page
    assert '<a href="flows-main.html#L13">flows/main.yaml:13</a> main, right: never shown' in index


def test_a_form_that_is_none_is_not_written(report: Report, tmp_path: Path) -> None:
    """Nobody gets an empty file."""
    with pytest.raises(ValueError, match='a report is no "pdf"'):
        write_report(report, "pdf", tmp_path / "report.pdf")


CHROMIUM = Path("/usr/bin/chromium")


@pytest.mark.browser
@pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}; apt-get install chromium"
)
@pytest.mark.parametrize("width", [390, 1280])
async def test_pages_fit_phones_and_desks(report: Report, tmp_path: Path, width: int) -> None:
    """Nothing stands out of the window but what scrolls by itself, and what is missing is a click away."""
    write_report(report, "html", tmp_path / "out")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(viewport={"width": width, "height": 800})
        await page.goto((tmp_path / "out" / "index.html").as_uri())
        wide = "document.documentElement.scrollWidth > innerWidth"
        assert not await page.evaluate(wide)
        await page.get_by_text("flows/main.yaml:13").click()
        await expect(page.locator("#L13")).to_be_in_viewport()
        await expect(page.locator("#L13 .missed").first).to_have_text("the step is shown")
        assert not await page.evaluate(wide)
        await page.locator("#L5 summary").click()
        await expect(page.get_by_text("tests/two")).to_be_visible()
        await browser.close()
