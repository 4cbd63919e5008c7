"""The chat page in a real browser, with a small bot behind it."""

from collections.abc import Callable, Iterator

import pytest
from aiogram import Bot, Dispatcher
from aiogram.filters import CommandStart
from aiogram.types import (
    BotCommand,
    CallbackQuery,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LabeledPrice,
    Message,
    PreCheckoutQuery,
    ReplyKeyboardMarkup,
)
from playwright.async_api import Page, expect

from engine.emulator import Emulator
from engine.emulator.model import Json
from engine.emulator.payments import PROVIDER_TOKEN
from engine.emulator.story import Story

pytestmark = pytest.mark.browser

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


def make_shop() -> Dispatcher:
    """Return a bot that asks everybody for money."""
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart())
    async def start(message: Message) -> None:
        price = [LabeledPrice(label="Haircut", amount=3500)]
        token = PROVIDER_TOKEN
        await message.answer_invoice("Haircut", "30 min", "1", "EUR", price, provider_token=token)

    @dispatcher.pre_checkout_query()
    async def allow(query: PreCheckoutQuery) -> None:
        await query.answer(ok=True)

    return dispatcher


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


async def test_somebody_chats_through_the_page(
    page: Page, bot: Bot, emulator: Emulator, poll: Callable[[Dispatcher], None]
) -> None:
    """Start, press, read toasts and dialogs, write, use the keyboard and the commands."""
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
    await page.get_by_role("dialog").get_by_role("button", name="Share").click()
    await expect(page.get_by_text("Thanks for +1555")).to_be_visible()
    await field.fill("/")
    await page.get_by_text("Begin again").click()
    await expect(page.get_by_text("Welcome")).to_be_visible()


async def test_an_invoice_is_paid_on_the_page(
    page: Page, bot: Bot, emulator: Emulator, poll: Callable[[Dispatcher], None]
) -> None:
    """A sheet says what is to be paid; the provider declines the card, and then takes the money."""
    for other in [number for number in emulator.world.bots if number != bot.id]:
        del emulator.world.bots[other]
    poll(make_shop())

    await page.goto(emulator.base_url)
    await page.get_by_role("button", name="Start", exact=True).click()
    for provider, shown in (("declines", "the card was declined"), ("takes", "paid €35.00")):
        await page.get_by_role("button", name="Pay EUR").click()
        sheet = page.get_by_role("dialog", name="Pay")
        await expect(sheet).to_contain_text("Haircut: €35.00")
        await sheet.get_by_role("combobox").select_option(provider)
        await sheet.get_by_role("button", name="Pay").click()
        await expect(page.get_by_text(shown)).to_be_visible()


async def test_people_stand_side_by_side(
    page: Page, emulator: Emulator, poll: Callable[[Dispatcher], None]
) -> None:
    """A second person is added by the dialog and has a chat of their own; on a phone, a tab."""
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
    page: Page, emulator: Emulator, poll: Callable[[Dispatcher], None]
) -> None:
    """Under a short text, two keys in a row are both as wide as the longer label wants, also on a phone."""
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


class Notebook:
    """A scribe that writes who said what; `differences` are those it is to tell."""

    def __init__(self, emulator: Emulator) -> None:
        self._world = emulator.world
        self.differences: list[str] = []
        self._world.story = Story(self._world, is_kept=True)
        self._world.scribe = self

    async def begin(self) -> None:
        """Take note of nobody."""

    async def write(self, name: str) -> Json:
        """Write what was said."""
        said = [f"      - send: {deed.content['text']}" for deed in self._world.story.deeds()]
        text = "\n".join(["scenarios:", f"  {name}:", "    play:", *said, ""])
        return {"text": text, "lines": len(said), "differences": self.differences}


@pytest.fixture
def notebook(emulator: Emulator) -> Iterator[Notebook]:
    """Have what is done written down."""
    yield Notebook(emulator)
    emulator.world.scribe = None


