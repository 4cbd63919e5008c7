"""What is said of the look of a button to its frozen value.

It knows the spelling; where looks can stand, the schema says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.looks import Look, Style
from engine.flow.nodes import ListNode, MapNode, ScalarNode

if TYPE_CHECKING:
    from engine.flow.nodes import Node
    from engine.flow.reader import Reader


def read_looks(reader: Reader, node: MapNode) -> tuple[Look, ...]:
    """Read `style` and `icon` beside a label: one look, or several with conditions, which share the icon beside them."""
    style, icon = node.entries.get("style"), _icon(node.entries.get("icon"))
    if not isinstance(style, ListNode):
        place = style or node.entries.get("icon")
        return (Look(position=place.position, style=_style(style), icon=icon),) if place else ()
    looks = [_look(reader, one, icon) for one in style.items]
    for above in looks[:-1]:
        if above.when is None:
            message = 'the looks below this one are never seen, as it has no condition; give it a "when", or remove them'
            reader.report(above.position, "bad-look", message)
            break
    if icon and looks and looks[-1].when is not None:
        looks.append(Look(position=style.position, icon=icon))
    return tuple(looks)


def _look(reader: Reader, node: Node, icon: str | None) -> Look:
    if not isinstance(node, MapNode):
        return Look(position=node.position, style=_style(node), icon=icon)
    return Look(
        position=node.position,
        style=_style(node.entries.get("style")),
        icon=_icon(node.entries.get("icon")) or icon,
        when=reader.optional_code(node, "when"),
    )


def _style(node: Node | None) -> Style | None:
    return Style(node.text) if isinstance(node, ScalarNode) else None


def _icon(node: Node | None) -> str | None:
    return node.text if isinstance(node, ScalarNode) else None
