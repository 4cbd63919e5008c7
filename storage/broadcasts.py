"""Messages to many: whom they go to, what became of them, and stopping them.

It knows nothing of what they look like, nor of how they are sent: that is what the outbox does.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.desk_values import Audience, Broadcast, People

NOTICE = "news"
"""The notice whose messages are those of broadcasts; each has the id of its broadcast as its key."""

_VISITED = "user_id = users.id AND status NOT IN ('held', 'cancelled')"

_CONDITIONS = {
    Audience.EVERYBODY: "true",
    Audience.AHEAD: """EXISTS (
        SELECT FROM bookings WHERE user_id = users.id AND status IN ('pending', 'confirmed')
        AND lower(period) > CAST(:now AS timestamptz)
    )""",
    Audience.SERVICE: f"""EXISTS (
        SELECT FROM bookings JOIN booking_services ON booking_id = bookings.id
        WHERE {_VISITED} AND booking_services.service_id = CAST(:about AS integer)
    )""",
    Audience.STAFF: f"EXISTS (SELECT FROM bookings WHERE {_VISITED} AND staff_id = CAST(:about AS integer))",
    Audience.AWAY: f"""EXISTS (SELECT FROM bookings WHERE {_VISITED}) AND NOT EXISTS (
        SELECT FROM bookings
        WHERE {_VISITED} AND upper(period) > CAST(:now AS timestamptz) - make_interval(months => CAST(:about AS integer))
    )""",  # noqa: S608 - as above
    Audience.LANGUAGE: """coalesce(
        (
            SELECT known.locale FROM (
                SELECT locale, replace(lower(locale), '-', '_') AS tag FROM unnest(CAST(:languages AS text[])) AS locale
            ) AS known, replace(lower(coalesce(users.locale, users.language_code)), '-', '_') AS wish
            WHERE split_part(known.tag, '_', 1) = split_part(wish, '_', 1)
            ORDER BY known.tag <> wish, known.tag LIMIT 1
        ),
        (CAST(:languages AS text[]))[1]
    ) = CAST(:language AS text)""",
}

_PEOPLE = """
SELECT {what} FROM users
WHERE users.id > 0 AND users.first_name <> '' AND users.blocked_at IS NULL AND users.news AND {condition}
AND NOT EXISTS (
    SELECT FROM client_standings WHERE user_id = users.id AND blocked_since IS NOT NULL
    AND (blocked_until IS NULL OR blocked_until > CAST(:now AS timestamptz))
)
"""
"""Who can be written to, wants it, and is not kept from booking; the id 0 stands for all who were forgotten."""

_INSERT = text("""
INSERT INTO broadcasts (made_by, audience, about, language, texts, recipients, started_at, key)
VALUES (
    CAST(:made_by AS bigint), CAST(:audience AS text), CAST(:about AS integer), CAST(:language AS text),
    jsonb_object(CAST(:languages AS text[]), CAST(:texts AS text[])), CAST(:recipients AS integer),
    CAST(:now AS timestamptz), CAST(:key AS text)
)
RETURNING id
""")

_LIST = """
SELECT broadcasts.id, audience, language, texts, recipients, started_at, stopped_at,
    coalesce(services.title, staff.name) AS about_name, about, users.first_name AS made_by,
    broadcasts.sent + live.sent AS sent, broadcasts.failed + live.failed AS failed,
    broadcasts.blocked + live.blocked AS blocked, broadcasts.gone + live.gone AS gone,
    broadcasts.dropped + live.dropped AS dropped
