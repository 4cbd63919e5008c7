"""The lines of a scenario: who acts, what they do, and what must hold then.

It knows who there is; acts and expectations are read elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.nodes import ListNode, MapNode
from engine.flow.reader import text_of
from engine.flow.types import choose_from
from engine.simulate.scenarios.acts import ActReader
from engine.simulate.scenarios.expectations import ExpectationReader
from engine.simulate.scenarios.model import Deploy, Line

if TYPE_CHECKING:
    from engine.flow.checked import Bot
    from engine.flow.nodes import Node
    from engine.simulate.scenarios.findings import Findings
    from engine.simulate.scenarios.releases import Releases
    from engine.simulate.stage import Given


class LineReader:
    """Reads the lines of one scenario; what is wrong with them is added to the findings."""

    def __init__(self, bot: Bot, given: Given, findings: Findings, releases: Releases) -> None:
        self._given = given
        self._findings = findings
        self._releases = releases
        self._serve(bot)

    def _serve(self, bot: Bot) -> None:
        """Look up what lines name among the flows of a bot."""
        self._acts = ActReader(bot, self._findings, self._releases)
        self._expectations = ExpectationReader(bot, self._findings)

    def read(self, node: Node) -> tuple[Line, ...]:
        """Read all lines."""
        items = node.items if isinstance(node, ListNode) else ()
        return tuple(self._line(item) for item in items if isinstance(item, MapNode))

    def _line(self, node: MapNode) -> Line:
        key, act = self._acts.read(node)
        if isinstance(act, Deploy):
            self._serve(act.bot)
        return Line(
            node.keys[key].position if key else node.position,
            self._person(node.entries.get("as")),
            act,
            tuple((node.keys[at].position, one) for at, one in self._expectations.read(node)),
            self._acts.read_fault(node),
            text_of(inside) if (inside := node.entries.get("in")) else None,
        )

    def _person(self, node: Node | None) -> str | None:
        if node is None:
            return None
        name = text_of(node)
        if name not in self._given.people:
            hint = choose_from(name, self._given.people, "people")
            self._findings.report(node, "unknown-value", f'nobody is called "{name}"{hint}')
        return name
