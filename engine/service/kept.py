"""What flows keep for a person, in PostgreSQL as the dialogs want it: one short transaction for each call.

It knows nothing of flows or of what a value means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import storage
from engine.service.outages import outages_told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker


class PersonalValues:
    """The dialogs' kept values on storage's."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def recall(self, bot_id: int, user_id: int, flow: str) -> Mapping[str, Any]:
        """Return what a flow has kept, by name."""
        with outages_told():
            async with self._sessions() as session:
                return await storage.kept.find_of_flow(session, bot_id, user_id, flow)

    async def keep(self, bot_id: int, user_id: int, values: Mapping[tuple[str, str], Any]) -> None:
        """Keep values by flow and name, over those of before."""
        with outages_told():
            async with self._sessions.begin() as session:
                await storage.kept.keep(session, bot_id, user_id, values)
