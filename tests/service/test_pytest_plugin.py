"""The pytest plugin, in a pytest of its own: which tests it makes of scenario files, and how they end."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from engine.service.scenario_screens import screens_path

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
SEED_OF_ANOTHER_PLACE = """\
def pytest_usher_seed(session, now):
    raise AssertionError("these rows are for the scenarios of this directory")
"""


def test_plugin_is_installed() -> None:
    """Scenario files are tests, and not passed over, wherever the package is installed."""
    installed = {point.name: point.value for point in entry_points(group="pytest11")}

    assert installed.get("usher") == "engine.service.pytest_plugin"


def test_each_scenario_is_a_test(run_pytest: RunPytest) -> None:
    """One that fails is told at its line, with the story so far; Python tests stand beside them.

    A conftest.py of another directory, read after the scenarios were, has no say.
    """
    done = run_pytest(
        "-v",
        scenarios__chat_yaml=SCENARIOS,
        shop__conftest_py=SEED_OF_ANOTHER_PLACE,
        shop__test_shop_py="def test_shop():\n    assert True\n",
        test_chat_py=PYTHON,
    )

    assert "scenarios/chat.yaml::Somebody new is greeted PASSED" in done.stdout
    assert "scenarios/chat.yaml::What another scenario did is not there PASSED" in done.stdout
    assert 'scenarios/chat.yaml:9:9: there is no button "📅 Bok"; the nearest is' in done.stdout
    assert "test_chat.py::test_in_python PASSED" in done.stdout
    assert "1 failed, 4 passed" in done.stdout


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


SCREENS = """\
scenarios:
  "Ann: greeted, & told of languages":
    screens: true
    given: {people: {ann: {first_name: "Ann & <b>Bo</b>"}, bob: }}
    play:
      - {send: /start, see: Hello Ann}
      - {as: bob, send: /start}
      - {as: ann, press: 🌐 Language}
      - wait: 5m
"""
KEPT = "scenarios/screens/chat/ann-greeted-told-of-languages.txt"
SEEN = """\
ann sends "/start"
  ann sees message 1:
    | <b>Salon Lindenhof</b>
    | Hello Ann &amp; &lt;b&gt;Bo&lt;/b&gt;! What can we do for you?
    [📅 Book a visit]
    [🗓 My bookings]
    [🌐 Language]
    [⚙️ Time zone, privacy]

bob sends "/start"
  bob sees message 1:
    | <b>Salon Lindenhof</b>
    | Hello Bob! What can we do for you?
    [📅 Book a visit]
    [🗓 My bookings]
    [🌐 Language]
    [⚙️ Time zone, privacy]

ann presses "🌐 Language"
  ann sees message 1 anew:
    | Which language shall we speak?
    [English]
    [Deutsch]
    [Українська]
    [« Menu]

5m pass
  nobody sees anything new
"""


def test_screens_are_written_and_compared(run_pytest: RunPytest, tmp_path: Path) -> None:
    """What everybody sees is kept as text where that is asked for, and another screen is told as a diff."""
    missing = run_pytest(scenarios__chat_yaml=SCREENS)
    written = run_pytest("--update-goldens")
    kept = (tmp_path / KEPT).read_text()
    (tmp_path / KEPT).write_text(kept.replace("Hello Bob", "Hallo Bob"))
    other = run_pytest(scenarios__more_yaml=SCREENS.replace("true", "false"))

    assert f"{KEPT} is missing; write it with --update-goldens" in missing.stdout
    assert (written.returncode, kept) == (0, SEEN)
    assert f"people see something else than {KEPT}" in other.stdout
    assert "-    | Hallo Bob! What" in other.stdout
    assert "+    | Hello Bob! What" in other.stdout
    assert "1 failed, 1 passed" in other.stdout


def test_screens_without_a_scenario_are_told(run_pytest: RunPytest, tmp_path: Path) -> None:
    """Those of a scenario that has another name now, or of a file that is gone, fail until they are removed."""
    renamed = {"scenarios__chat_yaml": SCENARIOS.replace("This fails", "This too")}
    screens = tmp_path / "scenarios" / "screens"
    for name in ("chat", "gone"):
        (screens / name).mkdir(parents=True)
        (screens / name / "old.txt").write_text("Hello")
    stale = run_pytest("-k", "belongs", "-n", "2", **renamed)
    run_pytest("-k", "belongs", "--update-goldens")

    assert "no scenario has the screens scenarios/screens/chat/old.txt" in stale.stdout
    assert "no scenario has the screens scenarios/screens/gone/old.txt" in stale.stdout
    assert "2 failed" in stale.stdout
    assert not list(screens.glob("*/*.txt"))


def test_screens_of_two_scenarios_in_one_file_are_refused(run_pytest: RunPytest) -> None:
    """Names that differ by signs alone are told, before one writes over the other."""
    first = SCREENS.partition("\n")[2]
    done = run_pytest(scenarios__chat_yaml=SCREENS + first.replace("Ann: greeted,", "Ann, greeted"))

    assert (
        f'{KEPT} would have the screens of "Ann: greeted, & told of languages" and' in done.stdout
    )


def test_a_name_too_long_for_a_file_is_cut() -> None:
    """File systems take names of 255 bytes."""
    path = screens_path(Path("scenarios/chat.yaml"), "Ü" * 300)

    assert path == Path("scenarios/screens/chat") / f"{'ü' * 100}.txt"


def test_the_option_is_shared_with_another_plugin(run_pytest: RunPytest) -> None:
    """A plugin that came first with the same option is no hindrance, nor is one that asks whether it is there."""
    other = """\
