"""What a step that waits remembers of the person's tries, until they leave it.

It does not know what was tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.dialog import walk
from engine.dialog.choices import forget_choice
from engine.dialog.remembered import ALBUM, ASKED, CALENDAR, CHECKED, PICKER, WRONG

if TYPE_CHECKING:
    from aiogram_dialog.api.protocols import DialogManager

    from engine.flow.model.moves import Target
    from engine.flow.model.windows import WindowStep


async def leave(manager: DialogManager, target: Target) -> None:
    """Move on from a step that waited: what it remembered of itself is over."""
    data = walk.current_data(manager)
    data.remember(WRONG, None)
    data.remember(ASKED, None)
    data.remember(ALBUM, None)
    data.remember(CALENDAR, None)
    data.remember(PICKER, None)
    data.remember(CHECKED, None)
    forget_choice(data)
    await walk.walk(manager, target)


def count_of(remembered: Any, step: WindowStep) -> int:
    """Return the number remembered for this step; 0 when it is another step's."""
    if isinstance(remembered, list) and remembered[0] == step.name:
        return int(remembered[1])
    return 0