@pytest.mark.usefixtures("notebook")
async def test_a_conversation_is_saved_as_a_scenario(
    page: Page, emulator: Emulator, poll: Callable[[Dispatcher], None]
) -> None:
    """With the keyboard alone somebody names it, reads whether it holds, saves it, and goes on where they were."""
    poll(make_echo())
    await page.goto(emulator.base_url)
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.get_by_text("Welcome")).to_be_visible()

    opener = page.get_by_role("button", name="Save as scenario")
    await opener.press("Enter")
    dialog = page.get_by_role("dialog", name="Save as scenario")
    await expect(dialog).to_contain_text("One thing was done since")
    await expect(dialog.get_by_role("textbox", name="Scenario")).to_be_hidden()
    await page.keyboard.type("It's greeted")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("status")).to_have_text("It was played, and every line holds.")
    written = "scenarios:\n  It's greeted:\n    play:\n      - send: /start\n"
    await expect(dialog.get_by_role("textbox", name="Scenario")).to_have_value(written)
    async with page.expect_download() as download:
        await dialog.get_by_role("button", name="Save file").press("Enter")
    saved = await download.value
    assert saved.suggested_filename == "it_s_greeted.yaml"
    assert (await saved.path()).read_text() == written
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(opener).to_be_focused()


async def test_a_recording_begins_where_it_is_said_and_tells_what_differs(
    page: Page, emulator: Emulator, poll: Callable[[Dispatcher], None], notebook: Notebook
) -> None:
    """What was done before is forgotten; a difference is read out, also on a phone, where nothing is cut off."""
    poll(make_echo())
    notebook.differences = ["line 4: " + "a long difference " * 10]
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(emulator.base_url)
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.get_by_text("Welcome")).to_be_visible()

    opener, dialog = page.get_by_role("button", name="Save as scenario"), page.get_by_role("dialog")
    await opener.click()
    await dialog.get_by_role("button", name="Start recording here").click()
    await expect(dialog).to_be_hidden()
    await opener.click()
    await expect(dialog).to_contain_text("No things were done since the recording began")
    await expect(dialog.get_by_role("button", name="Write")).to_be_disabled()
    await page.keyboard.press("Escape")
    field = page.get_by_role("textbox", name="Message")
    await field.fill("Hello")
    await field.press("Enter")
    await opener.click()
    await dialog.get_by_label("The truth that it protects").fill("It holds")
    await dialog.get_by_role("button", name="Write").click()

    await expect(dialog.get_by_role("status")).to_contain_text("It differs from the chat: line 4")
    text = dialog.get_by_role("textbox", name="Scenario")
    await expect(text).to_have_value("scenarios:\n  It holds:\n    play:\n      - send: Hello\n")
    cut = "all => all.filter(one => one.getBoundingClientRect().right > innerWidth).length"
    assert await dialog.locator("button, input, textarea").evaluate_all(cut) == 0


async def test_nothing_is_offered_where_nobody_writes(
    page: Page, bot: Bot, emulator: Emulator
) -> None:
    """An emulator without a scribe has no button that would lead nowhere."""
    del bot
    await page.goto(emulator.base_url)
    await expect(page.get_by_role("button", name="Add person")).to_be_visible()

    await expect(page.locator("#record")).to_be_hidden()


async def test_buttons_for_the_client_and_their_looks_are_shown(
    page: Page, bot: Bot, emulator: Emulator
) -> None:
    """A text to copy is told, an inline query begins in the field, and colours and custom emoji are seen."""
    person = emulator.person(1001, bot_id=bot.id, first_name="Anna")
    person.says("/start")
    emoji = "5368324170671202286"
    row = [
        InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="S-17"), style="danger"),
        InlineKeyboardButton(
            text="Ask", switch_inline_query_current_chat="cut", icon_custom_emoji_id=emoji
        ),
        InlineKeyboardButton(text="Share", switch_inline_query="cut"),
    ]
    keyboard = InlineKeyboardMarkup(inline_keyboard=[row])
    await bot.send_message(person.id, "Here", reply_markup=keyboard)

    await page.goto(emulator.base_url)
    await expect(page.locator(".key.danger")).to_have_text("Copy")
    await expect(page.get_by_title(f"Custom emoji {emoji}")).to_be_visible()
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_text("Copied “S-17”")).to_be_visible()
    await page.get_by_role("button", name="Ask").click()
    name = (await bot.me()).username
    await expect(page.get_by_role("textbox", name="Message")).to_have_value(f"@{name} cut")
    await page.get_by_role("button", name="Share").click()
    await expect(page.get_by_text(f"begins “@{name} cut”")).to_be_visible()
