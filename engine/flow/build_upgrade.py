"""What a flow says of its older versions, and bot.yaml of flows that are gone, to frozen values.

It knows their keys; it does not ask whether what they name is there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.flow.model.upgrade import Change, Renaming
from engine.flow.nodes import ListNode, MapNode
from engine.flow.reader import text_of
from engine.flow.schemas.upgrade import FROM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.nodes import Node
    from engine.flow.shape import Shape

UPGRADE = "upgrade"


def build_upgrade(root: MapNode, shape: Shape) -> tuple[Change, ...]:
    """Make what changed since each older version, the oldest first."""
    node = root.entries.get(UPGRADE)
    if not isinstance(node, MapNode):
        return ()
    changes = [
        _change(node, key)
        for key in node.entries
        if _VERSION.fullmatch(key)
        and not shape.spoils(UPGRADE, key)
        and isinstance(node.entries[key], MapNode)
    ]
    return tuple(sorted(changes, key=lambda change: change.version))


def build_bot_upgrade(root: MapNode) -> Mapping[str, Renaming]:
    """Make what became of flows that are gone, by their old names."""
    node = root.entries.get(UPGRADE)
    return _renamings(node, "flows") if isinstance(node, MapNode) else {}


_VERSION: Final = re.compile(FROM)


def _change(group: MapNode, key: str) -> Change:
    node = group.entries[key]
    restart = node.entries.get("restart") if isinstance(node, MapNode) else None
    items = restart.items if isinstance(restart, ListNode) else ()
    return Change(
        version=int(key.removeprefix("from ")),
        position=group.keys[key].position,
        steps=_renamings(node, "steps"),
        data=_renamings(node, "data"),
        params=_renamings(node, "params"),
        restart={text_of(item): item.position for item in items},
    )


def _renamings(owner: Node, key: str) -> Mapping[str, Renaming]:
    group = owner.entries.get(key) if isinstance(owner, MapNode) else None
    if not isinstance(group, MapNode):
        return {}
    return {
        old: Renaming(text_of(node), node.position, group.keys[old].position)
        for old, node in group.entries.items()
    }
