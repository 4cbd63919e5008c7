"""Calls with anything at all for arguments."""

import asyncio
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.emulator import Person, Settings, World
from engine.emulator.arguments import Arguments
from engine.emulator.execution import Reply, execute
from engine.emulator.methods import METHODS

NAMES = [
    "message_id",
    "message_ids",
    "text",
    "caption",
    "parse_mode",
    "entities",
    "caption_entities",
    "reply_markup",
    "reply_parameters",
    "photo",
    "media",
    "latitude",
    "longitude",
    "question",
    "options",
    "commands",
    "scope",
    "menu_button",
    "url",
    "offset",
    "limit",
    "allowed_updates",
    "prices",
    "title",
    "currency",
    "emoji",
    "reaction",
    "user_id",
    "results",
    "action",
]
KEYS = st.sampled_from(
    [
        "type",
        "text",
        "url",
        "callback_data",
        "inline_keyboard",
        "keyboard",
        "web_app",
        "message_id",
        "media",
        "offset",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("photo")
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)


def call(method: str, values: dict[str, object]) -> Reply:
    """Call a method in a fresh world with one chat in it."""

    async def run() -> Reply:
        world = World(Settings())
        bot = next(iter(world.bots.values()))
        Person(world, 1001).says("/start")
        return await execute(world, bot, method, Arguments(values))

    return asyncio.run(run())


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(sorted(METHODS)),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6),
)
def test_no_call_breaks_the_emulator(method: str, values: dict[str, object]) -> None:
    """Whatever a bot sends, the answer is a result or an error of Telegram's."""
    reply = call(method, {"chat_id": 1001, **values})

    body = json.loads(reply.body)
    assert reply.status in {200, 400, 409}
    assert body["ok"] is (reply.status == 200)
