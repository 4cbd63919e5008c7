"""What is known at one place of a flow: of paths, and of comparisons as they are written.

It knows nothing of how a condition tells it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.flow.expression.possible import (
        Possible,
    )


@dataclass(frozen=True, slots=True)
class State:
    """What is known at one place: of paths, and of comparisons as they are written."""

    paths: Mapping[str, Possible] = field(default_factory=dict)
    atoms: Mapping[str, bool] = field(default_factory=dict)

    def knowing(self, path: str, possible: Possible) -> State | None:
        """Give the state with more known of a path; None when it can be nothing any more."""
        if possible.is_impossible:
            return None
        return State({**self.paths, path: possible}, self.atoms)

    def joined(self, other: State) -> State:
        """Give what is known in both."""
        paths = {
            path: known if known is found else known.joined(found)
            for path, known in self.paths.items()
            if (found := other.paths.get(path))
        }
        atoms = {key: holds for key, holds in self.atoms.items() if other.atoms.get(key) is holds}
        return State(paths, atoms)

    def forgetting(self, paths: Iterable[str]) -> State:
        """Give what is still known when these paths, and what they hold, have changed."""
        changed = tuple(paths)
        if not changed or not (self.paths or self.atoms):
            return self
        held = tuple(f"{path}." for path in changed)
        return State(
            {
                path: known
                for path, known in self.paths.items()
                if not any(one in changed or one.startswith(held) for one in names_in(path))
            },
            {
                key: holds
                for key, holds in self.atoms.items()
                if not any(one in changed or one.startswith(held) for one in names_in(key))
            },
        )

    def keeping(self, roots: tuple[str, ...]) -> State:
        """Give what is known of paths that begin so, and nothing else."""
        paths = {
            path: known.timeless()
            for path, known in self.paths.items()
            if path.removeprefix("len(").startswith(roots)
        }
        atoms = {
            key: holds
            for key, holds in self.atoms.items()
            if all(name.startswith(roots) for name in names_in(key))
        }
        return State(paths, atoms)


NOTHING_KNOWN: Final = State()
_NAMES: Final = re.compile(r"(?<![\w.])[^\W\d][\w.]*(?=[\w.(]*)")
_TEXTS: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_WORDS: Final = frozenset({"in", "is", "None", "len", "and", "or", "not"})


@lru_cache(1024)
def names_in(written: str) -> frozenset[str]:
    """Give the dotted names that a path or a comparison reads."""
    return frozenset(_NAMES.findall(_TEXTS.sub("", written))) - _WORDS
