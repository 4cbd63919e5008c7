"""What staff write to clients through the bot, and what these answer; neither learns the other's account.

It knows nothing of how a message is delivered.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import storage
from actions.access import acts_for
from engine.actions import Context, MaxLength, Outcome, command, notice, query
from storage import desk_values
from storage.values import Role

type Undelivered = Outcome[Literal["not_possible", "unreachable"]]

MOST = 1000
"""How long a message can be."""


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote about a booking; without a name of the staff, who wrote is none of those who are booked."""

    id: int
    words: Annotated[str, MaxLength(MOST)]
    is_from_staff: bool
    staff_name: str | None
    client_name: str
    service_title: str
    starts_at: datetime


@query("contact.message")
async def find_message(context: Context, *, message_id: int) -> Message | None:
    """Find a message that the person has got."""
    message = await storage.messages.find(context.session, message_id)
    if message is None or message.recipient_id != context.user.id:
        return None
    return await _show(context, message)


@notice("message_lost")
async def message_lost(context: Context, *, message_id: int) -> Message | None:
    """Tell somebody that what they wrote cannot be delivered."""
    message = await storage.messages.find(context.session, message_id)
    return None if message is None else await _show(context, message)


async def _tell_lost(context: Context, *, message_id: int) -> None:
    """Tell the sender when a message cannot be delivered."""
    message = await storage.messages.find(context.session, message_id)
    if message is not None:
        await context.notify(message.sender_id, message_lost(message_id=message_id))


@notice("message_arrived", unreachable=_tell_lost, notifies=[message_lost])
async def message_arrived(context: Context, *, message_id: int) -> Message | None:
    """Deliver what somebody wrote."""
    message = await storage.messages.find(context.session, message_id)
    return None if message is None else await _show(context, message)


@command("contact.write", notifies=[message_arrived])
async def write_message(
    context: Context, *, booking_id: int, words: Annotated[str, MaxLength(MOST)]
) -> Outcome[Literal["not_possible", "unreachable"]] | None:
    """Write to the client of a booking, as who is booked or an administrator."""
    booking = await storage.bookings.find(context.session, booking_id)
    if booking is None or not await acts_for(context, booking.staff.id):
        return Outcome("not_possible")
    if not booking.has_account or booking.user_id == context.user.id:
        return Outcome("not_possible")
    message = desk_values.Message(0, booking.id, context.user.id, booking.user_id, words, None)
    return await _send(context, message)


@command("contact.answer", notifies=[message_arrived])
async def answer_message(
    context: Context, *, message_id: int, words: Annotated[str, MaxLength(MOST)]
) -> Outcome[Literal["not_possible", "unreachable"]] | None:
    """Answer a message that the person has got, once; to who does not work here any more there is no answer."""
    asked = await storage.messages.find(context.session, message_id)
    if asked is None or asked.recipient_id != context.user.id:
        return Outcome("not_possible")
    booking = await storage.bookings.find(context.session, asked.booking_id)
    if booking is None:
        return Outcome("not_possible")
    if context.user.id == booking.user_id:
        role = await storage.users.find_role(context.session, asked.sender_id)
        if role.rank < Role.STAFF.rank:
            return Outcome("unreachable")
    elif not await acts_for(context, booking.staff.id):
        return Outcome("not_possible")
    message = desk_values.Message(0, booking.id, context.user.id, asked.sender_id, words, asked.id)
    return await _send(context, message)


async def _send(context: Context, message: desk_values.Message) -> Undelivered | None:
    person = await storage.users.find(context.session, message.recipient_id)
    if person is None or person.blocked_at is not None:
        return Outcome("unreachable")
    made = await storage.messages.add(context.session, message, now=context.now)
    if made is None:
        return Outcome("not_possible")
    await context.notify(message.recipient_id, message_arrived(message_id=made))
    return None


async def _show(context: Context, message: desk_values.Message) -> Message | None:
    booking = await storage.bookings.find(context.session, message.booking_id)
    if booking is None:
        return None
    writer = await storage.staff.find_of(context.session, message.sender_id)
    return Message(
        id=message.id,
        words=message.words,
        is_from_staff=message.sender_id != booking.user_id,
        staff_name=None if writer is None else writer.name,
        client_name=booking.client_name,
        service_title=booking.service.title_in(context.user.locale),
        starts_at=booking.starts_at,
    )
