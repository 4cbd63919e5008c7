"""What is known of where conversations lead: the shortest way to each goal that was met, and where to look for others.

It tries acts on the real engine, those first from where the wanted goal is near; it does not know why a goal is wanted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Any, Final

from engine.dialog.ports import UnavailableError
from engine.dialog.remembered import ASKED, WRONG
from engine.dialog.trail import CommandEnded, Entered
from engine.simulate.coverage.recorder import Recorder
from engine.simulate.explore.choices import Chooser, Sort, what_of
from engine.simulate.explore.distances import FAR, Distances
from engine.simulate.explore.hearing import hear_errors
from engine.simulate.explore.story import Doing, Story, do
from engine.simulate.explore.subjects import Subjects
from engine.simulate.explore.trying import list_next
from engine.simulate.stage import Given, Someone
from engine.simulate.witness import SimulationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.dialog.trail import Note
    from engine.flow.checked import Bot
    from engine.simulate.coverage.model import Goal
    from engine.simulate.explore.distances import Place
    from engine.simulate.stage import Simulator, Stage


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a story led: the open flows with their steps, the commands `done`, and what can be done `next`.

    `keys`, `entered` and `asked` are the goals, the steps and the actions of its last act, `used` all actions before it;
    `commands` are what else can be written, which leads away. `stand` is where somebody stands after which commands; two of
    the same `sign` are alike in all else that is looked at.
    """

    story: Story
    open_flows: tuple[Place, ...]
    done: frozenset[CommandEnded]
    stand: Any
    sign: Any
    next: tuple[Doing, ...]
    commands: tuple[Doing, ...]
    keys: frozenset[str]
    entered: frozenset[Place]
    asked: frozenset[str]
    used: frozenset[str]


@dataclass(slots=True)
class _Steps:
    """What the acts of a story did, one after the other."""

    before: int = 0
    used: frozenset[str] = frozenset()


@dataclass(slots=True)
class Atlas:
    """Grows as goals are sought.

    `ways` are the shortest stories known whose last act meets a goal, by its key, `arrivals` those whose last act enters a
    step, and `visits` counts the stories that were told.
    """

    simulator: Simulator
    ways: dict[str, Visit] = field(default_factory=dict)
    arrivals: dict[Place, Visit] = field(default_factory=dict)
    visits: int = 0
    _distances: Distances = field(init=False)
    _chooser: Chooser = field(init=False)
    _recorder: Recorder = field(init=False)
    _subjects: Subjects = field(init=False)
    _open: list[Visit] = field(default_factory=list)
    _signs: set[Any] = field(default_factory=set)
    _seen: Counter[Any] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        bot = self.simulator.bot
        self._distances, self._chooser = Distances(bot), Chooser(bot)
        self._recorder, self._subjects = Recorder(bot), Subjects(bot)

    async def seek(self, goal: Goal, *, tries: int) -> Visit | None:
        """Return the shortest visit known that meets a goal, after so many more at most; None where none does."""
        if not self._signs:
            for given in _beginnings(self.simulator.bot):
                self._keep(await self.visit(Story(given)))
        until = self.visits + tries
        while goal.key not in self.ways and self._open and self.visits < until:
            nearest = min(self._open, key=lambda one: self._promise(one, goal))
            if self._distances.to_goal(nearest.open_flows, goal) >= FAR:
                break
            self._open.remove(nearest)
            self._seen[nearest.stand] += 1
            for story in following(nearest):
                self._keep(await self.visit(story))
        return self.ways.get(goal.key)

    async def visit(self, story: Story) -> Visit | None:
        """Tell a story and return where it led; None where not all of it can be done."""
        self.visits += 1
        who = next(iter(story.given.people))
        with hear_errors():
            async with self.simulator.open(story.given) as stage:
                before, used = 0, frozenset[str]()
                for doing in story.doings:
                    before = len(list(stage.trail.notes))
                    used |= stage.runner.used
                    try:
                        await do(stage, doing)
                    except (SimulationError, UnavailableError):
                        return None
                return await self._look_around(stage, who, story, _Steps(before, used))

    async def _look_around(self, stage: Stage, who: str, story: Story, steps: _Steps) -> Visit:
        notes = list(stage.trail.notes)
        last = notes[steps.before :]
        luck = Random(0)  # noqa: S311 - the same each time
        choices = await self._chooser.list_choices(stage, who, luck)
        return Visit(
            story=story,
            open_flows=await _open_flows(stage, who),
            done=frozenset(one for one in notes if isinstance(one, CommandEnded)),
            stand=await _stand(stage, who, notes),
            sign=await _sign(stage, who),
            next=tuple(await list_next(choices, stage, who)),
            commands=tuple(one.doing for one in choices if one.sort is Sort.COMMAND),
            keys=frozenset(self._recorder.keys(last)),
            entered=frozenset((one.flow, one.step) for one in last if isinstance(one, Entered)),
            asked=frozenset(stage.runner.used),
            used=steps.used,
        )

    def _keep(self, visit: Visit | None) -> None:
        """Note where a story led, if it was not known."""
        if visit is None:
            return
        length = len(visit.story.doings)
        for key in visit.keys:
            if key not in self.ways or length < len(self.ways[key].story.doings):
                self.ways[key] = visit
        for step in visit.entered:
            arrival = self.arrivals.get(step)
            if arrival is None or length < len(arrival.story.doings):
                self.arrivals[step] = visit
        situation = (visit.sign, visit.open_flows, visit.stand)
        if situation not in self._signs:
            self._signs.add(situation)
            self._open.append(visit)

    def _promise(self, visit: Visit, goal: Goal) -> tuple[int, int]:
        """Rank where to look next: short stories from which the goal is near go first, and places that were not looked at.

        So each place is looked at once, and once more after a command was carried out, which may have changed what is there:
        one about something of which the goal's flow knows, as their names tell.
        """
        far = self._distances.to_goal(visit.open_flows, goal)
        subjects = self._subjects.of_flow(goal.flow)
        aside = sum(self._subjects.of_command(one) not in subjects for one in visit.done)
        length = len(visit.story.doings)
        return length + 2 * far + _AGAIN * (self._seen[visit.stand] + aside), length


