"""Groups: who reads what, who is in, and becoming a supergroup."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from engine.emulator import Emulator, Person
from engine.emulator.model import Chat
from engine.emulator.people import migrate, set_member


@pytest.fixture
def group(emulator: Emulator, bot: Bot, anna: Person) -> Chat:
    """Return a supergroup of Anna's with the bot in it."""
    world = emulator.world
    chat = world.new_group("Team", supergroup=True, creator_id=anna.id)
    set_member(world, chat, world.bots[bot.id], "member", by=world.users[anna.id])
    world.bots[bot.id].queue.drop()
    return chat


async def test_people_in_a_group_see_the_same(bot: Bot, emulator: Emulator, group: Chat) -> None:
    """A message to a group is seen by everybody in it, and numbered by the group."""
    ben = emulator.world.put_user(1002)
    set_member(emulator.world, group, ben, "member", by=ben)

    sent = await bot.send_message(group.id, "hello")

    for user_id in (1001, 1002):
        seen = emulator.person(user_id, chat_id=group.id).sees()[-1]
        assert (seen["text"], seen["message_id"]) == ("hello", sent.message_id)


async def test_privacy_lets_through_commands_replies_and_mentions(
    bot: Bot, emulator: Emulator, group: Chat
) -> None:
    """A bot in privacy mode reads what concerns it; as an administrator, everything."""
    anna = emulator.person(1001, chat_id=group.id)
    sent = await bot.send_message(group.id, "question")
    me = await bot.get_me()

    for text in ("chat", "/go", "/go@other_bot", f"hi @{me.username}"):
        anna.says(text)
    anna.says("answer", reply_to=sent.message_id)
    texts = [u.message.text for u in await bot.get_updates() if u.message]

    assert texts == ["/go", f"hi @{me.username}", "answer"]
    administrator = emulator.world.bots[bot.id]
    set_member(emulator.world, group, administrator, "administrator", by=emulator.world.users[1001])
    anna.says("chat")
    assert (await bot.get_updates(offset=-1))[0].message is not None


async def test_members_are_told_by_status(bot: Bot, group: Chat, anna: Person) -> None:
    """Members, counts and administrators are as the group has them."""
    assert (await bot.get_chat_member(group.id, anna.id)).status == "creator"
    assert (await bot.get_chat_member(group.id, bot.id)).status == "member"
    assert await bot.get_chat_member_count(group.id) == 2
    assert [m.user.id for m in await bot.get_chat_administrators(group.id)] == [anna.id]
    assert (await bot.get_chat(group.id)).title == "Team"
    with pytest.raises(TelegramBadRequest, match="user not found"):
        await bot.get_chat_member(group.id, 424242)


async def test_a_bot_that_left_cannot_write(bot: Bot, group: Chat) -> None:
    """After leaving, writing is forbidden."""
    await bot.leave_chat(group.id)

    with pytest.raises(TelegramForbiddenError, match="bot is not a member of the supergroup chat"):
        await bot.send_message(group.id, "x")


async def test_a_bot_learns_that_it_was_removed(bot: Bot, emulator: Emulator, group: Chat) -> None:
    """Being kicked comes as my_chat_member, and writing says so."""
    world = emulator.world
    set_member(world, group, world.bots[bot.id], "kicked", by=world.users[1001])

    changes = [u.my_chat_member for u in await bot.get_updates() if u.my_chat_member]

    assert [c.new_chat_member.status for c in changes] == ["kicked"]
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "x")


async def test_a_migrated_group_names_its_new_id(
    bot: Bot, emulator: Emulator, anna: Person
) -> None:
    """Writing to the old id fails with the new one."""
    world = emulator.world
    old = world.new_group("Old", supergroup=False, creator_id=anna.id)
    set_member(world, old, world.bots[bot.id], "member", by=world.users[anna.id])

    new = migrate(world, old)

    with pytest.raises(TelegramMigrateToChat) as error:
        await bot.send_message(old.id, "x")
    assert error.value.migrate_to_chat_id == new.id
    await bot.send_message(new.id, "x")


async def test_blocking_and_returning_is_told(bot: Bot, anna: Person) -> None:
    """Blocking and /start after it come as my_chat_member."""
    anna.blocks()
    anna.says("/start")

    updates = await bot.get_updates()

    statuses = [u.my_chat_member.new_chat_member.status for u in updates if u.my_chat_member]
    assert statuses == ["kicked", "member"]
    await bot.send_message(anna.id, "welcome back")


async def test_a_web_app_opens_in_private_chats_alone(bot: Bot, group: Chat, anna: Person) -> None:
    """Telegram takes a button that opens a web app in a private chat, and refuses the message in a group."""
    app = InlineKeyboardButton(text="App", web_app=WebAppInfo(url="https://example.com"))
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[app]])

    await bot.send_message(anna.id, "here", reply_markup=keyboard)
    sent = await bot.send_message(group.id, "there")

    with pytest.raises(TelegramBadRequest, match="BUTTON_TYPE_INVALID"):
        await bot.send_message(group.id, "there", reply_markup=keyboard)
    with pytest.raises(TelegramBadRequest, match="BUTTON_TYPE_INVALID"):
        await sent.edit_text("now", reply_markup=keyboard)
