"""Where the time of one check goes, by stage: the processor time spent in the functions of each, and in none within.

    python -m benchmarks.checker.stages DIR

It knows the stages by the names of their functions, and nothing of what they do.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "read YAML": ("engine.flow.source.read_source",),
    "shape": ("engine.flow.shape.check_shape",),
    "model": ("engine.flow.build.build_flow", "engine.flow.build.build_bot"),
    "graph": ("engine.flow.moves.build_graph",),
    "facts": ("engine.flow.facts.Prover.__init__", "engine.flow.facts.Prover.inside"),
    "parse expressions": ("engine.flow.expression.source.parse_source",),
    "type expressions": (
        "engine.flow.expressions.compile_expression",
        "engine.flow.expressions.compile_call",
        "engine.flow.expressions.infer_expression",
    ),
    "parse texts": ("engine.flow.template_source.parse_template",),
    "type texts": ("engine.flow.templates.compile_template",),
    "HTML of texts": ("engine.flow.html.check_html",),
    "compile to Python": ("engine.flow.expressions.build_function",),
    "tables": ("engine.flow.compile_steps.compile_flow",),
    "whole check": ("engine.flow.check.check_flows",),
}
_EVENTS: Final = sys.monitoring.events


class Clock:
    """Adds up processor time by stage; the innermost stage that is running has it."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._running: list[str] = []
        self._since = 0.0
        self._names: dict[CodeType, str] = {}

    def watch(self, code: CodeType, name: str) -> None:
        """Have the calls of a function counted for a stage."""
        self._names[code] = name
        events = _EVENTS.PY_START | _EVENTS.PY_RETURN
        sys.monitoring.set_local_events(sys.monitoring.PROFILER_ID, code, events)

    def start(self) -> None:
        """Begin to count."""
        tool = sys.monitoring.PROFILER_ID
        sys.monitoring.use_tool_id(tool, "stages")
        sys.monitoring.register_callback(tool, _EVENTS.PY_START, self._enter)
        sys.monitoring.register_callback(tool, _EVENTS.PY_RETURN, self._leave)
        self._since = time.process_time()

    def _enter(self, code: CodeType, _offset: int) -> None:
        self._add()
        self._running.append(self._names[code])

    def _leave(self, _code: CodeType, _offset: int, _value: object) -> None:
        self._add()
        self._running.pop()

    def _add(self) -> None:
        now = time.process_time()
        if self._running:
            stage = self._running[-1]
            self.spent[stage] = self.spent.get(stage, 0.0) + now - self._since
        self._since = now


def main(directory: Path) -> None:
    """Check a directory and print the seconds by stage as JSON."""
    gc.disable()
    check = import_module("engine.flow.check")
    catalog = import_module("benchmarks.checker.catalog").catalog
    clock = Clock()
    clock.start()
    for name, functions in STAGES.items():
        for function in functions:
            clock.watch(_find(function).__code__, name)
    _watch_rules(clock)
    imported = time.process_time()
    checked = check.check_flows(directory, catalog)
    if checked.problems:
        raise SystemExit(f"the written bot has problems, such as {checked.problems[0]}")
    sys.stdout.write(json.dumps({"start and import": imported, **clock.spent}))


def _watch_rules(clock: Clock) -> None:
    rules = import_module("engine.flow.rules")
    for group in (value for name, value in vars(rules).items() if name.endswith("_RULES")):
        for rule in group:
            for code in _generators(rule):
                clock.watch(code, "rules")


def _generators(rule: Any) -> list[CodeType]:
    """Give the code of a rule's module but of its generators, whose pauses a stage cannot tell from ends."""
    functions = vars(sys.modules[rule.__module__]).values()
    own = [one for one in functions if getattr(one, "__module__", None) == rule.__module__]
    is_generator = 0x20
    codes = [one.__code__ for one in own if hasattr(one, "__code__")]
    return [code for code in codes if not code.co_flags & is_generator]


def _find(path: str) -> Any:
    module, _, name = path.rpartition(".")
    if module.rpartition(".")[2][:1].isupper():
        module, _, owner = module.rpartition(".")
        return getattr(getattr(import_module(module), owner), name)
    return getattr(import_module(module), name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