def following(visit: Visit) -> Iterator[Story]:
    """Give the stories that are one act longer."""
    for doing in visit.next:
        yield longer(visit.story, doing)


def longer(story: Story, doing: Doing) -> Story:
    """Return a story with one more act."""
    return replace(story, doings=(*story.doings, doing))


async def _open_flows(stage: Stage, who: str) -> tuple[Place, ...]:
    conversation = await stage.conversation_of(stage.sights[who])
    if conversation is None:
        return ()
    contexts = [conversation.contexts[intent] for intent in conversation.stack.intents]
    names = [str(context.state.state).partition(":") for context in contexts]
    return tuple((group.partition("@")[0], step) for group, _, step in names)


async def _stand(stage: Stage, who: str, notes: Sequence[Note]) -> Any:
    """Return where somebody stands, how often they were wrong there, and which commands were carried out."""
    context = await stage.where(stage.sights[who])
    asked: tuple[Any, ...] = ()
    if context is not None and stage.registry.is_flow(context.state):
        data = stage.data_of(context)
        asked = (data.recall(ASKED), str(data.recall(WRONG)))
    done = frozenset(one for one in notes if isinstance(one, CommandEnded))
    return (await _open_flows(stage, who))[-1:], asked, done


async def _sign(stage: Stage, who: str) -> Any:
    """Return what else tells a situation from others: who it is, what is set, and what is shown."""
    context = await stage.where(stage.sights[who])
    known: frozenset[str] = frozenset()
    if context is not None and stage.registry.is_flow(context.state):
        data = stage.data_of(context)
        both = {**data.params, **data.data}
        known = frozenset(name for name, value in both.items() if value is not None)
    items = [what_of(button) for button in stage.sights[who].screen()]
    shown = tuple(sorted((name, min(items.count(name), 2)) for name in set(items)))
    roles = tuple(one.role for one in stage.given.people.values())
    return roles, known, shown


_AGAIN: Final = 4
"""Acts that a conversation may be longer for leading to a place that was not looked at."""


def _beginnings(bot: Bot) -> Iterator[Given]:
    """Give the people who may talk to a bot: a stranger, and one of each role above theirs."""
    yield Given()
    for role in bot.file.roles[1:]:
        yield Given(people={"ann": Someone("Ann", role=role)})
