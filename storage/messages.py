"""Queries for what staff and clients write to each other about a booking, through the bot.

It knows nothing of who may write, nor of how a message is delivered.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.desk_tables import booking_messages
from storage.desk_values import Message


async def find(session: AsyncSession, message_id: int) -> Message | None:
    """Find a message."""
    columns = booking_messages.c
    query = select(
        columns.id,
        columns.booking_id,
        columns.sender_id,
        columns.recipient_id,
        columns.words,
        columns.answers_id,
    )
    row = (await session.execute(query.where(columns.id == message_id))).one_or_none()
    return None if row is None else Message(*row)


async def add(session: AsyncSession, message: Message, *, now: datetime) -> int | None:
    """Keep a message, whose id does not matter, and return its own; None when what it answers has been answered."""
    made = insert(booking_messages).values(
        booking_id=message.booking_id,
        sender_id=message.sender_id,
        recipient_id=message.recipient_id,
        words=message.words,
        answers_id=message.answers_id,
        sent_at=now,
    )
    made = made.on_conflict_do_nothing(index_elements=[booking_messages.c.answers_id])
    rows = await session.execute(made.returning(booking_messages.c.id))
    found: int | None = rows.scalar_one_or_none()
    return found
