"""What a bot says of itself, and being paid."""

import asyncio

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LabeledPrice,
    MenuButtonWebApp,
    ShippingOption,
    WebAppInfo,
)

from engine.emulator import Emulator, Person


async def test_commands_are_offered_by_scope_and_language(
    bot: Bot, emulator: Emulator, anna: Person
) -> None:
    """The most special scope wins, then the language, then the common ones."""

    async def offered() -> list[str]:
        anna.says("hm")
        return [command["command"] for command in (await bot_view(emulator, bot, anna))["commands"]]

    await bot.set_my_commands([BotCommand(command="all", description="d")])
    assert await offered() == ["all"]
    await bot.set_my_commands(
        [BotCommand(command="private", description="d")], BotCommandScopeAllPrivateChats()
    )
    assert await offered() == ["private"]
    await bot.set_my_commands(
        [BotCommand(command="auf_deutsch", description="d")],
        BotCommandScopeChat(chat_id=anna.id),
        language_code="de",
    )
    emulator.world.put_user(anna.id, language_code="de")
    assert await offered() == ["auf_deutsch"]
    await bot.delete_my_commands(BotCommandScopeChat(chat_id=anna.id), language_code="de")
    assert [c.command for c in await bot.get_my_commands()] == ["all"]
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="No", description="d")])


async def bot_view(emulator: Emulator, bot: Bot, person: Person) -> dict[str, list[dict[str, str]]]:
    """Return what the control API shows of a person's chat."""
    async with httpx.AsyncClient(base_url=emulator.base_url) as client:
        answer = await client.get(f"/_emulator/users/{person.id}", params={"bot_id": bot.id})
    view: dict[str, list[dict[str, str]]] = answer.json()
    return view


async def test_a_bot_describes_itself(bot: Bot, anna: Person) -> None:
    """Names, descriptions and the menu button come back as they were set."""
    await bot.set_my_name("Salon")
    await bot.set_my_description("Books visits")
    await bot.set_my_short_description("Books", language_code="de")
    button = MenuButtonWebApp(text="Open", web_app=WebAppInfo(url="https://example.com"))
    await bot.set_chat_menu_button(anna.id, button)

    assert (await bot.get_my_name("ru")).name == "Salon"
    assert (await bot.get_me()).first_name == "Salon"
    assert (await bot.get_my_description()).description == "Books visits"
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_my_short_description("de")).short_description == "Books"
    assert (await bot.get_chat_menu_button(anna.id)).type == "web_app"
    assert (await bot.get_chat_menu_button()).type == "commands"
    assert await bot.log_out()


PROVIDER = "provider:TEST"


async def invoice(bot: Bot, anna: Person) -> int:
    """Send an invoice over 35 euros; return its message."""
    prices = [LabeledPrice(label="Cut", amount=3500)]
    sent = await bot.send_invoice(
        anna.id, "Cut", "30 min", "order-1", "EUR", prices, provider_token=PROVIDER
    )
    return sent.message_id


async def test_an_invoice_is_paid_after_the_bot_agrees(
    bot: Bot, anna: Person, control: httpx.AsyncClient
) -> None:
    """The bot is asked first; then it hears of the payment, once."""
    await invoice(bot, anna)
    paying = asyncio.create_task(control.post(f"/users/{anna.id}/payments", json={}))

    asked = (await bot.get_updates(timeout=5))[0].pre_checkout_query
    assert asked is not None
    assert (asked.total_amount, asked.invoice_payload) == (3500, "order-1")
    await bot.answer_pre_checkout_query(asked.id, ok=True)
    assert (await paying).json()["paid"] is True

    message = (await bot.get_updates(offset=-1))[0].message
    assert message is not None
    assert message.successful_payment is not None
    assert message.successful_payment.invoice_payload == "order-1"
    assert (await control.post(f"/users/{anna.id}/payments", json={})).status_code == 404
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_pre_checkout_query(asked.id, ok=True)


async def test_a_bot_may_refuse_a_payment(
    bot: Bot, anna: Person, control: httpx.AsyncClient
) -> None:
    """The person reads why, and nothing is paid."""
    number = await invoice(bot, anna)
    body = {"message_id": number}
    paying = asyncio.create_task(control.post(f"/users/{anna.id}/payments", json=body))

    asked = (await bot.get_updates(timeout=5))[0].pre_checkout_query
    assert asked is not None
    await bot.answer_pre_checkout_query(asked.id, ok=False, error_message="Sold out")

    assert (await paying).json() == {"paid": False, "error": "Sold out"}


