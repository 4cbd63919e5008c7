"""A flow as steps and the moves between them, and what can be proved of it: who reaches whom, and what is set on the way.

It knows nothing of types, texts or expressions; facts are names that moves set or prove.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.flow.model.moves import END

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from engine.flow.model.anytime import ExitHook
    from engine.flow.model.moves import Call
    from engine.flow.model.written import Code
    from engine.flow.problems import Position


class MoveKind(StrEnum):
    """What makes a move happen."""

    BUTTON = "button"
    CONTROL = "control"
    PICK = "pick"
    ANSWER = "answer"
    PAID = "paid"
    GIVE_UP = "give_up"
    EMPTY = "empty"
    SKIP = "skip"
    NEXT = "next"
    OUTCOME = "outcome"
    BRANCH = "branch"
    ELSE = "else"
    RESULT = "result"
    TIMEOUT = "timeout"
    REFRESH = "refresh"
    COMMAND = "command"
    UNKNOWN = "unknown"
    ERROR = "error"
    WORD = "word"
    END = "end"


INTERRUPTIONS = frozenset({MoveKind.COMMAND, MoveKind.UNKNOWN, MoveKind.ERROR})
"""Moves that no step offers by itself."""

TIMED = frozenset({MoveKind.TIMEOUT, MoveKind.REFRESH})
"""Moves that time makes, while the person does nothing."""


@dataclass(frozen=True, slots=True)
class Move:
    """An edge: `target` is a step or END; `sets` are the names of data saved on the way.

    It `waits` when only the person can make it happen, and `stays` when a control keeps a value, or a flow that was run
    comes back to the step it left, which is not entered anew then. `proofs` are conditions that were true or false when it is taken, `saves` the
    expressions saved. `opens` is the flow that opens as this one is left by the move, `beside` one that opens in a message of its own. `cause` is the id of the button, the name of the outcome, the number of the branch, or the label of
    the line of anytime that makes it; nothing where the step has one such move.
    """

    source: str
    target: str
    kind: MoveKind
    label: str
    position: Position
    sets: frozenset[str] = frozenset()
    waits: bool = False
    stays: bool = False
    proofs: tuple[tuple[Code, bool], ...] = ()
    saves: tuple[tuple[str, Code], ...] = field(default=(), compare=False)
    cause: str = ""
    opens: str = ""
    beside: str = ""

    @property
    def key(self) -> tuple[str, MoveKind, str]:
        """What tells the move from all others of its flow: where it leaves, of which kind it is, and its cause."""
        return (self.source, self.kind, self.cause)


@dataclass(frozen=True, slots=True)
class FlowCall:
    """A place of a flow that runs another one; `step` is None for one that runs at any time."""

    step: str | None
    call: Call


@dataclass(frozen=True, slots=True)
class Graph:
    """The steps of one flow in the order written, every move between them, and the flows it runs.

    `waiting` are the steps at which a person stands, `choices` those that show them a way on; `on_exit` follows wherever
    the flow is left.
    """

    flow: str
    steps: tuple[str, ...]
    moves: tuple[Move, ...]
    calls: tuple[FlowCall, ...] = ()
    waiting: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()
    verbs: Mapping[str, str] = field(default_factory=dict)
    on_exit: ExitHook | None = None

    def find(self, source: str, kind: MoveKind, cause: str) -> Move:
        """Give the move that leaves a step in this way, for this cause.

        Raises:
            KeyError: there is none.
        """
        for move in self.moves:
            if move.key == (source, kind, cause):
                return move
        raise KeyError((source, kind, cause))

    def leaving(self) -> Mapping[str, Sequence[Move]]:
        """Group the moves by the step they leave."""
        return _group(self.moves, _source)

    def entering(self) -> Mapping[str, Sequence[Move]]:
        """Group the moves by the step, or END, they lead to."""
        return _group(self.moves, _target)

    def reachable(self, *, without: frozenset[MoveKind] = frozenset()) -> frozenset[str]:
        """Give the steps that a person can come to from the first one, but for some moves; END when it can be come to."""
        moves = [move for move in self.moves if move.kind not in without]
        return _closure(self.steps[:1], _group(moves, _source), _target)

    def unreached(self) -> tuple[str, ...]:
        """Give the steps that no path leads to, without those that only follow one of them."""
        lost = set(self.steps) - self.reachable()
        moves = [move for move in self.moves if move.source in lost and move.source != move.target]
        followed = {move.target for move in moves}
        leaving = _group(moves, _source)
        heads: list[str] = []
        for step in sorted(self.steps, key=followed.__contains__):
            if step in lost:
                heads.append(step)
                lost -= _closure((step,), leaving, _target)
        return tuple(step for step in self.steps if step in heads)

    def traps(self) -> tuple[str, ...]:
        """Give the steps from which no way leads to an end or to a choice of the person."""
        own = [move for move in self.moves if move.kind not in INTERRUPTIONS]
        entering = _group(own, _target)
        free = _closure((END, *self.choices), entering, _source)
        ending = {move.source for move in own if move.target == END}
        return tuple(step for step in self.steps if step not in free and step not in ending)

    def leads_only_to_itself(self, step: str) -> bool:
        """Tell whether nothing but the step itself follows a step."""
        own = [move for move in self.moves if move.kind not in INTERRUPTIONS]
        return {move.target for move in own if move.source == step} == {step}

    def silent_loops(
        self, passing: frozenset[str] = frozenset(), *, timed: bool = False
    ) -> tuple[tuple[str, ...], ...]:
        """Give each set of steps that can follow one another for ever without a turn of the person.

        `passing` are the flows that can begin and end without one; with `timed` a step may also be left by its timeout, or its refresh.
        """
        silent = [move for move in self._silent_moves(passing, timed=timed) if move.target != END]
        return tuple(_cycles(self.steps, _group(silent, _source)))

    def silently_reached(
        self, passing: frozenset[str] = frozenset(), *, timed: bool = False
    ) -> frozenset[str]:
        """Give the steps that follow from the first one without a turn of the person; END when it can be come to."""
        silent = self._silent_moves(passing, timed=timed)
        return _closure(self.steps[:1], _group(silent, _source), _target)

    def _silent_moves(self, passing: frozenset[str], *, timed: bool) -> Sequence[Move]:
        return [
            move
            for move in self.moves
            if move.kind not in INTERRUPTIONS
            and not move.opens
            and (
                not move.waits
                or (_is_coming_back(move) and move.label in passing)
                or (timed and move.kind in TIMED)
            )
        ]


type Facts = frozenset[str]


def flow_facts(
    graph: Graph,
    first: Facts,
    pass_move: Callable[[Move, Facts], Facts],
    pass_step: Callable[[str, Facts], Facts],
) -> Mapping[str, Facts | None]:
    """Give for each step what holds whenever it is entered, on every path; None where no path leads.

    `first` holds at the beginning. `pass_step` gives what holds inside a step from what holds at its entry, `pass_move` what holds after a move
    from what holds inside its source (a skip and an error leave from the entry). What holds inside a step takes moves
    that stay in it into account. Facts only shrink at a step, so this ends.
    """
    state: dict[str, Facts | None] = dict.fromkeys(graph.steps)
    leaving = graph.leaving()
    if graph.steps:
        state[graph.steps[0]] = first
    work = deque(graph.steps[:1])
    while work:
        step = work.popleft()
        entry = state[step]
        if entry is None:
            continue
        inside = pass_step(step, entry)
        for move in leaving.get(step, ()):
            if move.target not in state or move.stays:
                continue
            early = move.kind in (MoveKind.SKIP, MoveKind.ERROR)
            arriving = pass_move(move, entry if early else inside)
            known = state[move.target]
            merged = arriving if known is None else known & arriving
            if merged != known:
                state[move.target] = merged
                work.append(move.target)
    return state


def _is_coming_back(move: Move) -> bool:
    """Tell whether the flow named by the label was run by a step of its own, from which the conversation goes on."""
    return move.kind is MoveKind.RESULT and not move.stays


def _group(moves: Iterable[Move], key: Callable[[Move], str]) -> Mapping[str, Sequence[Move]]:
    grouped: dict[str, list[Move]] = defaultdict(list)
    for move in moves:
        grouped[key(move)].append(move)
    return grouped


def _closure(
    start: Iterable[str], moves: Mapping[str, Sequence[Move]], follow: Callable[[Move], str]
) -> frozenset[str]:
    seen = set(start)
    work = list(seen)
    while work:
        for move in moves.get(work.pop(), ()):
            if (step := follow(move)) not in seen:
                seen.add(step)
                work.append(step)
    return frozenset(seen)


def _cycles(steps: Sequence[str], moves: Mapping[str, Sequence[Move]]) -> Iterator[tuple[str, ...]]:
    """Give the strongly connected sets that hold a cycle, steps in the order written."""
    forward = {
        step: _closure((move.target for move in moves.get(step, ())), moves, _target)
        for step in steps
    }
    seen: set[str] = set()
    for step in steps:
        if step in forward[step] and step not in seen:
            cycle = tuple(
                other for other in steps if other in forward[step] and step in forward[other]
            )
            seen.update(cycle)
            yield cycle


def _source(move: Move) -> str:
    return move.source


def _target(move: Move) -> str:
    return move.target
