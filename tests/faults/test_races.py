"""Many people, one slot; hours that change under a flow: one winner, and a truth for everybody else."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from engine.dialog.record import seal, unseal
from tests.faults.site import Site, Visitor, labels_of

CROWD = 40
"""Two hundred race in tests/service/test_exactly_once.py; here each of them has walked the whole way over HTTP."""


BOOKED = "SELECT count(*) FROM bookings WHERE user_id = $1 AND status <> 'held'"

type Way = Sequence[tuple[str, int | str]]
"""The questions that somebody is asked, and what they press at each: a place among the buttons, or a part of a label."""


def way_to_times(day: int = 0) -> Way:
    """Return the way to the free times of a day, by its place among the free ones."""
    return (
        ("What would you like", "Consultation"),
        ("Where would", 0),
        ("Who would", 0),
        ("Which day", day),
    )


CLASS: Way = (
    ("What would you like", "Styling class"),
    ("How many of you", "Just me"),
    ("Where would", "Mitte"),
    ("Who would", "Jonas"),
    ("Which day", 3),
)


async def walk(visitor: Visitor, way: Way) -> None:
    """Let somebody go a way, from /book."""
    visitor.says("/book")
    for question, place in way:
        if question == "Which day" and isinstance(place, int):
            await visitor.picks_day(question, place, seconds=120)
            continue
        screen = await visitor.sees(question, seconds=120)
        labels = labels_of(screen)
        label = labels[place] if isinstance(place, int) else _first_with(labels, place)
        visitor.presses(label, message_id=screen["message_id"])


async def walk_to_confirmation(
    visitor: Visitor, day: int = 0, hour: int | str = 0
) -> dict[str, Any]:
    """Bring somebody to the question whether to book, for a day and a time by their places in the lists, or a label."""
    way = (*way_to_times(day), ("Free times", hour), ("Anything we should know", "Skip"))
    await walk(visitor, way)
    return await visitor.sees("Shall we book this", seconds=120)


async def race_for(crowd: Sequence[Visitor], way: Way, label: str) -> Sequence[Visitor]:
    """Let all press the same time at once; return who has it, the others having been shown what is left."""
    await asyncio.gather(*(walk(one, way) for one in crowd))
    await asyncio.gather(*(one.sees("Free times", seconds=120) for one in crowd))
    for one in crowd:
        one.presses(_first_with(one.buttons(), label))
    await asyncio.gather(*(one.is_answered(len(one.person.alerts()), seconds=120) for one in crowd))
    await asyncio.gather(*(one.sees("Free times|Anything we", seconds=120) for one in crowd))
    kept = [one for one in crowd if "Anything we should know" in one.texts()[-1]]
    lost = [one for one in crowd if one not in kept]
    assert all("Free times" in one.texts()[-1] for one in lost)
    assert any("That time has just gone" in one.texts()[-1] for one in lost)
    return kept


async def confirm(visitor: Visitor) -> None:
    """Let somebody who has a time book it."""
    visitor.presses("Skip")
    await visitor.sees("Shall we book this", seconds=120)
    visitor.presses("Confirm ✅")
    await visitor.has_seen("Booked!", seconds=120)


async def has_no_deadlocks(site: Site) -> bool:
    """Tell whether the server has broken no deadlock in the bot's database."""
    asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    return await site.fetch(asked) == [0]


async def test_f13_a_crowd_and_one_slot(salon: Site) -> None:
    """All press the same time: it is kept for one, the others see the times that are left, and nothing deadlocks."""
    await salon.start()
    crowd = [salon.person(f"P{number}") for number in range(CROWD)]

    kept = await race_for(crowd, way_to_times(), ":")

    assert len(kept) == 1
    await confirm(kept[0])
    assert await salon.fetch("SELECT user_id FROM bookings WHERE key NOT LIKE 'seed:%'") == [
        kept[0].id
    ]
    assert await has_no_deadlocks(salon)


async def test_f18_ten_places_and_a_crowd(salon: Site) -> None:
    """All press the same time of a class of ten: ten come, the others see the times that are left, and nothing deadlocks."""
    await salon.execute("UPDATE services SET capacity = 10 WHERE title = 'Styling class'")
    await asyncio.gather(salon.start(), salon.start())
    crowd = [salon.person(f"P{number}") for number in range(CROWD)]

    kept = await race_for(crowd, CLASS, "10 places")
    await asyncio.gather(*(confirm(one) for one in kept))

    assert len(kept) == 10
    booked = "SELECT user_id FROM bookings WHERE group_session_id IS NOT NULL ORDER BY user_id"
    assert await salon.fetch(booked) == sorted(one.id for one in kept)
    assert await salon.fetch("SELECT taken FROM group_sessions") == [10]
    assert await has_no_deadlocks(salon)


