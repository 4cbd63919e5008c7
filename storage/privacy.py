"""What is stored about one person, and forgetting it: bookings keep their times, and belong to nobody.

It knows nothing of who asks for it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import taking, waitlist
from storage.tables import users
from storage.values import NOBODY

_EXPORT = text("""
SELECT jsonb_build_object(
    'person', (SELECT to_jsonb(users) FROM users WHERE id = CAST(:user_id AS bigint)),
    'roles', (
        SELECT coalesce(jsonb_agg(to_jsonb(roles) - 'user_id'), '[]') FROM roles WHERE user_id = CAST(:user_id AS bigint)
    ),
    'kept', (
        SELECT coalesce(jsonb_agg(to_jsonb(kept_values) - 'user_id'), '[]') FROM kept_values
        WHERE user_id = CAST(:user_id AS bigint)
    ),
    'standing', (
        SELECT to_jsonb(client_standings) - '{id,user_id}'::text[] FROM client_standings
        WHERE user_id = CAST(:user_id AS bigint)
    ),
    'note_of_the_desk', (SELECT note FROM client_notes WHERE user_id = CAST(:user_id AS bigint)),
    'bookings', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'number', bookings.id, 'status', bookings.status, 'service', services.title, 'staff', staff.name,
            'location', locations.name, 'starts_at', lower(period), 'ends_at', upper(period),
            'price', bookings.price, 'people', party, 'comment', comment, 'phone', phone, 'photo', photo,
            'coming_at', coming_at, 'created_at', bookings.created_at, 'cancelled_at', cancelled_at, 'reason', reason
        ) ORDER BY lower(period)), '[]')
        FROM bookings JOIN services ON services.id = service_id JOIN staff ON staff.id = staff_id
        JOIN locations ON locations.id = location_id
        WHERE bookings.user_id = CAST(:user_id AS bigint)
    ),
    'deposits', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'booking', booking_id, 'amount', amount, 'currency', currency, 'state', state, 'paid_at', paid_at,
            'charge', charge, 'provider_charge', provider_charge
        ) ORDER BY paid_at), '[]')
        FROM payments WHERE user_id = CAST(:user_id AS bigint)
    ),
    'waitlist', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'service', services.title, 'location', locations.name, 'staff', staff.name,
            'first_day', first_day, 'last_day', last_day, 'people', party, 'joined_at', joined_at, 'ended_at', ended_at
        ) ORDER BY joined_at), '[]')
        FROM waitlist_wishes JOIN services ON services.id = service_id
        JOIN locations ON locations.id = location_id LEFT JOIN staff ON staff.id = staff_id
        WHERE waitlist_wishes.user_id = CAST(:user_id AS bigint)
    ),
    'written', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'booking', booking_id, 'by_you', sender_id = CAST(:user_id AS bigint), 'words', words, 'sent_at', sent_at
        ) ORDER BY id), '[]')
        FROM booking_messages WHERE CAST(:user_id AS bigint) IN (sender_id, recipient_id)
    ),
    'messages', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'about', notice, 'due_at', due_at, 'ended_at', ended_at, 'fate', fate
        ) ORDER BY due_at), '[]')
        FROM outbox WHERE chat_id = CAST(:user_id AS bigint)
    ),
    'changes', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'at', at, 'of', subject, 'what', operation, 'number', row_id,
            'by_you', actor_id IS NOT DISTINCT FROM CAST(:user_id AS bigint)
        ) ORDER BY id), '[]')
        FROM audit_log WHERE CAST(:user_id AS bigint) IN (actor_id, person_id)
    )
)
""")

_KNOW_NOBODY = text("""
INSERT INTO users (id, first_name) VALUES (CAST(:nobody AS bigint), '∅') ON CONFLICT DO NOTHING
""")

_ERASE = (
    _KNOW_NOBODY,
    text("""
    DELETE FROM bookings WHERE user_id = CAST(:user_id AS bigint) AND status = 'held'
    """),
    text("""
    UPDATE bookings SET user_id = CAST(:nobody AS bigint), comment = NULL, phone = NULL, photo = NULL, reason = NULL
    WHERE user_id = CAST(:user_id AS bigint)
    """),
    text("""
    UPDATE bookings SET cancelled_by = CAST(:nobody AS bigint) WHERE cancelled_by = CAST(:user_id AS bigint)
    """),
    text("""
    UPDATE bookings SET entered_by = CAST(:nobody AS bigint) WHERE entered_by = CAST(:user_id AS bigint)
    """),
    text("""
    DELETE FROM client_standings
    WHERE user_id = CAST(:user_id AS bigint) AND NOT CAST(:is_blocked AS boolean)
    OR blocked_until <= CAST(:now AS timestamptz)
    AND NOT EXISTS (SELECT FROM users WHERE id = client_standings.user_id)
    """),
    text("""
    INSERT INTO client_standings (user_id, blocked_since, blocked_until)
    SELECT CAST(:user_id AS bigint), CAST(:now AS timestamptz), CAST(:blocked_until AS timestamptz)
    WHERE CAST(:is_blocked AS boolean)
    ON CONFLICT (user_id) DO UPDATE
    SET blocked_since = coalesce(client_standings.blocked_since, excluded.blocked_since),
        blocked_until = excluded.blocked_until, forgiven_at = NULL
    """),
    text("DELETE FROM outbox WHERE chat_id = CAST(:user_id AS bigint)"),
    text("DELETE FROM users WHERE id = CAST(:user_id AS bigint)"),
    text("""
    UPDATE audit_log SET actor_id = CASE WHEN actor_id = CAST(:user_id AS bigint) THEN CAST(:nobody AS bigint) ELSE actor_id END,
        person_id = CASE WHEN person_id = CAST(:user_id AS bigint) THEN CAST(:nobody AS bigint) ELSE person_id END
    WHERE CAST(:user_id AS bigint) IN (actor_id, person_id)
    """),
)


async def know_nobody(session: AsyncSession) -> None:
    """See to it that bookings can be nobody's."""
    await session.execute(_KNOW_NOBODY, {"nobody": NOBODY})


async def export(session: AsyncSession, user_id: int) -> Mapping[str, Any]:
    """Give all that is stored about a person, ready to be written as JSON."""
    found: Mapping[str, Any] = (await session.execute(_EXPORT, {"user_id": user_id})).scalar_one()
    return found


async def prepare(session: AsyncSession, user_id: int, *, now: datetime) -> None:
    """Lock a person who is about to be forgotten, and what gives back the times that they have, so that nobody enters or offers them another."""
    await waitlist.lock(session, None, now=now)
    await session.execute(select(users.c.id).where(users.c.id == user_id).with_for_update())
    await taking.lock_times_of(session, user_id)


async def erase(
    session: AsyncSession,
    user_id: int,
    *,
    is_blocked: bool = False,
    blocked_until: datetime | None = None,
    now: datetime,
) -> None:
    """Forget a person: their bookings stay with their times and are nobody's, all else about them goes.

    Of somebody who may not book, that stays, and until when, with the id alone; blocks of others who are forgotten go once they are over.
    """
    for statement in _ERASE:
        names = {
            "user_id": user_id,
            "nobody": NOBODY,
            "is_blocked": is_blocked,
            "blocked_until": blocked_until,
            "now": now,
        }
        asked = {name: names[name] for name in statement.compile().params}
        await session.execute(statement, asked)
