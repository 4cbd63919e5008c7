"""Says from a sheet what belongs together, such as services and those who offer them.

It knows nothing of what the sheet is of, nor of who may say it.
"""

from collections.abc import Sequence
from typing import Protocol

import storage
from engine.actions import Context
from storage.desk_values import Assignment


class Thing(Protocol):
    """A record of what belongs to something."""

    @property
    def id(self) -> int:
        """Its number."""


async def assign(
    context: Context,
    assignment: Assignment,
    owner_id: int,
    *,
    shown: Sequence[Thing],
    chosen: Sequence[Thing] | None,
) -> bool:
    """Let what was chosen belong to an owner in the place of what was shown, if anything was chosen; tell whether it was still as shown."""
    if chosen is None:
        return True
    was, ids = [one.id for one in shown], [one.id for one in chosen]
    return await storage.assigning.assign(context.session, assignment, owner_id, was=was, ids=ids)
