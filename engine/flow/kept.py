"""Results that are kept as long as what they were made from stays the same.

It does not know what is made; a result may be kept only when it follows from its key alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

LAST: Final = 3
"""Results kept for each name: what is broken while it is typed is often mended by taking the typing back."""


class Kept[KeyT, ValueT]:
    """The last results of each name, with the keys they were made from."""

    def __init__(self) -> None:
        self._made: dict[str, list[tuple[KeyT, ValueT]]] = {}

    def give(self, name: str, key: KeyT, make: Callable[[], ValueT]) -> ValueT:
        """Give the result for a key, made anew only when it is not one of the last ones of its name."""
        made = self._made.setdefault(name, [])
        for index, (known, value) in enumerate(made):
            if known == key:
                if index:
                    made.insert(0, made.pop(index))
                return value
        value = make()
        made.insert(0, (key, value))
        del made[LAST:]
        return value

    def keep_only(self, names: Collection[str]) -> None:
        """Forget the results of all other names."""
        for name in self._made.keys() - set(names):
            del self._made[name]
