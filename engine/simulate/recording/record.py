"""A conversation to a scenario file that was played, or says where it differs.

It knows neither where the file goes nor what the simulations run on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.simulate.chat import simulate
from engine.simulate.recording.compare import shorten
from engine.simulate.recording.rehearse import rehearse
from engine.simulate.recording.retell import Retelling
from engine.simulate.scenarios.play import ScenarioFailedError, play_scenario
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.scenarios.write import write_scenarios

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.simulate.recording.told import Told
    from engine.simulate.stage import Simulator

_ITEM: Final = "      - "


@dataclass(frozen=True, slots=True)
class Recording:
    """A scenario file; `differences` tell what is not as in the chat, each with its line. There are none when it plays."""

    text: str
    lines: int
    differences: tuple[str, ...] = ()


async def record(simulator: Simulator, told: Told, *, name: str) -> Recording:
    """Write what was done as a scenario of a name.

    Time that led to nothing is left out where the scenario plays without it, and else where it plays neither way.
    """
    pauses = await rehearse(simulator, told)
    recordings = []
    for is_patient in (False, True):
        async with simulate(simulator, given=told.given) as chat:
            retelling = Retelling(chat.stage, told, pauses, is_patient)
            await retelling.tell()
        recordings.append(await _write(simulator, retelling, name))
        if not recordings[-1].differences:
            return recordings[-1]
    return recordings[0]


async def _write(simulator: Simulator, retelling: Retelling, name: str) -> Recording:
    """Write the lines, and play them unless they are known to differ."""
    lines, zone = retelling.lines, simulator.bot.file.time_zone
    text = write_scenarios({name: lines}, retelling.told.given, time_zone=zone)
    read = ScenarioReader(simulator.bot).read("scenario", text)
    if read.problems:
        first = read.problems[0]
        return Recording(text, len(lines), (f"line {first.position.line}: {first.message}",))
    (scenario,) = read.scenarios
    at = [*(line.position.line for line in scenario.lines), text.count("\n") + 1]
    marks = {at[number]: note for number, note in retelling.notes.items()}
    if not marks:
        try:
            await play_scenario(simulator, scenario)
        except ScenarioFailedError as error:
            marks[error.position.line] = shorten(str(error).partition(": ")[2])
    return _marked(text, len(lines), marks)


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
