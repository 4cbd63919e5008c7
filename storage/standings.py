"""Queries for where clients stand: what they have booked and missed, who is blocked, and what the desk noted about them.

It knows nothing of who may look, nor of what follows.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage import rules, taking
from storage.booking_tables import bookings
from storage.desk_tables import client_notes, client_standings
from storage.desk_values import ClientFacts, Standing
from storage.tables import users
from storage.values import NewBooking

_FIND = text("""
SELECT desk_rules.*, counted.*, blocked.blocked_since, blocked.blocked_until
FROM desk_rules
LEFT JOIN client_standings AS blocked ON blocked.user_id = CAST(:user_id AS bigint)
AND (blocked.blocked_until IS NULL OR blocked.blocked_until > CAST(:now AS timestamptz))
LEFT JOIN client_standings AS standing ON standing.user_id = CAST(:user_id AS bigint)
LEFT JOIN locations ON locations.id = CAST(:location_id AS integer)
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE own.lives AND own.starts_at > CAST(:now AS timestamptz)) AS ahead,
        count(*) FILTER (WHERE own.counts AND own.there::date = asked.there::date) AS on_day,
        count(*) FILTER (WHERE own.counts AND date_trunc('week', own.there) = date_trunc('week', asked.there)) AS in_week,
        count(*) FILTER (WHERE own.was_missed) AS missed,
        max(own.ends_at) FILTER (WHERE own.was_missed) AS missed_at
    FROM (SELECT CAST(:starts_at AS timestamptz) AT TIME ZONE locations.time_zone AS there) AS asked
    LEFT JOIN LATERAL (
        SELECT lower(period) AS starts_at, upper(period) AS ends_at,
            lower(period) AT TIME ZONE locations.time_zone AS there,
            status IN ('pending', 'confirmed') AS lives,
            status <> 'no_show' AS counts,
            status = 'no_show' AND lower(period) > greatest(
                CAST(:now AS timestamptz) - make_interval(days => desk_rules.no_shows_within_days),
                standing.forgiven_at
            ) AS was_missed
        FROM bookings
        WHERE user_id = CAST(:user_id AS bigint) AND status NOT IN ('held', 'cancelled')
        AND (CAST(:key AS text) IS NULL OR key IS DISTINCT FROM CAST(:key AS text))
        AND id IS DISTINCT FROM CAST(:moving AS bigint)
    ) AS own ON true
) AS counted
""")

_FACTS = text("""
SELECT
    count(*) FILTER (WHERE status IN ('pending', 'confirmed') AND upper(period) > CAST(:now AS timestamptz)) AS ahead,
    count(*) FILTER (WHERE status <> 'cancelled' AND upper(period) <= CAST(:now AS timestamptz)) AS past,
    count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
    count(*) FILTER (WHERE status = 'no_show') AS missed,
    (array_agg(phone ORDER BY created_at DESC) FILTER (WHERE phone IS NOT NULL))[1] AS phone,
    (SELECT note FROM client_notes WHERE user_id = CAST(:user_id AS bigint)) AS note
FROM bookings WHERE user_id = CAST(:user_id AS bigint) AND status <> 'held'
""")


async def find_for(
    session: AsyncSession, new: NewBooking, *, now: datetime, moving: int | None = None
) -> Standing:
    """Find where somebody stands who would have a booking, one of the same key and one that is moved left out.

    Days and weeks are those of its location. Who has called `bookings.prepare` before gets what holds until the commit.
    """
    return await _find(
        session,
        now=now,
        user_id=new.user_id,
        location_id=new.location_id,
        starts_at=new.starts_at,
        key=new.key,
        moving=moving,
    )


async def find(session: AsyncSession, user_id: int, *, now: datetime) -> Standing:
    """Find where somebody stands, with nothing on a day or in a week."""
    return await _find(
        session, now=now, user_id=user_id, location_id=None, starts_at=now, key=None, moving=None
    )


async def find_facts(session: AsyncSession, user_id: int, *, now: datetime) -> ClientFacts:
    """Find what the desk knows of a client."""
    row = (await session.execute(_FACTS, {"user_id": user_id, "now": now})).one()
    return ClientFacts(*row)


async def block(
    session: AsyncSession, user_id: int, *, now: datetime, until: datetime | None
) -> None:
    """Keep somebody from booking, and give up the times that are held for them."""
    await session.execute(
        select(users.c.id).where(users.c.id == user_id).with_for_update(key_share=True)
    )
    await _note(session, user_id, blocked_since=now, blocked_until=until)
    await taking.lock_holds(session, user_id)
    await session.execute(
        delete(bookings).where(bookings.c.user_id == user_id, bookings.c.status == "held")
    )


async def unblock(session: AsyncSession, user_id: int, *, now: datetime) -> None:
    """Let somebody book again; the visits that they have missed until now count no more."""
    await _note(session, user_id, blocked_since=None, blocked_until=None, forgiven_at=now)


async def write_note(session: AsyncSession, user_id: int, note: str | None) -> None:
    """Keep a note about somebody, or none."""
    if note is None:
        await session.execute(delete(client_notes).where(client_notes.c.user_id == user_id))
        return
    written = insert(client_notes).values(user_id=user_id, note=note)
    await session.execute(
        written.on_conflict_do_update(
            index_elements=[client_notes.c.user_id],
            set_={"note": written.excluded.note},
            where=client_notes.c.note != written.excluded.note,
        )
    )


async def _note(session: AsyncSession, user_id: int, **values: datetime | None) -> None:
    written = insert(client_standings).values(user_id=user_id, **values)
    await session.execute(
        written.on_conflict_do_update(index_elements=[client_standings.c.user_id], set_=values)
    )


async def _find(session: AsyncSession, **asked: Any) -> Standing:
    row = (await session.execute(_FIND, asked)).one()
    return Standing(
        rules=rules.read(row),
        ahead=row.ahead,
        on_day=row.on_day,
        in_week=row.in_week,
        missed=row.missed,
        missed_at=row.missed_at,
        blocked_since=row.blocked_since,
        blocked_until=row.blocked_until,
    )