async def test_f13_a_time_that_has_gone_since_it_was_shown(salon: Site) -> None:
    """A time pressed in a list of before leads nowhere: the list is shown as it is now."""
    await salon.start()
    ann, bob = salon.person(), salon.person("Bob")
    await walk(ann, way_to_times())
    await ann.sees("Free times")
    shown = ann.buttons()
    await walk_to_confirmation(bob)
    bob.presses("Confirm ✅")
    await bob.has_seen("Booked!")

    ann.presses(shown[0])
    await ann.is_answered(5)

    await ann.sees("Free times")
    assert shown[0] not in ann.buttons()
    assert await salon.fetch(BOOKED, ann.id) == [0]


async def test_f14_a_hold_that_ends_as_it_is_confirmed(salon: Site) -> None:
    """When a hold has ended, its holder and somebody else press at once: one of the two has the time."""
    await asyncio.gather(salon.start(), salon.start())
    ann, bob = salon.person(), salon.person("Bob")
    await walk_to_confirmation(ann)
    await salon.execute("UPDATE bookings SET held_until = now() WHERE status = 'held'")
    await walk(bob, way_to_times())
    await bob.sees("Free times")

    ann.presses("Confirm ✅")
    bob.presses(bob.buttons()[0])
    await asyncio.gather(ann.is_answered(7), bob.is_answered(5))
    await ann.person.settles(60, quiet_seconds=1)

    has_ann = "Booked!" in "".join(ann.texts())
    has_bob = "Anything we should know" in bob.texts()[-1]
    assert has_ann != has_bob
    assert "Free times" in (bob if has_ann else ann).texts()[-1]
    live = "SELECT user_id FROM bookings WHERE status IN ('held', 'confirmed') AND key NOT LIKE 'seed:%'"
    assert await salon.fetch(live) == [(ann if has_ann else bob).id]


