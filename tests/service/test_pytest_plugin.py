"""The pytest plugin, in a pytest of its own: which tests it makes of scenario files, and how they end."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.service.conftest import RunPytest

SCENARIOS = """\
scenarios:
  Somebody new is greeted:
    play:
      - {send: /start, see: Hello Ann}

  This fails:
    play:
      - send: /start
      - press: "📅 Bok"

  What another scenario did is not there:
    play:
      - {send: /mybookings, see: You have no bookings.}
"""
PYTHON = """\
async def test_in_python(simulate):
    async with simulate() as chat:
        await chat.send("/start")
        chat.sees("Hello Ann")
"""


def test_plugin_is_installed() -> None:
    """Scenario files are tests, and not passed over, wherever the package is installed."""
    installed = {point.name: point.value for point in entry_points(group="pytest11")}

    assert installed.get("usher") == "engine.service.pytest_plugin"


def test_each_scenario_is_a_test(run_pytest: RunPytest) -> None:
    """One that fails is told at its line, with the story so far; Python tests stand beside them."""
    done = run_pytest("-v", scenarios__chat_yaml=SCENARIOS, test_chat_py=PYTHON)

    assert "scenarios/chat.yaml::Somebody new is greeted PASSED" in done.stdout
    assert "scenarios/chat.yaml::What another scenario did is not there PASSED" in done.stdout
    assert 'scenarios/chat.yaml:9:9: there is no button "📅 Bok"; the nearest is' in done.stdout
    assert "test_chat.py::test_in_python PASSED" in done.stdout
    assert "1 failed, 3 passed" in done.stdout


def test_scenarios_are_chosen_by_name(run_pytest: RunPytest) -> None:
    """`-k` chooses among scenarios as it does among tests."""
    done = run_pytest("-k", "greeted", scenarios__chat_yaml=SCENARIOS)

    assert done.returncode == 0
    assert "1 passed, 2 deselected" in done.stdout


def test_a_file_with_problems_is_not_played(run_pytest: RunPytest) -> None:
    """Its problems are told at their places, before anything runs."""
    wrong = SCENARIOS.replace("send: /mybookings", "sent: /mybookings")
    done = run_pytest(scenarios__chat_yaml=wrong)

    assert 'scenarios/chat.yaml:13:10: entry 1 of "play"' in done.stdout
    assert 'did you mean "send"?' in done.stdout
    assert "1 error" in done.stdout
