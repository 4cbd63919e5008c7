"""What is wrong with a scenario file, gathered while it is read.

It knows where things stand in a file; it does not know what is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.flow.problems import Position, Problem
from engine.flow.reader import text_of
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.flow.checked import Bot
    from engine.flow.expressions import Fault
    from engine.flow.nodes import Node, ScalarNode


@dataclass(slots=True)
class Findings:
    """The problems of a file until now."""

    problems: list[Problem] = field(default_factory=list)

    def report(self, node: Node, code: str, message: str) -> None:
        """Add what is wrong with a value."""
        self.add(node.position, code, message)

    def add(
        self,
        position: Position,
        code: str,
        message: str,
        related: tuple[tuple[Position, str], ...] = (),
    ) -> None:
        """Add what is wrong at a place, with other places that explain it."""
        self.problems.append(Problem(position, code, message, related))

    def report_faults(self, node: ScalarNode, faults: Iterable[Fault]) -> None:
        """Add what is wrong with an expression."""
        for fault in faults:
            self.add(node.at(fault.offset, fault.length), fault.code, fault.message)

    def pattern(self, node: Node | None) -> str | None:
        """Read a regular expression, if there is one."""
        if node is None:
            return None
        try:
            re.compile(text_of(node))
        except re.error as error:
            message = f'"{text_of(node)}" is no regular expression: {error}'
            self.report(node, "bad-pattern", message)
        return text_of(node)

    def flow(self, bot: Bot, node: Node) -> str:
        """Read the name of a flow."""
        flow = text_of(node)
        if flow not in bot.flows:
            hint = choose_from(flow, bot.flows, "flows")
            self.report(node, "unknown-flow", f'no flow "{flow}"{hint}')
        return flow
