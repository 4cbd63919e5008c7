"""The chat page in a real browser, with a small bot behind it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher
from aiogram.filters import CommandStart
from aiogram.types import (
    BotCommand,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)
from playwright.async_api import Page, async_playwright, expect

from engine.emulator import Emulator

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}; apt-get install chromium"
    ),
]

MENU = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Toast", callback_data="toast")],
        [InlineKeyboardButton(text="Dialog", callback_data="dialog")],
    ]
)
KEYS = ReplyKeyboardMarkup(
    keyboard=[[KeyboardButton(text="My number", request_contact=True)]],
    input_field_placeholder="Say something",
)


def make_echo() -> Dispatcher:
    """Return a bot that answers everything in its own way."""
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart())
    async def start(message: Message) -> None:
        await message.answer("<b>Welcome</b>", parse_mode="HTML", reply_markup=MENU)

    @dispatcher.callback_query()
    async def press(query: CallbackQuery) -> None:
        if isinstance(query.message, Message) and query.data == "toast":
            await query.message.edit_text("Edited", reply_markup=MENU)
        await query.answer(f"A {query.data}", show_alert=query.data == "dialog")

    @dispatcher.message()
    async def echo(message: Message) -> None:
        if message.contact:
            await message.answer(f"Thanks for {message.contact.phone_number}")
        else:
            await message.answer(message.text or message.content_type, reply_markup=KEYS)

    return dispatcher


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """Return a page of a headless browser; errors in the page fail the test."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        yield page
        await browser.close()
    assert errors == []


async def test_somebody_chats_through_the_page(
    page: Page, bot: Bot, emulator: Emulator, poll: Callable[[Dispatcher], None]
) -> None:
    """Start, press, read toasts and dialogs, write, use the keyboard and the commands."""
    for other in [number for number in emulator.world.bots if number != bot.id]:
        del emulator.world.bots[other]
    await bot.set_my_commands([BotCommand(command="start", description="Begin again")])
    poll(make_echo())

    await page.goto(emulator.base_url)
    await page.get_by_role("button", name="Start", exact=True).click()
    await page.get_by_role("button", name="Toast").click()
    await expect(page.get_by_text("A toast")).to_be_visible()
    await expect(page.get_by_text("Edited", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Dialog").click()
    await expect(page.get_by_role("dialog")).to_contain_text("A dialog")
    await page.keyboard.press("Enter")

    field = page.get_by_role("textbox", name="Message")
    await field.fill("<img src=x onerror=alert(1)> <b>no</b>")
    await field.press("Enter")
    await expect(page.get_by_text("<img src=x onerror=alert(1)> <b>no</b>")).to_have_count(2)
    await expect(field).to_have_attribute("placeholder", "Say something")
    await page.get_by_role("button", name="My number").click()
    await expect(page.get_by_text("Thanks for +1555")).to_be_visible()
    await field.fill("/")
    await page.get_by_text("Begin again").click()
    await expect(page.get_by_text("Welcome")).to_be_visible()


async def test_people_stand_side_by_side(
    page: Page, bot: Bot, emulator: Emulator, poll: Callable[[Dispatcher], None]
) -> None:
    """A second person is added by the dialog and has a chat of their own; on a phone, a tab."""
    for other in [number for number in emulator.world.bots if number != bot.id]:
        del emulator.world.bots[other]
    poll(make_echo())
    await page.goto(emulator.base_url)
    await page.get_by_role("button", name="Add person").click()
    await page.get_by_label("Name").fill("Zoë")
    await page.get_by_label("Language").fill("de")
    await page.keyboard.press("Enter")

    chat = page.get_by_role("region", name="Zoë's chat")
    await chat.get_by_role("button", name="Start", exact=True).click()
    await expect(chat.get_by_text("Welcome")).to_be_visible()
    await expect(
        page.get_by_role("region", name="Anna's chat").get_by_text("Welcome")
    ).to_have_count(0)
    assert emulator.world.users[1002].language_code == "de"
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_role("button", name="Anna", exact=True).click()
    await expect(chat).to_be_hidden()
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


async def test_labels_that_fit_are_not_cut(
    page: Page, bot: Bot, emulator: Emulator, poll: Callable[[Dispatcher], None]
) -> None:
    """Under a short text, two keys in a row are both as wide as the longer label wants, also on a phone."""
    for other in [number for number in emulator.world.bots if number != bot.id]:
        del emulator.world.bots[other]
    labels = ["Mon, Nov 23, 2026", "Fri, Nov 27"]
    keys = [[InlineKeyboardButton(text=label, callback_data=label) for label in labels]]
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def ask(message: Message) -> None:
        await message.answer("When?", reply_markup=InlineKeyboardMarkup(inline_keyboard=keys))

    poll(dispatcher)
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(emulator.base_url)
    await page.get_by_role("button", name="Start", exact=True).click()

    for label in labels:
        await expect(page.get_by_role("button", name=label)).to_be_visible()
    spans = page.locator(".key > span:first-child")
    sizes = await spans.evaluate_all("all => all.map(one => [one.scrollWidth, one.clientWidth])")
    assert all(wanted <= given for wanted, given in sizes)
    assert sizes[0][1] == sizes[1][1]
