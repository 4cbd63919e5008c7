"""Whether the moves that a bot took are moves of its graphs, and led where those lead.

It does not know how the bot was played.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from engine.dialog.trail import Entered, Moved, Shown
from engine.flow.model.moves import END

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.dialog.trail import Note
    from engine.flow.checked import Bot


def judge_moves(bot: Bot, notes: Sequence[Note]) -> None:
    """See that each move of a turn is just one of those enumerated, and that the step it leads to is entered next."""
    for note in notes:
        if isinstance(note, Moved):
            found = [
                move
                for move in bot.flows[note.flow].graph.moves
                if move.key == (note.step, note.kind, note.cause)
            ]
            assert len(found) == 1, f"{note} is {found}"
    walked = [note for note in notes if isinstance(note, Moved | Entered)]
    for before, after in pairwise(walked):
        if isinstance(before, Moved) and isinstance(after, Entered) and before.flow == after.flow:
            move = bot.flows[before.flow].graph.find(before.step, before.kind, before.cause)
            if move.target != END and not move.stays:
                assert after.step == move.target, f"{before} led to {after}"
    for note in notes:
        if isinstance(note, Shown):
            assert note.step in bot.flows[note.flow].flow.steps
