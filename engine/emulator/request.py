"""One call of a method, and which chat and message it may touch.

Knows nothing of what the method does with them.
"""

from dataclasses import dataclass

from engine.emulator.arguments import Arguments
from engine.emulator.errors import ApiError, bad_request, forbidden
from engine.emulator.model import Bot, Chat, ChatType, Message
from engine.emulator.world import World

_INSIDE = frozenset({"member", "administrator", "creator"})


@dataclass(frozen=True)
class Request:
    """A call: by which bot, with what arguments."""

    world: World
    bot: Bot
    arguments: Arguments

    def chat(self, name: str = "chat_id") -> Chat:
        """Return the chat an argument names, which the bot can at least read.

        Raises:
            ApiError: there is none, in Telegram's words.
        """
        text = self.arguments.text(name).strip()
        if not text:
            raise bad_request(f"{name} is empty")
        chat = self._find_group_by_username(text) if text.startswith("@") else self._find(text)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable_chat(self, name: str = "chat_id") -> Chat:
        """Return the chat an argument names, which the bot may write to.

        Raises:
            ApiError: it may not, in Telegram's words.
        """
        chat = self.chat(name)
        if chat.type is ChatType.PRIVATE:
            self._check_private(chat)
        else:
            self._check_group(chat)
        return chat

    def manages(self, chat: Chat) -> bool:
        """Return whether the bot is an administrator of a group, who has every right here."""
        return chat.members.get(self.bot.id) == "administrator"

    def message(self, chat: Chat, what: str, name: str = "message_id") -> Message:
        """Return the message an argument names.

        Raises:
            ApiError: it is not there; `what` says what it is for, as in "message to edit".
        """
        if not self.arguments.has(name):
            raise bad_request("Message identifier is not specified")
        message = chat.messages.get(self.arguments.integer(name))
        if message is None:
            raise bad_request(f"{what} not found")
        return message

    def _find(self, text: str) -> Chat | None:
        try:
            chat_id = int(text)
        except ValueError:
            return None
        if chat_id < 0:
            group = self.world.groups.get(chat_id)
            known = group is not None and self.bot.id in group.members
            return group if known else None
        if chat_id not in self.world.users:
            return None
        return self.world.private_chat(self.bot, chat_id)

    def _find_group_by_username(self, text: str) -> Chat | None:
        name = text.removeprefix("@").lower()
        named = (g for g in self.world.groups.values() if (g.username or "").lower() == name)
        return next(named, None)

    def _check_private(self, chat: Chat) -> None:
        if self.world.users[chat.id].is_deactivated:
            raise forbidden("user is deactivated")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")

    def _check_group(self, chat: Chat) -> None:
        if chat.migrated_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                parameters={"migrate_to_chat_id": chat.migrated_to},
            )
        status = chat.members.get(self.bot.id)
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if status not in _INSIDE:
            raise forbidden(f"bot is not a member of the {chat.type} chat")
