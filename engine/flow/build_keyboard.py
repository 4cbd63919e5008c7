"""What a window says of its keyboard to its frozen value.

It knows the spelling, and nothing of the keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.keyboards import Keyboard
from engine.flow.nodes import MapNode
from engine.flow.reader import as_scalar

if TYPE_CHECKING:
    from engine.flow.reader import Reader


def read_keyboard(reader: Reader, step: str, node: MapNode) -> Keyboard | None:
    """Read `keyboard: {under: chat}` or `{force_reply: true}`; a question with `share` has keys without it."""
    written = node.entries.get("keyboard")
    if not isinstance(written, MapNode):
        return (
            Keyboard(position=node.entries["share"].position) if "share" in node.entries else None
        )
    return Keyboard(
        position=written.position,
        is_reply="force_reply" in written.entries,
        resize=_switch(written, "resize", usual=True),
        one_time=_switch(written, "one_time"),
        persistent=_switch(written, "persistent"),
        selective=_switch(written, "selective"),
        placeholder=reader.optional_wording(f"{step}.placeholder", written, "placeholder"),
    )


def _switch(node: MapNode, key: str, *, usual: bool = False) -> bool:
    return as_scalar(node.entries[key]).value is True if key in node.entries else usual
