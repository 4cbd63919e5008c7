"""A story of the emulator's to a scenario: each act is done again in a simulation, and what it led to is written down.

It knows who is who; it does not know where the file goes, nor what the simulation runs on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.dialog.callbacks import Control
from engine.dialog.ports import UnavailableError
from engine.emulator.people import ImpossibleError
from engine.emulator.story import DeedKind
from engine.flow.durations import write_duration
from engine.flow.problems import Position
from engine.simulate.chat import Chat, simulate
from engine.simulate.recording.acts import UntellableError, act_of, carried
from engine.simulate.recording.looks import Looker
from engine.simulate.scenarios.model import Block, Calls, Delete, Line, Unblock, Wait
from engine.simulate.scenarios.play import ScenarioFailedError, perform_act, play_scenario
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.scenarios.write import write_scenarios
from engine.simulate.witness import SimulationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.dialog.callbacks import Press as Carried
    from engine.emulator.model import Json
    from engine.emulator.story import Deed
    from engine.simulate.scenarios.model import Act, Expectation
    from engine.simulate.stage import Given, Simulator, Stage

_NOWHERE: Final = Position("", 1, 1)
_SILENT: Final = (Block, Unblock, Delete)
_MOST_CHARACTERS: Final = 160
_ITEM: Final = "      - "
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What was done: `names` are those of people in the scenario, by their ids, `until` when the story ends, in seconds."""

    deeds: Sequence[Deed]
    names: Mapping[int, str]
    given: Given
    until: float


@dataclass(frozen=True, slots=True)
class Recording:
    """A scenario file; `differences` tell what is not as in the chat, each with its line. There are none when it plays."""

    text: str
    lines: int
    differences: tuple[str, ...] = ()


async def record(simulator: Simulator, told: Told, *, name: str) -> Recording:
    """Write what was done as a scenario of a name, which was played unless it says where it differs."""
    timeouts = await _rehearse(simulator, told)
    async with simulate(simulator, given=told.given) as chat:
        retelling = _Retelling(chat.stage, told, timeouts)
        await retelling.tell()
    lines, notes = retelling.lines, retelling.notes
    zone = simulator.bot.file.time_zone
    text = write_scenarios({name: lines}, told.given, time_zone=zone)
    read = ScenarioReader(simulator.bot).read("scenario", text)
    if read.problems:
        first = read.problems[0]
        return Recording(text, len(lines), (f"line {first.position.line}: {first.message}",))
    (scenario,) = read.scenarios
    at = [*(line.position.line for line in scenario.lines), text.count("\n") + 1]
    marks = {at[number]: note for number, note in notes.items()}
    if not marks:
        try:
            await play_scenario(simulator, scenario)
        except ScenarioFailedError as error:
            marks[error.position.line] = _short(str(error).partition(": ")[2])
    return _marked(text, len(lines), marks)


async def _rehearse(simulator: Simulator, told: Told) -> Sequence[int]:
    """Count how often time alone led to something before each act, and after the last, with as much time as it took."""
    counts = []
    deeds = list(_deeds(told))
    moments = [deed.at for deed, _ in deeds]
    async with simulate(simulator, given=told.given) as first:
        stage = first.stage
        for number, (deed, is_twice) in enumerate([*deeds, (None, False)]):
            last, now = moments[max(number - 1, 0)], [*moments, told.until][number]
            counts.append(await _pass(stage, timedelta(seconds=max(now - last, 0))))
            if deed is None:
                break
            try:
                chat = Chat(told.names[deed.user_id], stage)
                screen = chat.sight.screen()
                act = act_of(deed, screen, simulator.bot, is_twice=is_twice)
                await perform_act(chat, act)
            except (UntellableError, *_FAILURES):
                continue
    return counts


async def _pass(stage: Stage, passed: timedelta) -> int:
    """Let time pass, and count the moments at which somebody saw something."""
    until, count = stage.clock.now + passed, 0
    while (due := await stage.next_due()) and due <= until:
        await stage.wait(max(due - stage.clock.now, timedelta()), "time passes")
        count += any(sight.fresh for sight in stage.sights.values())
    await stage.wait(until - stage.clock.now, "time passes")
    return count


_FAILURES: Final = (SimulationError, ImpossibleError, UnavailableError)


def _deeds(told: Told) -> Iterator[tuple[Deed, bool]]:
    """Yield each deed; a button that was pressed again before anything was shown was pressed twice."""
    deeds = list(told.deeds)
    while deeds:
        deed = deeds.pop(0)
        is_twice = bool(deeds) and _is_again(deed, deeds[0])
        if is_twice:
            deed = replace(deeds.pop(0), at=deed.at)
        yield deed, is_twice


def _is_again(first: Deed, second: Deed) -> bool:
    return (
        first.kind is second.kind is DeedKind.PRESS
        and not first.shown
        and first.user_id == second.user_id
        and first.content == second.content
    )


