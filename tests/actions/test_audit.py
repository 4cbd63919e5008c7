"""The audit log in the words of whoever reads it: no value as the database writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

import storage
from actions import audit
from actions.audit_words import Detail
from storage.values import Role

if TYPE_CHECKING:
    from tests.actions.conftest import Desk


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("cancel_until", "interval '36 hours'", "36 hr"),
        ("reschedule_until", "interval '7 days 30 minutes'", "7 days 30 min"),
        ("cancel_until", "interval '0'", "0 min"),
        ("reminders", "ARRAY[interval '7 days', interval '2 hours']", "7 days, 2 hr"),
        ("reminder_notes", """'{"de": "Nüchtern kommen", "uk": ""}'::jsonb""", "Nüchtern kommen"),
    ],
)
async def test_values_are_told_as_people_say_them(
    desk: Desk, column: str, value: str, shown: str
) -> None:
    """Lengths of time, lists of them, and words in several languages are no JSON."""
    admin = await desk.context(9, Role.ADMIN)
    await desk.session.execute(text("UPDATE services SET reminders = ARRAY[interval '3 days']"))
    await storage.audit.act(desk.session, 9, now=admin.now)
    change = f"UPDATE services SET {column} = {value} WHERE title = 'Wedding hairstyle'"  # noqa: S608 - words of this test
    await desk.session.execute(text(change))
    page = await audit.show_page(admin, actor_id=9, subject="services")
    (entry,) = page.entries
    (field,) = entry.fields
    assert field.after == shown


async def test_a_time_is_told_from_its_beginning_to_its_end(desk: Desk) -> None:
    """Who reads that a room was closed knows until when; what goes without saying is left out."""
    admin = await desk.context(9, Role.ADMIN)
    await desk.session.execute(text("INSERT INTO rooms (location_id, name) VALUES (1, 'Blue')"))
    await desk.session.execute(
        text(
            "INSERT INTO room_closures (room_id, closed)"
            " SELECT id, '[2026-12-20 08:00+01,2026-12-22 18:00+01)' FROM rooms WHERE name = 'Blue'"
        )
    )
    (closed,) = (await audit.show_page(admin, subject="room_closures")).entries
    (told,) = closed.fields
    assert (told.name, told.before) == (Detail.CLOSED, None)
    assert told.after is not None
    assert [end.split(",")[0] for end in told.after.split(" \N{EN DASH} ")] == ["Dec 20", "Dec 22"]
    (room,) = (await audit.show_page(admin, subject="rooms")).entries
    assert (room.fields, room.has_more) == ([], False)
