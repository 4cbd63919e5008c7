"""`usher explore` from its options to its exit code: what breaks a truth about rows is found, shortened and written."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.flow.check import check_flows
from engine.service.catalog import load_catalog
from engine.service.cli import main
from engine.service.filling import load_fill
from engine.service.simulation import open_backstage
from engine.simulate.coverage.as_json import write_json
from engine.simulate.coverage.goals import list_goals
from engine.simulate.coverage.model import Coverage
from engine.simulate.coverage.recorder import Recorder
from engine.simulate.coverage.report import Report
from engine.simulate.invariants import read_invariants
from engine.simulate.scenarios.model import Press, Send, Sound
from engine.simulate.scenarios.play import ScenarioFailedError, play_scenario
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.stage import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import MakeDatabase

ROOT = Path(__file__).parents[2]
FLOWS = str(ROOT / "flows")
TRUTHS = """\
-- Nobody speaks German, which is of course wrong
SELECT id FROM users WHERE locale = 'de';
"""

type Explore = Callable[..., int]


@pytest.fixture
def explore(monkeypatch: pytest.MonkeyPatch, database_server: str, tmp_path: Path) -> Explore:
    """Give a function that explores the shipped flows, in an empty directory."""
    monkeypatch.setenv("DATABASE_URL", database_server)
    monkeypatch.chdir(tmp_path)
    return lambda *options: main(["explore", FLOWS, *options])


async def test_a_broken_truth_is_found_and_written(
    explore: Explore,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    new_database: MakeDatabase,
) -> None:
    """The shortest conversation that breaks it becomes a scenario, which fails, and the command ends with 1."""
    (tmp_path / "truths.sql").write_text(TRUTHS)

    code = await asyncio.to_thread(
        explore,
        *("--presses", "200", "--seed", "2", "--invariants", "truths.sql", "--write", "found"),
    )

    told = capsys.readouterr().out
    assert code == 1
    assert "Nobody speaks German, which is of course wrong: id 6001 [untrue]" in told
    assert "1 finding" in told
    (path,) = (tmp_path / "found").iterdir()
    checked = check_flows(ROOT / "flows", load_catalog())
    assert checked.bot is not None
    read = ScenarioReader(checked.bot).read(path.name, path.read_text())
    assert read.problems == ()
    (scenario,) = read.scenarios
    assert [line.act for line in scenario.lines] == [Send("/language"), Press(text="Deutsch")]
    assert scenario.lines[-1].expectations[-1][1] == Sound()
    truths = read_invariants(TRUTHS)
    async with (
        new_database() as url,
        open_backstage(url, load_fill("engine.service.filling:fill_with_salon")) as backstage,
    ):
        simulator = Simulator(checked.bot, backstage, invariants=truths)
        with pytest.raises(ScenarioFailedError, match="Nobody speaks German"):
            await play_scenario(simulator, scenario)


def test_shipped_flows_are_walked_without_a_finding(
    explore: Explore, capsys: pytest.CaptureFixture[str]
) -> None:
    """A short walk, which the truths of the shipped bot are held to, ends with 0 and figures."""
    truths = str(ROOT / "tests" / "invariants.sql")

    assert explore("--presses", "60", "--seed", "7", "--invariants", truths) == 0

    assert "seed 7: 60 presses in " in capsys.readouterr().out


@pytest.mark.long
def test_shipped_flows_are_walked_far_without_a_finding(explore: Explore) -> None:
    """Thousands of acts of three people lead to nothing that is wrong."""
    truths = str(ROOT / "tests" / "invariants.sql")

    assert explore("--presses", "3000", "--people", "3", "--invariants", truths) == 0


async def test_scenarios_of_a_flow_are_written_and_pass(
    explore: Explore,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    new_database: MakeDatabase,
) -> None:
    """Each goal of a flow is met by one of the scenarios that are written, and each of those holds."""
    assert await asyncio.to_thread(explore, "--for", "language", "--write", "found") == 0

    told = capsys.readouterr()
    assert told.out == "found/missing.yaml\n"
    assert "8 goals met, 0 not, " in told.err
    checked = check_flows(ROOT / "flows", load_catalog())
    assert checked.bot is not None
    text = (tmp_path / "found" / "missing.yaml").read_text()
    read = ScenarioReader(checked.bot).read("missing.yaml", text)
    assert read.problems == ()
    assert [scenario.name for scenario in read.scenarios] == [
        "language, speak: the step is passed",
        'language, choose: button "« Menu" leads to end',
        "language, choose: nothing to choose leads to end",
    ]
    recorder = Recorder(checked.bot)
    async with (
        new_database() as url,
        open_backstage(url, load_fill("engine.service.filling:fill_with_salon")) as backstage,
    ):
        simulator = Simulator(checked.bot, backstage, recorder)
        for scenario in read.scenarios:
            await play_scenario(simulator, scenario)
    goals = [goal for goal in list_goals(checked.bot) if goal.flow == "language"]
    left = [one.key for one in goals if one.key not in recorder.coverage.taken]
    assert left == ["locale language.choose de", "locale language.choose uk"]


def test_scenarios_are_written_for_what_a_report_misses(
    explore: Explore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a report says is covered is not sought."""
    checked = check_flows(ROOT / "flows", load_catalog())
    assert checked.bot is not None
    coverage = Coverage()
    for goal in list_goals(checked.bot):
        if goal.key != "move help.help button:end":
            coverage.add(goal.key, "some test")
    (tmp_path / "flows.json").write_text(write_json(Report(checked.bot, coverage)))

    assert explore("--missing", "flows.json") == 0

    assert "      - press: « Back\n" in capsys.readouterr().out


WRONG = {
    "no such flow": (["--for", "bokking"], 'there is no flow "bokking"; flows are'),
    "no such report": (["--missing", "none.json"], '"none.json" cannot be read'),
    "no report": (["--missing", "nameless.sql"], "is no report of `pytest --flow-cov-report"),
    "no such file": (["--invariants", "none.sql"], '"none.sql" cannot be read'),
    "no name": (["--invariants", "nameless.sql"], "a query has no comment above it"),
    "no end": (["--invariants", "endless.sql"], 'the last query does not end in ";"'),
    "nothing to fill with": (["--fill", "engine.nothing:fill"], "is no function"),
}


@pytest.mark.parametrize(("options", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_wrong_use_ends_with_2(
    explore: Explore,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    sentence: str,
) -> None:
    """What cannot be used is told before anything is walked."""
    (tmp_path / "nameless.sql").write_text("SELECT 1;\n")
    (tmp_path / "endless.sql").write_text("-- One\nSELECT 1\n")

    assert explore(*options) == 2

    assert sentence in capsys.readouterr().err


def test_truths_of_the_shipped_bot_can_be_read() -> None:
    """Each query has a name of its own."""
    truths = read_invariants((ROOT / "tests" / "invariants.sql").read_text())

    assert len({truth.name for truth in truths}) == len(truths) == 31
