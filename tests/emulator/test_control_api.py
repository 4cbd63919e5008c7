"""The control API over HTTP, and the Bot API's forms of request."""

import asyncio
import base64
import json

import httpx
import pytest
from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from engine.emulator import Emulator, Person
from engine.emulator.files import sample_photo

type Control = httpx.AsyncClient

KEYS = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Confirm ✅", callback_data="ok")],
        [InlineKeyboardButton(text="Site", url="https://example.com/")],
    ]
)


async def test_a_conversation_over_http(bot: Bot, control: Control) -> None:
    """Writing, seeing, pressing and the answer, each by its own path."""
    person = {"first_name": "Ben", "language_code": "de"}
    assert (await control.put("/users/7", json=person)).json()["language_code"] == "de"
    said = (await control.post("/users/7/messages", json={"text": "/start"})).json()
    await bot.send_message(7, "<i>Sure?</i>", parse_mode="HTML", reply_markup=KEYS)

    query = "/users/7/messages"
    seen = (await control.get(query, params={"wait": 5, "after": said["version"]})).json()
    pressed = await control.post("/users/7/presses", json={"text": "Confirm ✅"})
    alerts = (await control.get("/users/7/alerts")).json()

    assert [message["from_bot"] for message in seen] == [False, True]
    assert seen[0]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert seen[1]["buttons"] == [
        [{"text": "Confirm ✅", "callback_data": "ok"}],
        [{"text": "Site", "url": "https://example.com/"}],
    ]
    assert pressed.json()["callback_data"] == "ok"
    assert [(alert["data"], alert["answered"]) for alert in alerts] == [("ok", False)]
    update = (await bot.get_updates(offset=-1))[0]
    assert update.callback_query is not None
    assert update.callback_query.from_user.language_code == "de"


async def test_a_press_that_fits_nothing_lists_the_buttons(
    bot: Bot, anna: Person, control: Control
) -> None:
    """404 with every button there is."""
    await bot.send_message(anna.id, "x", reply_markup=KEYS)

    answer = await control.post(f"/users/{anna.id}/presses", json={"text": "Nope"})

    assert answer.status_code == 404
    assert [b["text"] for b in answer.json()["buttons"]] == ["Confirm ✅", "Site"]


async def test_waiting_ends_with_a_change_and_not_before(
    bot: Bot, anna: Person, control: Control
) -> None:
    """`wait` answers as soon as the person sees something else; what others see does not count."""
    version = (await control.get(f"/users/{anna.id}")).json()["version"]
    query = {"wait": 5, "after": version}
    waiting = asyncio.create_task(control.get(f"/users/{anna.id}", params=query))
    await control.put("/users/1002", json={"first_name": "Ben"})
    await control.post("/users/1002/messages", json={"text": "/start"})
    await asyncio.sleep(0.05)
    assert not waiting.done()

    await bot.send_message(anna.id, "now")

    assert (await waiting).json()["messages"][-1]["text"] == "now"


async def test_events_stream_every_change(bot: Bot, anna: Person, control: Control) -> None:
    """The stream begins with what is there and goes on with what changes."""
    texts = []
    async with control.stream("GET", f"/users/{anna.id}/events") as stream:
        async for line in stream.aiter_lines():
            if not line.startswith("data: "):
                continue
            texts.append(json.loads(line.removeprefix("data: "))["messages"][-1]["text"])
            if len(texts) == 2:
                break
            await bot.send_message(anna.id, "next")

    assert texts == ["/start", "next"]


async def test_people_send_every_kind_of_content(bot: Bot, control: Control) -> None:
    """JSON with or without contents, and a form with a file."""
    photo = base64.b64encode(sample_photo(30, 20)).decode()
    bodies: list[dict[str, object]] = [
        {"text": "<b>x</b>", "parse_mode": "HTML"},
        {"photo": {"base64": photo}, "caption": "c"},
        {"photo": True},
        {"document": {"base64": "eA==", "file_name": "a.txt"}},
        {"voice": True},
        {"contact": True},
        {"contact": {"phone_number": "+1", "first_name": "Z"}},
        {"location": {"latitude": 1, "longitude": 2}},
        {"dice": "🎲"},
    ]
    for body in bodies:
        assert (await control.post("/users/8/messages", json=body)).status_code == 200, body
    form = {"document": ("list.txt", b"hello", "text/plain")}
    assert (await control.post("/users/8/messages", files=form)).status_code == 200

    messages = [update.message for update in await bot.get_updates()]

    kinds = [message.content_type for message in messages if message]
    assert kinds == (
        [
            "text",
            "photo",
            "photo",
            "document",
            "voice",
            "contact",
            "contact",
            "location",
            "dice",
            "document",
        ]
    )
    last = messages[-1]
    assert last is not None
    assert last.document is not None
    file = await bot.download(last.document.file_id)
    assert file is not None
    assert file.read() == b"hello"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"text": "a", "photo": True}, 400),
        ({"text": ""}, 400),
        ({"text": "x" * 4097}, 400),
        ({"tekst": "a"}, 422),
        ({"photo": {"base64": "!"}}, 400),
        ({"text": "a", "reply_to_message_id": 999}, 404),
    ],
)
async def test_impossible_messages_are_refused(
    control: Control, body: dict[str, object], status: int
) -> None:
    """What a Telegram client could not send, the control API does not either."""
    assert (await control.post("/users/9/messages", json=body)).status_code == status


async def test_people_edit_and_delete_their_messages(
    bot: Bot, anna: Person, control: Control
) -> None:
    """An edit reaches the bot; a deletion does not."""
    number = anna.says("old")["message_id"]
    path = f"/users/{anna.id}/messages/{number}"

    await control.patch(path, json={"text": "new"})

    update = (await bot.get_updates(offset=-1))[0]
    assert update.edited_message is not None
    assert update.edited_message.text == "new"
    assert (await control.delete(path)).status_code == 200
    assert (await control.delete(path)).status_code == 404


