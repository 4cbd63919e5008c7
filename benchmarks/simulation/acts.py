"""The conversation that all sides hold: a visit is booked in ten turns, then looked at.

It knows nothing of what holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says, or the label or number of the button they press; and what they must see then.

    In a calendar, the number counts the days that can be pressed.
    """

    sees: str
    says: str | None = None
    press: str | int = ""


BOOKING: Final = (
    Turn(says="/start", sees="What can we do for you?"),
    Turn(press="📅 Book a visit", sees="What would you like"),
    Turn(press="Haircut · 45 min · €42.00", sees="Where would you like to come?"),
    Turn(press="Mitte, Rosenthaler Str. 12", sees="Who would you like to see?"),
    Turn(press="✨ Anyone who is free", sees="Which day suits you?"),
    Turn(press=3, sees="Free times for"),
    Turn(press=1, sees="Anything we should know?"),
    Turn(says="Fringe only", sees="Shall we book this?"),
    Turn(press="Confirm ✅", sees="What can we do for you?"),
    Turn(says="/mybookings", sees="Your bookings"),
)
"""After the ninth, the bot has said that the visit is booked, and shows its menu again."""


def find_label(press: str | int, labels: list[str]) -> int:
    """Return the place of a button among those that are shown, from 0.

    Raises:
        ValueError: it is not shown.
    """
    if isinstance(press, str):
        return labels.index(press)
    days = [place for place, label in enumerate(labels) if label.strip("[] ").isdecimal()]
    return days[press - 1] if days else press - 1
