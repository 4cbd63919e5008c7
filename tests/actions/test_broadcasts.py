"""Messages to many: once each, only to who wants them, stopped at once, and with figures that stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

import storage
from actions import broadcasts, users
from engine.actions import Outcome
from storage.desk_values import Audience, People
from storage.outbox import NewMessage
from storage.values import Profile, Role
from tests.actions.conftest import NOW

if TYPE_CHECKING:
    from tests.actions.conftest import Desk

CLARA, TOMAS, FARID = 7_000_000_001, 7_000_000_002, 7_000_000_003
BOT = 1


async def test_an_audience_is_who_it_says(desk: Desk) -> None:
    """Of an audience are those alone who belong to it, can be written to, and want it."""
    admin = await desk.context(9, Role.ADMIN)
    await storage.users.identify(desk.session, Profile(5, "Jo", language_code="de-AT"))
    for statement in (
        "UPDATE users SET news = false WHERE id BETWEEN 10 AND 6999999999",  # who raced before
        "UPDATE bookings SET user_id = :clara",
        "UPDATE bookings SET user_id = :tomas WHERE lower(period) > :now",
        "UPDATE users SET locale = 'de', language_code = 'en' WHERE id = 9",
        "UPDATE users SET blocked_at = now() WHERE id = :farid",
    ):
        asked = {"clara": CLARA, "tomas": TOMAS, "farid": FARID, "now": NOW}
        await desk.session.execute(text(statement), asked)
    found = text("SELECT staff_id, service_id FROM bookings WHERE user_id = :id LIMIT 1")
    staff_id, _ = (await desk.session.execute(found, {"id": CLARA})).one()
    _, service_id = (await desk.session.execute(found, {"id": TOMAS})).one()

    async def reach(
        audience: Audience, about: int | None = None, language: str | None = None
    ) -> set[int]:
        people = People(audience, about, language, ("en", "de_CH", "de"))
        return set(await storage.broadcasts.list_recipients(desk.session, people, now=admin.now))

    assert await reach(Audience.EVERYBODY) == {CLARA, TOMAS, 5, 9}
    assert await reach(Audience.AHEAD) == {TOMAS}
    assert TOMAS in await reach(Audience.SERVICE, service_id)
    assert CLARA in await reach(Audience.STAFF, staff_id)
    assert await reach(Audience.AWAY, 3) == set()
    assert await reach(Audience.LANGUAGE, language="de") == {5, 9}
    assert await reach(Audience.LANGUAGE, language="en") == {CLARA, TOMAS}
    await storage.standings.block(desk.session, 9, now=admin.now, until=None)
    assert await reach(Audience.LANGUAGE, language="de") == {5}
    await storage.standings.unblock(desk.session, 9, now=admin.now)
    await desk.session.execute(text("UPDATE users SET news = false WHERE id = 5"))
    assert await reach(Audience.LANGUAGE, language="de") == {9}
    later = admin.now + timedelta(days=120)
    gone = People(Audience.AWAY, 3)
    assert set(await storage.broadcasts.list_recipients(desk.session, gone, now=later)) == {
        CLARA,
        TOMAS,
    }


async def test_a_message_goes_to_each_once_in_their_language_until_it_is_stopped(
    desk: Desk,
) -> None:
    """What was written is told in the reader's language; who refuses meanwhile, or comes after the end, is told nothing."""
    admin = replace(await desk.context(9, Role.ADMIN), key="k")
    client = await desk.context(3)
    made = await broadcasts.start(
        admin, text="Hello", texts={"de": "Hallo"}, audience=Audience.EVERYBODY
    )
    assert not isinstance(made, Outcome)
    (told,) = desk.outbox.messages
    assert (told.notice, told.key, set(told.chats)) == (
        "news",
        str(made.id),
        {3, 9, CLARA, TOMAS, FARID},
    )
    written = NewMessage(
        notice="news", arguments={"broadcast_id": made.id}, due_at=NOW, key=str(made.id), bulk=True
    )
    assert await storage.outbox.put(desk.session, BOT, told.chats, written) == 5
    assert await storage.outbox.put(desk.session, BOT, told.chats, written) == 0
    german = replace(client, user=replace(client.user, locale="de"))
    assert await broadcasts.news.function(client, broadcast_id=made.id) == broadcasts.News("Hello")
    assert await broadcasts.news.function(german, broadcast_id=made.id) == broadcasts.News("Hallo")
    await users.set_news(client, wanted=False)
    assert await broadcasts.news.function(client, broadcast_id=made.id) is None
    await users.set_news(client, wanted=True)
    await desk.session.execute(
        text("UPDATE outbox SET fate = 'delivered', ended_at = now() WHERE chat_id = 3")
    )
    await desk.session.execute(
        text(
            "UPDATE outbox SET fate = 'dead', ended_at = now(), reason = 'Forbidden: user is deactivated'"
            " WHERE chat_id = 9"
        )
    )
    assert await broadcasts.stop(admin, broadcast_id=made.id) is None
    assert await broadcasts.stop(admin, broadcast_id=made.id) == Outcome("all_sent")
    assert await broadcasts.news.function(client, broadcast_id=made.id) is None
    before = await broadcasts.find(admin, broadcast_id=made.id)
    assert before is not None
    assert (before.sent, before.failed, before.dropped, before.left, before.is_stopped) == (
        1,
        1,
        3,
        0,
        True,
    )
    assert (before.blocked, before.gone, before.refused) == (0, 1, 0)
    await desk.session.execute(text("DELETE FROM outbox"))
    assert await broadcasts.find(admin, broadcast_id=made.id) == before
    assert await broadcasts.list_page(admin, offset=0, limit=5) == [before]


async def test_only_administrators_write_to_many(desk: Desk) -> None:
    """Whoever is no administrator at this moment counts, sends, sees and stops nothing."""
    staff = await desk.context(8, Role.STAFF)
    everybody: dict[str, Any] = {"audience": Audience.EVERYBODY}
    assert (await broadcasts.estimate(staff, **everybody)).people == 0
    assert await broadcasts.start(staff, text="Hi", texts={}, **everybody) == Outcome("not_allowed")
    assert await broadcasts.preview(staff, text="Hi", texts={}) == Outcome("not_allowed")
    translated = await broadcasts.translate(staff, texts={}, language="de", text="Hallo")
    assert translated == Outcome("not_allowed")
    assert await broadcasts.stop(staff, broadcast_id=1) == Outcome("not_allowed")
    assert await broadcasts.find(staff, broadcast_id=1) is None
    assert await broadcasts.list_page(staff, offset=0, limit=5) == []
    assert await broadcasts.count(staff) == 0
    assert desk.outbox.messages == []
    admin = await desk.context(9, Role.ADMIN)
    nobody = await broadcasts.start(admin, text="Hi", texts={}, audience=Audience.AWAY, about=99)
    assert nobody == Outcome("nobody")
