"""The audit log in the words of whoever reads it: no value as the database writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

import storage
from actions import audit
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
