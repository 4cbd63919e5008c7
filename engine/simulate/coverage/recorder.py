"""What the run time tells, as goals that were covered.

It does not know which goals there are besides those of conditions: what no bot has is kept all the same, and counts for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from engine.dialog.trail import (
    AnswerRefused,
    CommandEnded,
    Entered,
    Interrupted,
    Judged,
    Moved,
    Opened,
    Shown,
    TextAsked,
)
from engine.flow.model.anytime import ON_EXIT
from engine.flow.model.windows import WindowStep
from engine.simulate.coverage.conditions import list_conditions
from engine.simulate.coverage.goals import move_place, owner_of_line
from engine.simulate.coverage.model import Coverage, GoalKind, key_of
from engine.simulate.coverage.texts import text_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.actions import User
    from engine.dialog.trail import Note
    from engine.flow.checked import Bot


class Recorder:
    """A trail that keeps coverage; `test` is the name of the test that is going on."""

    def __init__(self, bot: Bot) -> None:
        self._flows = {name: compiled.flow for name, compiled in bot.flows.items()}
        self._conditions = {
            (one.flow, one.step, one.code): one
            for compiled in bot.flows.values()
            for one in list_conditions(compiled.flow)
        }
        self.coverage = Coverage()
        self.test = ""

    def note(self, _user: User, notes: tuple[Note, ...]) -> None:
        """Take in a turn."""
        for key in self.keys(notes):
            self.coverage.add(key, self.test)
        for one in notes:
            if isinstance(one, Shown):
                self.coverage.seen.setdefault(f"{one.flow}.{one.step}", set()).add(one.role)

    def keys(self, notes: Iterable[Note]) -> Iterator[str]:
        """Give the keys of the goals that notes cover, those of flows that the bot does not have left out."""
        for note in notes:
            if note.flow in self._flows:
                yield from self._keys(note)

    def _keys(self, note: Note) -> Iterator[str]:
        flow = self._flows[note.flow]
        match note:
            case Moved():
                place = move_place(flow, note.step, note.kind, note.cause)
                yield key_of(GoalKind.MOVE, *place)
            case Entered():
                if not self._is_window(note.flow, note.step):
                    yield key_of(GoalKind.STEP, note.flow, note.step, "")
            case Shown():
                yield key_of(GoalKind.STEP, note.flow, note.step, "")
                yield key_of(GoalKind.LOCALE, note.flow, note.step, note.locale)
            case Judged() | TextAsked():
                yield from self._condition(note)
            case CommandEnded():
                cause = ON_EXIT if note.step is None else note.outcome or ""
                yield key_of(GoalKind.OUTCOME, note.flow, note.step, cause)
            case AnswerRefused():
                yield key_of(GoalKind.ANSWER, note.flow, note.step, note.cause)
            case Interrupted():
                owner = owner_of_line(flow, note.label)
                yield key_of(GoalKind.ANYTIME, owner, None, f"{note.label}:{note.way}")
            case Opened():
                yield key_of(GoalKind.ENTRY, note.flow, None, f"{note.kind}:{note.value}")
            case _:
                assert_never(note)

    def _condition(self, note: Judged | TextAsked) -> Iterator[str]:
        if isinstance(note, TextAsked):
            yield key_of(GoalKind.TEXT, *text_place(self._flows[note.flow], note))
            return
        for step in (note.step, None):
            found = self._conditions.get((note.flow, step, note.code))
            if found is not None:
                cause = found.cause(holds=note.holds)
                yield key_of(GoalKind.CONDITION, found.flow, found.step, cause)
                return

    def _is_window(self, flow: str, step: str) -> bool:
        return isinstance(self._flows[flow].steps.get(step), WindowStep)
