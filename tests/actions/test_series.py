"""Series: the clock of the place stays, what is not free is left out, and too many are none."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from actions import bookings, series, slots
from engine.actions import Outcome
from tests.actions.test_booking_actions import book, find_service, first_slot

BERLIN = ZoneInfo("Europe/Berlin")


async def test_a_series_keeps_the_clock_of_its_place(desk: Any) -> None:
    """Across the change of clocks, each visit is at the same time of day, and what was shown as free is booked."""
    context = await desk.context(now=datetime(2027, 3, 10, 7, tzinfo=UTC))
    service_id = await find_service(context, "Haircut")
    day = date(2027, 3, 22)
    slot = (await slots.list_free(context, service_id=service_id, day=day))[0]

    shown = await series.preview_series(context, slot=slot, service_id=service_id, weeks=2)
    made = await series.create_series(
        context, slot=slot, service_id=service_id, weeks=2, comment="as ever"
    )

    assert [one.is_free for one in shown] == [True, True]
    assert not isinstance(made, Outcome)
    assert [one.starts_at for one in made] == [one.starts_at for one in shown]
    clocks = {one.starts_at.astimezone(BERLIN).time() for one in made}
    assert clocks == {time(9)}
    assert made[1].starts_at - made[0].starts_at != 7 * (made[0].ends_at - made[0].starts_at)
    assert {one.comment for one in made} == {"as ever"}


async def test_what_is_taken_is_left_out_and_too_many_are_none(desk: Any) -> None:
    """A week that somebody else has is not booked; a series beyond the limit books nothing at all."""
    context = await desk.context()
    service_id, slot = await first_slot(context, "Haircut")
    other = await desk.context(2)
    taken = await series.create_series(other, slot=slot, service_id=service_id, weeks=2)
    assert not isinstance(taken, Outcome)
    await bookings.cancel_booking(other, booking_id=taken[0].id)

    shown = await series.preview_series(context, slot=slot, service_id=service_id, weeks=3)
    made = await series.create_series(context, slot=slot, service_id=service_id, weeks=3)
    again = await series.create_series(context, slot=slot, service_id=service_id, weeks=3)

    assert [one.is_free for one in shown] == [True, False, True]
    assert not isinstance(made, Outcome)
    assert len(made) == 2
    assert again == Outcome("slot_taken")
    await book(context, number=4)
    _, late = await first_slot(context, "Haircut", 8)
    before = await bookings.list_mine(context)
    over = await series.create_series(context, slot=late, service_id=service_id, weeks=5)
    assert over == Outcome("limit_reached")
    assert await bookings.list_mine(context) == before
