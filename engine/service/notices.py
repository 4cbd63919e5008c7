"""Puts a message into words when it is sent: for whom it is now, in their language and zone, if it is still wanted.

It knows nothing of Telegram's answers.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

import storage
from engine.actions import Action, ActionKind, User
from engine.dialog.asides import aside_button, can_be_shown
from engine.dialog.button_looks import choose_look
from engine.dialog.links import press_of_link
from engine.dialog.manner import preview_in_a_word
from engine.flow.annotations import type_of
from engine.flow.direction import without_marks
from engine.flow.expressions import ActionCall
from engine.flow.formats import Formats
from engine.flow.types import NOTHING
from engine.flow.values import from_json
from engine.service.outages import outages_told
from engine.service.sending import Words
from storage.outbox import Fate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiogram import Bot
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from engine.actions import DeclaredNotice
    from engine.flow.checked import Bot as CheckedBot
    from engine.flow.compile_notices import CompiledButton, CompiledNotice
    from engine.flow.model.manner import Manner
    from engine.flow.model.written import Wording
    from engine.service.directory import PeopleDirectory
    from engine.service.runner import TransactionRunner
    from storage.outbox import Message


class UnsendableError(Exception):
    """A message is not to be sent, for a reason that is its text; `fate` is how it ends."""

    def __init__(self, fate: Fate, reason: str) -> None:
        super().__init__(reason)
        self.fate = fate


class NoticeWriter:
    """Reads who a message is for and what it is about, and writes it.

    `checked` gives the flows in force, `clock` the present as an aware datetime in UTC.
    """

    def __init__(  # noqa: PLR0913 - what a message is written from, by name
        self,
        bot: Bot,
        checked: Callable[[], CheckedBot],
        sessions: async_sessionmaker[AsyncSession],
        *,
        directory: PeopleDirectory,
        runner: TransactionRunner,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._bot = bot
        self._checked = checked
        self._sessions = sessions
        self._directory = directory
        self._runner = runner

    async def write(self, message: Message) -> Words:
        """Return what a message says now.

        Raises:
            UnsendableError: it is not to be sent.
            UnavailableError: the database cannot work now.
        """
        now, checked = self._clock(), self._checked()
        if message.until is not None and now >= message.until:
            raise UnsendableError(Fate.DROPPED, "it is of no use any more")
        notice = checked.notices.get(message.notice)
        if notice is None:
            raise UnsendableError(Fate.DEAD, f'notice "{message.notice}" has no words in bot.yaml')
        user = await self._find(message.chat_id)
        call = _call(notice.declared.action)
        result = await self._runner.query(
            call, _arguments(notice.declared, message.arguments), user=user, now=now
        )
        if result is None:
            raise UnsendableError(Fate.DROPPED, "it is not wanted any more")
        name = (await self._bot.me()).username or ""
        zone, currency = ZoneInfo(user.time_zone), checked.file.currency
        formats = Formats(user.locale, zone, currency, now, name)
        names = {"user": user, "formats": formats, "result": result}
        return render(notice, names, own_locale=checked.file.locale)

    async def note_unreachable(self, message: Message, *, is_shut_out: bool) -> None:
        """Remember that somebody cannot be written to, and carry out what the notice has for that.

        Raises:
            UnavailableError: the database cannot work now.
        """
        now = self._clock()
        if is_shut_out and message.chat_id > 0:
            with outages_told():
                async with self._sessions.begin() as session:
                    await storage.users.note_unreachable(session, message.chat_id, now=now)
        declared = self._checked().catalog.notices.get(message.notice)
        if declared is None or declared.notice.unreachable is None:
            return
        told = Action(
            name=f"{message.notice}.unreachable",
            kind=ActionKind.COMMAND,
            function=declared.notice.unreachable,
            parameters=declared.action.parameters,
            result=None,
            outcomes=(),
            description="",
            notifies=declared.action.notifies,
        )
        await self._runner.command(
            _call(told),
            _arguments(declared, message.arguments),
            user=await self._find(message.chat_id, is_reachable=False),
            now=now,
            key=f"{message.bot_id}:outbox:{message.id}",
        )

    async def _find(self, chat_id: int, *, is_reachable: bool = True) -> User:
        """Find a person as they are now; a group is a stranger."""
        file = self._checked().file
        if chat_id < 0:
            return User(chat_id, file.roles[0], "", file.locale, file.time_zone)
        with outages_told():
            async with self._sessions() as session:
                person = await storage.users.find(session, chat_id)
        if person is None:
            raise UnsendableError(Fate.DEAD, "nobody of this id is known")
        if person.blocked_at is not None and is_reachable:
            raise UnsendableError(Fate.DEAD, "they have blocked the bot")
        return self._directory.user_of(person)


def render(notice: CompiledNotice, environment: Mapping[str, Any], *, own_locale: str) -> Words:
    """Write a notice in the language of `user` in the environment; `own_locale` has what that lacks."""
    locale = environment["user"].locale
    text = notice.text[locale].render(environment)
    rows = [
        [made for one in row if (made := _button(one, own_locale, environment))]
        for _, row in groupby(notice.buttons, key=lambda one: one.row)
    ]
    shown = [row for row in rows if row]
    markup = InlineKeyboardMarkup(inline_keyboard=shown) if shown else None
    return Words(text, markup, _options(notice.manner, is_private=environment["user"].id > 0))


def _options(manner: Manner, *, is_private: bool) -> dict[str, Any]:
    """Return how a notice reaches people, as Telegram is told; nothing where nothing is said."""
    options = {
        "protect_content": manner.protected or None,
        "disable_notification": manner.silent or None,
        "message_effect_id": manner.effect if is_private else None,
        "link_preview_options": preview_in_a_word(manner.preview),
    }
    return {name: value for name, value in options.items() if value is not None}


def _button(
    button: CompiledButton, own_locale: str, environment: Mapping[str, Any]
) -> InlineKeyboardButton | None:
    user = environment["user"]
    text = button.text[user.locale].render(environment)
    look = choose_look(
        button.looks, lambda code: bool(button.conditions[code].evaluate(environment))
    )
    if button.aside is not None:

        def say(wording: Wording) -> str:
            templates = button.texts[wording]
            template = templates.get(user.locale, templates[own_locale])
            return without_marks(template.render(environment))

        is_shown = can_be_shown(button.aside, is_private=user.id > 0)
        return aside_button(text, button.aside, say, look) if is_shown else None
    values = {name: code.evaluate(environment) for name, code in button.arguments.items()}
    payload = button.link.write(values) if button.link else ""
    return InlineKeyboardButton(text=text, callback_data=press_of_link(payload), **look)


def _call(action: Action) -> ActionCall:
    type_ = NOTHING if action.result is None else type_of(action.result)
    return ActionCall(action.name, action, type_, {})


def _arguments(declared: DeclaredNotice, written: Mapping[str, Any]) -> dict[str, Any]:
    """Read the arguments of a message, which an earlier version may have written."""
    found = {}
    for one in declared.action.parameters:
        if one.name in written:
            try:
                found[one.name] = from_json(type_of(one.annotation), written[one.name])
            except ValueError as error:
                reason = f'its "{one.name}" is not what the notice takes'
                raise UnsendableError(Fate.DEAD, reason) from error
        elif one.required:
            raise UnsendableError(Fate.DEAD, f'it has no "{one.name}", which the notice takes')
    return found
