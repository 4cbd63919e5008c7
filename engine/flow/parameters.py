"""The parameters of a fragment where they stand in it: each is declared, used, and of the kind that stands there.

It knows nothing of how a fragment is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.expansion import PARAMETER, is_use
from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode
from engine.flow.places import KIND_WORDS, kind_at, kind_of_key
from engine.flow.problems import Problem
from engine.flow.reader import entries, text_of
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.expansion import Fragment
    from engine.flow.places import Keys, PlaceKind
    from engine.flow.problems import Position


def check_parameters(
    fragment: Fragment, kinds: Mapping[str, Mapping[str, PlaceKind]]
) -> Iterator[Problem]:
    """Report parameters that are not declared, not used, or where something else stands.

    `kinds` are those of the parameters of every fragment by name.
    """
    used = set()
    for name, kind, place in _parameters(fragment, kinds):
        used.add(name)
        parameter = fragment.parameters.get(name)
        if parameter is None:
            hint = choose_from(name, fragment.parameters, "parameters")
            message = f'"${name}" is no parameter of fragment "{fragment.name}"{hint}'
            yield Problem(place, "fragment-parameter", message)
        elif kind is not parameter.kind:
            here = (
                f"{KIND_WORDS[kind]} stands here" if kind else "only what is written can stand here"
            )
            message = f'parameter "{name}" is {KIND_WORDS[parameter.kind]}, and {here}'
            related = ((parameter.position, "it is declared here"),)
            yield Problem(place, "fragment-parameter", message, related)
    for name, parameter in fragment.parameters.items():
        if name not in used:
            message = f'parameter "{name}" is used nowhere; put "${name}" in the place of a whole value, or remove it'
            yield Problem(parameter.position, "unused-parameter", message)


type _Found = tuple[str, PlaceKind | None, Position]


def _parameters(
    fragment: Fragment, kinds: Mapping[str, Mapping[str, PlaceKind]]
) -> Iterator[_Found]:
    """Give each parameter that stands in a fragment, with what can stand there."""
    if fragment.steps is not None:
        for step in fragment.steps.entries.values():
            yield from _within(step, (), kinds)
    else:
        yield from _within(fragment.body.entries["buttons"], ("buttons",), kinds)


def _within(
    node: Node, keys: Keys, kinds: Mapping[str, Mapping[str, PlaceKind]]
) -> Iterator[_Found]:
    match node:
        case ScalarNode():
            if found := PARAMETER.match(node.text):
                yield found[1], kind_at(keys), node.position
        case ListNode(items=items):
            for item in items:
                yield from _within(item, keys, kinds)
        case MapNode() if is_use(node):
            yield from _given(node, kinds)
        case MapNode():
            for key, value in node.entries.items():
                if found := PARAMETER.match(key):
                    yield found[1], kind_of_key(keys), node.keys[key].position
                yield from _within(value, (*keys, key), kinds)


def _given(use: MapNode, kinds: Mapping[str, Mapping[str, PlaceKind]]) -> Iterator[_Found]:
    own = kinds.get(text_of(use.entries["use"]), {})
    for key, value in entries(use.entries.get("with")).items():
        if found := PARAMETER.match(text_of(value)):
            yield found[1], own.get(key), value.position
