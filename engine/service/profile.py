"""What Telegram shows around the conversation: the bot's name and descriptions, and the menu of commands for each role.

It knows nothing of updates. Only what differs from what Telegram has is set, for some of it may change but a few times a day.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.types import BotCommand, BotCommandScopeChat, BotCommandScopeDefault
from cachetools import LRUCache

from engine.dialog.delivery import deliver
from engine.flow.model.flow import EntryKind
from engine.service.telegram import stranger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from aiogram import Bot

    from engine.actions import User
    from engine.flow.checked import Bot as CheckedBot
    from engine.flow.compile import CompiledFlow

_logger = structlog.get_logger(__name__)

DESCRIPTION_LENGTH: Final = 256
"""Telegram's bound on a command's description."""

REMEMBERED_PEOPLE: Final = 100_000
"""People whose menu is remembered, so that it is set but once."""

ANNOUNCE_SECONDS: Final = 30.0
"""How long to wait before commands that could not be announced are announced again."""

type Scope = BotCommandScopeDefault | BotCommandScopeChat


async def announce(bot: Bot, checked: CheckedBot) -> None:
    """Set the name, the descriptions and a stranger's menu of commands, in every language, where they differ.

    Telegram shows people those of their language, and those of the bot's own locale where there are none.
    """
    for language, locale in _languages(checked).items():
        for key, (get, set_) in _TEXTS.items():
            if key in checked.profile:
                text = checked.profile[key][locale].render({})
                shown = await get(bot, language)
                if text != shown:
                    await set_(bot, text, language)
    await announce_commands(bot, checked, checked.file.roles[0], BotCommandScopeDefault())


async def announce_commands(bot: Bot, checked: CheckedBot, role: str, scope: Scope) -> None:
    """Set the menu of commands that a role may use, in every language, where it differs."""
    for language, locale in _languages(checked).items():
        wanted = list_commands(checked, locale, role)
        shown = await bot.get_my_commands(scope, language_code=language)
        if _pairs(wanted) != _pairs(shown):
            await bot.set_my_commands(wanted, scope, language_code=language)


def list_commands(checked: CheckedBot, locale: str, role: str) -> list[BotCommand]:
    """Return the commands that open flows a role may enter, described by their own text or the flows' titles."""
    environment = stranger(checked, locale, role=role)
    return [
        BotCommand(command=entry.value, description=text[:DESCRIPTION_LENGTH])
        for compiled in checked.flows.values()
        if _may_enter(compiled, environment)
        for entry in compiled.flow.start
        if entry.kind is EntryKind.COMMAND
        for wording in [entry.text or compiled.flow.title]
        for text in [compiled.wordings[wording][locale].render(environment)]
    ]


class Announcer:
    """Announces a bot, and each that takes its place, as often as it takes."""

    def __init__(self, bot: Bot, checked: CheckedBot) -> None:
        self._bot = bot
        self._checked = checked
        self._news = asyncio.Event()

    def replace(self, checked: CheckedBot) -> None:
        """Announce another bot."""
        self._checked = checked
        self._news.set()

    async def run(self) -> None:
        """Announce what is new, for ever."""
        while True:
            self._news.clear()
            await self._insist()
            await self._news.wait()

    async def _insist(self) -> None:
        while True:
            try:
                await announce(self._bot, self._checked)
            except TelegramRetryAfter as error:
                _logger.info("profile_waits", seconds=error.retry_after)
                await asyncio.sleep(error.retry_after)
            except AiogramError as error:
                _logger.warning("profile_not_announced", reason=type(error).__name__)
                await asyncio.sleep(ANNOUNCE_SECONDS)
            else:
                return


