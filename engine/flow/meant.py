"""Which of the names that are missing the unknown ones were meant to be: a wrong name is one mistake, and not two.

It knows nothing of what is named, and words no message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.types import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def pair_names(
    unknown: Iterable[str], missing: Iterable[str], others: Iterable[str] = ()
) -> Mapping[str, str]:
    """Give for unknown names the missing ones that they stand for: the closest ones first, then in their order.

    `others` could be there as well, and are meant only by a name that is close.
    """
    needed = list(dict.fromkeys(missing))
    left = [*needed, *others]
    pairs: dict[str, str] = {}
    for name in dict.fromkeys(unknown):
        if close := closest(name, left):
            pairs[name] = close
            left.remove(close)
    waiting = [name for name in dict.fromkeys(unknown) if name not in pairs]
    still = [name for name in needed if name in left]
    return {**pairs, **dict(zip(waiting, still, strict=False))}
