"""How time passed in a conversation: what it led to by itself, found by doing everything again with as much time as it took.

It writes nothing down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.dialog.ports import UnavailableError
from engine.emulator.people import ImpossibleError
from engine.simulate.chat import Chat, simulate
from engine.simulate.recording.acts import UntellableError, act_of
from engine.simulate.scenarios.play import perform_act
from engine.simulate.witness import SimulationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.simulate.recording.told import Told
    from engine.simulate.stage import Simulator, Stage

FAILURES: Final = (SimulationError, ImpossibleError, UnavailableError)
"""What an act that cannot be done raises."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time between two acts, and how often it led to something that anybody saw: a timeout, a message that was due."""

    lasted: timedelta
    events: int


async def rehearse(simulator: Simulator, told: Told) -> Sequence[Pause]:
    """Return the pause before each deed, and that after the last one."""
    pauses = []
    deeds = list(told.deeds_in_turn())
    moments = [deed.at for deed, _ in deeds]
    async with simulate(simulator, given=told.given) as chat:
        stage = chat.stage
        for (deed, is_twice), last, now in zip(
            deeds, [moments[0], *moments], moments, strict=False
        ):
            pauses.append(await _pass(stage, now - last))
            try:
                actor = Chat(told.names[deed.user_id], stage)
                screen = actor.sight.screen()
                act = act_of(deed, screen, simulator.bot, is_twice=is_twice)
                await perform_act(actor, act)
            except (UntellableError, *FAILURES):
                continue  # what cannot be done is told when it is written down
        return [*pauses, await _pass(stage, told.until - moments[-1])]


async def _pass(stage: Stage, seconds: float) -> Pause:
    passed = timedelta(seconds=max(seconds, 0))
    until, events = stage.clock.now + passed, 0
    while (due := await stage.next_due()) and due <= until:
        await stage.wait(max(due - stage.clock.now, timedelta()), "time passes")
        events += any(sight.fresh for sight in stage.sights.values())
    await stage.wait(max(until - stage.clock.now, timedelta()), "time passes")
    return Pause(passed, events)
