"""Who surely comes to which place of a bot, role by role: the ways in, the moves, and the flows that are run.

It knows conditions that ask for the role or the language of a person; what else asks for the person lets nobody through, and
what asks for data alone lets everybody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import product
from typing import TYPE_CHECKING, Final

from engine.flow.compile import user_type
from engine.flow.expression.possible import exactly
from engine.flow.expression.state import State
from engine.flow.expression.truth import judge, read_condition
from engine.flow.graph import INTERRUPTIONS, MoveKind
from engine.flow.model.flow import EntryKind
from engine.flow.model.steps import DoStep, RunStep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from engine.flow.draft import BotDraft
    from engine.flow.expression.paths import Names
    from engine.flow.graph import FlowCall, Move
    from engine.flow.model.bot import BotFile
    from engine.flow.model.steps import Step
    from engine.flow.model.written import Code
    from engine.flow.problems import Position

_READS: Final = re.compile(r"\buser\.(\w+)")
_PLAIN: Final = frozenset({"role", "locale"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A flow or step that people of these roles surely come to by a call or a move, and whose access surely refuses them.

    `kind` is that of the move, and None for a call.
    """

    position: Position
    target: str
    access: Code
    roles: tuple[str, ...]
    kind: MoveKind | None = None


def find_refusals(draft: BotDraft, file: BotFile) -> tuple[Refusal, ...]:
    """Give each call and move by which somebody comes where they are refused, in the order of the flows."""
    concerned = _concerned(draft)
    if not concerned:
        return ()
    found: dict[Position, Refusal] = {}
    texts = {text for name in concerned for text in _conditions(draft, name)}
    locales = file.locales if any("user.locale" in text for text in texts) else file.locales[:1]
    changing = _changing(draft)
    for role, locale in product(file.roles, locales):
        admission = _Admission(draft, concerned, changing, _Asker(file, role, locale))
        for one in admission.refused():
            before = found.setdefault(one.position, one)
            roles = dict.fromkeys((*before.roles, role))
            found[one.position] = replace(before, roles=tuple(roles))
    return tuple(found.values())


def _concerned(draft: BotDraft) -> frozenset[str]:
    """Give the flows that can refuse somebody inside the bot, and those from which they are run, be it through others."""
    callers: dict[str, set[str]] = defaultdict(set)
    for name, graph in draft.graphs.items():
        for place in graph.calls:
            callers[place.call.flow].add(name)
    found = {
        name
        for name, one in draft.flows.items()
        if (one.flow.access and callers[name])
        or any(step.access for step in one.flow.steps.values())
    }
    return frozenset(_spread(found, callers) & draft.flows.keys())


def _changing(draft: BotDraft) -> frozenset[str]:
    """Give the flows in which a command may make somebody another than they were, be it through others."""
    callers: dict[str, set[str]] = defaultdict(set)
    for name, graph in draft.graphs.items():
        for place in graph.calls:
            callers[place.call.flow].add(name)
    return _spread(
        {name for name, graph in draft.graphs.items() if "do" in graph.verbs.values()}, callers
    )


def _spread(found: set[str], callers: Mapping[str, set[str]]) -> frozenset[str]:
    """Add the flows from which these are run."""
    waiting = list(found)
    while waiting:
        for caller in callers.get(waiting.pop(), set()) - found:
            found.add(caller)
            waiting.append(caller)
    return frozenset(found)


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

    def asks(self, code: Code) -> bool:
        """Tell whether a condition asks for anything of a person."""
        return _READS.search(code.text) is not None

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
    changing: frozenset[str]
    asker: _Asker
    entered: set[str] = field(default_factory=set)

    def refused(self) -> Iterator[Refusal]:
        """Give the calls and moves that they come to and are refused by; a menu shows nobody what refuses them."""
        home = self.asker.file.home
        waiting = [
            name
            for name, one in self.draft.flows.items()
            if name in self.flows
            and (name == home or any(entry.kind is not EntryKind.MENU for entry in one.flow.start))
            and self.asker.passes(one.flow.access)
        ]
        self.entered.update(waiting)
        while waiting:
            name = waiting.pop()
            stood, moves = self._reached(name)
            yield from self._refused_by_steps(name, moves)
            for place in self._calls(name, stood, moves):
                callee = place.call.flow
                access = self.draft.flows[callee].flow.access if callee in self.flows else None
                if self._refuses(access):
                    if access and not place.call.is_of_menu:
                        yield Refusal(place.call.position, callee, access, ())
                elif (
                    callee in self.flows
                    and callee not in self.entered
                    and self.asker.passes(access)
                ):
                    self.entered.add(callee)
                    waiting.append(callee)

    def _refused_by_steps(self, name: str, moves: Sequence[Move]) -> Iterator[Refusal]:
        """Give the moves to steps that refuse them; what they do by a command or an error is not offered to them."""
        steps = self.draft.flows[name].flow.steps
        for move in moves:
            access = steps[move.target].access if move.target in steps else None
            is_offered = not move.stays and move.kind not in INTERRUPTIONS
            if access and is_offered and self._refuses(access):
                yield Refusal(move.position, move.target, access, (), move.kind)

    def _refuses(self, access: Code | None) -> bool:
        return (
            access is not None
            and self.asker.asks(access)
            and self.asker.passes(access, wanted=False)
        )

    def _calls(self, name: str, stood: set[str], moves: Sequence[Move]) -> Iterator[FlowCall]:
        """Give the calls of a flow that they come to."""
        graph = self.draft.graphs[name]
        made = {move.position for move in moves if move.stays or move.opens}
        for place in graph.calls:
            is_step = place.step is not None and graph.verbs.get(place.step) == "run"
            if place.step in stood if is_step else place.call.position in made:
                yield place

    def _reached(self, name: str) -> tuple[set[str], Sequence[Move]]:
        """Give the steps at which they surely stand, and the moves that lead on from there, as long as they stay who they are."""
        graph = self.draft.graphs[name]
        steps = self.draft.flows[name].flow.steps
        leaving: Mapping[str, Sequence[Move]] = graph.leaving()
        seen: set[str] = set()
        stood: set[str] = set()
        taken: list[Move] = []
        waiting = list(graph.steps[:1])
        while waiting:
            step = waiting.pop()
            if step in seen or step not in steps or not self.asker.passes(steps[step].access):
                continue
            seen.add(step)
            is_stood = self.asker.passes(steps[step].skip_if, wanted=False)
            if is_stood:
                stood.add(step)
            for move in leaving.get(step, ()):
                if (is_stood or move.kind is MoveKind.SKIP) and self._is_taken(steps[step], move):
                    taken.append(move)
                    waiting.append(move.target)
        return stood, taken

    def _is_taken(self, step: Step, move: Move) -> bool:
        if move.kind is not MoveKind.SKIP:
            is_changed = isinstance(step, DoStep)
            is_changed |= isinstance(step, RunStep) and step.call.flow in self.changing
            if is_changed:
                return False
        return all(self.asker.passes(code, wanted=holds) for code, holds in move.proofs)
