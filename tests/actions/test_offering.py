"""What administrators change of a service: each thing by itself, from what they saw, and never what cannot be."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from actions import bookings, categories, offering, places, services
from actions.offering import ServiceField
from actions.sheets import ServiceSheet
from engine.actions import Context, File, Outcome
from storage.values import Role
from tests.actions.conftest import NOW, Desk
from tests.actions.test_booking_actions import book


async def open_sheet(boss: Context, title: str) -> ServiceSheet:
    """Find the sheet of the service of that title."""
    found = {line.title: line for line in await offering.list_all(boss)}
    return await offering.find_sheet(boss, service_id=found[title].id)


async def test_each_field_is_changed_by_itself_and_only_from_what_was_seen(desk: Desk) -> None:
    """Every kind of value arrives, once; who saw the value before it is refused, and other fields stay."""
    boss = await desk.context(9, Role.ADMIN)
    minute = timedelta(minutes=1)
    changes: dict[str, tuple[dict[str, Any], Any]] = {
        "title": ({"words": "Nails"}, "Nails"),
        "category": ({"words": "Hair"}, "Hair"),
        "price": ({"amount": Decimal("7.50")}, Decimal("7.50")),
        "deposit": ({"amount": Decimal("2.50")}, Decimal("2.50")),
        "capacity": ({"number": 3}, 3),
        "duration": ({"span": 50 * minute}, 50 * minute),
        "horizon": ({"span": timedelta(days=9)}, timedelta(days=9)),
        "cancel_until": ({"span": 90 * minute}, 90 * minute),
        "reminder_note": ({"words": "Bring nails."}, "Bring nails."),
        "asks_phone": ({}, True),
    }
    for name, (value, becomes) in changes.items():
        shown = await open_sheet(boss, "Nails" if name != "title" else "Manicure")
        asked = {"shown": shown, "field": ServiceField(name), **value}
        assert await offering.change_service(boss, **asked) is None
        changed = await offering.find_sheet(boss, service_id=shown.id)
        assert getattr(changed, name) == becomes
        seen = {
            key for key in ServiceSheet.__slots__ if getattr(changed, key) != getattr(shown, key)
        }
        assert seen - {"heading", "listed_under"} == {name}
        assert await offering.change_service(boss, **asked) == Outcome("changed_meanwhile")


@pytest.mark.parametrize(
    ("field", "value", "refused"),
    [
        ("title", {"words": "Haircut"}, "taken"),
        ("title", {"words": None}, "impossible"),
        ("category", {"words": "Nowhere"}, "impossible"),
        ("price", {"amount": Decimal(-1)}, "impossible"),
        ("deposit", {"amount": Decimal(99)}, "impossible"),
        ("duration", {"span": timedelta()}, "impossible"),
        ("duration", {"span": timedelta(seconds=90)}, "impossible"),
        ("horizon", {"span": timedelta(hours=23)}, "impossible"),
        ("buffer_after", {"span": timedelta(minutes=-5)}, "impossible"),
        ("cancel_until", {"span": timedelta(days=800)}, "impossible"),
        ("reminder", {"span": timedelta()}, "impossible"),
    ],
)
async def test_what_cannot_be_is_refused(
    desk: Desk, field: str, value: dict[str, Any], refused: str
) -> None:
    """Constraints and bounds have a word for it, and the sheet stays as it was."""
    boss = await desk.context(9, Role.ADMIN)
    shown = await open_sheet(boss, "Manicure")

    told = await offering.change_service(boss, shown=shown, field=ServiceField(field), **value)

    assert told == Outcome(refused)
    assert await offering.find_sheet(boss, service_id=shown.id) == shown


async def test_bookings_keep_what_was_agreed(desk: Desk) -> None:
    """A visit has its time and price whatever becomes of its service, and is counted on the sheet."""
    boss, client = await desk.context(9, Role.ADMIN), await desk.context(1)
    before = await open_sheet(boss, "Manicure")
    booking = await book(client, "Manicure")
    shown = await open_sheet(boss, "Manicure")
    assert shown.visits_ahead == before.visits_ahead + 1

    for field, value in (
        ("price", {"amount": Decimal(99)}),
        ("duration", {"span": timedelta(hours=5)}),
        ("active", {}),
    ):
        changed = await offering.change_service(
            boss, shown=shown, field=ServiceField(field), **value
        )
        assert changed is None

    (kept,) = [one for one in await bookings.list_mine(client) if one.id == booking.id]
    assert (kept.price, kept.ends_at) == (booking.price, booking.ends_at)


async def test_clients_see_no_sheet_and_change_nothing(desk: Desk) -> None:
    """Whoever is no administrator gets no list, no sheet, and is refused."""
    boss, client = await desk.context(9, Role.ADMIN), await desk.context(1)
    shown = await open_sheet(boss, "Manicure")

    assert await offering.list_all(client) == []
    with pytest.raises(LookupError):
        await offering.find_sheet(client, service_id=shown.id)
    refused = Outcome("not_allowed")
    assert await offering.change_service(client, shown=shown, field=ServiceField.ACTIVE) == refused
    assert await offering.assign_service(client, shown=shown, staff=[]) == refused


@dataclass(frozen=True)
class Sent:
    """What Telegram gives out of any file."""

    content: bytes | None

    async def read(self, file: File) -> bytes | None:
        """Give it."""
        del file
        return self.content


async def test_a_picture_is_kept_itself_and_only_if_it_is_one(desk: Desk) -> None:
    """What was sent is downloaded and shown; what is no picture, or not given out, leaves the one that is there."""
    boss = await desk.context(9, Role.ADMIN)
    sheet = await open_sheet(boss, "Manicure")
    asked: dict[str, Any] = {"service_id": sheet.id, "picture": File("photo", "AgAC", "AQAD")}

    with pytest.raises(RuntimeError, match="only commands"):
        await offering.set_picture(boss, **asked)
    assert await offering.set_picture(replace(boss, files=Sent(b"\xff\xd8one")), **asked) is None
    for content in (b"GIF89a", b"", None):
        told = await offering.set_picture(replace(boss, files=Sent(content)), **asked)
        assert told == Outcome("unreadable")
    shown = await services.find_picture(boss, service_id=sheet.id)
    assert shown is not None
    assert (shown.content, shown.name) == (b"\xff\xd8one", f"service-{sheet.id}.jpg")

    assert await offering.set_picture(boss, service_id=sheet.id, picture=None) is None
    assert await services.find_picture(boss, service_id=sheet.id) is None


async def test_rooms_and_categories_keep_their_order_and_their_visits(desk: Desk) -> None:
    """Two changes from one sight of a room or category: the second is refused; the first category moves nowhere."""
    boss = await desk.context(9, Role.ADMIN)
    assert await places.add_room(boss, location_id=1, name="Studio") is None
    assert await places.add_room(boss, location_id=1, name="Studio") == Outcome("taken")
    (room,) = (await places.find_place(boss, location_id=1)).rooms
    assert await places.change_room(boss, shown=room) is None
    assert await places.change_room(boss, shown=room) == Outcome("changed_meanwhile")
    found = await places.find_room(boss, room_id=room.id)
    assert not found.is_active
    for hours in (0, -1):
        ends_at = NOW + timedelta(hours=hours)
        closed = await places.close_room(boss, shown=found, starts_at=NOW, ends_at=ends_at)
        assert closed == Outcome("impossible")

    first, second, third = await categories.list_categories(boss)
    for category in (first, third, third):
        assert await categories.move_category_up(boss, category_id=category.id) is None
    assert [one.id for one in await categories.list_categories(boss)] == [
        third.id,
        first.id,
        second.id,
    ]
    assert await categories.remove_category(boss, category_id=third.id) is None
    gone = Outcome("changed_meanwhile")
    assert await categories.remove_category(boss, category_id=third.id) == gone
    assert await categories.move_category_up(boss, category_id=third.id) == gone
