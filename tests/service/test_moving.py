"""A group that becomes a supergroup takes its conversations along, with what is due in them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from aiogram.types import CallbackQuery, Message

from engine.dialog.ports import UnavailableError
from engine.dialog.record import Head, Unseen, read_due, seal, unseal
from engine.service.moving import GroupMoves
from storage.conversations import ConversationKey, ConversationStore, create_client
from storage.timetable import Timetable

BOT, OLD, NEW = 42, -100, -1001
DUE = 2_000_000_000_000
KEY = ConversationKey(BOT, OLD, 7)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Any]:
    """Give an empty Redis."""
    async with create_client(redis_url) as client:
        await client.flushdb()
        yield client


def say(chat_id: int, **content: Any) -> Message:
    """Give a message of a group."""
    kind = "group" if chat_id == OLD else "supergroup"
    raw = {"message_id": 9, "date": 1, "chat": {"id": chat_id, "type": kind}, **content}
    return Message.model_validate(raw)


async def pass_on(moves: GroupMoves, event: Any) -> Any:
    """Give an event to the moves, and return what they hand on."""

    async def take(handed: Any, _: Any) -> Any:
        return handed

    message: Any = event.message if isinstance(event, CallbackQuery) else event
    return await moves(take, event, {"bot": SimpleNamespace(id=BOT), "event_chat": message.chat})


@pytest.mark.parametrize(
    "note", [(OLD, {"migrate_to_chat_id": NEW}), (NEW, {"migrate_from_chat_id": OLD})]
)
async def test_conversations_and_what_is_due_follow(redis: Any, note: Any) -> None:
    """Whichever of Telegram's two notes comes first; the screen's message stays behind, all else goes on, once."""
    store, timetable = ConversationStore(redis), Timetable(redis)
    moves = GroupMoves(store, timetable)
    body = {"stack": {"last_message_id": 5, "content_type": "x"}, "contexts": [], "due": [DUE, "c"]}
    head = Head(3, ("1",), Unseen(toast="t", left_behind=5))
    await store.save(KEY, seal(head, orjson.dumps(body)), expected_revision=None)

    for _ in range(2):
        await pass_on(moves, say(note[0], **note[1]))

    moved = await store.load(ConversationKey(BOT, NEW, 7))
    assert moved is not None
    assert unseal(moved.value)[0] == Head(3, ("1",), Unseen(toast="t"))
    assert orjson.loads(unseal(moved.value)[1])["stack"] == {"content_type": "x"}
    assert read_due(moved.value) == DUE
    assert await store.load(KEY) is None
    assert await timetable.next_due(BOT) == datetime.fromtimestamp(DUE / 1000, UTC)


async def test_what_comes_from_the_old_group_counts_as_of_the_new(redis: Any) -> None:
    """Its messages are not there, so that no other one is taken for them; groups that never moved are left alone."""
    store = ConversationStore(redis)
    moves = GroupMoves(store, Timetable(redis))
    person = {"id": 7, "is_bot": False, "first_name": "Ada"}
    press = CallbackQuery.model_validate(
        {"id": "1", "from": person, "chat_instance": "1", "message": say(OLD).model_dump()}
    )
    assert await pass_on(moves, press) is press

    await pass_on(moves, say(OLD, migrate_to_chat_id=NEW))

    handed = await pass_on(moves, press)
    assert (handed.message.chat.id, handed.message.message_id) == (NEW, 0)
    said = await pass_on(moves, say(OLD, text="hello"))
    assert (said.chat.id, said.text) == (NEW, "hello")


async def test_a_redis_that_is_away_is_an_outage() -> None:
    """The note is handled again when Redis is back, and no message of the group is taken for one of the wrong conversation."""
    async with create_client("redis://127.0.0.1:9") as client:
        moves = GroupMoves(ConversationStore(client), Timetable(client))
        for event in (say(OLD, migrate_to_chat_id=NEW), say(OLD, text="hello")):
            with pytest.raises(UnavailableError):
                await pass_on(moves, event)
