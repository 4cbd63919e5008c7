"""Walks through a bot at random, act by act, preferring what was seldom done before.

It knows what can be done and what is wrong then; it does not know how a finding is told.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from engine.dialog.trail import Entered, Moved
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DoStep
from engine.simulate.explore import wording
from engine.simulate.explore.choices import Chooser, Sort
from engine.simulate.explore.story import Doing, Story, Teller
from engine.simulate.memory import BEGINNING
from engine.simulate.stage import Given, Someone
from engine.simulate.stubs import Stub
from engine.simulate.witness import SimulationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from engine.dialog.trail import Note
    from engine.flow.checked import Bot
    from engine.simulate.explore.choices import Choice
    from engine.simulate.sound import Flaw
    from engine.simulate.stage import Simulator


@dataclass(frozen=True, slots=True)
class Budget:
    """How far is walked: so many acts in all, by so many people at a time, as the seed leads."""

    presses: int
    seed: int = 1
    people: int = 2


@dataclass(slots=True)
class Figures:
    """What a walk came to: acts and conversations, what was done how often, and the moves of the flows that were taken."""

    presses: int = 0
    conversations: int = 0
    done: Counter[str] = field(default_factory=Counter)
    taken: set[Moved] = field(default_factory=set)
    steps: set[tuple[str, str]] = field(default_factory=set)

    def note(self, notes: Iterable[Note]) -> None:
        """Take in what the turns of a conversation did."""
        for note in notes:
            if isinstance(note, Moved):
                self.taken.add(note)
            elif isinstance(note, Entered):
                self.steps.add((note.flow, note.step))


@dataclass(frozen=True, slots=True)
class Discovery:
    """Something that was wrong, and the conversation that ended so."""

    flaw: Flaw
    story: Story


class Explorer:
    """Holds one conversation after another with a bot, each in a simulation of its own."""

    def __init__(self, simulator: Simulator, budget: Budget) -> None:
        self.figures = Figures()
        self._simulator = simulator
        self._budget = budget
        self._chooser = Chooser(simulator.bot)

    async def walk(self) -> AsyncIterator[Discovery | None]:
        """Hold conversations until all acts are used up; what was wrong in each is yielded, None for nothing."""
        while self.figures.presses < self._budget.presses:
            self.figures.conversations += 1
            luck = f"{self._budget.seed} {self.figures.conversations}"
            yield await self._converse(Random(luck))  # noqa: S311 - a walk can be walked again

    async def _converse(self, rng: Random) -> Discovery | None:
        given = think_of_given(self._simulator.bot, self._budget.people, rng)
        left = min(rng.randint(_SHORTEST, _LONGEST), self._budget.presses - self.figures.presses)
        flaw: Flaw | None = None
        async with self._simulator.open(given) as stage:
            teller = Teller(stage)
            whose = _Turns(list(given.people), rng)
            while len(teller.done) < left:
                who = whose.next()
                doing = await self._choose(teller, who, whose, rng)
                try:
                    flaw = await teller.do(doing)
                except SimulationError:
                    continue
                self.figures.presses += 1
                whose.did(doing)
                if flaw is not None:
                    break
            self.figures.note(stage.trail.notes)
            return Discovery(flaw, Story(given, tuple(teller.done))) if flaw else None

    async def _choose(self, teller: Teller, who: str, whose: _Turns, rng: Random) -> Doing:
        if (echo := whose.echo(who)) is not None:
            return echo
        choices = await self._chooser.list_choices(teller.stage, who, rng)
        choice = self._draw(choices, rng)
        self.figures.done[choice.move] += 1
        return choice.doing

    def _draw(self, choices: list[Choice], rng: Random) -> Choice:
        """Draw a sort, then one of that sort, which the likelier comes the more seldom it was drawn before."""
        sorts = list(dict.fromkeys(choice.sort for choice in choices))
        (sort,) = rng.choices(sorts, [_WEIGHTS[one] for one in sorts])
        of_sort = [choice for choice in choices if choice.sort is sort]
        weights = [1 / (1 + self.figures.done[choice.move]) ** 2 for choice in of_sort]
        return rng.choices(of_sort, weights)[0]


@dataclass(slots=True)
class _Turns:
    """Whose turn it is, and what the others did: somebody often wants the very thing that another one wants."""

    names: list[str]
    rng: Random
    _who: int = 0
    _done: dict[str, list[Doing]] = field(default_factory=dict)
    _follows: bool = field(init=False)

    def __post_init__(self) -> None:
        self._follows = len(self.names) > 1 and self.rng.random() < _FOLLOWS

    def next(self) -> str:
        """Return who acts now."""
        if self._follows:
            self._who += 1
        elif self.rng.random() < _CHANGES:
            self._who = self.rng.randrange(len(self.names))
        return self.names[self._who % len(self.names)]

    def did(self, doing: Doing) -> None:
        """Note what somebody did."""
        self._done.setdefault(doing.who, []).append(doing)

    def echo(self, who: str) -> Doing | None:
        """Return what somebody does who follows another one step for step; None where they do as they like."""
        leader = self.names[0]
        if not self._follows or who == leader or self.rng.random() > _LOYAL:
            return None
        return Doing(who, self._done[leader][-1].act) if self._done.get(leader) else None


def moves_of(bot: Bot, flow: str | None = None) -> tuple[Moved, ...]:
    """List all moves of a flow, or of all flows."""
    return tuple(
        Moved(name, move.source, move.kind, move.cause)
        for name, compiled in bot.flows.items()
        if flow in (None, name)
        for move in compiled.graph.moves
    )


def think_of_given(bot: Bot, people: int, rng: Random) -> Given:
    """Think of a time, of people with names, roles and languages, and now and then of an action that ends otherwise."""
    named = {
        name: Someone(
            rng.choice(wording.NAMES) if rng.random() < _ODD else name.capitalize(),
            role=rng.choice((None, *bot.file.roles)),
            locale=rng.choice(bot.file.locales),
        )
        for name in _PEOPLE[:people]
    }
    now = rng.choice(_TIMES) if rng.random() < _ODD else BEGINNING
    return Given(now=now, people=named, stubs=_stubs(bot, rng) if rng.random() < _ODD else {})


def _stubs(bot: Bot, rng: Random) -> dict[str, Stub]:
    """Let one command end in one of its outcomes, or fail, once."""
    commands = {
        call.action.name: call.action
        for flow in bot.flows.values()
        for step in flow.flow.steps.values()
        if isinstance(step, DoStep | PayStep) and step.command
        for call in [flow.calls[step.command]]
    }
    if not commands:
        return {}
    name = rng.choice(sorted(commands))
    outcome = rng.choice([None, *sorted(commands[name].outcomes)])
    return {name: Stub(outcome=outcome, fails=outcome is None, times=1)}


_PEOPLE: Final = ("ann", "bob", "cleo", "dan", "eve", "fay", "gus", "hal")
MOST_PEOPLE: Final = len(_PEOPLE)

_TIMES: Final = (
    BEGINNING + timedelta(hours=9),
    datetime(2026, 12, 24, 16, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 22, 59, tzinfo=UTC),
    datetime(2027, 3, 27, 22, 30, tzinfo=UTC),
    datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
)
"""Moments at which something may go wrong: the evening, the ends of the year, and both changes of the clock."""

_WEIGHTS: Final = {
    Sort.PRESS: 100,
    Sort.ANSWER: 30,
    Sort.DISTURB: 7,
    Sort.COMMAND: 10,
    Sort.OLD: 7,
    Sort.TWICE: 7,
    Sort.PAUSE: 5,
    Sort.RESTART: 3,
    Sort.FORGET: 1,
    Sort.DELETE: 2,
    Sort.BLOCK: 1,
    Sort.ROLE: 2,
}
_SHORTEST: Final = 5
_LONGEST: Final = 80
_FOLLOWS: Final = 0.3
_LOYAL: Final = 0.9
_CHANGES: Final = 0.2
_ODD: Final = 0.3
