"""Queries for the people whom the desk knows, by name, phone or number of a booking.

It knows nothing of who may look.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.desk_values import Known
from storage.values import Role

_FOUND = """
FROM users
LEFT JOIN LATERAL (
    SELECT role FROM roles WHERE user_id = users.id
    ORDER BY array_position(ARRAY['owner', 'admin', 'staff', 'client'], role) LIMIT 1
) AS held ON true
WHERE users.id > 0 AND users.first_name <> ''
AND (CAST(:has_role AS boolean) IS NULL OR CAST(:has_role AS boolean) = (coalesce(held.role, 'client') <> 'client'))
AND (CAST(:user_id AS bigint) IS NULL OR users.id = CAST(:user_id AS bigint))
AND (
    CAST(:words AS text[]) IS NULL
    OR NOT EXISTS (
        SELECT FROM unnest(CAST(:words AS text[])) AS word
        WHERE NOT starts_with(lower(coalesce(users.username, '')), word)
        AND position(' ' || word IN ' ' || lower(concat_ws(' ', users.first_name, users.last_name))) = 0
    )
    OR users.id IN (
        SELECT user_id FROM bookings
        WHERE id = CAST(:number AS bigint) AND status <> 'held'
    )
    OR length(CAST(:digits AS text)) > 4 AND users.id IN (
        SELECT user_id FROM bookings
        WHERE phone IS NOT NULL AND position(CAST(:digits AS text) IN regexp_replace(phone, '[^0-9]', '', 'g')) > 0
    )
)
"""

_LIST = text(f"""
SELECT users.id, users.first_name, users.last_name, users.username, users.created_at, users.blocked_at,
    coalesce(held.role, 'client') AS role
{_FOUND}
ORDER BY CASE WHEN CAST(:has_role AS boolean) THEN array_position(ARRAY['owner', 'admin', 'staff'], held.role) END,
    lower(users.first_name), lower(users.last_name), users.id
OFFSET CAST(:offset AS integer) LIMIT CAST(:limit AS integer)
""")

_COUNT = text(f"SELECT count(*) {_FOUND}")


_DIGITS = 18
"""How many digits surely are a number that the database has."""


async def list_known(
    session: AsyncSession,
    *,
    search: str | None = None,
    has_role: bool | None = None,
    offset: int = 0,
    limit: int = 100,
) -> tuple[Known, ...]:
    """List people by name, those who have a role by that first: all, or whose name, username, phone or booking's number was searched for."""
    asked = {**_ask(search, has_role), "offset": offset, "limit": limit}
    return _read(list(await session.execute(_LIST, asked)))


async def count_known(
    session: AsyncSession, *, search: str | None = None, has_role: bool | None = None
) -> int:
    """Count them."""
    return int((await session.execute(_COUNT, _ask(search, has_role))).scalar_one())


async def find_known(session: AsyncSession, user_id: int) -> Known | None:
    """Find somebody the bot has met."""
    asked = {**_ask(None, None), "user_id": user_id, "offset": 0, "limit": 1}
    found = _read(list(await session.execute(_LIST, asked)))
    return found[0] if found else None


def _ask(search: str | None, has_role: object) -> dict[str, Any]:
    words = (search or "").lower().split()
    digits = "".join(filter(str.isdigit, search or ""))
    return {
        "words": [word.removeprefix("@") for word in words] or None,
        "number": int(digits) if 0 < len(digits) <= _DIGITS else None,
        "digits": digits.lstrip("0"),
        "has_role": has_role,
        "user_id": None,
    }


def _read(rows: Sequence[Row[Any]]) -> tuple[Known, ...]:
    return tuple(
        Known(
            id=row.id,
            name=" ".join(filter(None, (row.first_name, row.last_name))),
            username=row.username,
            role=Role(row.role),
            created_at=row.created_at,
            unreachable_at=row.blocked_at,
        )
        for row in rows
    )
