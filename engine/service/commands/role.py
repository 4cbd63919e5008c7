"""`usher role grant|revoke|list`: who may do what, said by an operator.

It knows nothing of what a role allows.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

import storage
from engine.service.errors import ServiceError, SettingsError
from engine.service.schema_state import describe_failure, require_newest
from engine.service.settings import DatabaseSettings, load_settings
from storage.database import AWAY, create_engine, create_sessions
from storage.values import Role

if TYPE_CHECKING:
    from argparse import Namespace

    from sqlalchemy.ext.asyncio import AsyncSession


def run(options: Namespace) -> int:
    """Do what was asked and say what changed."""
    settings = load_settings(DatabaseSettings, env_file=options.env_file)
    sys.stdout.write(asyncio.run(_carry_out(settings, options)))
    return 0


async def _carry_out(settings: DatabaseSettings, options: Namespace) -> str:
    engine = create_engine(settings.database_url.get_secret_value())
    try:
        await require_newest(engine)
        async with create_sessions(engine).begin() as session:
            match options.action:
                case "grant":
                    return await _grant(session, options.telegram_id, _role(options.role))
                case "revoke":
                    return await _revoke(session, options.telegram_id, _role(options.role))
                case _:
                    return await _list(session)
    except (SQLAlchemyError, *AWAY) as error:
        raise ServiceError(describe_failure(error)) from error
    finally:
        await engine.dispose()


async def _grant(session: AsyncSession, telegram_id: int, role: Role) -> str:
    given = await storage.users.grant_role(session, telegram_id, role)
    return f"{telegram_id} {'is now' if given else 'was already'} {role}\n"


async def _revoke(session: AsyncSession, telegram_id: int, role: Role) -> str:
    taken = await storage.users.revoke_role(session, telegram_id, role)
    return f"{telegram_id} {'is no longer' if taken else 'was not'} {role}\n"


async def _list(session: AsyncSession) -> str:
    lines = [
        f"{grant.telegram_id}\t{grant.role}\t{grant.first_name or '-'}\t"
        f"by {grant.granted_by or 'an operator'} on {grant.granted_at:%Y-%m-%d}\n"
        for grant in await storage.users.list_grants(session)
    ]
    return "".join(lines) or "nobody has a role\n"


def _role(text: str) -> Role:
    if text in set(Role):
        return Role(text)
    known = ", ".join(f'"{role}"' for role in sorted(Role))
    raise SettingsError(f'there is no role "{text}"; roles are {known}')