class RoleMenus:
    """Gives people whose role has other commands than a stranger's a menu of their own, as their role comes to be known."""

    def __init__(self, bot: Bot, checked: CheckedBot) -> None:
        self._bot = bot
        self._checked = checked
        self._plain = _plain_roles(checked)
        self._shown: LRUCache[int, str] = LRUCache(REMEMBERED_PEOPLE)
        self._waiting: dict[int, str] = {}
        self._news = asyncio.Event()

    def replace(self, checked: CheckedBot) -> None:
        """Show the menus of another bot; those who had no menu of their own may get one with their next message."""
        self._checked = checked
        self._plain = _plain_roles(checked)
        for user_id, menu in list(self._shown.items()):
            if menu:
                self._shown[user_id] = "" if menu in self._plain else menu
                self._waiting[user_id] = self._shown[user_id]
                self._news.set()

    def see(self, user: User) -> None:
        """Note the role that somebody has now; costs nothing where their menu is right."""
        self.note(user.id, user.role)

    def note(self, user_id: int, role: str) -> None:
        """Note a role of somebody."""
        menu = "" if role in self._plain else role
        if menu != self._shown.get(user_id, ""):
            self._shown[user_id] = menu
            self._waiting[user_id] = menu
            self._news.set()

    async def run(self) -> None:
        """Set the menus of those whose role was noted, one after the other, for ever."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                user_id = next(iter(self._waiting))
                role = self._waiting.pop(user_id)
                await deliver(lambda user_id=user_id, role=role: self._set(user_id, role))  # type: ignore[misc]  # the defaults bind the loop's values

    async def _set(self, user_id: int, role: str) -> None:
        scope = BotCommandScopeChat(chat_id=user_id)
        if role:
            await announce_commands(self._bot, self._checked, role, scope)
            return
        for language in _languages(self._checked):
            await self._bot.delete_my_commands(scope, language_code=language)


def _plain_roles(checked: CheckedBot) -> frozenset[str]:
    """Give the roles that have a stranger's commands."""
    roles = checked.file.roles
    menus = {role: _pairs(list_commands(checked, checked.file.locale, role)) for role in roles}
    return frozenset(role for role in roles if menus[role] == menus[roles[0]])


def _languages(checked: CheckedBot) -> Mapping[str | None, str]:
    """Give the locale for each language as Telegram names it; None is everybody else's."""
    file = checked.file
    languages: dict[str | None, str] = {None: file.locale}
    for locale in file.locales:
        if locale != file.locale:
            languages.setdefault(locale.replace("-", "_").partition("_")[0], locale)
    return languages


def _may_enter(compiled: CompiledFlow, environment: dict[str, Any]) -> bool:
    access = compiled.flow.access
    return access is None or bool(compiled.code[access].evaluate(environment))


def _pairs(commands: Sequence[BotCommand]) -> list[tuple[str, str]]:
    """Give what is compared: what Telegram gave knows its bot, and so never equals what was made here."""
    return [(one.command, one.description) for one in commands]


async def _get_name(bot: Bot, language: str | None) -> str:
    return (await bot.get_my_name(language_code=language)).name


async def _set_name(bot: Bot, text: str, language: str | None) -> bool:
    return await bot.set_my_name(text, language_code=language)


async def _get_description(bot: Bot, language: str | None) -> str:
    return (await bot.get_my_description(language_code=language)).description


async def _set_description(bot: Bot, text: str, language: str | None) -> bool:
    return await bot.set_my_description(text, language_code=language)


async def _get_short(bot: Bot, language: str | None) -> str:
    return (await bot.get_my_short_description(language_code=language)).short_description


async def _set_short(bot: Bot, text: str, language: str | None) -> bool:
    return await bot.set_my_short_description(text, language_code=language)


type _Get = Callable[[Bot, str | None], Awaitable[str]]
type _Set = Callable[[Bot, str, str | None], Awaitable[bool]]

_TEXTS: Final[Mapping[str, tuple[_Get, _Set]]] = {
    "title": (_get_name, _set_name),
    "description": (_get_description, _set_description),
    "short_description": (_get_short, _set_short),
}
