"""What follows from a condition, told from nothing but what it reads, so that what is asked again is answered at once.

It knows no rules of its own: what a condition says is found elsewhere.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from engine.flow.expression.atoms import atoms_of
from engine.flow.expression.paths import path_of, possible_of_path
from engine.flow.expression.state import State
from engine.flow.expression.truth import assume, read_condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.expression.paths import Names
    from engine.flow.expression.possible import Possible

MOST_KEPT: Final = 4096
"""Conditions, and answers, that are kept for the next time."""

type _Answer = tuple[tuple[tuple[str, Possible], ...], tuple[tuple[str, bool], ...]]
"""What a condition adds to what was known: of paths, and of comparisons."""


class Declared(dict[str, "Possible"]):
    """What paths can be by their types, told when it is first asked."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self.names = names

    def __missing__(self, path: str) -> Possible:
        """Tell of one path more."""
        found = self[path] = possible_of_path(path, self.names)
        return found


def conclude(text: str, state: State, declared: Declared, *, holds: bool) -> State | None:
    """Give what is known where a condition holds, or does not; None when that can never be.

    A condition that cannot be read says nothing.
    """
    paths, atoms = _reads(text)
    known = tuple(state.paths.get(path) or declared[path] for path in paths)
    proved = tuple(map(state.atoms.get, atoms))
    answer = _answer(text, known, proved, holds)
    if answer is None:
        return None
    more_paths, more_atoms = answer
    return State(
        {**state.paths, **dict(more_paths)} if more_paths else state.paths,
        {**state.atoms, **dict(more_atoms)} if more_atoms else state.atoms,
    )


def settle(text: str, state: State, declared: Declared) -> bool | None:
    """Tell whether a condition always holds or never does; None when it depends, or nothing can be told."""
    if conclude(text, state, declared, holds=True) is None:
        return False
    return True if conclude(text, state, declared, holds=False) is None else None


@lru_cache(MOST_KEPT)
def _reads(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the paths that a condition reads, and its comparisons as they are written."""
    tree = read_condition(text)
    if tree is None:
        return (), ()
    return tuple(dict.fromkeys(_paths(tree))), tuple(dict.fromkeys(atoms_of(tree)))


def _paths(tree: ast.expr) -> Iterator[str]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        path = path_of(node) if isinstance(node, ast.expr) else None
        if path is None:
            waiting.extend(ast.iter_child_nodes(node))
        else:
            yield path


@lru_cache(MOST_KEPT)
def _answer(
    text: str,
    known: tuple[Possible, ...],
    proved: tuple[bool | None, ...],
    holds: bool,  # noqa: FBT001 - a key of what is kept
) -> _Answer | None:
    tree = read_condition(text)
    if tree is None:
        return (), ()
    paths, atoms = _reads(text)
    before = State(
        dict(zip(paths, known, strict=True)),
        {atom: one for atom, one in zip(atoms, proved, strict=True) if one is not None},
    )
    after = assume(tree, before, {}, holds=holds)
    if after is None:
        return None
    return (
        tuple((path, one) for path, one in after.paths.items() if one != before.paths[path]),
        tuple((atom, one) for atom, one in after.atoms.items() if atom not in before.atoms),
    )