async def test_groups_and_blocking_over_http(bot: Bot, control: Control) -> None:
    """A group is made, joined and written to; a block is set and lifted."""
    made = await control.post("/groups", json={"title": "Team", "creator_id": 1, "members": [2]})
    group = made.json()

    await control.post("/users/2/messages", params={"chat_id": group["id"]}, json={"text": "/hi"})
    await control.put(f"/groups/{group['id']}/members/2", json={"status": "left"})
    gone = await control.get("/users/2/messages", params={"chat_id": group["id"]})

    assert gone.status_code == 404
    texts = [u.message.text for u in await bot.get_updates() if u.message and u.message.text]
    assert texts == ["/hi"]
    await control.post("/users/3/messages", json={"text": "/start"})
    assert (await control.post("/users/3/block")).json() == {"blocked": True}
    assert (await control.post("/users/3/messages", json={"text": "x"})).status_code == 409
    assert (await control.post("/users/3/unblock")).json() == {"blocked": False}
    assert len((await control.get("/groups")).json()) == 1


async def test_an_update_can_be_put_in_again(bot: Bot, anna: Person, control: Control) -> None:
    """A redelivered update keeps its number; a new one of any kind gets the next."""
    anna.says("x")
    update = (await bot.get_updates())[0]
    await bot.get_updates(offset=update.update_id + 1)
    raw = update.model_dump(mode="json", exclude_none=True, by_alias=True)

    await control.post(f"/bots/{bot.id}/updates", json={"update": raw})
    pushed = await control.post(f"/bots/{bot.id}/updates", json={"update": {"poll": {}}})

    assert (await bot.get_updates(limit=1))[0].update_id == update.update_id
    assert pushed.json()["update_id"] > update.update_id


async def test_starting_over_forgets_everybody(anna: Person, control: Control) -> None:
    """After a reset there are no people, and the bots are still there."""
    assert [user["id"] for user in (await control.get("/users")).json()] == [anna.id]

    await control.post("/reset")

    assert (await control.get("/users")).json() == []
    assert (await control.get("/idle", params={"quiet": 0.01})).json() == {"idle": True}
    assert (await control.get("/bots")).json()
    assert (await control.get("/nowhere")).json() == {"error": "no route /_emulator/nowhere"}


async def test_methods_take_every_form_of_request(
    bot: Bot, anna: Person, emulator: Emulator
) -> None:
    """Query, form, multipart and JSON, with names in any case; an unreadable body is refused."""
    base = f"{emulator.base_url}/bot{bot.token}"
    async with httpx.AsyncClient() as client:
        call = {"chat_id": str(anna.id), "text": "x"}
        answers = [
            await client.get(f"{base}/SENDMESSAGE", params=call),
            await client.post(f"{base}/sendmessage", data=call),
            await client.post(f"{base}/sendMessage", json={"chat_id": anna.id, "text": "x"}),
            await client.post(f"{base}/sendMessage", files={k: (None, v) for k, v in call.items()}),
        ]
        bad = await client.post(
            f"{base}/sendMessage", content=b"{", headers={"Content-Type": "application/json"}
        )
        malformed = await client.get(f"{emulator.base_url}/botnonsense/getMe")
        nothing = await client.get(f"{emulator.base_url}/nothing")

    assert [answer.json()["ok"] for answer in answers] == [True] * 4
    assert bad.json()["error_code"] == 400
    assert malformed.json() == {
        "ok": False,
        "error_code": 401,
        "description": "Unauthorized: invalid token specified",
    }
    assert nothing.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_half_a_character_does_no_harm(bot: Bot, anna: Person, emulator: Emulator) -> None:
    """A lone surrogate comes back as it went."""
    async with httpx.AsyncClient(base_url=emulator.base_url) as client:
        answer = await client.post(
            f"/bot{bot.token}/sendMessage",
            content=json.dumps({"chat_id": anna.id, "text": "\ud83d lone"}),
            headers={"Content-Type": "application/json"},
        )
        seen = await client.get(f"/_emulator/users/{anna.id}/messages", params={"bot_id": bot.id})

    assert answer.json()["result"]["text"] == "\ud83d lone"
    assert seen.json()[-1]["text"] == "\ud83d lone"


async def test_the_page_lets_nothing_in(emulator: Emulator) -> None:
    """The page and its parts are served with a policy that allows this origin only."""
    async with httpx.AsyncClient(base_url=emulator.base_url) as client:
        for path in ("/", "/main.js", "/page.css", "/icon.svg"):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_pages_from_elsewhere_are_refused(emulator: Emulator, control: Control) -> None:
    """A page of another origin cannot make people here write."""
    foreign = {"Origin": "https://example.com"}

    refused = await control.post("/users/1/messages", json={"text": "x"}, headers=foreign)
    own = await control.get("/users", headers={"Origin": emulator.base_url})

    assert refused.status_code == 403
    assert own.status_code == 200


async def test_a_watched_chat_survives_starting_over(anna: Person, control: Control) -> None:
    """Who waits for a change sees the empty chat after a reset, not the old one."""
    version = (await control.get(f"/users/{anna.id}")).json()["version"]
    query = {"wait": 5, "after": version}
    waiting = asyncio.create_task(control.get(f"/users/{anna.id}", params=query))
    await asyncio.sleep(0.02)

    await control.post("/reset")

    assert (await waiting).json()["messages"] == []
    anna.says("again")
    assert [message["text"] for message in anna.sees()] == ["again"]
