"""What a picture of a flow or of a whole bot shows: nodes, the labels of the arrows between them, and what is wrong.

It knows nothing of how any of it looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.flow.compile import CompiledFlow
from engine.flow.graph import INTERRUPTIONS, Graph, Move, MoveKind
from engine.flow.model.flow import EntryKind
from engine.flow.model.moves import END

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.flow.graph import FlowCall
    from engine.flow.model.anytime import ExitHook

MAX_LABEL: Final = 30
LEFT: Final = "however it is left"
"""The node from which the command follows that a flow carries out as it is left."""

PERSON: Final = "a person"
"""The node from which all ways into a bot lead; no flow has such a name."""

_WORDS: Final = {
    MoveKind.PICK: "pick",
    MoveKind.ANSWER: "answer",
    MoveKind.PAID: "paid",
    MoveKind.GIVE_UP: "give up",
    MoveKind.EMPTY: "nothing there",
    MoveKind.NEXT: "done",
    MoveKind.WORD: "said",
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """The verb of each node, labels of arrows by their ends, faults by node, and what happens anywhere.

    `on_exit` says when the command is carried out that follows as the flow is left; None where there is none.
    """

    title: str
    verbs: Mapping[str, str]
    moves: Mapping[tuple[str, str], tuple[str, ...]]
    marks: Mapping[str, str]
    anywhere: tuple[tuple[str, str], ...]
    on_exit: str | None = None

    @classmethod
    def of(cls, flow: Graph | CompiledFlow | Drawing) -> Drawing:
        """Give the drawing of a flow; one that is a drawing already stays as it is."""
        if isinstance(flow, Drawing):
            return flow
        graph = flow.graph if isinstance(flow, CompiledFlow) else flow
        known = {*graph.steps, END}
        own = [
            move for move in graph.moves if move.target in known and move.kind is not MoveKind.END
        ]
        verbs = {name: graph.verbs.get(name, "show") for name in graph.steps}
        if any(move.target == END for move in own):
            verbs[END] = "end"
        moves: dict[tuple[str, str], list[str]] = {}
        for move in own:
            if move.kind not in INTERRUPTIONS:
                labels = moves.setdefault((move.source, move.target), [])
                label = label_of(move)
                if label and label not in labels:
                    labels.append(label)
        anywhere = dict.fromkeys(
            (move.label, move.target)
            for move in own
            if move.kind in INTERRUPTIONS and not move.stays
        )
        return cls(
            title=graph.flow,
            verbs=verbs,
            moves={ends: tuple(labels) for ends, labels in moves.items()},
            marks=_marks(graph),
            anywhere=tuple(anywhere),
            on_exit=_say_when(graph.on_exit) if graph.on_exit else None,
        )


def draw_bot(flows: Mapping[str, CompiledFlow], home: str | None = None) -> Drawing:
    """Give the drawing of a whole bot: the ways in, and which flow runs which from where."""
    moves: dict[tuple[str, str], list[str]] = {}
    for ends, label in _calls_and_entries(flows, home):
        labels = moves.setdefault(ends, [])
        if label not in labels:
            labels.append(label)
    reached = _reached(moves)
    return Drawing(
        title="all flows",
        verbs={PERSON: "entry", **dict.fromkeys(flows, "flow")},
        moves={ends: tuple(labels) for ends, labels in moves.items()},
        marks={name: "unreachable" for name in flows if name not in reached},
        anywhere=(),
    )


def _calls_and_entries(
    flows: Mapping[str, CompiledFlow], home: str | None
) -> Iterator[tuple[tuple[str, str], str]]:
    if home is not None and home in flows:
        yield (PERSON, home), "home"
    for name, compiled in flows.items():
        for entry in compiled.flow.start:
            sign = "/" if entry.kind is EntryKind.COMMAND else f"{entry.kind} "
            yield (PERSON, name), f"{sign}{entry.value}"
        for place in compiled.graph.calls:
            if place.call.flow in flows:
                yield (name, place.call.flow), _short(_caller(compiled, place))


def _caller(compiled: CompiledFlow, place: FlowCall) -> str:
    """Name the step that runs a flow, or the command that does at any time."""
    if place.step is not None:
        return place.step
    commands = (
        f"/{entry.command}" for entry in compiled.flow.anytime.values() if entry.run == place.call
    )
    return next(commands, "at any time")


def _reached(moves: Iterable[tuple[str, str]]) -> frozenset[str]:
    seen = {PERSON}
    waiting = [PERSON]
    while waiting:
        source = waiting.pop()
        new = {target for start, target in moves if start == source} - seen
        seen |= new
        waiting += new
    return frozenset(seen)


def _say_when(hook: ExitHook) -> str:
    return _short(f"when {hook.when.text}" if hook.when else "always")


def _marks(graph: Graph) -> Mapping[str, str]:
    reached = graph.reachable()
    marks = dict.fromkeys(graph.traps(), "trap")
    return marks | {name: "unreachable" for name in graph.steps if name not in reached}


def label_of(move: Move) -> str:
    """Give the words that stand at the arrow of a move; empty where it needs none."""
    label = move.label
    if move.beside:
        return _short(f"{move.label} ∥ {move.beside}" if move.stays else f"∥ {move.beside}")
    if move.opens:
        return _short(
            f"{move.label} ⇥ {move.opens}" if move.label != move.opens else f"⇥ {move.opens}"
        )
    if move.kind is MoveKind.SKIP:
        label = f"skip if {label}"
    elif move.kind in _WORDS:
        label = _WORDS[move.kind]
    elif move.kind is MoveKind.RESULT and move.source != move.target:
        label = f"after {label}"
    return _short(label)


def _short(label: str) -> str:
    label = " ".join(label.split())
    return label if len(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1]}…"
