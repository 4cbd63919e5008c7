"""Commands on the person's own settings.

It knows nothing of which locales the bot has; flows offer those.
"""

from typing import Annotated, Literal
from zoneinfo import available_timezones

import storage
from engine.actions import Context, MaxLength, Outcome, command, query


@command("users.set_locale")
async def set_locale(context: Context, *, locale: Annotated[str, MaxLength(35)]) -> None:
    """Remember the language that the person chose."""
    await storage.users.set_locale(context.session, context.user.id, locale)


@command("users.set_time_zone")
async def set_time_zone(
    context: Context, *, time_zone: Annotated[str, MaxLength(64)]
) -> Outcome[Literal["unknown_zone"]] | None:
    """Remember the time zone in which the person wants to see times."""
    if time_zone not in available_timezones():
        return Outcome("unknown_zone")
    await storage.users.set_time_zone(context.session, context.user.id, time_zone)
    return None


@command("users.set_news")
async def set_news(context: Context, *, wanted: bool) -> None:
    """Remember whether the person wants messages that go to many."""
    await storage.users.set_news(context.session, context.user.id, wanted=wanted)


@query("users.wants_news")
async def wants_news(context: Context) -> bool:
    """Tell whether the person wants messages that go to many."""
    return await storage.users.wants_news(context.session, context.user.id)
