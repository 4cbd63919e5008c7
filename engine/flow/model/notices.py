"""The words of notices: what a message says that the bot sends of its own accord, and its buttons.

They know nothing of who writes messages, nor of how they are delivered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.flow.model.manner import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.model.asides import Aside
    from engine.flow.model.manner import Manner
    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position


@dataclass(frozen=True, slots=True)
class NoticeButton:
    """A button under a notice: it starts a flow as a deep link of it does, or is for the client alone."""

    text: Wording
    position: Position
    row: int
    start: str | None = None
    arguments: Mapping[str, Code] = field(default_factory=dict)
    aside: Aside | None = None


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a notice says; `position` is that of its name."""

    name: str
    position: Position
    text: Wording
    buttons: tuple[NoticeButton, ...] = ()
    manner: Manner = PLAIN

    @property
    def wordings(self) -> Iterator[Wording]:
        """All its texts."""
        yield self.text
        for button in self.buttons:
            yield button.text
            if button.aside:
                yield from button.aside.translated

    @property
    def aside_wordings(self) -> Iterator[Wording]:
        """The texts that its buttons hand to the client, which other languages may have of their own."""
        for button in self.buttons:
            if button.aside:
                yield from button.aside.wordings
