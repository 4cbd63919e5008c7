"""A conversation that was held: what people did, who they are in a scenario, and what was given when it began.

It knows the emulator's story; it does nothing again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.emulator.story import DeedKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.emulator.story import Deed
    from engine.simulate.stage import Given


@dataclass(frozen=True, slots=True)
class Told:
    """What was done: `names` are those of people in the scenario, by their ids, `until` when the story ends, in seconds."""

    deeds: Sequence[Deed]
    names: Mapping[int, str]
    given: Given
    until: float

    def deeds_in_turn(self) -> Iterator[tuple[Deed, bool]]:
        """Yield each deed, and whether it was done twice: a button that was pressed again before anything was shown."""
        deeds = list(self.deeds)
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
