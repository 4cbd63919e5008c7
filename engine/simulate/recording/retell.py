"""A conversation done again in a simulation, and written down as lines: each act, and what must hold then.

It knows how time passed in the conversation; it does not judge whether the lines hold when they are played.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.flow.durations import write_duration
from engine.flow.problems import Position
from engine.simulate.chat import Chat
from engine.simulate.recording.acts import UntellableError, act_of
from engine.simulate.recording.compare import find_difference, shorten
from engine.simulate.recording.looks import Looker
from engine.simulate.recording.rehearse import FAILURES
from engine.simulate.scenarios.model import Block, Calls, Delete, Line, Unblock, Wait
from engine.simulate.scenarios.play import perform_act

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from engine.emulator.model import Json
    from engine.emulator.story import Deed
    from engine.simulate.recording.rehearse import Pause
    from engine.simulate.recording.told import Told
    from engine.simulate.scenarios.model import Act, Expectation
    from engine.simulate.stage import Stage

_NOWHERE: Final = Position("", 1, 1)
_SILENT: Final = (Block, Unblock, Delete)
_MILLISECOND: Final = timedelta(milliseconds=1)
_SECOND: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(slots=True)
class Retelling:
    """Does everything again in one simulation, and writes it down.

    Time that led to nothing is left out, unless the retelling is patient: then all of it passes, from a minute on.
    """

    stage: Stage
    told: Told
    pauses: Sequence[Pause]
    is_patient: bool = False
    lines: list[Line] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    _lookers: dict[str, Looker] = field(default_factory=dict)
    _who: str = ""
    _is_lost: bool = False
    _begun: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._begun = self.stage.clock.now

    async def tell(self) -> None:
        """Do everything; once something cannot be done, what follows is written as it was, and nothing is looked at."""
        self._who = next(iter(self.told.given.people))
        for name in self.stage.sights:
            await self._looker(name).look(())  # what is there before anybody acts is no news
        shown: Mapping[int, Iterable[Json]] = {}
        for number, (deed, is_twice) in enumerate(self.told.deeds_in_turn()):
            await self._wait(self.pauses[number], shown)
            is_last = not self.pauses[number + 1].events
            await self._do(deed, is_twice=is_twice, is_last=is_last)
            shown = deed.shown
        await self._wait(self.pauses[-1], shown)

    async def _do(self, deed: Deed, *, is_twice: bool, is_last: bool) -> None:
        name = self.told.names[deed.user_id]
        chat = Chat(name, self.stage)
        bot = self.stage.registry.bot
        try:
            act = act_of(deed, chat.sight.screen(), bot, is_twice=is_twice)
        except UntellableError as error:
            self._note(len(self.lines), f"here {name} {error}, which a scenario cannot")
            return
        if self._is_lost:
            self._add(name, act)
            return
        try:
            await perform_act(chat, act)
        except FAILURES as error:
            self._note(len(self.lines), shorten(str(error)))
            self._add(name, act)
            self._is_lost = True
            return
        shown = list(deed.shown.get(deed.user_id, ()))
        if is_last and (difference := find_difference(shown, chat)):
            self._note(len(self.lines), difference)
        said = None if isinstance(act, _SILENT) else str(deed.content.get("text", ""))
        looks = await self._looker(name).look(shown, said=said)
        self._add(name, act, looks)
        await self._look_around(name, deed.shown)

    async def _wait(self, pause: Pause, shown: Mapping[int, Iterable[Json]]) -> None:
        """Let time pass: all of it, or until it has led to something as often as it did."""
        if self._is_lost:
            return
        if self.is_patient:
            owed = self._begun + pause.ended - self.stage.clock.now
            if owed >= _MINUTE or pause.events:
                unit = _SECOND if pause.events else _MINUTE
                passed = max(owed // unit * unit, timedelta())
                await self.stage.wait(passed, "time passes")
                await self._add_wait(passed, shown)
            return
        left, begun = pause.events, self.stage.clock.now
        while left and (due := await self.stage.next_due()) is not None:
            await self.stage.wait(max(due - self.stage.clock.now, timedelta()), "time passes")
            if any(sight.fresh for sight in self.stage.sights.values()):
                await self._add_wait(self.stage.clock.now - begun, shown)
                left, begun = left - 1, self.stage.clock.now

    async def _add_wait(self, passed: timedelta, shown: Mapping[int, Iterable[Json]]) -> None:
        """Write down that time has passed, and what people saw then."""
        fresh = [name for name, sight in self.stage.sights.items() if sight.fresh]
        name = next(iter(fresh), self._who)
        looks = await self._looker(name).look(shown.get(self._id(name), ())) if fresh else ()
        self._add(name, Wait(write_duration(-(-passed // _MILLISECOND))), looks)
        await self._look_around(name, shown)

    async def _look_around(self, but: str, shown: Mapping[int, Iterable[Json]]) -> None:
        """Write down what others see since."""
        for name, sight in self.stage.sights.items():
            if name != but and sight.fresh:
                seen = shown.get(self._id(name), ())
                looks = await self._looker(name).look(seen)
                self._add(name, None, tuple(one for one in looks if not isinstance(one, Calls)))

    def _looker(self, name: str) -> Looker:
        if name not in self._lookers:
            home = self.stage.registry.bot.file.home
            self._lookers[name] = Looker(Chat(name, self.stage), home)
        return self._lookers[name]

    def _add(self, name: str, act: Act | None, looks: Sequence[Expectation] = ()) -> None:
        who = name if name != self._who else None
        self._who = name
        self.lines.append(Line(_NOWHERE, who, act, tuple((_NOWHERE, one) for one in looks)))

    def _note(self, number: int, text: str) -> None:
        self.notes.setdefault(number, text)

    def _id(self, name: str) -> int:
        return next(number for number, one in self.told.names.items() if one == name)
