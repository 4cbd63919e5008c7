"""The shortest conversation that meets each goal that is wanted, found on the real engine, or the reason why there is none.

It knows how actions can be made to end as a goal wants it; the rest is left to the search.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from engine.flow.graph import MoveKind
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DoStep
from engine.simulate.coverage.model import GoalKind
from engine.simulate.explore.atlas import Atlas, following, longer
from engine.simulate.explore.distances import places_of
from engine.simulate.stubs import Stub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from engine.simulate.coverage.model import Goal
    from engine.simulate.explore.atlas import Visit
    from engine.simulate.explore.distances import Place
    from engine.simulate.stage import Simulator

TRIES: Final = 1_000
"""Conversations that are held in search of one goal."""

_MOST_PLACES: Final = 4
"""Steps at which something is made to break where any will do."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A goal with the shortest conversation that meets it; without one there is the reason."""

    goal: Goal
    met: Visit | None
    reason: str = ""


@dataclass(slots=True)
class Seeker:
    """Finds conversations that meet goals."""

    simulator: Simulator
    tries: int = TRIES
    atlas: Atlas = field(init=False)

    def __post_init__(self) -> None:
        self.atlas = Atlas(self.simulator)

    async def seek(self, goals: Iterable[Goal]) -> AsyncIterator[Sought]:
        """Yield what was found for each goal; those that people can meet by themselves come first."""
        wanted = sorted(goals, key=_needs_help)
        for goal in wanted:
            met = None
            if not _needs_help(goal):
                met = await self.atlas.seek(goal, tries=self.tries)
            met = met or self.atlas.ways.get(goal.key) or await self._provoke(goal)
            yield Sought(goal, met, "" if met else self._reason(goal))

    async def _provoke(self, goal: Goal) -> Visit | None:
        """Look for a conversation in which an action ends as the goal wants it."""
        places = [place for place in places_of(goal) if place in self.atlas.arrivals]
        arrivals = sorted(
            (self.atlas.arrivals[place] for place in places),
            key=lambda one: len(one.story.doings),
        )
        for arrival in arrivals[:_MOST_PLACES]:
            if _kind(goal) is MoveKind.ERROR:
                met = await self._break(goal, arrival)
            else:
                met = await self._stand_in(goal, arrival)
            if met is not None:
                return met
        return None

    async def _stand_in(self, goal: Goal, arrival: Visit) -> Visit | None:
        """Tell how one comes to a step with an action stood in for, and then each story that is one act longer."""
        for name, stub in self._stubs(goal):
            visit = await self._with(arrival, name, stub)
            if visit is not None and goal.key in visit.keys:
                return visit
            for story in following(visit) if visit is not None else ():
                further = await self.atlas.visit(story)
                if further is not None and goal.key in further.keys:
                    return further
        return None

    async def _break(self, goal: Goal, arrival: Visit) -> Visit | None:
        """Let an action break that is first used by the last act there, or by the next."""
        doings = dict.fromkeys([*arrival.next, *arrival.commands])
        further = [await self.atlas.visit(longer(arrival.story, doing)) for doing in doings]
        for way in (arrival, *further):
            for name in sorted(way.asked - way.used) if way else ():
                broken = await self._with(way, name, Stub(fails=True))
                if broken is not None and goal.key in broken.keys:
                    return broken
        return None

    async def _with(self, visit: Visit | None, name: str, stub: Stub) -> Visit | None:
        """Tell the story of a visit anew, with an action stood in for."""
        if visit is None:
            return None
        given = replace(visit.story.given, stubs={name: stub})
        return await self.atlas.visit(replace(visit.story, given=given))

    def _stubs(self, goal: Goal) -> Iterator[tuple[str, Stub]]:
        if goal.flow not in self.simulator.bot.flows or goal.step is None:
            return
        compiled = self.simulator.bot.flows[goal.flow]
        step = compiled.flow.steps.get(goal.step)
        if isinstance(step, DoStep | PayStep) and step.command:
            name = compiled.calls[step.command].action.name
            for outcome in step.outcomes:
                if goal.cause.removeprefix("outcome:") == outcome:
                    yield name, Stub(outcome=outcome)
        elif isinstance(step, ChooseStep) and _kind(goal) is MoveKind.EMPTY:
            yield compiled.calls[step.query].action.name, Stub(result=[])

    def _reason(self, goal: Goal) -> str:
        places: tuple[Place, ...] = places_of(goal)
        if places and not any(place in self.atlas.arrivals for place in places):
            steps = ", ".join(f'"{step}"' for _, step in places)
            return f"nobody was found to come to {steps}"
        kind = _kind(goal)
        return _REASONS.get(kind, _NOTHING) if kind is not None else _NOTHING


def _kind(goal: Goal) -> MoveKind | None:
    return goal.moves[0].kind if goal.moves else None


def _needs_help(goal: Goal) -> bool:
    """Tell whether an action must mostly end in a way that people cannot bring about."""
    is_outcome = goal.kind is GoalKind.OUTCOME and bool(goal.cause)
    return is_outcome or _kind(goal) in (MoveKind.OUTCOME, MoveKind.EMPTY, MoveKind.ERROR)


_NOTHING: Final = "nothing that people did there led to it"
_REASONS: Final = {
    MoveKind.ERROR: "no action that broke there led to it",
    MoveKind.SKIP: "the condition never held as the step was entered",
    MoveKind.BRANCH: "the condition never held where it was asked",
    MoveKind.ELSE: "a condition above it always held",
}
