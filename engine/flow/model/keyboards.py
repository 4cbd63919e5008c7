"""The keyboard of a window that is no keyboard under its message.

It knows nothing of the keys on it, which are the buttons of the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.flow.model.written import Wording
    from engine.flow.problems import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyboard:
    """Keys under the chat in the place of buttons; with `is_reply` no keys, but the message is replied to at once.

    `placeholder` is shown where the person writes.
    """

    position: Position
    is_reply: bool = False
    resize: bool = True
    one_time: bool = False
    persistent: bool = False
    selective: bool = False
    placeholder: Wording | None = None
