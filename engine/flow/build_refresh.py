"""A window that is shown again by itself, from its node to its frozen value.

It knows nothing of the step around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.durations import read_duration
from engine.flow.model.refresh import USUAL_LENGTH, Refresh
from engine.flow.nodes import MapNode
from engine.flow.reader import text_of

if TYPE_CHECKING:
    from engine.flow.reader import Reader


def read_refresh(reader: Reader, name: str, step: MapNode) -> Refresh | None:
    """Read `refresh` of a step, which may be how often alone; None where it has none."""
    node = step.entries.get("refresh")
    if node is None:
        return None
    if not isinstance(node, MapNode):
        return Refresh(read_duration(text_of(node)), node.position)
    known = node.entries
    return Refresh(
        every=read_duration(text_of(known["every"])),
        position=node.position,
        length=read_duration(text_of(known["for"])) if "for" in known else USUAL_LENGTH,
        until=reader.optional_code(node, "until"),
        go=reader.beside(f"{name}.refresh", node),
    )
