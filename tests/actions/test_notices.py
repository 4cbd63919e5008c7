"""Who is told what of a booking, and when: reminders, and what the staff learns."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

import storage
from actions.bookings import cancel_any_booking, cancel_booking, create_booking
from actions.notices import booking_made, booking_reminder, visit_cancelled
from actions.records import Booking, show_slot
from engine.actions import Context
from storage.tables import roles, staff
from storage.values import Role, SlotSearch
from tests.actions.conftest import Desk

ADMIN, MEMBER = 70, 71


@pytest.fixture(autouse=True)
async def _no_other_staff(session: AsyncSession) -> None:
    await session.execute(delete(roles))


async def book(context: Context, *, days: int = 3) -> Booking:
    """Book the first slot which is free so many days ahead."""
    service = next(
        one
        for one in await storage.services.list_active(context.session)
        if not one.needs_confirmation
    )
    start = context.now + timedelta(days=days)
    found = await storage.slots.list_free(
        context.session, SlotSearch(service, start, start + timedelta(days=5)), now=context.now
    )
    made = await create_booking(context, slot=show_slot(found[0]), service_id=service.id)
    assert isinstance(made, Booking)
    return made


async def test_staff_is_told_and_the_client_reminded(desk: Desk) -> None:
    """Administrators and the member of staff hear of a booking at once, the client the day before and two hours before."""
    await desk.context(ADMIN, Role.ADMIN)
    client = await desk.context(5)
    booking = await book(client)

    made, reminder, last = desk.outbox.messages

    assert (made.notice, made.chats, made.due) == ("booking_made", (ADMIN,), client.now)
    assert (reminder.notice, reminder.chats) == ("booking_reminder", (5,))
    assert reminder.due == booking.starts_at - timedelta(days=1)
    assert last.due == booking.starts_at - timedelta(hours=2)
    assert reminder.until == last.until == booking.starts_at - timedelta(hours=1)
    assert reminder.arguments == {"booking_id": booking.id, "starts_at": booking.starts_at}


async def test_a_member_of_staff_with_telegram_is_told(desk: Desk) -> None:
    """Who gives the service hears of it; who acts is not told what they did."""
    await desk.context(ADMIN, Role.ADMIN)
    await desk.context(MEMBER)
    client = await desk.context(ADMIN, Role.ADMIN)
    await client.session.execute(update(staff).where(staff.c.id == 1).values(user_id=MEMBER))
    await client.session.execute(update(staff).where(staff.c.id != 1).values(user_id=None))

    told = await storage.staff.list_to_notify(client.session, 1)
    others = await storage.staff.list_to_notify(client.session, 2)
    await book(client)

    assert (told, others) == ([ADMIN, MEMBER], [ADMIN])
    assert all(
        ADMIN not in one.chats for one in desk.outbox.messages if one.notice == "booking_made"
    )


async def test_a_visit_of_today_needs_no_reminder(desk: Desk) -> None:
    """Who books less than a day ahead is not reminded."""
    await book(await desk.context(5), days=0)

    assert [one.notice for one in desk.outbox.messages] == []


async def test_a_reminder_says_nothing_of_what_is_gone(desk: Desk) -> None:
    """Of a booking that was cancelled or moved there is no reminder any more."""
    client = await desk.context(5)
    booking = await book(client)
    moved = booking.starts_at - timedelta(hours=1)

    assert await remind(client, booking.id, booking.starts_at) == booking
    assert await remind(client, booking.id, moved) is None
    await cancel_booking(client, booking_id=booking.id)
    assert await remind(client, booking.id, booking.starts_at) is None
    assert await booking_made.function(client, booking_id=booking.id) is None


async def remind(context: Context, booking_id: int, starts_at: datetime) -> object:
    """Look at what a reminder would say."""
    return await booking_reminder.function(context, booking_id=booking_id, starts_at=starts_at)


@pytest.mark.parametrize("by_admin", [False, True])
async def test_who_is_told_of_a_cancellation(desk: Desk, *, by_admin: bool) -> None:
    """The staff hears what a client cancels, the client what an administrator does."""
    admin = await desk.context(ADMIN, Role.ADMIN)
    client = await desk.context(5)
    booking = await book(client)
    desk.outbox.messages.clear()

    if by_admin:
        await cancel_any_booking(admin, booking_id=booking.id)
    else:
        await cancel_booking(client, booking_id=booking.id)

    told = [(one.notice, one.chats) for one in desk.outbox.messages]
    assert told == [("visit_cancelled", (5,)) if by_admin else ("booking_cancelled", (ADMIN,))]
    assert (await visit_cancelled.function(client, booking_id=booking.id)) is not None


async def test_staff_is_told_of_whom_no_reminder_reaches(desk: Desk) -> None:
    """What a reminder has for a client who blocked the bot is a word to the staff, as long as the visit is ahead."""
    await desk.context(ADMIN, Role.ADMIN)
    client = await desk.context(5)
    booking = await book(client)
    desk.outbox.messages.clear()
    assert booking_reminder.unreachable is not None

    about = {"booking_id": booking.id, "starts_at": booking.starts_at}
    await booking_reminder.unreachable(client, **about)
    await booking_reminder.unreachable(desk.later(client, booking.ends_at), **about)

    (told,) = desk.outbox.messages
    assert (told.notice, told.chats, told.until) == (
        "client_unreachable",
        (ADMIN,),
        booking.starts_at,
    )
