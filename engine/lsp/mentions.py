"""What a place of a file can name, as values: steps, flows, fragments, what is declared, texts by their paths, actions.

It does not know where these stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.flow.nodes import ScalarNode, Style

if TYPE_CHECKING:
    from engine.flow.nodes import Node


class Named(StrEnum):
    """What a name is of."""

    STEP = "step"
    FLOW = "flow"
    DATA = "data"
    PARAM = "params"
    RESULT = "returns"
    FRAGMENT = "fragment"
    ARGUMENT = "argument"
    MENU = "menu"
    ROLE = "role"
    LINE = "anytime"
    TEXT = "text"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Name:
    """A name; `owner` is the flow it belongs to, or the path of a fragment (`fragments.back`); empty for what a bot has."""

    kind: Named
    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that names something: text[start:end] of a file; `declares` where that is made."""

    name: Name
    path: str
    start: int
    end: int
    declares: bool = False


def mention_scalar(
    node: ScalarNode, name: Name, *, offset: int = 0, declares: bool = False
) -> Mention:
    """Make the mention of a name that begins so many characters into a scalar without escapes."""
    quoted = node.style in (Style.SINGLE, Style.DOUBLE)
    start = node.start + quoted + offset
    return Mention(name, node.file.path, start, start + len(name.name), declares)


def mention_part(node: ScalarNode, offset: int, name: Name) -> Mention:
    """Make the mention of a name within an expression or a text."""
    place = node.at(offset, len(name.name))
    start = node.file.starts[place.line - 1] + place.column - 1
    return Mention(name, place.path, start, start + len(name.name))


def written(node: Node | None) -> str:
    """Give the text of a scalar; nothing of anything else."""
    return node.text if isinstance(node, ScalarNode) else ""