async def test_f14_confirmed_as_the_time_for_it_ends(salon: Site) -> None:
    """Of the press and the timeout one is taken, by whichever process: booked and told so, or neither."""
    await asyncio.gather(salon.start(), salon.start())
    crowd = [salon.person(f"P{number}") for number in range(12)]
    await asyncio.gather(*(walk_to_confirmation(one, n % 6, n // 6) for n, one in enumerate(crowd)))
    buttons = [(one.last() or {})["message_id"] for one in crowd]
    data = [(one.last() or {})["buttons"][0][0]["callback_data"] for one in crowd]
    due = time.time() + 6  # the timetable is looked at every five seconds
    await _let_end(salon, crowd, due)
    for number, one in enumerate(crowd):
        await asyncio.sleep(due - 0.15 + number * 0.03 - time.time())
        one.presses(data=data[number], message_id=buttons[number], forge=True)
    await asyncio.gather(*(one.is_answered(7, seconds=120) for one in crowd))
    await crowd[0].person.settles(60, quiet_seconds=1)

    for one in crowd:
        count = await salon.fetch(BOOKED, one.id)
        told = "".join(one.texts())
        ended = "You have not confirmed" in told
        assert (count, "Booked!" in told) == ([0 if ended else 1], not ended), told


async def test_f15_hours_edited_during_the_flow(salon: Site) -> None:
    """A time that was offered, and closed before it was confirmed, is not booked, and the person is told."""
    await salon.start()
    ann = salon.person()
    await walk_to_confirmation(ann)
    await salon.execute("DELETE FROM weekly_hours")
    ann.presses("Confirm ✅")
    await ann.sees("can no longer be booked")
    assert await salon.fetch(BOOKED, ann.id) == [0]


async def test_f17_both_cancel_at_once(salon: Site) -> None:
    """When an administrator and the client cancel the same booking one of them does, and the other is told that it was done."""
    await asyncio.gather(salon.start(), salon.start())
    ann, chief = salon.person("Zoe"), salon.person("Chief")
    chief.says("/start")
    await chief.sees("Hello")
    await salon.execute("INSERT INTO roles (user_id, role) VALUES ($1, 'admin')", chief.id)
    await walk_to_confirmation(ann)
    ann.presses("Confirm ✅")
    await ann.has_seen("Booked!")
    ann.says("/mybookings")
    await ann.sees("Your bookings")
    ann.presses(ann.buttons()[0])
    await ann.sees("№")
    ann.presses("Cancel this booking")
    await ann.sees("Cancel .*Consultation")
    await _find_booking(salon, chief, ann)

    ann.presses("Yes, cancel it")
    chief.presses("Yes, cancel it")

    await ann.is_answered(10)
    await chief.is_answered(4)
    await ann.person.settles(60, quiet_seconds=1)
    by_client = "Your booking is cancelled" in "".join(ann.texts())
    by_chief = "It is cancelled, and the client is told" in "".join(chief.texts())
    assert by_client is not by_chief
    if by_client:
        assert "It was cancelled" in "".join(chief.texts())
    else:
        assert "cancelled before" in "".join(ann.texts())
    asked = "SELECT status FROM bookings WHERE user_id = $1"
    assert await salon.fetch(asked, ann.id) == ["cancelled"]


async def test_f17_confirmed_and_cancelled_at_once(salon: Site) -> None:
    """When the staff confirm what its client cancels there is one end, and both are told what it is."""
    await asyncio.gather(salon.start(), salon.start())
    ann, chief = salon.person("Zoe"), salon.person("Chief")
    chief.says("/start")
    await chief.sees("Hello")
    await salon.execute("INSERT INTO roles (user_id, role) VALUES ($1, 'admin')", chief.id)
    wish = (("What would you like", "Colouring"), *way_to_times(2)[1:], ("Free times", 0))
    await walk(ann, wish)
    await ann.sees("Anything we should know")
    ann.presses("Skip")
    await ann.sees("Shall we book this")
    ann.presses("Confirm ✅")
    await ann.has_seen("Asked for!")
    ann.says("/mybookings")
    await ann.sees("Your bookings")
    ann.presses(ann.buttons()[0])
    await ann.sees("not confirmed yet")
    ann.presses("Cancel this booking")
    await ann.sees("Cancel .*Colouring")
    await chief.has_seen("To confirm")
    chief.says("/waiting")
    await chief.sees("These wait")
    chief.presses(_first_with(chief.buttons(), "Zoe"))
    await chief.sees("would like")

    ann.presses("Yes, cancel it")
    chief.presses("Confirm")

    await ann.has_seen("Your booking is cancelled")
    await chief.has_seen("Cancelled: №")
    await chief.sees("cancelled meanwhile|and the client is told|Cancelled: №")
    status = "SELECT status FROM bookings WHERE user_id = $1"
    assert await salon.fetch(status, ann.id) == ["cancelled"]
    assert await has_no_deadlocks(salon)


async def _find_booking(site: Site, chief: Visitor, client: Visitor) -> None:
    """Bring an administrator to the question whether to cancel the booking of a client."""
    (starts,) = await site.fetch("SELECT lower(period) FROM bookings WHERE user_id = $1", client.id)
    day = starts.astimezone(ZoneInfo("Europe/Berlin"))
    chief.says("/bookings")
    await chief.sees("today")
    chief.presses("🗓")
    await chief.sees("Which day")
    chief.says(f"{day:%Y-%m-%d}")
    await chief.sees(f"{day:%B} {day.day}, {day.year}")
    chief.presses(_first_with(chief.buttons(), "Zoe"))
    await chief.sees("· №")
    chief.presses("Cancel this booking")
    await chief.sees("The client is told")


async def _let_end(site: Site, people: list[Visitor], due: float) -> None:
    """Have the time of everybody's question end at a moment."""
    bot_id, moment = int(site.token.partition(":")[0]), round(due * 1000)
    redis: Any
    async with site.redis_client() as redis:
        for one in people:
            name = f"usher:{{{bot_id}:{one.id}}}:state:{one.id}"
            head, body = unseal(await redis.hget(name, "value"))
            raw = orjson.loads(body)
            raw["due"][0] = moment
            await redis.hset(name, "value", seal(head, orjson.dumps(raw)))
            await redis.zadd(f"usher:{{{bot_id}}}:due", {f"{one.id}:{one.id}": moment})


def _first_with(labels: list[str], part: str) -> str:
    return next(label for label in labels if part in label)
