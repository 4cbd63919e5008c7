"""Fills a database with a desk of a hundred members of staff and as many bookings as one likes.

It knows nothing of what is timed. All bookings are confirmed, which is the worst that a search can meet.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

FIRST_DAY = datetime(2027, 3, 14, 23, tzinfo=UTC)
"""Midnight in Berlin; its clocks change two weeks later, in the midst of the month that is searched."""

_DESK = """
INSERT INTO users (id, first_name) SELECT number, 'P' FROM generate_series(1, 1000) AS number;
INSERT INTO locations (id, name, time_zone) VALUES (1, 'One', 'Europe/Berlin'), (2, 'Two', 'Europe/Berlin');
INSERT INTO services (id, title, price, duration_minutes, slot_step_minutes, buffer_after_minutes, needs_room)
VALUES (1, 'Alone', 40, 45, 15, 5, false), (2, 'In a room', 40, 45, 15, 5, true);
INSERT INTO rooms (id, location_id, name)
SELECT number, 1 + (number - 1) / 10, 'Room ' || number FROM generate_series(1, 20) AS number;
INSERT INTO service_rooms (service_id, room_id) SELECT 2, number FROM generate_series(1, 20) AS number;
INSERT INTO staff (id, name) SELECT number, 'Staff ' || number FROM generate_series(1, 100) AS number;
INSERT INTO staff_services (staff_id, service_id)
SELECT number, service FROM generate_series(1, 10) AS number, generate_series(1, 2) AS service;
INSERT INTO staff_locations (staff_id, location_id)
SELECT number, 1 + (number - 1) / 10 % 2 FROM generate_series(1, 100) AS number;
INSERT INTO weekly_hours (staff_id, location_id, weekday, opens_minute, closes_minute)
SELECT staff_id, location_id, weekday, opens, closes
FROM staff_locations, generate_series(1, 7) AS weekday, (VALUES (480, 780), (840, 1080)) AS hours(opens, closes);
SET LOCAL session_replication_role = replica
"""

_BOOKINGS = text("""
INSERT INTO bookings (status, user_id, service_id, staff_id, location_id, room_id, period, blocked, price)
SELECT 'confirmed', 1 + (staff * 7 + day) % 1000, 1 + (staff <= 10)::integer, staff, 1 + (staff - 1) / 10 % 2,
    CASE WHEN staff <= 10 THEN staff END,
    tstzrange(starts_at, starts_at + interval '40 minutes'),
    tstzrange(starts_at, starts_at + interval '45 minutes'), 40
FROM generate_series(1, 100) AS staff,
    generate_series(100 - (CAST(:bookings AS integer) + 599) / 600, 99) AS day,
    generate_series(0, 9) AS hour,
    LATERAL (SELECT CAST(:first_day AS timestamptz)
        + make_interval(days => day, mins => 480 + hour * 60)) AS start(starts_at)
WHERE (staff * 31 + (day + 100000) * 17 + hour * 7) % 10 < 6
""")
"""Six of ten hours of every day, spread otherwise on each; so many days that all are as many as asked for."""


async def fill(connection: AsyncConnection, bookings: int) -> None:
    """Fill an empty database; one that has bookings is left as it is."""
    made = await connection.execute(text("SELECT EXISTS (SELECT FROM bookings)"))
    if made.scalar_one():
        return
    for statement in _DESK.split(";"):
        await connection.execute(text(statement))
    await connection.execute(_BOOKINGS, {"bookings": bookings, "first_day": FIRST_DAY})
