"""The team as administrators change it: who is booked, who offers what where, and whose Telegram account is whose."""

from typing import Any

from sqlalchemy import func, select

import storage
from actions import bookings, roles, slots, team
from actions.records import Booking
from actions.team import TeamSheet
from engine.actions import Context, Outcome, Person
from storage import tables
from storage.values import Role
from tests.actions.test_booking_actions import find_service
from tests.actions.test_special_days import book

CHANGED = Outcome("changed_meanwhile")
NOT_ALLOWED = Outcome("not_allowed")


async def find(admin: Context, name: str) -> TeamSheet:
    """Find the sheet of somebody as it is now."""
    found = {one.name: one.id for one in await team.list_team(admin)}
    return await team.find_sheet(admin, staff_id=found[name])


async def count_hours(context: Context, staff_id: int) -> int:
    """Count the stretches of the week of somebody."""
    query = select(func.count()).select_from(tables.weekly_hours)
    found = await context.session.scalar(query.where(tables.weekly_hours.c.staff_id == staff_id))
    return int(found or 0)


async def test_who_is_paused_keeps_all_and_is_offered_for_nothing(desk: Any) -> None:
    """No new time is offered or taken, not even one shown before; what is booked stays, and all is as before once they are back."""
    admin = await desk.context(3, Role.ADMIN)
    client = await desk.context()
    booking = await book(client)
    name = booking.staff_name
    service_id = await find_service(client, "Consultation")
    asked: dict[str, Any] = {"service_id": service_id, "day": booking.starts_at.date()}
    slot, *_ = await slots.list_free(client, **asked, staff_id=booking.staff_id)
    shown = await find(admin, name)
    hours = await count_hours(admin, shown.id)

    assert await team.switch_member(admin, shown=shown) is None
    assert await team.switch_member(admin, shown=shown) == CHANGED

    paused = await find(admin, name)
    assert (paused.is_active, paused.visits_ahead) == (False, shown.visits_ahead)
    assert (paused.services, paused.places) == (shown.services, shown.places)
    assert not (await team.list_team(admin))[-1].is_active
    assert await slots.list_free(client, **asked, staff_id=booking.staff_id) == []
    refused = await bookings.create_booking(client, slot=slot, service_id=service_id)
    assert isinstance(refused, Outcome)
    assert booking in await bookings.list_mine(client)

    assert await team.switch_member(admin, shown=paused) is None
    assert await count_hours(admin, shown.id) == hours
    made = await bookings.create_booking(client, slot=slot, service_id=service_id)
    assert isinstance(made, Booking)


async def test_a_place_goes_with_its_hours_and_nothing_is_overwritten(desk: Any) -> None:
    """Services and places are set from what was seen alone; the hours go with the place, not with a service."""
    admin = await desk.context(3, Role.ADMIN)
    new_id = await team.add_member(admin, name="Zoe")
    assert isinstance(new_id, int)
    zoe = await team.find_sheet(admin, staff_id=new_id)
    skills = await team.list_skills(admin)
    anna = await find(admin, "Anna Berg")

    assert await team.assign_member(admin, shown=zoe, services=skills[:2]) is None
    assert await team.assign_member(admin, shown=zoe, services=[]) == CHANGED
    assert await team.assign_member(admin, shown=anna, services=[]) is None
    assert await count_hours(admin, anna.id) > 0
    assert await team.assign_member(admin, shown=anna, places=[]) is None
    assert await team.assign_member(admin, shown=anna, places=anna.places) == CHANGED
    assert await count_hours(admin, anna.id) == 0
    assert await team.rename_member(admin, shown=anna, name="Anna B.") is None
    assert await team.rename_member(admin, shown=anna, name="Anna C.") == CHANGED
    assert (await find(admin, "Zoe")).services == skills[:2]
    assert (await find(admin, "Anna B.")).visits_ahead == anna.visits_ahead


async def test_the_role_of_staff_comes_and_goes_with_the_link(desk: Any) -> None:
    """One account is one member of staff; who had no role gets that of staff and is told, and a higher role is left alone."""
    admin = await desk.context(3, Role.ADMIN)
    await desk.context(4)
    anna, jonas = await find(admin, "Anna Berg"), await find(admin, "Jonas Keller")
    stranger, client, own = Person(99, "Bea"), Person(4, "Ann"), Person(3, "Robin")

    assert await team.link_member(admin, shown=anna, person=stranger) == Outcome("not_known")
    assert await team.link_member(admin, shown=anna, person=client) is None
    assert await team.link_member(admin, shown=anna, person=own) == CHANGED
    assert await team.link_member(admin, shown=jonas, person=client) == Outcome("taken")
    assert await storage.users.find_role(admin.session, 4) is Role.STAFF
    assert await team.link_member(admin, shown=jonas, person=own) is None

    assert (await find(admin, "Anna Berg")).role_goes
    for name in ("Anna Berg", "Jonas Keller"):
        linked = await find(admin, name)
        assert linked.linked_to is not None
        assert await team.unlink_member(admin, shown=linked) is None
        assert await team.unlink_member(admin, shown=linked) == CHANGED
        assert await team.unlink_member(admin, shown=await find(admin, name)) == CHANGED
    assert await storage.users.find_role(admin.session, 4) is Role.CLIENT
    assert await storage.users.find_role(admin.session, 3) is Role.ADMIN
    told = [(one.chats, one.arguments["role"]) for one in desk.outbox.messages]
    assert told == [((4,), Role.STAFF), ((4,), Role.CLIENT)]


async def test_a_role_that_an_owner_gave_outlasts_the_link(desk: Any) -> None:
    """Only what came with the link goes with it: a role given by hand before or after it stays, and nobody is told."""
    owner, person = await desk.context(3, Role.OWNER), Person(4, "Ann")
    await desk.context(4)

    await roles.give_role(owner, person_id=4, role=Role.STAFF)
    desk.outbox.messages.clear()
    for given, told in ((), ()), ((Role.ADMIN, Role.STAFF), (Role.STAFF, Role.ADMIN, Role.STAFF)):
        anna = await find(owner, "Anna Berg")
        assert await team.link_member(owner, shown=anna, person=person) is None
        for role in given:
            await roles.give_role(owner, person_id=4, role=role)
        linked = await find(owner, "Anna Berg")
        assert not linked.role_goes
        assert await team.unlink_member(owner, shown=linked) is None
        assert await storage.users.find_role(owner.session, 4) is Role.STAFF
        assert [one.arguments["role"] for one in desk.outbox.messages] == list(told)
        await roles.give_role(owner, person_id=4, role=Role.CLIENT)
        desk.outbox.messages.clear()


async def test_only_administrators_change_the_team(desk: Any) -> None:
    """Each action asks for the role, whoever calls it; others see nobody."""
    admin = await desk.context(3, Role.ADMIN)
    shown = await find(admin, "Anna Berg")
    staff = await desk.context(5, Role.STAFF)

    assert await team.list_team(staff) == []
    assert await team.list_skills(staff) == []
    assert [
        await team.add_member(staff, name="Zoe"),
        await team.rename_member(staff, shown=shown, name="Zoe"),
        await team.switch_member(staff, shown=shown),
        await team.assign_member(staff, shown=shown, places=[]),
        await team.link_member(staff, shown=shown, person=Person(5, "Staff")),
        await team.unlink_member(staff, shown=shown),
    ] == [NOT_ALLOWED] * 6
