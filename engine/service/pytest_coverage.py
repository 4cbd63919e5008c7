"""Coverage of conversations in pytest: its options, what each process saw brought together, and its reports.

It knows pytest and xdist; what is counted and how reports look is imported when something was to be counted.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from engine.flow.checked import Bot
    from engine.simulate.coverage.model import Coverage
    from engine.simulate.coverage.recorder import Recorder
    from engine.simulate.coverage.report import Report

PLUGIN: Final = "usher-flow-coverage"
"""The name under which pytest knows the one that counts, where something is counted."""

_OUTPUT: Final = "usher_flow_coverage"


class Wanted(NamedTuple):
    """A report that is wanted: its form, and where it goes; None for the terminal."""

    form: str
    path: Path | None


def add_options(parser: pytest.Parser) -> None:
    """Add the options that count what conversations take."""
    group = parser.getgroup("usher", "coverage of conversations")
    group.addoption(
        "--flow-cov",
        action="store_true",
        help="tell which moves of the flows no conversation takes",
    )
    group.addoption(
        "--flow-cov-report",
        action="append",
        default=[],
        type=read_report,
        metavar="FORM",
        help="term, html:DIR, xml:FILE (Cobertura) or json:FILE; may be given again",
    )
    group.addoption(
        "--flow-fail-under",
        type=read_percent,
        metavar="PERCENT",
        help="fail if fewer of all moves are taken",
    )


def configure(config: pytest.Config, find_bot: Callable[[], Bot]) -> None:
    """Count, if that is asked for; `find_bot` gives the bot when it is wanted."""
    options = config.option
    if options.flow_cov or options.flow_cov_report or options.flow_fail_under is not None:
        config.pluginmanager.register(FlowCoverage(config, find_bot), PLUGIN)


def find_recorder(config: pytest.Config) -> Recorder | None:
    """Give what counts in this process; None where nothing is counted."""
    plugin: FlowCoverage | None = config.pluginmanager.get_plugin(PLUGIN)
    return plugin.recorder if plugin else None


class FlowCoverage:
    """Counts in one process; that which pytest began in reports for all."""

    def __init__(self, config: pytest.Config, find_bot: Callable[[], Bot]) -> None:
        self._config = config
        self._find_bot = find_bot
        self._recorder: Recorder | None = None
        self._others: list[Coverage] = []
        self._report: Report | None = None
        self._test = ""

    @property
    def recorder(self) -> Recorder:
        """What is told of each turn."""
        from engine.simulate.coverage.recorder import Recorder  # noqa: PLC0415 - see the module

        if self._recorder is None:
            self._recorder = Recorder(self._find_bot())
            self._recorder.test = self._test
        return self._recorder

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note which test goes on."""
        self._test = item.nodeid
        if self._recorder is not None:
            self._recorder.test = item.nodeid

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take in what another process counted."""
        from engine.simulate.coverage.model import Coverage  # noqa: PLC0415 - as above

        if (raw := getattr(node, "workeroutput", {}).get(_OUTPUT)) is not None:
            self._others.append(Coverage.from_json(raw))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Write the reports when all tests are done, and fail where too few moves were taken."""
        done = yield
        if self._is_worker:
            self._config.workeroutput[_OUTPUT] = self.recorder.coverage.to_json()  # type: ignore[attr-defined]  # xdist's
        elif not self._config.option.collectonly:
            self._report = self._finish()
            if self._fails(self._report):
                session.testsfailed += 1
        return done

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the table, say where reports are, and why the run failed."""
        from engine.simulate.coverage.table import render_table  # noqa: PLC0415 - as above

        if self._report is None:
            return
        terminalreporter.section("coverage of conversations")
        if any(one.path is None for one in self._wanted):
            terminalreporter.write(render_table(self._report))
        for form, path in self._wanted:
            if path is not None:
                terminalreporter.write_line(f"{form} written to {path}")
        if self._fails(self._report):
            wanted = self._config.option.flow_fail_under
            taken = f"{self._report.percent:.2f}"
            fact = f"FAIL {taken} % of all moves were taken, and {wanted:g} % are wanted"
            terminalreporter.write_line(fact, red=True, bold=True)

    @property
    def _is_worker(self) -> bool:
        return hasattr(self._config, "workerinput")

    @property
    def _wanted(self) -> list[Wanted]:
        given: list[Wanted] = self._config.option.flow_cov_report
        table = Wanted("term", None)
        is_left_out = given and not self._config.option.flow_cov
        return given if is_left_out or table in given else [table, *given]

    def _fails(self, report: Report) -> bool:
        wanted: float | None = self._config.option.flow_fail_under
        return wanted is not None and report.percent < wanted

    def _finish(self) -> Report:
        from engine.simulate.coverage.model import merged  # noqa: PLC0415 - as above
        from engine.simulate.coverage.report import Report  # noqa: PLC0415 - as above
        from engine.simulate.coverage.written import write_report  # noqa: PLC0415 - as above

        coverage = merged([self.recorder.coverage, *self._others])
        report = Report(self._find_bot(), coverage, root=self._config.rootpath)
        for form, path in self._wanted:
            if path is not None:
                write_report(report, form, self._config.rootpath / path)
        return report


_FORMS: Final = ("html", "json", "term", "xml")


def read_report(text: str) -> Wanted:
    """Read the form of a report and where it goes.

    Raises:
        ArgumentTypeError: there is no such form, or it does not say where it goes.
    """
    form, _, path = text.partition(":")
    if form not in _FORMS:
        raise argparse.ArgumentTypeError(
            f'"{form}" is no form of report; forms are {", ".join(_FORMS)}'
        )
    if form == "term":
        return Wanted(form, None)
    if not path:
        raise argparse.ArgumentTypeError(f'say where "{form}" goes, such as {form}:build/flows')
    return Wanted(form, Path(path))


def read_percent(text: str) -> float:
    """Read a number from 0 to 100.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        percent = float(text)
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:  # noqa: PLR2004 - per cent
        raise argparse.ArgumentTypeError(f'"{text}" is no number from 0 to 100')
    return percent
