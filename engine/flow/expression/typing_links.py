"""Typing of `start_link('flow', name=value)`: the address that opens a flow by one of its deep links.

It knows the links of all flows by the namespace it is given, and nothing of how a payload is read.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from engine.flow.expression.ranges import Range
from engine.flow.expression.typed import Namespace, Typed, item_code, name_code
from engine.flow.links import SAFE
from engine.flow.types import TEXT, Choice, Kind, Scalar, choose_from, listed
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.flow.expression.typing_walk import Walk
    from engine.flow.links import Hole, Link

START_LINK: Final = "start_link"
"""The name of the function, and of the links among the names of a scope."""

_LONGEST_USERNAME: Final = 32


@dataclass(frozen=True, slots=True)
class LinkSpace(Namespace):
    """The deep links of all flows, which no name but the function reads."""

    links: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)


def link_space(links: Mapping[str, tuple[Link, ...]]) -> LinkSpace:
    """Give the links of all flows as they stand among the names of a scope."""
    return LinkSpace({}, frozenset(), links)


def type_start_link(walk: Walk, node: ast.Call) -> Typed:
    """Type a call, whose first argument is the name of a flow as it is, and whose others are what a link of it carries."""
    space = walk.scope.names.get(START_LINK)
    links = space.links if isinstance(space, LinkSpace) else {}
    given = {keyword.arg or "**": keyword for keyword in node.keywords}
    values = {name: walk.visit(keyword.value) for name, keyword in given.items()}
    match node.args:
        case [ast.Constant(value=str(flow)) as named]:
            pass
        case _:
            message = (
                f"""write "{START_LINK}('flow', name=value)", with the name of the flow in quotes"""
            )
            return walk.fault("wrong-type", message, node)
    if flow not in links:
        hint = choose_from(flow, links, "flows with one")
        return walk.fault("unknown-flow", f'flow "{flow}" has no deep link{hint}', named)
    link = _choose(links[flow], set(given))
    if link is None:
        known = listed(one.text for one in links[flow])
        carried = f"carries {listed(given)}" if given else "carries nothing"
        message = f'no deep link of flow "{flow}" {carried}; its links are {known}'
        return walk.fault("unknown-argument", message, node)
    codes = [
        ast.keyword(hole.name, _fit(walk, hole, values[hole.name], given[hole.name]))
        for hole in link.holes
    ]
    formats = item_code(name_code("env"), "formats")
    code = ast.Call(walk.refer(_maker(link)), [formats], codes)
    size = len(f"https://t.me/?start={link.text}")
    least = size - len(link.text) + 1
    return Typed(TEXT, code, computed=Range(least, size + _LONGEST_USERNAME + link.longest))


def _choose(links: tuple[Link, ...], names: set[str]) -> Link | None:
    """Give the first link that carries exactly these names."""
    return next((one for one in links if {hole.name for hole in one.holes} == names), None)


def _fit(walk: Walk, hole: Hole, typed: Typed, keyword: ast.keyword) -> ast.expr:
    what = f'"{hole.name}" of the link'
    code = walk.fit(typed, hole.type, keyword.value, what)
    is_text = isinstance(hole.type, Scalar) and hole.type.kind is Kind.TEXT
    if typed.fine and is_text and not _is_safe(typed, hole):
        message = (
            f"{what} is a text of A-Z, a-z, 0-9, "
            f'"_" and "-", which "{walk.source.quote(keyword.value)}" need not be; '
            "write such a text in quotes, or let the link carry an int"
        )
        walk.fault("wrong-type", message, keyword.value)
    return code


def _is_safe(typed: Typed, hole: Hole) -> bool:
    bounds = hole.type
    if not isinstance(typed.type, Choice) or not isinstance(bounds, Scalar):
        return False
    least, most = bounds.min or 1, bounds.max or 0
    return all(
        SAFE.fullmatch(value) and least <= utf16_length(value) <= most
        for value in typed.type.values
    )


def _maker(link: Link) -> Callable[..., str]:
    def make(formats: Any, **values: Any) -> str:
        return f"https://t.me/{formats.bot_username}?start={link.write(values)}"

    return make
