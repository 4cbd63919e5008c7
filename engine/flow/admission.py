"""Who surely comes to which place of a bot, role by role: the ways in, the moves, and the flows that are run.

It knows conditions that ask for the role or the language of a person; what else asks for the person lets nobody through, and
what asks for data alone lets everybody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import product
from typing import TYPE_CHECKING, Final

from engine.flow.compile import user_type
from engine.flow.expression.possible import exactly
from engine.flow.expression.truth import State, judge, read_condition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from engine.flow.draft import BotDraft
    from engine.flow.expression.truth import Names
    from engine.flow.graph import FlowCall, Graph, Move
    from engine.flow.model import BotFile, Code
    from engine.flow.problems import Position

_READS: Final = re.compile(r"\buser\.(\w+)")
_PLAIN: Final = frozenset({"role", "locale"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call of a flow that people of these roles surely come to and whose access surely refuses them."""

    call: FlowCall
    roles: tuple[str, ...]


def find_refusals(draft: BotDraft, file: BotFile) -> tuple[Refusal, ...]:
    """Give each call of a flow that somebody comes to and is refused by, in the order of the flows."""
    guarded = {name for name, one in draft.flows.items() if one.flow.access}
    calling = _calling(draft, guarded)
    if not calling:
        return ()
    calls: dict[Position, FlowCall] = {}
    roles: dict[Position, dict[str, None]] = defaultdict(dict)
    texts = {text for name in calling for text in _conditions(draft, name)}
    locales = file.locales if any("user.locale" in text for text in texts) else file.locales[:1]
    for role, locale in product(file.roles, locales):
        admission = _Admission(draft, calling, _Asker(file, role, locale))
        for call in admission.refused():
            calls[call.call.position] = call
            roles[call.call.position][role] = None
    return tuple(Refusal(call, tuple(roles[place])) for place, call in calls.items())


def _calling(draft: BotDraft, guarded: set[str]) -> frozenset[str]:
    """Give the flows from which a guarded flow is run, be it through others, and those guarded flows."""
    callers: dict[str, set[str]] = defaultdict(set)
    for name, graph in draft.graphs.items():
        for place in graph.calls:
            callers[place.call.flow].add(name)
    found = {name for name in guarded if callers[name]}
    waiting = list(found)
    while waiting:
        for caller in callers[waiting.pop()] - found:
            found.add(caller)
            waiting.append(caller)
    return frozenset(found & draft.flows.keys())


def _conditions(draft: BotDraft, name: str) -> Iterator[str]:
    flow = draft.flows[name].flow
    codes = [flow.access, *(step.access for step in flow.steps.values())]
    codes += [code for move in draft.graphs[name].moves for code, _ in move.proofs]
    yield from (code.text for code in codes if code)


@dataclass(frozen=True)
class _Asker:
    """One kind of person, of whom the role and the language are known."""

    file: BotFile
    role: str
    locale: str

    @cached_property
    def holds(self) -> Callable[[str], bool | None]:
        """Tell whether a condition holds for such a person; None when that is not sure."""
        state = State({"user.role": exactly(self.role), "user.locale": exactly(self.locale)})
        names: Names = {"user": user_type(self.file.roles, self.file.locales)}

        @cache
        def decide(text: str) -> bool | None:
            tree = read_condition(text)
            return None if tree is None else judge(tree, state, names)

        return decide

    def passes(self, code: Code | None, *, wanted: bool = True) -> bool:
        """Tell whether such a person surely comes through where a condition is as wanted."""
        read = set(_READS.findall(code.text)) if code else set()
        if code is None or not read:
            return True
        return read <= _PLAIN and self.holds(code.text) is wanted


@dataclass
class _Admission:
    """Where one kind of person comes to, of the flows that matter."""

    draft: BotDraft
    flows: frozenset[str]
    asker: _Asker
    entered: set[str] = field(default_factory=set)

    def refused(self) -> Iterator[FlowCall]:
        """Give the calls that they come to and are refused by; a menu shows nobody what refuses them."""
        home = self.asker.file.home
        waiting = [
            name
            for name, one in self.draft.flows.items()
            if name in self.flows
            and (one.flow.start or name == home)
            and self.asker.passes(one.flow.access)
        ]
        self.entered.update(waiting)
        while waiting:
            name = waiting.pop()
            for place in self._calls(name):
                callee = place.call.flow
                access = self.draft.flows[callee].flow.access if callee in self.flows else None
                is_shown = not place.call.is_of_menu
                if access and is_shown and self.asker.passes(access, wanted=False):
                    yield place
                elif (
                    callee in self.flows
                    and callee not in self.entered
                    and self.asker.passes(access)
                ):
                    self.entered.add(callee)
                    waiting.append(callee)

    def _calls(self, name: str) -> Iterator[FlowCall]:
        """Give the calls of a flow that they come to."""
        graph = self.draft.graphs[name]
        steps, moves = self._reached(name, graph)
        made = {move.position for move in moves if move.stays}
        for place in graph.calls:
            is_step = place.step is not None and graph.verbs.get(place.step) == "run"
            if place.step in steps if is_step else place.call.position in made:
                yield place

    def _reached(self, name: str, graph: Graph) -> tuple[set[str], Sequence[Move]]:
        steps = self.draft.flows[name].flow.steps
        leaving: Mapping[str, Sequence[Move]] = graph.leaving()
        seen: set[str] = set()
        taken: list[Move] = []
        waiting = list(graph.steps[:1])
        while waiting:
            step = waiting.pop()
            if step in seen or step not in steps or not self.asker.passes(steps[step].access):
                continue
            seen.add(step)
            for move in leaving.get(step, ()):
                if all(self.asker.passes(code, wanted=holds) for code, holds in move.proofs):
                    taken.append(move)
                    waiting.append(move.target)
        return seen, taken
