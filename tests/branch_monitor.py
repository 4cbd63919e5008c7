"""Measures branches by `sys.monitoring`, which coverage.py itself can do from Python 3.14 on; the tests take half the time.

A line or a way that has been seen is not looked at again, and code of libraries never is: tracing looks at each line of
both, each time. It knows nothing of tests. With Python 3.14 it is to go: there coverage.py does the same.
"""

from __future__ import annotations

import dis
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from coverage import bytecode, control
from coverage.core import Core
from coverage.disposition import FileDisposition
from coverage.sysmon import compute_multiline_map
from coverage.types import Tracer

if TYPE_CHECKING:
    from types import CodeType

    from coverage.types import TArc

ENOUGH: Final = 10_000
"""How often a branch may go the same way before nobody waits for it to go the other one."""

_END_ASYNC_FOR: Final = dis.opmap["END_ASYNC_FOR"]
"""What leaves `async for`, which is no branch to the interpreter."""

_EVENTS: Final = sys.monitoring.events
_SEEN: Final = sys.monitoring.DISABLE


@dataclass(slots=True)
class _Code:
    """What is known of a code object that is measured; it is kept, so that its id stays its own."""

    code: CodeType
    arcs: set[TArc]
    lines: dict[int, int]
    ways: bytecode.BranchArcResolver
    gone: dict[int, int] = field(default_factory=dict)
    times: Counter[int] = field(default_factory=Counter)
    last_line: int | None = None


class BranchMonitor(Tracer):
    """Notes lines, ways between lines and ends of functions, each once."""

    data: Any
    trace_arcs: bool
    should_trace: Any
    should_trace_cache: Any
    lock_data: Any
    unlock_data: Any
    warn: Any

    def __init__(self) -> None:
        self._codes: dict[int, _Code] = {}
        self._multilines: dict[str, dict[int, int]] = {}
        self._is_active = False
        self._is_on = False

    def start(self) -> None:
        """Begin to measure, in all threads."""
        tool = sys.monitoring.COVERAGE_ID
        sys.monitoring.use_tool_id(tool, "branches")
        for event, callback in (
            (_EVENTS.PY_START, self._begin),
            (_EVENTS.LINE, self._line),
            (_EVENTS.BRANCH, self._branch),
            (_EVENTS.INSTRUCTION, self._instruction),
            (_EVENTS.PY_RETURN, self._return),
        ):
            sys.monitoring.register_callback(tool, event, callback)
        sys.monitoring.set_events(tool, _EVENTS.PY_START)
        sys.monitoring.restart_events()
        self._is_on = True

    def stop(self) -> None:
        """Stop; what was noted stays."""
        if self._is_on:
            self._is_on = False
            sys.monitoring.set_events(sys.monitoring.COVERAGE_ID, 0)
            sys.monitoring.free_tool_id(sys.monitoring.COVERAGE_ID)

    def post_fork(self) -> None:
        """Stop in a process that was forked."""
        self.stop()

    def activity(self) -> bool:
        """Tell whether anything has run."""
        return self._is_active

    def reset_activity(self) -> None:
        """Forget that anything has run."""
        self._is_active = False

    def get_stats(self) -> None:
        """Give no figures."""

    def _begin(self, code: CodeType, _offset: int) -> object:
        self._is_active = True
        if id(code) not in self._codes:
            name = code.co_filename
            told = self.should_trace_cache.get(name)
            if told is None:
                told = self.should_trace_cache[name] = self.should_trace(name, sys._getframe(1))
            if told.trace:
                self._measure(code, told.source_filename)
        return _SEEN

    def _measure(self, code: CodeType, source: str) -> None:
        self.lock_data()
        try:
            arcs = self.data.setdefault(source, set())
        finally:
            self.unlock_data()
        multilines = self._multilines.get(code.co_filename)
        if multilines is None:
            multilines = self._multilines[code.co_filename] = compute_multiline_map(
                code.co_filename
            )
        lines = bytecode.bytes_to_lines(code)
        ways = bytecode.BranchArcResolver(code, lines, multilines)
        self._codes[id(code)] = _Code(code, arcs, lines, ways)
        events = _EVENTS.LINE | _EVENTS.BRANCH | _EVENTS.PY_RETURN
        if _END_ASYNC_FOR in code.co_code[::2]:
            events |= _EVENTS.INSTRUCTION
        sys.monitoring.set_local_events(sys.monitoring.COVERAGE_ID, code, events)

    def _known(self, code: CodeType) -> _Code | None:
        """Give what is known of code; what runs already, and another monitor looked at before this one began, is met in the middle."""
        if id(code) not in self._codes:
            self._begin(code, 0)
        return self._codes.get(id(code))

    def _line(self, code: CodeType, line: int) -> object:
        known = self._known(code)
        if known is None:
            return _SEEN
        known.arcs.add((line, line))  # which coverage.py takes for the way to wherever there is one
        if known.last_line is not None and known.last_line != line:
            known.arcs.add((known.last_line, line))
        known.last_line = line
        return _SEEN

    def _branch(self, code: CodeType, offset: int, destination: int) -> object:
        known = self._known(code)
        if known is None:
            return _SEEN
        before = known.gone.get(offset)
        if before == destination:
            known.times[offset] += 1
            return _SEEN if known.times[offset] > ENOUGH else None
        known.gone[offset] = destination
        arc = known.ways.resolve(offset, destination)
        if arc is None:
            start, end = known.lines.get(offset), known.lines.get(destination)
            arc = (start, end) if start and end and start != end else None
        if arc is not None:
            known.arcs.add(arc)
        return None if before is None else _SEEN

    def _instruction(self, code: CodeType, offset: int) -> object:
        known = self._known(code)
        if known is not None and code.co_code[offset] == _END_ASYNC_FOR:
            arc = known.ways.resolve(offset, offset + 2)
            if arc is not None:
                known.arcs.add(arc)
        return _SEEN

    def _return(self, code: CodeType, offset: int, _value: object) -> object:
        known = self._known(code)
        if known is None:
            return _SEEN
        line = known.lines.get(offset)
        if line is not None:
            known.arcs.add((line, -code.co_firstlineno))
        known.last_line = None
        return _SEEN


class MonitoringCore(Core):
    """Coverage.py's choice of how to measure, made for it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.tracer_class: Any = BranchMonitor
        self.file_disposition_class = FileDisposition
        self.supports_plugins = self.supports_dynamic_contexts = False
        self.packed_arcs = self.systrace = False


def coverage_init(_registry: Any, _options: Any) -> None:
    """Have coverage.py measure this way; it calls this because its settings name this module a plugin."""
    bytecode.RETURNS.add(dis.opmap["RETURN_CONST"])  # which Python 3.14 has no more
    vars(control)["Core"] = MonitoringCore
