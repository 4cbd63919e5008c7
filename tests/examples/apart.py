"""Where flows differ from the examples on purpose, whichever the example is.

It does not know the examples.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.widgets.compare import Difference

if TYPE_CHECKING:
    from tests.widgets.calls import Call
    from tests.widgets.compare import Pair


def said_above(said: str, after: str | None = None) -> Difference:
    """Leave out a sentence that aiogram-dialog's handler sends as a message of its own, and that stands above the next screen here."""

    def without(call: Call) -> Call:
        told = {
            name: str(value).removeprefix(f"{said}\n\n") if name in {"text", "caption"} else value
            for name, value in call.payload.items()
        }
        return replace(call, payload=told)

    def mend(pair: Pair) -> Pair:
        ours, theirs = pair
        if not any(one.payload.get("text") == said for one in theirs):
            return pair
        left = [one for one in theirs if one.payload.get("text") != said]
        return [without(one) for one in ours], left

    return Difference(f'"{said}" stands above the next screen', mend, after)


def _home(pair: Pair) -> Pair:
    is_home = any(str(one.payload.get("text")).startswith("Home, ") for one in pair[0])
    return ([], []) if is_home and not any("text" in one.payload for one in pair[1]) else pair


HOME_BELOW: Final = Difference(
    "home lies below everything, where aiogram-dialog has nothing", _home
)