def pytest_addoption(parser):
    parser.addoption("--update-goldens", action="store_true")
"""
    done = run_pytest(
        "-p", "other", "-k", "greeted", other_py=other, scenarios__chat_yaml=SCENARIOS
    )

    assert done.returncode == 0, done.stderr


def test_conversations_are_kept_where_a_setting_says(run_pytest: RunPytest) -> None:
    """With `usher_store = redis` each scenario runs on the store of production, and finds nothing of another."""
    given = ("-o", "usher_store=redis")
    in_python = PYTHON + "        assert type(chat.stage.ports.store).__name__ == 'RedisShelf'\n"

    done = run_pytest(*given, scenarios__chat_yaml=SCENARIOS, test_chat_py=in_python)

    assert "1 failed, 3 passed" in done.stdout
    assert 'scenarios/chat.yaml:9:9: there is no button "📅 Bok"' in done.stdout


def test_a_store_that_there_is_not_is_refused(run_pytest: RunPytest) -> None:
    """Which ones there are is told."""
    done = run_pytest("-o", "usher_store=reddis", scenarios__chat_yaml=SCENARIOS)

    assert 'usher_store is "reddis"; stores are "memory", "redis"' in done.stdout + done.stderr


DATABASES = """\
import datetime

from sqlalchemy import text


async def fill(session, now):
    assert now == datetime.datetime(2026, 12, 1, 8, tzinfo=datetime.UTC)
    await session.execute(text("INSERT INTO users (id, first_name) VALUES (77, 'Zoe')"))


def pytest_usher_databases(config):
    return {"zoe": fill}
"""
WITH_DATABASE = """\
scenarios:
  Rows are added for a scenario:
    given: {time: 2026-12-01 09:00, database: zoe}
    play:
      - {send: /start, see: Hello Ann}
"""
ROWS = """\
import datetime

from engine.simulate.stage import Given


async def count(chat):
    rows = await chat.stage.ports.select("SELECT 1 FROM users WHERE id = 77", chat.stage.clock.now)
    return len(rows)


async def test_with_and_without(simulate):
    async with simulate() as chat:
        assert await count(chat) == 0
    now = datetime.datetime(2026, 12, 1, 8, tzinfo=datetime.UTC)
    async with simulate(Given(now, databases=("zoe",))) as chat:
        assert await count(chat) == 1
"""


def test_rows_of_a_conftest_are_added_by_name(run_pytest: RunPytest) -> None:
    """They are there for the scenario that names them, as of its time, and gone with it."""
    done = run_pytest(
        scenarios__chat_yaml=WITH_DATABASE, scenarios__conftest_py=DATABASES, test_rows_py=ROWS
    )

    assert "2 passed" in done.stdout, done.stdout


def test_a_name_that_no_conftest_has_is_a_problem(run_pytest: RunPytest) -> None:
    """Before anything is played, at its place, with the names that there are."""
    wrong = WITH_DATABASE.replace("database: zoe", "database: zo")
    done = run_pytest(scenarios__chat_yaml=wrong, scenarios__conftest_py=DATABASES)

    told = 'chat.yaml:3:47: no conftest.py names a database "zo" in "pytest_usher_databases"; did you mean "zoe"?'
    assert told in done.stdout
