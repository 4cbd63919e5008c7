"""Knows people: from a Telegram user to the `user` of a flow, through the database.

It knows nothing of conversations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

import storage
from engine.actions import User
from engine.flow.locales import choose_locale
from engine.service.batches import Lookups
from engine.service.outages import outages_told
from storage.values import Profile, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aiogram.types import User as TelegramUser
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from engine.flow.model.bot import BotFile
    from storage.values import Person

_logger = structlog.get_logger(__name__)


class PeopleDirectory:
    """Identifies people in the roles, locales and time zone that a bot has.

    `locale` is that of people whose own the bot does not have; `see` is told of each person identified.
    """

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        bot: BotFile,
        *,
        locale: str | None = None,
        see: Callable[[User], None] = lambda _: None,
    ) -> None:
        self._sessions = sessions
        self._bot = bot
        self._locale = locale or bot.locale
        self._see = see
        self._known = Lookups(self._find_known)

    def replace(self, bot: BotFile, locale: str) -> None:
        """Identify people in what another bot has."""
        self._bot, self._locale = bot, locale

    async def identify(self, person: TelegramUser) -> User:
        """Return who this is, remembering what is new about them.

        People who come together are looked up together, without a transaction; each is written alone, so that nobody
        waits for another's row.
        """
        profile = Profile(
            telegram_id=person.id,
            first_name=person.first_name,
            last_name=person.last_name,
            username=person.username,
            language_code=person.language_code,
        )
        with outages_told():
            known = await self._known.find(person.id)
            if known is None or known.blocked_at or known.profile() != profile:
                async with self._sessions.begin() as session:
                    known = await storage.users.identify(session, profile)
        user = self.user_of(known)
        self._see(user)
        return user

    async def find(self, user_id: int) -> User | None:
        """Return who this is, None when they are not known."""
        with outages_told():
            async with self._sessions() as session:
                known = await storage.users.find(session, user_id)
        return self.user_of(known) if known else None

    async def _find_known(self, user_ids: Sequence[int]) -> Mapping[int, Person]:
        async with self._sessions() as session:
            await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
            return await storage.users.find_all(session, user_ids)

    def user_of(self, known: Person) -> User:
        """Return a known person as flows see them."""
        wishes = (known.locale, known.language_code)
        return User(
            id=known.telegram_id,
            role=choose_role(self._bot.roles, known.role),
            first_name=known.first_name,
            locale=choose_locale(self._bot.locales, wishes) or self._locale,
            time_zone=known.time_zone or self._bot.time_zone,
            last_name=known.last_name,
            username=known.username,
        )


def choose_role(roles: Sequence[str], held: Role) -> str:
    """Return the highest role of the bot that is not above the one held; else a stranger's, the first."""
    reached = [role for role in reversed(Role) if role.rank <= held.rank]
    return next((role.value for role in reached if role.value in roles), roles[0])


async def list_roles(sessions: async_sessionmaker[AsyncSession], bot: BotFile) -> Mapping[int, str]:
    """Return the role in a bot of everybody who was given any."""
    async with sessions() as session:
        grants = await storage.users.list_grants(session)
    held: dict[int, Role] = {}
    for grant in grants:
        known = held.get(grant.telegram_id, grant.role)
        held[grant.telegram_id] = max(known, grant.role, key=lambda role: role.rank)
    return {user_id: choose_role(bot.roles, role) for user_id, role in held.items()}


async def grant_owner(sessions: async_sessionmaker[AsyncSession], telegram_id: int) -> None:
    """Make somebody an owner because the settings say so; nobody is named as the one who granted it."""
    async with sessions.begin() as session:
        given = await storage.users.grant_role(session, telegram_id, Role.OWNER)
    if given:
        _logger.warning("owner_granted", user_id=telegram_id, granted_by="settings")
