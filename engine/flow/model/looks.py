"""How a button looks beside its label: its colour, and a custom emoji before the label.

It knows nothing of what the button does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.flow.model.written import Code
    from engine.flow.problems import Position


class Style(StrEnum):
    """The colours of buttons: an app's own accent, green and red."""

    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look that a button has if `when` holds, and no look above it does; `icon` is the id of a custom emoji."""

    position: Position
    style: Style | None = None
    icon: str | None = None
    when: Code | None = None
