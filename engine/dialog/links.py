"""What a button carries that opens a flow from outside any screen: the payload of a deep link.

It does not know which links there are; one that is gone is told as any bad link is.
"""

from __future__ import annotations

from typing import Final

_MARK: Final = ">"
"""No payload has it, and no button of a screen begins with it."""


def press_of_link(payload: str) -> str:
    """Return the callback data of a button that opens a deep link."""
    return _MARK + payload


def link_of_press(data: str) -> str | None:
    """Return the payload that a pressed button carries; None when it is one of a screen."""
    return data.removeprefix(_MARK) if data.startswith(_MARK) else None
