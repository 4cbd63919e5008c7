"""Actions that do what a test tells them: each mark is a row, so that an effect can be counted.

They know nothing of the faults around them; `lab_switches` says how slow or how clumsy they are.
"""

import os
import signal
from typing import Annotated, Literal

from sqlalchemy import text

import storage
from engine.actions import Catalog, Context, MaxLength, Outcome, command, query
from storage.values import Role
from tests.faults.lab import posts

TABLES = """
CREATE TABLE lab_marks (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id BIGINT NOT NULL,
    note TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE lab_switches (name TEXT PRIMARY KEY, value DOUBLE PRECISION NOT NULL);
"""

type Note = Annotated[str, MaxLength(100)]


@command("lab.mark")
async def mark(context: Context, *, note: Note) -> int:
    """Make a mark and return its number among the person's own."""
    return await _mark(context, note)


@command("lab.mark_slowly")
async def mark_slowly(context: Context, *, note: Note) -> int:
    """Make a mark, then take as long as the switch `slow` says."""
    number = await _mark(context, note)
    await context.session.execute(
        text("SELECT pg_sleep(:s)"), {"s": await _switch(context, "slow")}
    )
    return number


@command("lab.stumble")
async def stumble(context: Context, *, note: Note) -> int:
    """Make a mark, and break if the switch `break` says so."""
    number = await _mark(context, note)
    if await _switch(context, "break"):
        raise RuntimeError("the lab broke")
    return number


@command("lab.die")
async def die(context: Context, *, note: Note) -> int:
    """Make a mark and kill the process that it is made in, as a lack of memory would."""
    number = await _mark(context, note)
    os.kill(os.getpid(), signal.SIGKILL)
    return number


@query("lab.look")
async def look(context: Context) -> int:
    """Count the person's marks; break if the switch `look` says so, or once if `look once` does."""
    if await _switch(context, "look") or await _is_first_look(context):
        raise RuntimeError("the lab cannot look")
    return await _count(context)


@query("lab.count")
async def count(context: Context) -> int:
    """Count the person's marks."""
    return await _count(context)


@query("lab.count_all")
async def count_all(context: Context) -> int:
    """Count everybody's marks."""
    return int(await context.session.scalar(text("SELECT count(*) FROM lab_marks")) or 0)


@command("lab.wipe")
async def wipe(context: Context) -> Outcome[Literal["not_allowed"]] | None:
    """Forget all marks, for an administrator by what the database says now."""
    role = await storage.users.find_role(context.session, context.user.id)
    if role.rank < Role.ADMIN.rank:
        return Outcome("not_allowed")
    await context.session.execute(text("DELETE FROM lab_marks"))
    return None


async def _mark(context: Context, note: str) -> int:
    await context.session.execute(
        text("INSERT INTO lab_marks (user_id, note) VALUES (:u, :n)"),
        {"u": context.user.id, "n": note},
    )
    return await _count(context)


async def _count(context: Context) -> int:
    asked = text("SELECT count(*) FROM lab_marks WHERE user_id = :u")
    return int(await context.session.scalar(asked, {"u": context.user.id}) or 0)


async def _switch(context: Context, name: str) -> float:
    asked = text("SELECT value FROM lab_switches WHERE name = :n")
    return float(await context.session.scalar(asked, {"n": name}) or 0)


_LOOKED: set[int] = set()
"""Who has looked since this process began."""


async def _is_first_look(context: Context) -> bool:
    is_first = context.user.id not in _LOOKED
    _LOOKED.add(context.user.id)
    return is_first and bool(await _switch(context, "look once"))


catalog = Catalog(
    [
        count,
        count_all,
        die,
        look,
        mark,
        mark_slowly,
        posts.lost,
        posts.marked,
        posts.note_of,
        posts.once,
        posts.post,
        stumble,
        wipe,
    ]
)
