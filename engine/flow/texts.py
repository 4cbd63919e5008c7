"""Translation files: texts by the path of the text they translate.

It knows neither which paths a bot has nor what a text means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def read_translations(root: Node) -> Mapping[str, ScalarNode]:
    """Give the texts of a translation file by dotted path; items of a list count from 1.

    A single text under a path that may be a list is its first item.
    """
    return dict(_leaves(root, ()))


def _leaves(node: Node, path: tuple[str, ...]) -> Iterator[tuple[str, ScalarNode]]:
    match node:
        case MapNode(entries=entries):
            for key, value in entries.items():
                yield from _leaves(value, (*path, key.removeprefix("/")))
        case ListNode(items=items):
            for number, item in enumerate(items, 1):
                yield from _leaves(item, (*path, str(number)))
        case ScalarNode():
            suffix = ("1",) if path[-1:] == ("invalid",) else ()
            yield ".".join((*path, *suffix)), node
