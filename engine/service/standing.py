"""Where people stand, counted from what is kept of their conversations, and what other flows would make of it.

It writes nothing, and tells nothing of anybody but the step they stand at.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

from redis.exceptions import RedisError

from engine.dialog.bring_along import foresee
from engine.dialog.record import read_strands
from engine.service.errors import ServiceError
from engine.service.settings import RedisSettings, load_settings
from storage.conversations import create_client, scan_states

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.dialog.bring_along import Outlook
    from engine.flow.checked import Bot

_LARGEST: Final = 1024 * 1024
"""A conversation of more bytes than that is none of ours."""


def count_people(
    bot: Bot, env_file: Path | None = None
) -> Mapping[tuple[str, str], Counter[Outlook]]:
    """Count the people at each step by what the flows of a bot would make of them, in the Redis of the settings.

    Raises:
        ServiceError: Redis cannot be reached.
    """
    return asyncio.run(_count(bot, env_file))


async def _count(bot: Bot, env_file: Path | None) -> Mapping[tuple[str, str], Counter[Outlook]]:
    settings = load_settings(RedisSettings, env_file=env_file)
    redis = create_client(settings.redis_url.get_secret_value(), connections=2)
    found: dict[tuple[str, str], Counter[Any]] = defaultdict(Counter)
    try:
        async for value in scan_states(redis, bot_id=settings.bot_id):
            if len(value) > _LARGEST:
                continue
            for contexts in read_strands(value):
                seen = foresee(bot, contexts)
                if seen is not None:
                    place, outlook = seen
                    found[place][outlook] += 1
    except (RedisError, OSError) as error:
        reason = type(error).__name__
        raise ServiceError(f"Redis at REDIS_URL cannot be read: {reason}") from error
    finally:
        await redis.aclose()
    return found
