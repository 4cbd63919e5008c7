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
    from datetime import datetime

    from engine.simulate.recording.told import Told
    from engine.simulate.stage import Simulator, Stage

FAILURES: Final = (SimulationError, ImpossibleError, UnavailableError)
"""What an act that cannot be done raises."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time between two acts, and how often it led to something that anybody saw: a timeout, a message that was due.

    It ended so long after the first act: what the bot itself waits for passes in a simulation too.
    """

    ended: timedelta
    events: int


async def rehearse(simulator: Simulator, told: Told) -> Sequence[Pause]:
    """Return the pause before each deed, and that after the last one."""
    pauses = []
    deeds = list(told.deeds_in_turn())
    first = deeds[0][0].at
    async with simulate(simulator, given=told.given) as chat:
        stage, begun = chat.stage, chat.stage.clock.now
        for deed, is_twice in deeds:
            pauses.append(await _pass(stage, begun, deed.at - first))
            try:
                actor = Chat(told.names[deed.user_id], stage)
                screen = actor.sight.screen()
                act = act_of(deed, screen, simulator.bot, is_twice=is_twice)
                await perform_act(actor, act)
            except (UntellableError, *FAILURES):
                continue  # what cannot be done is told when it is written down
        return [*pauses, await _pass(stage, begun, told.until - first)]


async def _pass(stage: Stage, begun: datetime, seconds: float) -> Pause:
    ended, events = timedelta(seconds=seconds), 0
    until = begun + ended
    while (due := await stage.next_due()) and due <= until:
        await stage.wait(max(due - stage.clock.now, timedelta()), "time passes")
        events += any(sight.fresh for sight in stage.sights.values())
    await stage.wait(max(until - stage.clock.now, timedelta()), "time passes")
    return Pause(ended, events)