FROM broadcasts LEFT JOIN users ON users.id = broadcasts.made_by
LEFT JOIN services ON audience = 'service' AND services.id = about
LEFT JOIN staff ON audience = 'staff' AND staff.id = about
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE fate = 'delivered') AS sent, count(*) FILTER (WHERE fate = 'dead') AS failed,
        count(*) FILTER (WHERE fate = 'dead' AND trouble_of(reason) = 'blocked') AS blocked,
        count(*) FILTER (WHERE fate = 'dead' AND trouble_of(reason) = 'gone') AS gone,
        count(*) FILTER (WHERE fate = 'dropped') AS dropped
    FROM outbox WHERE bulk AND notice = 'news' AND outbox.key = CAST(broadcasts.id AS text)
) AS live
"""
_FIND = text(f"{_LIST} WHERE broadcasts.id = CAST(:broadcast_id AS bigint)")
_PAGE = text(
    f"{_LIST} ORDER BY broadcasts.id DESC OFFSET CAST(:offset AS integer) LIMIT CAST(:limit AS integer)"
)

_TEXTS = text("""
SELECT texts FROM broadcasts WHERE id = CAST(:broadcast_id AS bigint) AND stopped_at IS NULL
""")

_STOP = text("""
UPDATE broadcasts SET stopped_at = CAST(:now AS timestamptz)
WHERE id = CAST(:broadcast_id AS bigint) AND stopped_at IS NULL AND EXISTS (
    SELECT FROM outbox WHERE bulk AND notice = 'news' AND key = CAST(broadcasts.id AS text) AND fate IS NULL
)
RETURNING id
""")

_DROP = text("""
UPDATE outbox SET ended_at = now(), fate = 'dropped', reason = 'the broadcast was stopped'
WHERE id IN (
    SELECT id FROM outbox
    WHERE bulk AND notice = 'news' AND key = CAST(:key AS text) AND fate IS NULL AND worker IS NULL
    FOR UPDATE SKIP LOCKED
)
""")
"""What is being claimed just now is dropped by whoever claims it, because the broadcast is stopped."""


async def list_recipients(session: AsyncSession, people: People, *, now: datetime) -> list[int]:
    """List the Telegram ids of those who can be written to and want it."""
    return list(await session.scalars(*_ask(people, "users.id", now)))


async def count_recipients(session: AsyncSession, people: People, *, now: datetime) -> int:
    """Count them."""
    return int(await session.scalar(*_ask(people, "count(*)", now)) or 0)


def _ask(people: People, what: str, now: datetime) -> tuple[Any, dict[str, Any]]:
    statement = text(_PEOPLE.format(what=what, condition=_CONDITIONS[people.audience]))
    values = {**asdict(people), "languages": list(people.languages), "now": now}
    return statement, {name: values[name] for name in statement.compile().params}


async def insert(  # noqa: PLR0913  # what a broadcast is, by name
    session: AsyncSession,
    people: People,
    texts: Mapping[str, str],
    *,
    recipients: int,
    made_by: int,
    key: str | None,
    now: datetime,
) -> int:
    """Make a broadcast, and return its id; its texts are by language, that of "" for all others."""
    made = await session.execute(
        _INSERT,
        {
            "made_by": made_by,
            "audience": people.audience.value,
            "about": people.about,
            "language": people.language,
            "languages": list(texts),
            "texts": list(texts.values()),
            "recipients": recipients,
            "now": now,
            "key": key,
        },
    )
    return int(made.scalar_one())


async def find(session: AsyncSession, broadcast_id: int) -> Broadcast | None:
    """Find a broadcast with what has become of its messages so far."""
    row = (await session.execute(_FIND, {"broadcast_id": broadcast_id})).one_or_none()
    return None if row is None else _read(row)


async def list_page(
    session: AsyncSession, *, offset: int = 0, limit: int = 100
) -> tuple[Broadcast, ...]:
    """List broadcasts, the last one first."""
    rows = await session.execute(_PAGE, {"offset": offset, "limit": limit})
    return tuple(_read(row) for row in rows)


async def count(session: AsyncSession) -> int:
    """Count all broadcasts."""
    return int(await session.scalar(text("SELECT count(*) FROM broadcasts")) or 0)


async def find_texts(session: AsyncSession, broadcast_id: int) -> Mapping[str, str] | None:
    """Find the texts of a broadcast; nothing once it is stopped."""
    found: Mapping[str, str] | None = await session.scalar(_TEXTS, {"broadcast_id": broadcast_id})
    return found


async def stop(session: AsyncSession, broadcast_id: int, *, now: datetime) -> bool:
    """Drop what is not sent yet; tell whether there was anything."""
    stopped = await session.scalar(_STOP, {"broadcast_id": broadcast_id, "now": now})
    if stopped is None:
        return False
    await session.execute(_DROP, {"key": str(broadcast_id)})
    return True


def _read(row: Row[Any]) -> Broadcast:
    return Broadcast(
        id=row.id,
        audience=Audience(row.audience),
        about=row.about,
        about_name=row.about_name,
        language=row.language,
        texts=row.texts,
        recipients=row.recipients,
        made_by=row.made_by,
        started_at=row.started_at,
        stopped_at=row.stopped_at,
        sent=row.sent,
        failed=row.failed,
        blocked=row.blocked,
        gone=row.gone,
        dropped=row.dropped,
    )
