"""Whole flows, written at random: a step a line, so that a problem's line tells which step to write anew.

It does not know how a flow is checked, nor what else the bot has.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.random_bots.hooks import HOOKS, write_hook
from tests.random_bots.pen import Pen, type_of
from tests.random_bots.steps import VERBS, StepWriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

DECLARED: Final[list[Any]] = [
    "int",
    {"type": "int", "min": 1, "max": 6, "default": 1},
    {"type": "int", "optional": True},
    "text",
    {"type": "text", "optional": True, "max": 40},
    {"type": "text", "optional": True, "default": "given"},
    "date",
    {"type": "date", "optional": True},
    {"type": "decimal", "default": "1.5"},
    {"type": "money", "optional": True},
    {"type": "bool", "default": False},
    {"type": "Color", "default": "red"},
    "Thing",
    {"type": "Thing", "optional": True},
    {"type": "list[Thing]", "optional": True},
    {"type": "list[Thing]", "default": [], "max": 5},
    {"type": "list[int]", "default": [], "max": 9},
    {"type": "map[int]", "default": {}, "min": 0, "max": 9},
    {"type": "text", "optional": True, "default": "kept", "keep": "chat"},
    {"type": "Thing", "optional": True, "keep": "chat"},
    {"type": "int", "default": 2, "keep": "user"},
    {"type": "Color", "optional": True, "keep": "user"},
    {"type": "file", "optional": True},
    {"type": "file", "optional": True, "keep": "user"},
    {"type": "contact", "optional": True},
    {"type": "location", "optional": True, "keep": "chat"},
    {"type": "duration", "optional": True, "keep": "flow"},
    {"type": "datetime", "optional": True},
    "time",
    "phone",
    {"type": "email", "optional": True},
]

LEAST_BOLDNESS: Final = 0.3
"""A hook that was written so often is left out."""


@dataclass(frozen=True)
class Shape:
    """What is the same in every flow of one name: its ways in and what it gives and takes."""

    name: str
    callees: Sequence[str] = ()
    head: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    returns: Mapping[str, Any] = field(default_factory=dict)


SHAPES: Final = (
    Shape(
        "leaf",
        head=("start: [{menu: all, when: user.username is not None}]", "access: user.role == 'admin'"),
    ),
    Shape(
        "child",
        callees=("leaf",),
        head=("start: [{command: /child, text: Child, open: above}, {deeplink: 'c-{color}-{day}'}]",),
        params={
            "topic": {"type": "text", "default": "none", "max": 20},
            "color": {"type": "Color", "default": "red"},
            "day": {"type": "date", "optional": True},
        },
        returns={"made": {"type": "Thing", "optional": True}, "n": {"type": "int", "optional": True}},
    ),
    Shape(
        "main",
        callees=("leaf", "child"),
        head=("start: [/main, {menu: all, text: In, order: 2}, {deeplink: main}, {deeplink: 'm-{n}'}]",),
        params={"n": {"type": "int", "optional": True, "min": 1, "max": 9}},
    ),
)  # fmt: skip


class FlowWriter:
    """Writes one flow at random, and any of its steps anew."""

    def __init__(self, chance: Random, shape: Shape) -> None:
        self.chance, self.shape = chance, shape
        count = chance.randrange(2, 7)
        self.data = {f"d{number}": chance.choice(DECLARED) for number in range(count)}
        self.names = [f"s{number}" for number in range(chance.randrange(5, 11))]
        self.steps: dict[str, str] = {}
        self._verbs: dict[str, str] = {}
        self._boldness = dict.fromkeys(self.names, 0.97)
        self._anytime = self._write_anytime()
        self.hooks = {name: "" for name in HOOKS if chance.random() < 0.5}
        launches = ["standard", "single_top", *([] if shape.returns else ["root", "exclusive"])]
        self._launch = chance.choice(launches) if chance.random() < 0.2 else None
        pressers = ["starter", "everyone", "[client]"]
        self._others = [
            f"{key}: {chance.choice(pressers)}"
            for key in ("may_press", "may_answer")
            if chance.random() < 0.1
        ]
        self._boldness |= dict.fromkeys(self.hooks, 0.97)
        for name in (*self.names, *self.hooks):
            self.write(name)

    def text(self) -> str:
        """Return the flow as YAML."""
        head = [f"flow: {self.shape.name}", "version: 1", f"title: {self.shape.name}"]
        head += self.shape.head
        head += [f"launch: {self._launch}"] if self._launch else []
        head += self._others
        for key in ("params", "returns"):
            if declared := getattr(self.shape, key):
                head.append(f"{key}: {json.dumps(declared)}")
        head.append(f"data: {json.dumps(self.data)}")
        return (
            "\n".join([*head, *self._anytime, *self.hooks.values(), "steps:", *self.steps.values()])
            + "\n"
        )

    def write(self, name: str) -> None:
        """Write a step anew, each time more carefully."""
        if name in self.hooks:
            self._write_hook(name)
            return
        verbs = [verb for verb, times in VERBS.items() for _ in range(times)]
        if name not in self._verbs or self.chance.random() < 0.1:
            self._verbs[name] = self.chance.choice(verbs)
        if not self.shape.callees and self._verbs[name] in ("run", "use"):
            self._verbs[name] = "show"
        self.steps[name] = f"  {name}: {json.dumps(self._writer(name).write(self._verbs[name]))}"

    def _write_hook(self, name: str) -> None:
        """Write what is done on entering or leaving; nothing any more where that would not do several times."""
        self.hooks[name] = write_hook(name, self._writer(name))
        if self._boldness[name] < LEAST_BOLDNESS:
            del self.hooks[name]

    def _writer(self, name: str) -> StepWriter:
        self._boldness[name] *= 0.8
        params = {one: type_of(slot) for one, slot in self.shape.params.items()}
        pen = Pen(self.chance, self.data, params, self._boldness[name])
        mark = mark_of(self.shape.name, name)
        return StepWriter(pen, mark, self.names, self.shape.callees, self.shape.returns)

    def drop(self, name: str) -> None:
        """Leave a step out."""
        self.names.remove(name)
        del self.steps[name]

    def _write_anytime(self) -> list[str]:
        first, is_leaf = self.names[0], self.shape.name == "leaf"
        question = mark_of(self.shape.name, "anytime")
        lines = [
            "  /cancel: {go: end, say: Stopped.}",
            "  /help: {run: leaf}",
            f'  /ask: {{confirm: "{question} Really?", words: [tomorrow, hello], go: {first}, say: Asked.}}',
            "  greet: {run: leaf, words: [yes, AB-12]}",
        ]
        lines = [
            one for one in lines if self.chance.random() < 0.8 and not (is_leaf and "run" in one)
        ]
        unknown = [
            f"{{go: {first}, say: What?}}",
            "{run: leaf}",
            "{say: 'Hm, {{ user.first_name }}?'}",
        ]
        chosen = self.chance.choice([None, *unknown])
        if chosen is not None and not (is_leaf and "run" in chosen):
            lines.append(f"  unknown: {chosen}")
        if self.chance.random() < 0.5:
            target = self.chance.choice([first, "end"])
            lines.append(
                f"  error: {self.chance.choice([target, f'{{go: {target}, say: Broken here.}}'])}"
            )
        return ["anytime:", *lines] if lines else []


def mark_of(flow: str, step: str) -> str:
    """Return how each text of a step begins."""
    return f"[{flow} {step}]"
