"""A conversation as what people did in it, one after the other, and how it is done again.

It does not know who thought it up, nor what is wrong in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from engine.dialog.ports import UnavailableError
from engine.emulator.people import ImpossibleError
from engine.flow.problems import Position
from engine.simulate.chat import Chat
from engine.simulate.explore.hearing import hear_errors
from engine.simulate.scenarios.model import (
    Become,
    Block,
    Delete,
    Forget,
    Line,
    Restart,
    Unblock,
    Wait,
)
from engine.simulate.scenarios.play import perform_act
from engine.simulate.sound import Flaw, Inspector, raised
from engine.simulate.witness import SimulationError

if TYPE_CHECKING:
    from engine.simulate.scenarios.model import Act, Expectation
    from engine.simulate.stage import Given, Simulator, Stage


@dataclass(frozen=True, slots=True)
class Doing:
    """What one person does."""

    who: str
    act: Act


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation: what is given, and what people do."""

    given: Given
    doings: tuple[Doing, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a story: what of it could be done, until something was wrong, and what that is."""

    story: Story
    flaw: Flaw | None


class Teller:
    """Takes part in one simulation act by act, and inspects it after each."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.done: list[Doing] = []
        self._inspector = Inspector(stage)

    async def do(self, doing: Doing) -> Flaw | None:
        """Do something, and return what is wrong then.

        Raises:
            SimulationError: it cannot be done now.
        """
        with hear_errors() as errors:
            try:
                await do(self.stage, doing)
            except (SimulationError, UnavailableError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
                self.done.append(doing)
                return raised(error)
            self.done.append(doing)
            self._inspector.errors = errors
            is_of_person = not isinstance(doing.act, _NOBODYS)
            flaw = await self._inspector.inspect(doing.who if is_of_person else None)
            if flaw is None and self.stage.runner.called:
                flaw = await self._inspector.look_at_rows()
            return flaw


async def do(stage: Stage, doing: Doing) -> None:
    """Let somebody do something.

    Raises:
        SimulationError: it cannot be done now.
    """
    try:
        await perform_act(Chat(doing.who, stage), doing.act)
    except ImpossibleError as error:
        raise SimulationError(str(error)) from error


async def tell(simulator: Simulator, story: Story) -> Told:
    """Do a story again in a simulation of its own, but for what cannot be done any more, until something is wrong."""
    async with simulator.open(story.given) as stage:
        teller, flaw = Teller(stage), None
        for doing in story.doings:
            try:
                flaw = await teller.do(doing)
            except SimulationError:
                continue
            if flaw is not None:
                break
        return Told(Story(story.given, tuple(teller.done)), flaw)


def write_lines(story: Story, *last: Expectation) -> tuple[Line, ...]:
    """Return the lines of a scenario in which people do this; `last` is what must hold at its end."""
    lines = []
    before = next(iter(story.given.people))
    for doing in story.doings:
        lines.append(Line(_NOWHERE, doing.who if doing.who != before else None, doing.act))
        before = doing.who
    expected = tuple((_NOWHERE, one) for one in last)
    return (*lines[:-1], *(replace(line, expectations=expected) for line in lines[-1:]))


_NOWHERE: Final = Position("", 1, 1)
_NOBODYS: Final = (Wait, Restart, Forget, Delete, Block, Unblock, Become)
"""Acts after which nobody is shown anything, but for what falls due."""
