"""The control API for people and groups: what a test or the page makes them do, and what they see.

Knows nothing of how bots are answered; every route is under `/_emulator`.
"""

import asyncio
import json
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse

from engine.emulator import checkout, people, presses, topics, views
from engine.emulator.control_content import message_content
from engine.emulator.control_models import (
    GroupBody,
    InlineQueryBody,
    MemberBody,
    MessageBody,
    PaymentBody,
    PressBody,
    TopicBody,
    TopicChangeBody,
    UserBody,
)
from engine.emulator.control_upload import read_message
from engine.emulator.model import Json, Topic
from engine.emulator.people import ImpossibleError, Place
from engine.emulator.story import DeedKind
from engine.emulator.waiting import Watch
from engine.emulator.world import World

type Chat = Annotated[int | None, Query(alias="chat_id")]
type BotId = Annotated[int | None, Query(alias="bot_id")]
type Wait = Annotated[float, Query(ge=0, le=60)]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose view of a chat is asked for, and for how long a change from version `after` is waited for, in seconds."""

    chat_id: Chat = None
    bot_id: BotId = None
    wait: Wait = 0.0
    after: int | None = None


VERSION_HEADER = "X-Emulator-Version"


def make_people_router(world: World) -> APIRouter:
    """Return the routes about people."""
    router = APIRouter(prefix="/_emulator")
    watch = Watch(world)
    _add_users(router, world)
    _add_views(router, world, watch)
    _add_acts(router, world, watch)
    _add_groups(router, world)
    _add_topics(router, world)
    return router


def _add_users(router: APIRouter, world: World) -> None:
    @router.get("/users")
    async def list_users() -> list[Json]:
        return [views.user_json(world, user) for user in world.users.values()]

    @router.put("/users/{user_id}")
    async def put_user(user_id: int, body: UserBody) -> Json:
        user = world.put_user(user_id, **body.model_dump(exclude_unset=True))
        return views.user_json(world, user)


def _part(view: Json, name: str) -> Response:
    headers = {VERSION_HEADER: str(view["version"])}
    return Response(json.dumps(view[name]), media_type="application/json", headers=headers)


def _add_views(router: APIRouter, world: World, watch: Watch) -> None:
    async def look(user_id: int, asked: Asked) -> Json:
        find = partial(people.enter, world, user_id, chat_id=asked.chat_id, bot_id=asked.bot_id)
        return await watch.wait(find, asked.wait, asked.after)

    @router.get("/users/{user_id}")
    async def see_chat(user_id: int, asked: Annotated[Asked, Depends()]) -> Json:
        return await look(user_id, asked)

    @router.get("/users/{user_id}/messages")
    async def see_messages(user_id: int, asked: Annotated[Asked, Depends()]) -> Response:
        return _part(await look(user_id, asked), "messages")

    @router.get("/users/{user_id}/alerts")
    async def see_alerts(user_id: int, asked: Annotated[Asked, Depends()]) -> Response:
        return _part(await look(user_id, asked), "alerts")

    @router.get("/users/{user_id}/events")
    async def stream(user_id: int, chat_id: Chat = None, bot_id: BotId = None) -> Response:
        find = partial(people.enter, world, user_id, chat_id=chat_id, bot_id=bot_id)
        find()
        return StreamingResponse(watch.stream([find]), media_type="text/event-stream")

    @router.get("/events")
    async def stream_many(at: Annotated[list[str], Query()], bot_id: BotId = None) -> Response:
        places = []
        for where in at:
            user_id, _, chat_id = where.partition(":")
            if not user_id.isdigit():
                raise ImpossibleError(400, f'"{where}" is not USER or USER:CHAT')
            chat = int(chat_id) if chat_id else None
            find = partial(people.enter, world, int(user_id), chat_id=chat, bot_id=bot_id)
            find()
            places.append(find)
        return StreamingResponse(watch.stream(places), media_type="text/event-stream")


def _add_acts(router: APIRouter, world: World, watch: Watch) -> None:
    @router.post("/users/{user_id}/messages")
    async def send(
        user_id: int, request: HttpRequest, chat_id: Chat = None, bot_id: BotId = None
    ) -> Json:
        body = await read_message(request)
        place = people.enter(world, user_id, chat_id=chat_id, bot_id=bot_id)
        content = message_content(body, place.user, world.files)
        sent = people.write(
            place, content, reply_to=body.reply_to_message_id, topic=body.message_thread_id
        )
        return {"version": watch.look(place)["version"], **views.message_view(sent)}

    @router.patch("/users/{user_id}/messages/{message_id}")
    async def edit(
        user_id: int, message_id: int, body: MessageBody, chat_id: Chat = None, bot_id: BotId = None
    ) -> Json:
        place = people.enter(world, user_id, chat_id=chat_id, bot_id=bot_id)
        content = message_content(body, place.user, world.files)
        return views.message_view(people.edit(place, message_id, content))

    @router.delete("/users/{user_id}/messages/{message_id}")
    async def delete(
        user_id: int, message_id: int, chat_id: Chat = None, bot_id: BotId = None
    ) -> Json:
        place = people.enter(world, user_id, chat_id=chat_id, bot_id=bot_id)
        people.delete(place, message_id)
        return {"deleted": message_id}

    @router.post("/users/{user_id}/presses")
    async def press(
        user_id: int, body: PressBody, chat_id: Chat = None, bot_id: BotId = None
    ) -> Json:
        place = people.enter(world, user_id, chat_id=chat_id, bot_id=bot_id)
        wanted = presses.Press(**body.model_dump(exclude_unset=True))
        pressed = presses.press_button(place, wanted)
        return {"version": watch.look(place)["version"], **pressed}

    @router.post("/users/{user_id}/payments")
    async def pay(
        user_id: int, body: PaymentBody, chat_id: Chat = None, bot_id: BotId = None
    ) -> Json:
        place = people.enter(world, user_id, chat_id=chat_id, bot_id=bot_id)
        number = body.message_id or _newest_invoice(place)
        return await checkout.pay(
            place,
            number,
            address=body.shipping_address,
            tip=body.tip,
            provider=body.provider,
        )

    @router.post("/users/{user_id}/payments/settle")
    async def settle(user_id: int, chat_id: Chat = None, bot_id: BotId = None) -> list[Json]:
        return checkout.settle(people.enter(world, user_id, chat_id=chat_id, bot_id=bot_id))

    @router.post("/users/{user_id}/inline_queries")
    async def search(user_id: int, body: InlineQueryBody, bot_id: BotId = None) -> Json:
        place = people.enter(world, user_id, bot_id=bot_id)
        return await _search(place, body)

    @router.post("/users/{user_id}/block")
    async def block(user_id: int, bot_id: BotId = None) -> Json:
        people.set_blocked(people.enter(world, user_id, bot_id=bot_id), blocked=True)
        return {"blocked": True}

    @router.post("/users/{user_id}/unblock")
    async def unblock(user_id: int, bot_id: BotId = None) -> Json:
        people.set_blocked(people.enter(world, user_id, bot_id=bot_id), blocked=False)
        return {"blocked": False}


def _add_groups(router: APIRouter, world: World) -> None:
    @router.get("/groups")
    async def list_groups() -> list[Json]:
        return [_group_json(world, chat_id) for chat_id in world.groups]

    @router.post("/groups", status_code=201)
    async def make_group(body: GroupBody, bot_id: BotId = None) -> Json:
        creator = world.users.get(body.creator_id) or world.put_user(body.creator_id)
        supergroup = body.type == "supergroup"
        chat = world.new_group(body.title, supergroup=supergroup, creator_id=creator.id)
        chat.is_forum = supergroup and body.is_forum
        for member in body.members:
            user = world.users.get(member) or world.put_user(member)
            people.set_member(world, chat, user, "member", by=creator)
        if body.with_bot:
            people.set_member(world, chat, people.find_bot(world, bot_id), "member", by=creator)
        return _group_json(world, chat.id)

    @router.put("/groups/{chat_id}/members/{member_id}")
    async def put_member(
        chat_id: int, member_id: int, body: MemberBody, by: int | None = None
    ) -> Json:
        chat = world.groups.get(chat_id)
        if chat is None:
            raise ImpossibleError(404, f"no group {chat_id}")
        person = (
            world.bots.get(member_id) or world.users.get(member_id) or world.put_user(member_id)
        )
        creator = next(number for number, status in chat.members.items() if status == "creator")
        actor = world.users[by if by in world.users else creator]
        people.set_member(world, chat, person, body.status, by=actor)
        return _group_json(world, chat_id)

    @router.post("/groups/{chat_id}/migrate")
    async def migrate_group(chat_id: int) -> Json:
        chat = world.groups.get(chat_id)
        if chat is None or chat.type != "group":
            raise ImpossibleError(404, f"no basic group {chat_id}")
        return _group_json(world, people.migrate(world, chat).id)


def _add_topics(router: APIRouter, world: World) -> None:
    def find(chat_id: int) -> Place:
        chat = world.groups.get(chat_id)
        if chat is None or not chat.is_forum:
            raise ImpossibleError(404, f"no forum {chat_id}")
        creator = next(number for number, status in chat.members.items() if status == "creator")
        return Place(world, world.users[creator], chat, None)

    def topic_in(place: Place, topic_id: int) -> Topic:
        if topic_id not in place.chat.topics:
            raise ImpossibleError(404, f"no topic {topic_id} in chat {place.chat.id}")
        return place.chat.topics[topic_id]

    @router.post("/groups/{chat_id}/topics", status_code=201)
    async def make_topic(chat_id: int, body: TopicBody) -> Json:
        place = find(chat_id)
        return topics.open_topic(world, place.chat, place.user, body.name).to_json()

    @router.put("/groups/{chat_id}/topics/{topic_id}")
    async def change_topic(chat_id: int, topic_id: int, body: TopicChangeBody) -> Json:
        place = find(chat_id)
        topic = topic_in(place, topic_id)
        if topic.is_closed != body.is_closed:
            topics.set_closed(world, place.chat, topic, place.user, closed=body.is_closed)
        return topic.to_json()

    @router.delete("/groups/{chat_id}/topics/{topic_id}")
    async def delete_topic(chat_id: int, topic_id: int) -> Json:
        place = find(chat_id)
        topics.drop_topic(world, place.chat, topic_in(place, topic_id))
        return _group_json(world, chat_id)


def _group_json(world: World, chat_id: int) -> Json:
    chat = world.groups[chat_id]
    members = [{"id": number, "status": status} for number, status in chat.members.items()]
    return world.chat_json(chat) | {"members": members, "migrated_to": chat.migrated_to}


def _newest_invoice(place: Place) -> int:
    for message in reversed(place.chat.messages.values()):
        if "invoice" in message.data and not message.is_paid:
            return message.id
    raise ImpossibleError(404, f"user {place.user.id} sees no unpaid invoice")


async def _search(place: Place, body: InlineQueryBody) -> Json:
    world, bot = place.world, place.require_bot()
    world.story.note(place, DeedKind.OTHER, {"what": "searched with the bot's name"})
    query_id = str(6_000_000_000 + world.changes.version)
    world.inline_queries[query_id] = None
    query = {"id": query_id, "from": place.user.to_json(), **body.model_dump()}
    if bot.queue.push("inline_query", query) is None:
        raise ImpossibleError(409, "the bot does not ask for inline_query updates")
    async with asyncio.timeout(checkout.ANSWER_SECONDS):
        while world.inline_queries[query_id] is None:
            await world.changes.wait(checkout.ANSWER_SECONDS)
    return {"inline_query_id": query_id, "results": world.inline_queries[query_id]}