@dataclass(slots=True)
class _Retelling:
    """Does everything again in one simulation, and writes it down."""

    stage: Stage
    told: Told
    timeouts: Sequence[int]
    lines: list[Line] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    _lookers: dict[str, Looker] = field(default_factory=dict)
    _who: str = ""
    _is_lost: bool = False

    async def tell(self) -> None:
        """Do everything; once something cannot be done, what follows is written as it was, and nothing is looked at."""
        self._who = next(iter(self.told.given.people))
        for name in self.stage.sights:
            await self._looker(name).look(())  # what is there before anybody acts is no news
        shown: Mapping[int, Iterable[Json]] = {}
        for number, (deed, is_twice) in enumerate(_deeds(self.told)):
            await self._wait(self.timeouts[number], shown)
            await self._do(deed, is_twice=is_twice, is_last=not self.timeouts[number + 1])
            shown = deed.shown
        await self._wait(self.timeouts[-1], shown)

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
        except _FAILURES as error:
            self._note(len(self.lines), _short(str(error)))
            self._add(name, act)
            self._is_lost = True
            return
        shown = list(deed.shown.get(deed.user_id, ()))
        if is_last and (difference := _difference(shown, chat)):
            self._note(len(self.lines), difference)
        said = None if isinstance(act, _SILENT) else str(deed.content.get("text", ""))
        looks = await self._looker(name).look(shown, said=said)
        self._add(name, act, looks)
        await self._look_around(name, deed.shown)

    async def _wait(self, count: int, shown: Mapping[int, Iterable[Json]]) -> None:
        """Let time lead to something so often, each time when that is due."""
        begun = self.stage.clock.now
        while count and not self._is_lost and (due := await self.stage.next_due()) is not None:
            await self.stage.wait(max(due - self.stage.clock.now, timedelta()), "time passes")
            fresh = [name for name, sight in self.stage.sights.items() if sight.fresh]
            if not fresh:
                continue
            count -= 1
            passed, begun = self.stage.clock.now - begun, self.stage.clock.now
            act = Wait(write_duration(-(-passed // _MILLISECOND)))
            seen = shown.get(self._id(fresh[0]), ())
            self._add(fresh[0], act, await self._looker(fresh[0]).look(seen))
            await self._look_around(fresh[0], shown)

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


def _difference(shown: Sequence[Json], chat: Chat) -> str | None:
    """Tell how the chat showed another screen than the simulation; texts and lists may differ from day to day."""
    fresh = chat.sight.fresh
    if bool(shown) != bool(fresh):
        seen = [_headline(data) for data in shown] or [message.text for message in fresh]
        there, here = ("the chat", "the simulation") if shown else ("the simulation", "the chat")
        return _short(f'{there} shows "{seen[-1]}", {here} nothing')
    theirs = [list(_keys(data)) for data in shown]
    ours = [[(one.text, one.data) for one in message.buttons] for message in fresh]
    if _last(theirs) == _last(ours):
        return None
    told = [
        ", ".join(f'"{label}"' for label, data in rows[-1]) if rows else "none"
        for rows in ([one for one in theirs if one], [one for one in ours if one])
    ]
    return _short(f"the chat has the buttons {told[0]}, the simulation {told[1]}")


def _keys(data: Json) -> Iterator[tuple[str, str | None]]:
    for row in data.get("reply_markup", {}).get("inline_keyboard", ()):
        for button in row:
            yield button["text"], button.get("callback_data")


def _last(screens: Iterable[Sequence[tuple[str, str | None]]]) -> set[Carried]:
    """Return what the buttons of the last screen carry that are no part of a list."""
    found: set[Carried] = set()
    for screen in screens:
        if pressed := {press for _, data in screen if (press := carried(data))}:
            found = {replace(one, screen=0) for one in pressed if one.control in _STEADY}
    return found


_STEADY: Final = frozenset({Control.BUTTON, Control.YES, Control.NO})


def _headline(data: Json) -> str:
    return str(data.get("text") or data.get("caption") or "")


def _marked(text: str, count: int, marks: Mapping[int, str]) -> Recording:
    """Write each difference above its line, or at the end."""
    lines = text.splitlines()
    end = len(lines)
    differences = []
    for inserted, (line, note) in enumerate(sorted(marks.items())):
        at = line - 1 + inserted
        near = lines[at] if line <= end else _ITEM
        lines.insert(at, f"{near[:len(near) - len(near.lstrip())]}# differs: {note}")
        differences.append(f"line {at + 1 + (line <= end)}: {note}")
    return Recording("\n".join(lines) + "\n", count, tuple(differences))


def _short(reason: str) -> str:
    """Return the first line of a reason, cut where it is long."""
    line = next(iter(reason.splitlines()), "")
    return line if len(line) <= _MOST_CHARACTERS else line[: _MOST_CHARACTERS - 1] + "…"
