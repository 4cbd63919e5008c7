"""People are known by their Telegram id, in the roles, locales and zone that the bot has."""

import secrets

import pytest
from aiogram.types import User as TelegramUser
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

import storage
from engine.flow.checked import Bot
from engine.flow.locales import choose_locale
from engine.service.directory import PeopleDirectory, choose_role, grant_owner
from storage.values import Role


def somebody(language: str | None = None) -> TelegramUser:
    """Make somebody nobody has seen before."""
    return TelegramUser(
        id=secrets.randbelow(2**40) + 1, is_bot=False, first_name="Ada", language_code=language
    )


async def test_a_stranger_is_remembered(
    sessions: async_sessionmaker[AsyncSession], desk: Bot
) -> None:
    """Somebody new has the bot's first role, its own zone, and a locale by their Telegram's language."""
    person = somebody("de-AT")

    user = await PeopleDirectory(sessions, desk.file).identify(person)

    assert (user.id, user.first_name) == (person.id, "Ada")
    assert (user.role, user.locale, user.time_zone) == ("client", "de", "Europe/Berlin")


async def test_an_unknown_language_falls_back(
    sessions: async_sessionmaker[AsyncSession], desk: Bot
) -> None:
    """Who speaks none of the bot's languages reads its own, or the one that settings say."""
    person = somebody("fi")

    plain = await PeopleDirectory(sessions, desk.file).identify(person)
    told = await PeopleDirectory(sessions, desk.file, locale="de").identify(person)

    assert (plain.locale, told.locale) == ("en", "de")


async def test_a_chosen_language_wins(
    sessions: async_sessionmaker[AsyncSession], desk: Bot
) -> None:
    """What a person chose in the bot counts more than what their Telegram is set to."""
    person = somebody("en")
    directory = PeopleDirectory(sessions, desk.file)
    await directory.identify(person)
    async with sessions.begin() as session:
        await storage.users.set_locale(session, person.id, "de")

    assert (await directory.identify(person)).locale == "de"


async def test_an_owner_of_the_settings_is_one_at_once(
    sessions: async_sessionmaker[AsyncSession], desk: Bot
) -> None:
    """The first owner needs no one to grant it; a bot without owners knows them by the next lower role."""
    person = somebody()

    await grant_owner(sessions, person.id)
    await grant_owner(sessions, person.id)

    assert (await PeopleDirectory(sessions, desk.file).identify(person)).role == "admin"
    async with sessions() as session:
        assert await storage.users.find_role(session, person.id) is Role.OWNER


@pytest.mark.parametrize(
    ("wishes", "chosen"),
    [
        (["de"], "de"),
        (["pt-br"], "pt_BR"),
        (["pt"], "pt_BR"),
        (["en-GB"], "en"),
        ([None, "de-CH"], "de"),
        (["fi", "de"], "de"),
        (["fi"], None),
        ([None], None),
    ],
)
def test_a_locale_is_found_by_its_language(wishes: list[str | None], chosen: str | None) -> None:
    """Telegram says `pt-br` where the bot says `pt_BR`, and a dialect is better than another language."""
    assert choose_locale(["en", "de", "pt_BR"], wishes) == chosen


@pytest.mark.parametrize(
    ("roles", "held", "chosen"),
    [
        (["client", "staff", "admin", "owner"], Role.OWNER, "owner"),
        (["client", "admin"], Role.OWNER, "admin"),
        (["client", "admin"], Role.STAFF, "client"),
        (["guest", "admin"], Role.CLIENT, "guest"),
    ],
)
def test_a_role_is_never_rounded_up(roles: list[str], held: Role, chosen: str) -> None:
    """A role the bot does not have becomes the next lower one it has, else a stranger's."""
    assert choose_role(roles, held) == chosen


async def test_somebody_is_found_by_their_id(
    sessions: async_sessionmaker[AsyncSession], desk: Bot
) -> None:
    """Who has been here is known without an update of theirs; a stranger is nobody."""
    person = somebody("de")
    directory = PeopleDirectory(sessions, desk.file)

    assert await directory.find(person.id) is None
    known = await directory.identify(person)
    assert await directory.find(person.id) == known
