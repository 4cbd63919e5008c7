"""Notices of the lab, and the command that writes one.

They know nothing of how messages travel.
"""

from typing import Annotated

from sqlalchemy import text

from engine.actions import Context, MaxLength, Policy, command, notice

type Note = Annotated[str, MaxLength(100)]


@notice("lost")
async def lost(_: Context, *, note: Note) -> Note:
    """Say that a note did not reach somebody."""
    return note


async def tell_of_loss(context: Context, *, note: Note, teller: int = 0) -> None:
    """Tell who wanted a note to be sent that it was not."""
    if teller:
        await context.notify(teller, lost(note=note))


@notice("note", unreachable=tell_of_loss, notifies=[lost])
async def note_of(_: Context, *, note: Note, teller: int = 0) -> Note:
    """Say a note."""
    return f"{note} for {teller}" if teller else note


@notice("once", policy=Policy.MAY_BE_LOST)
async def once(_: Context, *, note: Note) -> Note:
    """Say a note that is better lost than said twice."""
    return note


@notice("marked")
async def marked(context: Context, *, number: int) -> int | None:
    """Say that a mark is there, as long as it is."""
    asked = text("SELECT id FROM lab_marks WHERE id = :n AND user_id = :u")
    found: int | None = await context.session.scalar(asked, {"n": number, "u": context.user.id})
    return found


@command("lab.post", notifies=[note_of])
async def post(context: Context) -> None:
    """Send the person a note."""
    await context.notify(context.user.id, note_of(note="posted"))
