"""The checks that need more than one place of a bot: one module each, listed here in no special order.

They know the draft of a bot and yield problems; none knows of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.problems import Problem

type NameRule = Callable[[BotDraft], Iterator[Problem]]
type GraphRule = Callable[[BotDraft, frozenset[str]], Iterator[Problem]]

NAME_RULES: Final[tuple[NameRule, ...]] = ()
"""Checks of single places, made on everything that could be read."""

GRAPH_RULES: Final[tuple[GraphRule, ...]] = ()
"""Checks of paths, made on flows of which every step and move is known."""
