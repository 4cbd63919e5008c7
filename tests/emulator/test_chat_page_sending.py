"""What people send by the chat page beside texts: by the menu, by keys that ask for something, and into groups."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonPollType,
    KeyboardButtonRequestChat,
    KeyboardButtonRequestManagedBot,
    KeyboardButtonRequestUsers,
    LoginUrl,
    ReplyKeyboardMarkup,
    SwitchInlineQueryChosenChat,
    WebAppInfo,
)
from playwright.async_api import Locator, Page, expect

from engine.emulator import Emulator, Person

pytestmark = pytest.mark.browser

AT_ONCE = {
    "Sample photo": "photo",
    "Voice message": "voice",
    "Video message": "video_note",
    "Music": "audio",
    "GIF": "animation",
    "Sticker": "sticker",
    "Throw 🎯": "dice",
}
ASKED = {
    "Contact": "contact",
    "Location": "location",
    "Venue": "venue",
    "Poll": "poll",
    "Checklist": "checklist",
}


async def attach(page: Page, name: str) -> None:
    """Choose something of the menu."""
    await page.get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name=name, exact=True).click()


async def answered(page: Page, button: str) -> Locator:
    """Press the button that ends the dialog."""
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name=button, exact=True).click()
    await expect(dialog).to_have_count(0)
    return dialog


async def last_of(person: Person, kind: str) -> Any:
    """Wait until the last message of a chat holds something, and return it."""
    async with asyncio.timeout(15):
        while True:
            last = person.sees()[-1]
            if last.get(kind) or (last["media"] or {}).get("kind") == kind:
                return last
            await asyncio.sleep(0.02)


async def test_the_menu_sends_what_it_says(page: Page, anna: Person, emulator: Emulator) -> None:
    """Every kind of content, what was written as the caption, and pictures of an album in one bubble."""
    await page.goto(emulator.base_url)
    await page.get_by_role("textbox", name="Message").fill("Look")
    for name, kind in AT_ONCE.items():
        await attach(page, name)
        assert (await last_of(anna, kind))["caption"] in ({"photo": "Look"}.get(kind), None)
    for name, kind in ASKED.items():
        await attach(page, name)
        button = "Create" if kind in {"poll", "checklist"} else "Share"
        await answered(page, button)
        await last_of(anna, kind)
    await attach(page, "Sample album")
    await expect(page.locator(".album.pictures > img")).to_have_count(3)
    album = anna.sees()[-3:]
    assert len({message["media_group_id"] for message in album}) == 1
    assert anna.sees()[1]["caption"] == "Look"
    await expect(page.locator(".message")).to_have_count(len(anna.sees()) - 2)


async def test_keys_ask_before_they_share(
    page: Page, anna: Person, emulator: Emulator, bot: Bot
) -> None:
    """People, chats, polls, places and numbers are chosen or confirmed; who turns away has shared nothing."""
    emulator.person(1002, bot_id=bot.id, first_name="Ben", username="ben")
    emulator.world.new_group("Team", supergroup=True, creator_id=anna.id)
    users = KeyboardButtonRequestUsers(request_id=1, max_quantity=2, request_name=True)
    keys = [
        KeyboardButton(text="People", request_users=users),
        KeyboardButton(
            text="Group",
            request_chat=KeyboardButtonRequestChat(
                request_id=2, chat_is_channel=False, chat_is_created=True, request_title=True
            ),
        ),
        KeyboardButton(text="Quiz", request_poll=KeyboardButtonPollType(type="quiz")),
        KeyboardButton(text="Place", request_location=True),
        KeyboardButton(text="App", web_app=WebAppInfo(url="https://example.org/app")),
        KeyboardButton(
            text="Bot", request_managed_bot=KeyboardButtonRequestManagedBot(request_id=3)
        ),
        KeyboardButton(text="Number", request_contact=True),
    ]
    markup = ReplyKeyboardMarkup(keyboard=[keys], is_persistent=True)
    await bot.send_message(anna.id, "Share", reply_markup=markup)
    await page.goto(f"{emulator.base_url}/?users=1001")

    async def press(name: str) -> Locator:
        await page.get_by_role("button", name=name, exact=True).click()
        return page.get_by_role("dialog")

    await press("Number")
    await answered(page, "Cancel")
    dialog = await press("People")
    await expect(dialog.get_by_role("button", name="Choose")).to_be_disabled()
    await dialog.get_by_text("@ben").click()
    await answered(page, "Choose")
    shared = (await last_of(anna, "users_shared"))["users_shared"]
    assert shared["users"] == [{"user_id": 1002, "first_name": "Ben"}]
    await press("Group")
    await answered(page, "Choose")
    assert (await last_of(anna, "chat_shared"))["chat_shared"]["title"] == "Team"
    dialog = await press("Quiz")
    await dialog.get_by_label("Question").fill("Which one?")
    await answered(page, "Create")
    poll = (await last_of(anna, "poll"))["poll"]
    assert (poll["type"], poll["question"]) == ("quiz", "Which one?")
    dialog = await press("Place")
    await dialog.get_by_label("Latitude").fill("1.5")
    await answered(page, "Share")
    assert (await last_of(anna, "location"))["location"]["latitude"] == 1.5
    dialog = await press("App")
    await expect(dialog.get_by_role("link", name="https://example.org/app")).to_be_visible()
    await dialog.get_by_label("Data").fill('{"a": 1}')
    await answered(page, "Send")
    assert (await last_of(anna, "web_app_data"))["web_app_data"]["data"] == '{"a": 1}'
    await press("Bot")
    await answered(page, "Create")
    await last_of(anna, "managed_bot_created")
    assert not any(message.get("contact") for message in anna.sees())
    await expect(page.get_by_role("button", name="Show or hide the keyboard")).to_be_hidden()


async def test_the_client_follows_its_own_buttons(
    page: Page, anna: Person, emulator: Emulator, bot: Bot
) -> None:
    """Links into the bot start it, and of web apps, logins and other chats it is told what Telegram does."""
    name = (await bot.me()).username
    link = f"https://t.me/{name}?start=x17"
    chosen = SwitchInlineQueryChosenChat(query="cut", allow_group_chats=True)
    row = [
        InlineKeyboardButton(text="Deep", url=link),
        InlineKeyboardButton(text="App", web_app=WebAppInfo(url="https://example.org/app")),
        InlineKeyboardButton(text="Login", login_url=LoginUrl(url="https://example.org/in")),
        InlineKeyboardButton(text="Pass on", switch_inline_query_chosen_chat=chosen),
    ]
    await bot.send_message(
        anna.id,
        f'<a href="tg://resolve?domain={name}&amp;start=y">Here</a>',
        parse_mode="HTML",
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[row]),
    )
    await page.goto(f"{emulator.base_url}/?users=1001")

    await page.get_by_role("button", name="Deep").click()
    await expect(page.get_by_text("x17")).to_be_visible()
    for button, words in (
        ("App", "within the chat"),
        ("Login", "whether to log in at example.org"),
    ):
        await page.get_by_role("button", name=button).click()
        await expect(page.get_by_role("dialog")).to_contain_text(words)
        await answered(page, "Close")
    await page.get_by_role("button", name="Pass on").click()
    await expect(page.get_by_text("asks for a chat (groups)")).to_be_visible()
    assert [message["text"] for message in anna.sees() if not message["from_bot"]][
        -1
    ] == "/start x17"


async def test_a_forced_reply_is_one_until_it_is_put_away(
    page: Page, anna: Person, emulator: Emulator, bot: Bot
) -> None:
    """What is sent from the menu replies, too; after it, or by its cross, nothing is replied to."""
    await page.goto(f"{emulator.base_url}/?users=1001")
    asked = [
        await bot.send_message(
            anna.id, f"Question {number}", reply_markup=ForceReply(input_field_placeholder="Well?")
        )
        for number in range(2)
    ]
    replying = page.get_by_text("Reply to")
    await expect(page.get_by_role("textbox", name="Message")).to_have_attribute(
        "placeholder", "Well?"
    )
    await attach(page, "Sample photo")
    sent = await last_of(anna, "photo")
    assert sent["reply_to_message_id"] == asked[1].message_id
    await expect(replying).to_be_hidden()

    await bot.send_message(anna.id, "Again", reply_markup=ForceReply())
    await page.get_by_role("button", name="Do not reply").click()
    await expect(replying).to_be_hidden()


@pytest.mark.usefixtures("anna")
async def test_a_group_is_made_and_everybody_is_in_it(
    page: Page, emulator: Emulator, bot: Bot
) -> None:
    """Those who are shown see it side by side, also after the page is loaded again; a phone cuts nothing off."""
    emulator.person(1002, bot_id=bot.id, first_name="Ben").says("/start")
    await page.goto(emulator.base_url)
    await page.get_by_role("button", name="New group").click()
    await page.get_by_role("dialog").get_by_label("Name").fill("Friends")
    await answered(page, "Create")
    seen = page.get_by_role("region", name="Ben's chat")
    await expect(seen.get_by_role("heading", name="Friends")).to_be_visible()
    (group,) = emulator.world.groups
    await bot.send_message(group, "Hello both")
    await page.reload()

    await expect(seen.get_by_text("Hello both")).to_be_visible()
    anna_there = page.get_by_role("region", name="Anna's chat")
    await expect(anna_there.get_by_text("3 members")).to_be_visible()
    await anna_there.get_by_role("textbox", name="Message").fill("/hello")
    await page.keyboard.press("Enter")
    await expect(seen.get_by_text("/hello")).to_be_visible()
    await page.set_viewport_size({"width": 375, "height": 812})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.mark.usefixtures("anna")
async def test_topics_keep_their_messages_apart(page: Page, emulator: Emulator) -> None:
    """What is sent in a topic of a new forum is there and nowhere else."""
    await page.goto(emulator.base_url)
    await page.get_by_role("button", name="New group").click()
    await page.get_by_label("With topics").check()
    await answered(page, "Create")
    await page.get_by_role("button", name="New topic").click()
    await page.get_by_role("dialog").get_by_label("Name").fill("Plans")
    await answered(page, "Create")
    await page.get_by_role("textbox", name="Message").fill("In June?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("In June?")).to_be_visible()
    await attach(page, "Sample photo")
    await expect(page.locator(".photo")).to_be_visible()

    await page.get_by_role("button", name="General").click()

    await expect(page.get_by_text("In June?")).to_be_hidden()
    (chat,) = emulator.world.groups.values()
    (topic,) = chat.topics
    sent = [one.data for one in chat.messages.values() if "text" in one.data or "photo" in one.data]
    assert [one["message_thread_id"] for one in sent] == [topic, topic]
