"""The audit log says who changed what of the desk, cannot be rewritten, and forgets whom it must."""

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from actions.audit_words import Detail, Subject
from storage import audit, booking_tables, bookings, privacy, tables, users
from storage.desk_tables import metadata
from storage.desk_values import Operation
from storage.seeds.salon import CLIENTS, seed_salon
from storage.values import NOBODY, Profile, Role
from tests.actions.conftest import NOW, TODAY

UNNOTED = {
    "audit_log": "it is the log",
    "booking_messages": "people write to each other, and nobody changes it",
    "booking_services": "they are made with their booking and never changed",
    "booking_transitions": "migrations alone change it",
    "broadcasts": "each says itself who made it, and when it began and stopped",
    "command_outcomes": "the engine's own",
    "group_sessions": "they follow from bookings",
    "inbox": "the engine's own",
    "invoices": "people are asked by them for what they chose themselves",
    "kept_values": "what people keep for themselves",
    "outbox": "the engine's own",
    "outbox_chats": "the engine's own",
    "outbox_pace": "the engine's own",
    "payment_transitions": "migrations alone change it",
    "slot_attempts": "people try what they like",
    "users": "people change what is theirs",
    "waitlist_offers": "they follow from times that are given back",
    "waitlist_wishes": "people wait for what they like",
}
"""Tables that no administrator changes, each with the reason why nothing is written down of it."""


@pytest.fixture
async def salon(session: AsyncSession) -> AsyncSession:
    """Give a session with a salon that Anna administers."""
    await seed_salon(session, today=TODAY)
    await users.identify(session, Profile(1, "Anna"))
    await users.grant_role(session, 1, Role.OWNER)
    return session


async def test_whatever_administrators_change_is_written_down(session: AsyncSession) -> None:
    """Each table has the trigger or a reason why not, and no reason outlives its table."""
    noted = set(
        await session.scalars(
            text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'note_change'")
        )
    )

    assert noted | set(UNNOTED) == set(metadata.tables)
    assert not noted & set(UNNOTED)
    assert noted == set(Subject) - {Subject.OTHER}
    columns = {column.name for table in noted for column in metadata.tables[table].columns}
    assert set(Detail) - {Detail.OTHER} <= {name.removesuffix("_id") for name in columns}


async def test_the_log_says_who_changed_what(salon: AsyncSession) -> None:
    """A change has its person, its moment, the name of what was changed, and of the columns those that were."""
    assert await audit.act(salon, 1, now=NOW) is Role.OWNER
    await salon.execute(
        update(tables.services).where(tables.services.c.title == "Haircut").values(price=45)
    )
    await salon.execute(update(tables.services).values(active=True))

    (changed,) = await audit.list_changes(salon, actor_id=1)

    assert (changed.actor_name, changed.at, changed.subject) == ("Anna", NOW, "services")
    assert (changed.label, changed.operation) == ("Haircut", Operation.UPDATE)
    assert (changed.before, changed.after) == ({"price": 42.00}, {"price": 45.00})
    assert await audit.find_change(salon, changed.id) == changed
    assert await audit.count_changes(salon, actor_id=1, subject="rooms") == 0
    assert await audit.list_actors(salon) == [(1, "Anna")]


async def test_rows_that_come_and_go_have_names(salon: AsyncSession) -> None:
    """What joins a member of staff and a service is called by both; whom a role is given to is not written as a number."""
    await audit.act(salon, 1, now=NOW)
    staff_id = await salon.scalar(text("SELECT id FROM staff WHERE name = 'Jonas Keller'"))
    service_id = await salon.scalar(text("SELECT id FROM services WHERE title = 'Manicure'"))
    skill = {"staff_id": staff_id, "service_id": service_id}
    await salon.execute(insert(tables.staff_services).values(**skill))
    await salon.execute(
        update(tables.staff)
        .where(tables.staff.c.id == staff_id)
        .values(user_id=CLIENTS[0].telegram_id)
    )
    await users.grant_role(salon, CLIENTS[0].telegram_id, Role.STAFF, granted_by=1)
    await users.revoke_role(salon, CLIENTS[0].telegram_id, Role.STAFF)

    taken, given, linked, taught = await audit.list_changes(salon, actor_id=1)

    assert (taught.label, taught.operation) == ("Jonas Keller · Manicure", Operation.INSERT)
    assert (linked.before, linked.after) == ({}, {"user_id": True})
    assert (given.row_id, given.person_name, given.after["role"]) == (
        "staff",
        "Clara Sommer",
        "staff",
    )
    assert (taken.operation, taken.person_name) == (Operation.DELETE, "Clara Sommer")
    assert str(CLIENTS[0].telegram_id) not in str((taken, given, linked))


async def test_bookings_are_followed_once_they_are_made(salon: AsyncSession) -> None:
    """Nothing is written of a client's booking as it is made; what becomes of it is, without what the client told."""
    assert await audit.count_changes(salon, subject="bookings") == 2  # the past ones of the seed
    client = CLIENTS[0].telegram_id
    booking, *_ = await bookings.list_upcoming(salon, client, now=NOW)
    await salon.execute(update(booking_tables.bookings).values(comment="My knee hurts"))
    await audit.act(salon, client, now=NOW)
    await bookings.cancel(salon, booking, by=client, now=NOW)

    changed, *_ = await audit.list_changes(salon, subject="bookings")

    assert (changed.row_id, changed.actor_id) == (str(booking.id), client)
    assert (changed.before, changed.after) == ({"status": "confirmed"}, {"status": "cancelled"})
    await privacy.erase(salon, client, now=NOW)
    forgotten = await audit.find_change(salon, changed.id)
    assert forgotten is not None
    assert (forgotten.actor_id, forgotten.person_name) == (NOBODY, "∅")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_log",
        "UPDATE audit_log SET after = '{}'",
        "UPDATE audit_log SET actor_id = 7",
    ],
)
async def test_what_is_written_stays(salon: AsyncSession, statement: str) -> None:
    """The database refuses to take a line out, to change what it says, or to lay it at another's door."""
    with pytest.raises(DBAPIError, match="never changed"):
        await salon.execute(text(statement))
