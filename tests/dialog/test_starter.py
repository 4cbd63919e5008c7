"""The flow that `usher new flow` writes and the bot of `usher new bot`, as a person meets them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.flow.starter import starter_flow
from engine.flow.starter_bot import starter_bot, starter_home


@pytest.mark.parametrize(("locale", "yes"), [("en", "Yes"), ("de", "Ja")])
async def test_starter_is_a_conversation(locale: str, yes: str, make_chat: Any) -> None:
    """It asks, refuses what is no answer, decides by what was said, confirms and ends."""
    chat = make_chat(main=starter_flow("main", locale, command=True))
    await chat.send("/main")
    await chat.send("Ada")
    asked = await chat.text()
    assert "Ada" in asked

    await chat.send("many")
    assert await chat.text() != asked
    await chat.send("12")
    assert "<b>" not in await chat.text()
    assert "12" in await chat.text()
    await chat.press(yes)
    assert "Ada" in await chat.text()
    await chat.press(yes)

    assert any(message["text"].endswith("Ada!") for message in await chat.messages())


async def test_a_new_bot_greets(make_chat: Any) -> None:
    """The bot that `usher new bot` writes answers /start, says who it is and comes back."""
    chat = make_chat(bot=starter_bot("flower_shop"), home=starter_home("flower_shop"))

    await chat.send("/start")
    greeting = await chat.text()
    assert greeting.startswith("Hello, ")
    await chat.press("Who are you?")
    assert await chat.text() == "We are Flower shop."
    await chat.press("« Back")
    assert await chat.text() == greeting
