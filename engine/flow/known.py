"""What the values of data can be at each step of a flow, on every path that leads there.

It follows the moves of the graph with what conditions say and what is saved; it reports nothing. Of data that outlast the flow
it knows only what conditions say, as they may have any value when it begins.
"""

from __future__ import annotations

import re
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from engine.flow.expression.conclusions import Declared, conclude
from engine.flow.expression.possible import Possible, exactly
from engine.flow.expression.state import State
from engine.flow.expression.truth import read_condition, value_of
from engine.flow.graph import MoveKind
from engine.flow.model.asking import AskStep
from engine.flow.model.flow import Keep
from engine.flow.model.moves import END
from engine.flow.model.steps import DoStep, RunStep
from engine.flow.types import Maybe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.flow.compile import Typist
    from engine.flow.graph import Graph, Move
    from engine.flow.model.written import Code

LASTING: Final = ("data.", "params.")
MOST_VISITS: Final = 2
"""A step that is come to more often than this keeps only what did not change: numbers that are counted up end the search."""

_READS: Final = re.compile(r"\b(?:data|params)\.\w+")


class Known:
    """Tells what is known at the entry of each step, inside it, and when a move of it is taken."""

    def __init__(self, typist: Typist, graph: Graph) -> None:
        self._typist = typist
        self._steps = typist.flow.steps
        self._leaving = graph.leaving()
        self._waiting = graph.waiting
        self._declared: dict[str, Declared] = {}
        # By step, with what was known at its entry, from which they follow.
        self._arrivals: dict[str, tuple[State, State | None]] = {}
        self._insides: dict[str, tuple[State, State | None]] = {}
        conditions = {code.text for move in graph.moves for code, _ in move.proofs}
        hook = typist.flow.on_exit
        conditions |= {hook.when.text} if hook and hook.when else set()
        read = {path for text in conditions for path in _READS.findall(text)}
        slots = typist.flow.data.values()
        self._watched = read - {f"data.{one.name}" for one in slots if one.keep is not Keep.FLOW}
        self._visits = dict.fromkeys(graph.steps, 0)
        self.entry: dict[str, State | None] = dict.fromkeys(graph.steps)
        self._solve(graph.steps[:1])

    def declared(self, step: str) -> Declared:
        """Give the names that expressions of a step can read, and what they can be by their types."""
        if step not in self._declared:
            saving = self._typist.saving(self._steps[step])
            room = self._typist.room(frozenset()).having(saving)
            names = dict(room.names)
            for name, type_ in self._typist.listed.names(step, room).items():
                if type_ is None or names.get(name, type_) != type_:
                    names.pop(name, None)
                else:
                    names[name] = type_
            self._declared[step] = Declared(names)
        return self._declared[step]

    def arriving(self, step: str) -> State | None:
        """Give what is known when a step is entered, who may be there included; None when nobody comes there."""
        entry = self.entry[step]
        if entry is None:
            return None
        if step not in self._arrivals or self._arrivals[step][0] is not entry:
            state = self.let_in(step)
            state = state and self.assumed(step, self._steps[step].access, state, holds=True)
            self._arrivals[step] = entry, state
        return self._arrivals[step][1]

    def let_in(self, step: str) -> State | None:
        """Give what is known of those whom the access of the flow lets in, as that of a step is asked."""
        entry = self.entry[step]
        return entry and self.assumed(step, self._typist.flow.access, entry, holds=True)

    def inside(self, step: str) -> State | None:
        """Give what is known in a step that was not passed over; None when nobody stands there."""
        entry = self.entry[step]
        if entry is None:
            return None
        if step not in self._insides or self._insides[step][0] is not entry:
            self._insides[step] = entry, self._inside(step)
        return self._insides[step][1]

    def _inside(self, step: str) -> State | None:
        state = self.arriving(step)
        state = state and self.assumed(step, self._steps[step].skip_if, state, holds=False)
        staying = [move for move in self._leaving.get(step, ()) if move.stays]
        for _ in range(MOST_VISITS if staying and state else 0):
            before = state
            for move in staying:
                after = state and self._after(move, state)
                state = state.joined(after) if state and after else state
            if state == before:
                return state
        if staying and state:
            return state.forgetting(f"data.{name}" for move in staying for name in move.sets)
        return state

    def before(self, move: Move) -> State | None:
        """Give what is known where a move leaves, before its conditions are asked."""
        is_early = move.kind in (MoveKind.SKIP, MoveKind.ERROR)
        return self.arriving(move.source) if is_early else self.inside(move.source)

    def taken(self, move: Move, state: State) -> State | None:
        """Give what is known when a move is taken, all its conditions being so; None when it never is."""
        after: State | None = state
        step = self._steps[move.source]
        if isinstance(step, AskStep) and move.kind is MoveKind.ANSWER:
            after = self.within_bounds(step, state) or state  # bounds without an answer are told
        for code, holds in move.proofs:
            after = after and self.assumed(move.source, code, after, holds=holds)
        return after

    def leaving(self) -> State | None:
        """Give what is known of data and params wherever the flow is left; None when nobody leaves it."""
        known: State | None = None
        for state in self._exits():
            kept = state.keeping(LASTING)
            known = kept if known is None else known.joined(kept)
        return known

    def _exits(self) -> Iterator[State]:
        for name, step in self._steps.items():
            entry, inside = self.entry[name], self.inside(name)
            if step.access and entry:
                yield entry
            if inside and (name in self._waiting or isinstance(step, RunStep)):
                yield inside
            for move in self._leaving.get(name, ()):
                before = self.before(move) if move.target == END else None
                if after := before and self._after(move, before):
                    yield after

    def assumed(self, step: str, code: Code | None, state: State, *, holds: bool) -> State | None:
        """Give what is known where a condition of a step holds, or does not; None when that can never be."""
        return conclude(code.text, state, self.declared(step), holds=holds) if code else state

    def within_bounds(self, step: AskStep, state: State) -> State | None:
        """Give what is known where an answer is within the bounds of its question; None when none can be."""
        after: State | None = state
        declared = self.declared(step.name)
        for bound, sign in ((step.least, ">="), (step.most, "<=")):
            if bound and after:
                after = conclude(f"it {sign} ({bound.text})", after, declared, holds=True)
        return after

    def _solve(self, first: Sequence[str]) -> None:
        if not first:
            return
        self.entry[first[0]] = self._beginning()
        places = {name: place for place, name in enumerate(self._steps)}
        order, work = tuple(places), [places[first[0]]]
        while work:
            step = order[heappop(work)]
            inside = self.inside(step)
            entered = self.arriving(step)
            for move in self._leaving.get(step, ()):
                if move.target in self.entry and not move.stays:
                    is_early = move.kind in (MoveKind.SKIP, MoveKind.ERROR)
                    state = entered if is_early else inside
                    after = state and self._after(move, state)
                    is_news = after is not None and self._arrive(move.target, after)
                    if is_news and places[move.target] not in work:
                        heappush(work, places[move.target])

    def _beginning(self) -> State:
        """Give what is known when the flow begins: data have their defaults, or are nothing."""
        own = self._typist.own
        paths: dict[str, Possible] = {}
        for name, type_ in own.data.items():
            path = f"data.{name}"
            if path in self._watched and (name in own.defaults or isinstance(type_, Maybe)):
                paths[path] = exactly(own.defaults.get(name))
        return State(paths)

    def _arrive(self, step: str, state: State) -> bool:
        """Join what arrives at a step with what is known there; tell whether less is known now."""
        before = self.entry[step]
        after = state if before is None else before.joined(state)
        if after == before:
            return False
        self._visits[step] += 1
        if before is not None and self._visits[step] > MOST_VISITS:
            same = {path: one for path, one in after.paths.items() if before.paths.get(path) == one}
            after = State(same, after.atoms)
        self.entry[step] = after
        return after != before

    def _after(self, move: Move, state: State) -> State | None:
        taken = self.taken(move, state)
        if taken is None:
            return None
        is_turn = move.target in self._waiting or isinstance(
            self._steps[move.source], DoStep | RunStep
        )
        kept = taken.keeping(LASTING if is_turn else (*LASTING, "user."))
        if not move.sets:
            return kept
        after = kept.forgetting(f"data.{name}" for name in move.sets)
        saved = dict(self._saved(move, taken))
        return State({**after.paths, **saved}, after.atoms) if saved else after

    def _saved(self, move: Move, state: State) -> Iterator[tuple[str, Possible]]:
        """Give what is known of the data that a move saves; what comes out of a call is whatever fits the type."""
        for name, code in move.saves:
            path = f"data.{name}"
            value = read_condition(code.text) if path in self._watched else None
            if value is not None:
                found = value_of(value, state, self.declared(move.source).names)
                yield path, found.timeless()
