"""Commands on the person's own settings.

It knows nothing of which locales the bot has; flows offer those.
"""

from typing import Annotated

import storage
from engine.actions import Context, MaxLength, command


@command("users.set_locale")
async def set_locale(context: Context, *, locale: Annotated[str, MaxLength(35)]) -> None:
    """Remember the language that the person chose."""
    await storage.users.set_locale(context.session, context.user.id, locale)
