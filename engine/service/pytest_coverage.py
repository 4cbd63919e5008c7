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


def configure(config: pytest.Config, find_bot: Callable[[str], Bot]) -> None:
    """Count, if that is asked for; `find_bot` gives the bot of a directory of flows when it is wanted."""
    options = config.option
    if options.flow_cov or options.flow_cov_report or options.flow_fail_under is not None:
        config.pluginmanager.register(FlowCoverage(config, find_bot), PLUGIN)


def find_recorder(config: pytest.Config, flows: str) -> Recorder | None:
    """Give what counts in this process for a directory of flows; None where nothing is counted."""
    plugin: FlowCoverage | None = config.pluginmanager.get_plugin(PLUGIN)
    return plugin.recorder(flows) if plugin else None


class FlowCoverage:
    """Counts in one process; that which pytest began in reports for all."""

    def __init__(self, config: pytest.Config, find_bot: Callable[[str], Bot]) -> None:
        self._config = config
        self._find_bot = find_bot
        self._flows: str = config.getini("usher_flows")
        self._recorders: dict[str, Recorder] = {}
        self._counted: dict[str, list[Coverage]] = {}
        self._reports: dict[str, Report] = {}
        self._test = ""

    def recorder(self, flows: str) -> Recorder:
        """Give what is told of each turn of the flows of a directory."""
        from engine.simulate.coverage.recorder import Recorder  # noqa: PLC0415 - see the module

        if flows not in self._recorders:
            self._recorders[flows] = Recorder(self._find_bot(flows))
            self._recorders[flows].test = self._test
        return self._recorders[flows]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note which test goes on."""
        self._test = item.nodeid
        for recorder in self._recorders.values():
            recorder.test = item.nodeid

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take in what another process counted."""
        from engine.simulate.coverage.model import Coverage  # noqa: PLC0415 - as above

        for flows, raw in getattr(node, "workeroutput", {}).get(_OUTPUT, {}).items():
            self._counted.setdefault(flows, []).append(Coverage.from_json(raw))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Write the reports when all tests are done, and fail where too few moves were taken."""
        done = yield
        if self._is_worker:
            counted = {flows: one.coverage.to_json() for flows, one in self._recorders.items()}
            self._config.workeroutput[_OUTPUT] = counted  # type: ignore[attr-defined]  # xdist's
        elif not self._config.option.collectonly:
            self._finish()
            session.testsfailed += sum(map(self._fails, self._reports.values()))
        return done

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the table, say where reports are, and why the run failed."""
        from engine.simulate.coverage.table import render_table  # noqa: PLC0415 - as above

        for flows, report in self._reports.items():
            of = f" of {flows}" if len(self._reports) > 1 else ""
            terminalreporter.section(f"coverage of conversations{of}")
            if any(one.path is None for one in self._wanted):
                terminalreporter.write(render_table(report))
            for form, path in self._wanted:
                if path is not None:
                    terminalreporter.write_line(f"{form} written to {self._place(path, report)}")
            if self._fails(report):
                wanted = self._config.option.flow_fail_under
                taken = f"{report.percent:.2f}"
                fact = f"FAIL {taken} % of all moves{of} were taken, and {wanted:g} % are wanted"
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

    def _finish(self) -> None:
        from engine.simulate.coverage.model import merged  # noqa: PLC0415 - as above
        from engine.simulate.coverage.report import Report  # noqa: PLC0415 - as above
        from engine.simulate.coverage.written import write_report  # noqa: PLC0415 - as above

        played = sorted({*self._recorders, *self._counted}) or [self._flows]
        for flows in sorted(played, key=lambda one: one != self._flows):
            coverage = merged([self.recorder(flows).coverage, *self._counted.get(flows, ())])
            report = Report(self._find_bot(flows), coverage, root=self._config.rootpath)
            self._reports[flows] = report
            for form, path in self._wanted:
                if path is not None:
                    write_report(report, form, self._config.rootpath / self._place(path, report))

    def _place(self, path: Path, report: Report) -> Path:
        """Give where a report goes: the second bot's and those after it are told apart by name."""
        if report is next(iter(self._reports.values())):
            return path
        return path.with_name(f"{path.stem}-{report.bot.file.name}{path.suffix}")


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
