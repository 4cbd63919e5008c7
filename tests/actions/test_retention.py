"""Who does not come any more is forgotten when the rule says so, and nobody else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import storage
from actions import bookings, contact, privacy, retention
from engine.actions import Context, Outcome
from storage import database
from storage.values import Profile, Role
from tests.actions.conftest import NOW
from tests.actions.test_booking_actions import book, first_slot
from tests.actions.test_deposits import invoice_of, pay
from tests.actions.test_waitlist import wait

LATER = NOW.replace(year=2029)
"""More than two years after all that is booked in these tests."""


async def _known(context: Context) -> set[int]:
    return set((await context.session.execute(text("SELECT id FROM users"))).scalars())


async def _forget(context: Context, now: datetime = LATER) -> set[int]:
    """Do the job to its end, and return who is gone."""
    before = await _known(context)
    done = 0
    while part := await retention.forget_absent(context.session, now):
        done += part
    gone = before - await _known(context)
    assert done == len(gone)
    return gone


@pytest.fixture
async def robin(desk: Any) -> Context:
    """Give the administrator of a salon that everybody came to know on the day of these tests."""
    context: Context = await desk.context(9, Role.ADMIN)
    await context.session.execute(
        text("ALTER TABLE users ALTER created_at SET DEFAULT '2026-11-23'")
    )
    await context.session.execute(text("UPDATE users SET created_at = '2026-11-23'"))
    return context


async def test_nobody_is_forgotten_without_a_rule(desk: Any, robin: Context) -> None:
    """A desk keeps people until an administrator says otherwise, within bounds; others cannot even ask whom it would reach."""
    ann = await desk.context()
    assert await retention.find_retention(robin) == 0
    assert await _forget(robin) == set()
    assert await retention.set_retention(ann, months=24) == Outcome("not_allowed")
    for months in (-1, 121):
        assert await retention.set_retention(robin, months=months) == Outcome("out_of_bounds")
    later = desk.later(robin, LATER)
    assert await retention.count_absent(later, months=24) > 0
    assert await retention.count_absent(later, months=0) == 0
    assert await retention.count_absent(desk.later(ann, LATER), months=24) == 0
    assert await retention.set_retention(robin, months=24) is None
    assert await retention.find_retention(robin) == 24
    assert await retention.set_retention(robin, months=0) is None
    assert await _forget(robin) == set()


async def test_who_came_long_ago_is_forgotten(desk: Any, robin: Context) -> None:
    """So many months after the end of the last visit, and not before; its time stays and is nobody's."""
    ann = await desk.context(71)
    made = await book(ann)
    await retention.set_retention(robin, months=24)
    ends = made.ends_at.astimezone(UTC)

    assert 71 not in await _forget(robin, ends.replace(year=ends.year + 2))
    expected = await retention.count_absent(desk.later(robin, LATER), months=24)
    gone = await _forget(robin)

    assert 71 in gone
    assert len(gone) == expected
    left = await storage.bookings.find(robin.session, made.id)
    assert left is not None
    assert (left.user_id, left.starts_at) == (0, made.starts_at)
    assert (await privacy.export_data(ann)).content.count(b"71") == 0


async def test_who_has_a_part_in_the_desk_is_kept(desk: Any, robin: Context) -> None:
    """Who works here, waits, is owed money, has something ahead or has written lately stays; a block outlasts the person."""
    owed, waits, wrote, ahead = [await desk.context(one) for one in (73, 74, 75, 76)]
    await desk.context(72, Role.STAFF)
    await pay(owed, (await invoice_of(owed)).id)
    (paid,) = await bookings.list_mine(owed)
    await bookings.cancel_booking(owed, booking_id=paid.id)
    service_id, slot = await first_slot(waits, "Haircut")
    await wait(waits, service_id, slot)
    await robin.session.execute(text("UPDATE waitlist_wishes SET last_day = '2028-12-31'"))
    written = await book(wrote)
    booked = await book(ahead)
    await robin.session.execute(
        text("""
        UPDATE bookings SET period = tstzrange('2029-02-01 10:00Z', '2029-02-01 11:00Z'),
            blocked = tstzrange('2029-02-01 10:00Z', '2029-02-01 11:00Z') WHERE id = :id
        """),
        {"id": booked.id},
    )
    assert await contact.write_message(robin, booking_id=written.id, words="See you!") is None
    await robin.session.execute(text("UPDATE booking_messages SET sent_at = '2028-11-30'"))
    await desk.context(77)
    await storage.standings.block(robin.session, 77, now=NOW, until=None)
    await retention.set_retention(robin, months=24)

    gone = await _forget(robin)

    assert 77 in gone
    assert not gone & {9, 72, 73, 74, 75, 76}
    assert (await storage.standings.find(robin.session, 77, now=LATER)).is_blocked(LATER)


async def test_who_books_meanwhile_is_kept(salon: AsyncEngine) -> None:
    """People of whom another transaction wants something are left for the next time, and looked at anew then."""
    sessions = database.create_sessions(salon)
    since = LATER.replace(year=2030)
    async with sessions.begin() as session:
        await storage.users.identify(session, Profile(7_100, "Ann"))
    async with sessions() as books, sessions() as forgets:
        await storage.users.lock(books, 7_100)
        first = await storage.retention.lock_absent(forgets, since=since, limit=10_000)
        await books.rollback()
        await forgets.rollback()
        then = await storage.retention.lock_absent(forgets, since=since, limit=10_000)
        await forgets.rollback()

    assert 7_100 not in first
    assert 7_100 in then


@pytest.mark.parametrize(
    ("now", "months", "since"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2028-03-31", 1, "2028-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2026-12-01", 120, "2016-12-01"),
    ],
)
def test_months_are_those_of_the_calendar(now: str, months: int, since: str) -> None:
    """A day that a month does not have is its last one."""
    found = retention.months_before(datetime.fromisoformat(now), months)
    assert found == datetime.fromisoformat(since)
