"""Values that flows keep for a person in all chats with a bot; they go when the person does.

It knows nothing of what a value means; it is kept and given back as JSON.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.runtime_tables import kept_values


async def find_of_flow(
    session: AsyncSession, bot_id: int, user_id: int, flow: str
) -> Mapping[str, Any]:
    """Find what a flow of a bot has kept for a person, by name."""
    columns = kept_values.c
    rows = await session.execute(
        select(columns.name, columns.value).where(
            columns.user_id == user_id, columns.bot_id == bot_id, columns.flow == flow
        )
    )
    return {row.name: row.value for row in rows}


async def keep(
    session: AsyncSession, bot_id: int, user_id: int, values: Mapping[tuple[str, str], Any]
) -> None:
    """Keep values by flow and name, over those of before; the person must be known."""
    rows = [
        {"user_id": user_id, "bot_id": bot_id, "flow": flow, "name": name, "value": value}
        for (flow, name), value in sorted(values.items())
    ]
    added = insert(kept_values).values(rows)
    await session.execute(
        added.on_conflict_do_update(
            index_elements=kept_values.primary_key.columns,
            set_={"value": added.excluded.value, "kept_at": func.now()},
        )
    )
