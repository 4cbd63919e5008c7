"""A conversation that was held: what people did, who they are in a scenario, and what was given when it began.

It knows the emulator's story; it does nothing again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.emulator.story import DeedKind
from engine.simulate.contents import ALBUM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.emulator.model import Json
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
        """Yield each deed, and whether it was done twice: a button that was pressed again before anything was shown.

        What was sent as parts of one album is one deed.
        """
        deeds = list(self.deeds)
        while deeds:
            deed = deeds.pop(0)
            parts = [deed]
            while deeds and _is_part(deed, deeds[0]):
                parts.append(deeds.pop(0))
            if len(parts) > 1:
                deed = _whole(parts)
            is_twice = bool(deeds) and _is_again(deed, deeds[0])
            if is_twice:
                deed = replace(deeds.pop(0), at=deed.at)
            yield deed, is_twice


def _is_part(first: Deed, second: Deed) -> bool:
    """Tell whether two files were sent as parts of the same album."""
    group = first.content.get("media_group_id")
    is_same = group is not None and group == second.content.get("media_group_id")
    return is_same and first.user_id == second.user_id


def _whole(parts: Sequence[Deed]) -> Deed:
    """Put an album together again; what was shown is what followed on any of its parts."""
    shown: dict[int, tuple[Json, ...]] = {}
    for deed in parts:
        for user_id, messages in deed.shown.items():
            shown[user_id] = (*shown.get(user_id, ()), *messages)
    content = {ALBUM: [deed.content for deed in parts], "pressed": None}
    return replace(parts[0], content=content, shown=shown)


def _is_again(first: Deed, second: Deed) -> bool:
    return (
        first.kind is second.kind is DeedKind.PRESS
        and not first.shown
        and first.user_id == second.user_id
        and first.content == second.content
    )
