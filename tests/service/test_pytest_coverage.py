"""Coverage in a pytest of its own: counted over processes, told in a table, and a reason to fail."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.service.pytest_coverage import read_percent, read_report

if TYPE_CHECKING:
    from tests.service.conftest import RunPytest

SCENARIOS = """\
scenarios:
  Somebody reads the help:
    play:
      - {send: /help, at: help.help}
      - {press: Back, at: menu.menu}

  Somebody looks at their bookings in German:
    given: {locale: de}
    play:
      - {send: /mybookings, at: my_bookings.list}
"""
PYTHON = """\
async def test_in_python(simulate):
    async with simulate() as chat:
        await chat.send("/language")
"""


def test_what_no_conversation_took_is_told_and_fails(run_pytest: RunPytest, tmp_path: Path) -> None:
    """Scenarios and Python tests count; what is missing is told at its file and line, and too much of it fails the run."""
    wanted = ("--flow-cov", "--flow-cov-report=xml:build/flows.xml", "--flow-fail-under=90")
    done = run_pytest(*wanted, scenarios__chat_yaml=SCENARIOS, test_chat_py=PYTHON)

    assert done.returncode == 1
    assert "3 passed" in done.stdout
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "help 1/1 1/1 - - - - - 1/1 1/3 100%" in lines
    assert "language 1/2 0/4 - - 0/1 - - 1/1 1/3 0%" in lines
    assert any("flows/language.yaml:21: language, speak: never passed" in one for one in lines)
    assert 'help is not seen in "de" at help' in lines
    assert (tmp_path / "build/flows.xml").read_text().startswith('<?xml version="1.0" ?>')
    assert "xml written to build/flows.xml" in lines
    assert any(one.endswith("% of all moves were taken, and 90 % are wanted") for one in lines)


def test_processes_count_together(run_pytest: RunPytest, tmp_path: Path) -> None:
    """What each process of xdist saw is in one report, the same as that of a single process."""
    wanted = ("--flow-cov-report=json:build/flows.json", "--flow-fail-under=0.1")
    alone = run_pytest(*wanted, scenarios__chat_yaml=SCENARIOS, test_chat_py=PYTHON)
    counted = json.loads((tmp_path / "build/flows.json").read_text())
    both = run_pytest(*wanted, "-n", "2")
    together = json.loads((tmp_path / "build/flows.json").read_text())

    assert alone.returncode == both.returncode == 0, both.stdout + both.stderr
    assert together == counted
    taken = {goal["key"]: goal["tests"] for goal in counted["flows"]["help"]["goals"]}
    assert taken["move help.help button:end"] == ["scenarios/chat.yaml::Somebody reads the help"]
    assert counted["flows"]["my_bookings"]["roles"] == {"list": ["client"]}


def test_a_report_that_cannot_be_written_is_refused() -> None:
    """A form that is none, a file that is not named, and a number that is no percentage."""
    with pytest.raises(ArgumentTypeError, match='"pdf" is no form of report; forms are '):
        read_report("pdf:out")
    with pytest.raises(ArgumentTypeError, match='say where "json" goes'):
        read_report("json")
    with pytest.raises(ArgumentTypeError, match='"101" is no number from 0 to 100'):
        read_percent("101")
    assert read_report("json:out/flows.json") == ("json", Path("out/flows.json"))
