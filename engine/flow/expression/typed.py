"""What typing an expression starts from and gives: the names in scope, and a checked part with its code.

It knows no rules: which types go together is decided elsewhere.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.flow.expression.ranges import Range, range_of_type
from engine.flow.types import NOTHING, Type

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Namespace:
    """Names under one word, such as `data`; those in `unset` exist, but are not surely set here."""

    fields: Mapping[str, Type]
    unset: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression can read; `narrowed` are dotted paths known to be not None here.

    `loop_names` are those that a `{% for %}` binds: the compiled code finds them beside `env`, not in it.
    """

    names: Mapping[str, Type | Namespace]
    narrowed: frozenset[str] = frozenset()
    loop_names: frozenset[str] = frozenset()


NOWHERE: Final[frozenset[str]] = frozenset()
"""No paths."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked part: its type, its code, and the dotted paths it proves to be not None.

    A part that is not `fine` has a fault that was noted, and its type means nothing. `path` is the dotted path it
    reads, `constant` the number it is, `items` the parts of a list as written, `computed` its range where that is not its
    type's.
    """

    type: Type
    code: ast.expr
    path: str | None = None
    when_true: frozenset[str] = NOWHERE
    when_false: frozenset[str] = NOWHERE
    constant: Any = None
    items: tuple[tuple[Typed, ast.expr], ...] = ()
    fine: bool = True
    computed: Range | None = None

    @property
    def range(self) -> Range:
        """How small and how large the value can be."""
        if self.constant is not None:
            return Range(self.constant, self.constant)
        return self.computed or range_of_type(self.type)


FAULTY: Final = Typed(NOTHING, ast.Constant(None), fine=False)
"""What a part with a fault is typed as, so that nothing else is said of it."""


def name_code(name: str) -> ast.expr:
    """Return code that reads a name of the compiled function."""
    return ast.Name(name, ast.Load())


def item_code(owner: ast.expr, key: str) -> ast.expr:
    """Return code that reads a mapping."""
    return ast.Subscript(owner, ast.Constant(key), ast.Load())
