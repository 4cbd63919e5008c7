"""What is said of the answer to a press to its frozen value.

It knows the spelling, and nothing of what is pressed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.moves import Toast
from engine.flow.schemas.keys import TOASTS

if TYPE_CHECKING:
    from engine.flow.nodes import MapNode
    from engine.flow.reader import Reader


def read_toast(reader: Reader, path: str, node: MapNode) -> Toast | None:
    """Read `toast` or `alert`; `path` is that of `say` in the same place."""
    given = [key for key in TOASTS if key in node.entries]
    if len(given) == len(TOASTS):
        message = f'here are both "{given[0]}" and "{given[1]}"; keep one'
        reader.report(node.keys[given[1]].position, "conflicting-keys", message)
    if not given:
        return None
    key = given[0]
    own = f"{path.removesuffix('say')}{key}" if path.endswith("say") else f"{path}_{key}"
    return Toast(reader.wording(own, node.entries[key]), is_alert=key == "alert")
