"""The bot that is served now, and everybody who shows something of it.

It does not know who they are, nor where another bot comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.flow.checked import Bot


class InForce:
    """Holds the checked bot; whoever follows is told, between two updates, when another one takes its place."""

    def __init__(self, checked: Bot) -> None:
        self.bot = checked
        self._followers: list[Callable[[Bot], object]] = []

    def follow(self, *told: Callable[[Bot], object]) -> None:
        """Have a function called with each bot that takes the place of the one before."""
        self._followers.extend(told)

    def replace(self, checked: Bot) -> None:
        """Serve another bot from now on."""
        self.bot = checked
        for told in self._followers:
            told(checked)
