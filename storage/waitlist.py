"""Queries for wishes: what people wait for until it comes true, they withdraw it, or its last day is over.

It knows nothing of offers. Whoever changes what is waited for or offered at a place locks its waitlist before anything else.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    RowMapping,
    Select,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.desk_tables import client_standings, waitlist_wishes
from storage.rows import read_location, read_service, read_staff_member
from storage.tables import locations, services, staff, staff_services, users
from storage.wishes import FreedTime, NewWish, Wish

LOCK_CLASS = 7_239
"""The first half of the advisory locks on the waitlists of locations, which come before those on people, days, staff and rooms."""

_LOCK = text("""
SELECT pg_advisory_xact_lock(:lock_class, id), id
FROM (
    SELECT id FROM locations
    WHERE (CAST(:location_id AS integer) IS NULL OR id = CAST(:location_id AS integer))
    AND (CAST(:is_joining AS boolean) OR EXISTS (
        SELECT FROM waitlist_wishes
        WHERE location_id = locations.id AND ended_at IS NULL AND last_day >= CAST(:day AS date)
    ))
    ORDER BY id
) AS asked
""")

_MAY_BOOK = """NOT EXISTS (
    SELECT FROM desk_rules CROSS JOIN LATERAL (
        SELECT count(*) AS missed, max(upper(period)) AS missed_at FROM bookings
        WHERE bookings.user_id = waitlist_wishes.user_id AND status = 'no_show'
        AND lower(period) > greatest(
            CAST(:now AS timestamptz) - make_interval(days => no_shows_within_days),
            client_standings.forgiven_at
        )
    ) AS own
    WHERE no_shows_outcome = 'block' AND own.missed >= no_shows
    AND own.missed_at + make_interval(days => no_shows_block_days) > CAST(:now AS timestamptz)
)"""
"""Whether the rule about missed visits lets whoever waits book, as `storage.standings` has it."""

_DAY = timedelta(days=1)


async def lock(
    session: AsyncSession, location_id: int | None, *, now: datetime, is_joining: bool = False
) -> set[int]:
    """Lock the waitlist of a location, or of all, where anybody waits or is about to; return the locations locked."""
    rows = await session.execute(
        _LOCK,
        {
            "lock_class": LOCK_CLASS,
            "location_id": location_id,
            "is_joining": is_joining,
            "day": now.date() - _DAY,  # of the earliest zone
        },
    )
    return {row.id for row in rows}


async def try_lock(session: AsyncSession, location_id: int) -> bool:
    """Lock the waitlist of a location unless somebody else has it, whom nobody waits for; tell whether it is locked."""
    asked = select(func.pg_try_advisory_xact_lock(LOCK_CLASS, location_id))
    return bool((await session.execute(asked)).scalar_one())


async def join(session: AsyncSession, new: NewWish, *, now: datetime) -> Wish | None:
    """Write a wish down; None when the person has the same already."""
    written = (
        insert(waitlist_wishes)
        .values(**asdict(new), joined_at=now)
        .on_conflict_do_nothing()
        .returning(waitlist_wishes.c.id)
    )
    wish_id = (await session.execute(written)).scalar_one_or_none()
    return None if wish_id is None else await find(session, wish_id)


async def find(session: AsyncSession, wish_id: int) -> Wish | None:
    """Find a wish, open or not."""
    found = await _list(session, select_wishes().where(waitlist_wishes.c.id == wish_id))
    return found[0] if found else None


async def list_open(session: AsyncSession, user_id: int, *, now: datetime) -> tuple[Wish, ...]:
    """List what somebody waits for, the oldest wish first."""
    query = select_wishes().where(waitlist_wishes.c.user_id == user_id, *_is_open(now))
    return await _list(session, query)


async def count_open(session: AsyncSession, user_id: int, *, now: datetime) -> int:
    """Count what somebody waits for."""
    query = select(func.count()).select_from(waitlist_wishes).join(locations)
    return (
        await session.execute(query.where(waitlist_wishes.c.user_id == user_id, *_is_open(now)))
    ).scalar_one()


async def list_for(
    session: AsyncSession, freed: FreedTime, *, but: Sequence[int], now: datetime, limit: int = 40
) -> tuple[Wish, ...]:
    """List the wishes for which a freed time may be right, in the order in which they were made, some left out.

    Whose time it was, and whoever cannot be written to or may not book, waits for it no more.
    """
    standings = client_standings.c
    columns, zone = waitlist_wishes.c, locations.c.time_zone
    first, last = _day_at(zone, freed.blocked_from), _day_at(zone, freed.blocked_to)
    query = (
        select_wishes()
        .join(users, users.c.id == columns.user_id)
        .outerjoin(client_standings, standings.user_id == columns.user_id)
        .join(staff_services, staff_services.c.service_id == columns.service_id)
        .where(
            columns.location_id == freed.location.id,
            staff_services.c.staff_id == freed.staff_id,
            func.coalesce(columns.staff_id, freed.staff_id) == freed.staff_id,
            columns.first_day <= last,
            columns.last_day >= first,
            columns.id.not_in(but),
            columns.user_id.is_distinct_from(freed.user_id),
            users.c.blocked_at.is_(None),
            or_(standings.blocked_since.is_(None), standings.blocked_until <= now),
            text(_MAY_BOOK).bindparams(bindparam("now", now, DateTime(timezone=True))),
            services.c.active,
            *_is_open(now),
        )
        .limit(limit)
    )
    return await _list(session, query)


async def list_service_ids(
    session: AsyncSession, location_id: int, day: date, *, now: datetime
) -> list[int]:
    """List the services for which anybody waits on a day at a location."""
    columns = waitlist_wishes.c
    query = select(columns.service_id).distinct().join(locations)
    wanted = columns.first_day <= day, columns.last_day >= day
    found = query.where(columns.location_id == location_id, *wanted, *_is_open(now))
    return list(await session.scalars(found.order_by(columns.service_id)))


async def end(
    session: AsyncSession,
    wish: Wish,
    *,
    now: datetime,
    offer_id: int | None = None,
    booking_id: int | None = None,
) -> bool:
    """End a wish, which came true by an offer or was withdrawn; tell whether it was open."""
    rows = await session.execute(
        update(waitlist_wishes)
        .where(waitlist_wishes.c.id == wish.id, waitlist_wishes.c.ended_at.is_(None))
        .values(ended_at=now, offer_id=offer_id, booking_id=booking_id)
        .returning(waitlist_wishes.c.id)
    )
    return bool(rows.all())


async def find_booking_id(session: AsyncSession, user_id: int, offer_id: int) -> int | None:
    """Find the booking that somebody made by taking an offer."""
    columns = waitlist_wishes.c
    query = select(columns.booking_id)
    return await session.scalar(
        query.where(columns.user_id == user_id, columns.offer_id == offer_id)
    )


def select_wishes() -> Select[*tuple[Any, ...]]:
    """Select wishes with all that one shows, oldest first."""
    return (
        select(waitlist_wishes, services, locations, staff)
        .select_from(waitlist_wishes)
        .join(services, services.c.id == waitlist_wishes.c.service_id)
        .join(locations, locations.c.id == waitlist_wishes.c.location_id)
        .outerjoin(staff, staff.c.id == waitlist_wishes.c.staff_id)
        .order_by(waitlist_wishes.c.id)
    )


def read_wish(row: RowMapping) -> Wish:
    """Make a wish of a row of these."""
    columns = waitlist_wishes.c
    return Wish(
        id=row[columns.id],
        user_id=row[columns.user_id],
        service=read_service(row),
        location=read_location(row),
        staff=None if row[columns.staff_id] is None else read_staff_member(row),
        first_day=row[columns.first_day],
        last_day=row[columns.last_day],
        party=row[columns.party],
        ended_at=row[columns.ended_at],
        booking_id=row[columns.booking_id],
    )


def _is_open(now: datetime) -> tuple[Any, ...]:
    """Say which wishes are neither withdrawn, nor come true, nor over by the calendar of their place."""
    columns = waitlist_wishes.c
    today = _day_at(locations.c.time_zone, now)
    return columns.ended_at.is_(None), columns.last_day >= today


def _day_at(zone: ColumnElement[str], moment: datetime) -> ColumnElement[date]:
    """Give the day of a moment by the calendar of a place."""
    return cast(func.timezone(zone, literal(moment, DateTime(timezone=True))), Date)


async def _list(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> tuple[Wish, ...]:
    rows = await session.execute(query)
    return tuple(read_wish(row) for row in rows.mappings())
