"""What a flow does as it is entered and as it is left, to frozen values.

It knows their keys; the command of `on_enter` is a step like any other from here on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.build_steps import build_do
from engine.flow.build_toasts import read_toast
from engine.flow.model.anytime import ON_ENTER, ON_EXIT, ExitHook
from engine.flow.model.moves import Target
from engine.flow.nodes import MapNode

if TYPE_CHECKING:
    from engine.flow.model.steps import Step
    from engine.flow.reader import Reader
    from engine.flow.shape import Shape


def build_enter(reader: Reader, root: MapNode, shape: Shape, first: str | None) -> Step | None:
    """Make the step that comes before the first one and leads there unless it says otherwise."""
    node = root.entries.get(ON_ENTER)
    if not isinstance(node, MapNode) or shape.spoils(ON_ENTER) or first is None:
        return None
    say = reader.optional_message(f"{ON_ENTER}.say", node, "say")
    toast = read_toast(reader, f"{ON_ENTER}.say", node)
    following = Target(first, node.keys["do"].position, say, toast)
    go = reader.beside(f"{ON_ENTER}.say", node) or following
    common = {"name": ON_ENTER, "position": root.keys[ON_ENTER].position, "go": go}
    return build_do(reader, ON_ENTER, node, common)


def build_exit(reader: Reader, root: MapNode, shape: Shape) -> ExitHook | None:
    """Make what happens whenever the flow is left."""
    node = root.entries.get(ON_EXIT)
    if not isinstance(node, MapNode) or shape.spoils(ON_EXIT):
        return None
    place = root.keys[ON_EXIT].position
    return ExitHook(reader.code(node.entries["do"]), place, reader.optional_code(node, "when"))
