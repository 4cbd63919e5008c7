"""Makes a change that constraints of the database may refuse, and says why in a word.

It knows nothing of what is changed.
"""

from typing import Any, Literal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

type Refusal = Literal["changed_meanwhile", "taken", "impossible"]
"""Why a change is not made: the value is another one by now, it is that of something else, or it can never be."""

_WORDS: dict[str, Refusal] = {"23505": "taken", "23514": "impossible", "23503": "impossible"}
"""What violated constraints mean: one that is unique, a check, and a reference to nothing."""


async def attempt(session: AsyncSession, change: Any) -> Refusal | None:
    """Carry out a change of one row that returns it; no row means that it is not as it was."""
    found = await attempt_insert(session, change)
    return "changed_meanwhile" if found is None else _as_refusal(found)


async def attempt_insert(session: AsyncSession, change: Any) -> int | Refusal | None:
    """Carry out a change, and return the id that it returns."""
    try:
        async with session.begin_nested():
            found = (await session.execute(change)).scalar_one_or_none()
    except IntegrityError as error:
        sqlstate = getattr(error.orig, "sqlstate", None)
        if sqlstate not in _WORDS:
            raise
        return _WORDS[sqlstate]
    return None if found is None else int(found)


def _as_refusal(found: int | Refusal) -> Refusal | None:
    return None if isinstance(found, int) else found