async def test_shipping_is_asked_for_an_address(
    bot: Bot, anna: Person, control: httpx.AsyncClient
) -> None:
    """With an address, the bot is first asked what sending costs."""
    number = await invoice(bot, anna)
    address = {
        "country_code": "DE",
        "state": "",
        "city": "Berlin",
        "street_line1": "A",
        "street_line2": "",
        "post_code": "10115",
    }
    body = {"message_id": number, "shipping_address": address}
    paying = asyncio.create_task(control.post(f"/users/{anna.id}/payments", json=body))
    option = ShippingOption(id="p", title="Post", prices=[LabeledPrice(label="Post", amount=500)])

    first = (await bot.get_updates(timeout=5))[-1]
    assert first.shipping_query is not None
    await bot.answer_shipping_query(first.shipping_query.id, ok=True, shipping_options=[option])
    second = (await bot.get_updates(offset=first.update_id + 1, timeout=5))[-1]
    assert second.pre_checkout_query is not None
    await bot.answer_pre_checkout_query(second.pre_checkout_query.id, ok=True)

    assert (await paying).json()["total_amount"] == 4000


async def test_invoices_need_prices_and_a_currency(bot: Bot, anna: Person) -> None:
    """An invoice without a price, or in no currency, is refused; links are made."""
    price = [LabeledPrice(label="x", amount=1)]
    with pytest.raises(TelegramBadRequest, match="there must be at least one price"):
        await bot.send_invoice(anna.id, "t", "d", "p", "EUR", [])
    with pytest.raises(TelegramBadRequest, match="CURRENCY_INVALID"):
        await bot.send_invoice(anna.id, "t", "d", "p", "euro", price)
    with pytest.raises(TelegramBadRequest, match="PAYMENT_PROVIDER_INVALID"):
        await bot.send_invoice(anna.id, "t", "d", "p", "EUR", price)
    nothing = [LabeledPrice(label="x", amount=0)]
    with pytest.raises(TelegramBadRequest, match="CURRENCY_TOTAL_AMOUNT_INVALID"):
        await bot.send_invoice(anna.id, "t", "d", "p", "EUR", nothing, provider_token=PROVIDER)
    with pytest.raises(TelegramBadRequest, match="INVOICE_TITLE_INVALID"):
        await bot.send_invoice(anna.id, "t" * 33, "d", "p", "XTR", price)
    link = await bot.create_invoice_link("t", "d", "p", "EUR", price, provider_token=PROVIDER)
    assert link.startswith("https://t.me/$")


async def test_provider_may_decline_or_be_slow(
    bot: Bot, anna: Person, control: httpx.AsyncClient
) -> None:
    """What the bot allows is declined by the provider, or taken when that is asked for; only then is the bot told."""
    number = await invoice(bot, anna)
    for provider in ("declines", "slow"):
        body = {"message_id": number, "provider": provider, "tip": 100}
        paying = asyncio.create_task(control.post(f"/users/{anna.id}/payments", json=body))
        update = (await bot.get_updates(timeout=5))[-1]
        assert update.pre_checkout_query is not None
        await bot.answer_pre_checkout_query(update.pre_checkout_query.id, ok=True)
        assert (await paying).json()["paid"] is False
        assert await bot.get_updates(offset=update.update_id + 1, timeout=0) == []

    (settled,) = (await control.post(f"/users/{anna.id}/payments/settle")).json()
    assert settled["total_amount"] == 3600
    assert (await control.post(f"/users/{anna.id}/payments/settle")).status_code == 404


async def test_an_inline_query_is_answered(
    bot: Bot, anna: Person, control: httpx.AsyncClient
) -> None:
    """A person who searches with the bot's name gets its results."""
    search = control.post(f"/users/{anna.id}/inline_queries", json={"query": "cut"})
    searching = asyncio.create_task(search)
    result = InlineQueryResultArticle(
        id="1", title="Cut", input_message_content=InputTextMessageContent(message_text="Cut")
    )

    asked = (await bot.get_updates(timeout=5))[0].inline_query
    assert asked is not None
    await bot.answer_inline_query(asked.id, [result])

    assert (await searching).json()["results"][0]["title"] == "Cut"
