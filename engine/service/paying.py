"""What taking payments needs of the settings.

It knows nothing of how a payment is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.paying import PayStep
from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from engine.flow.checked import Bot
    from engine.service.settings import Settings


def require_payment_token(settings: Settings, checked: Bot) -> None:
    """Refuse a bot that asks for money without a provider who takes it.

    Raises:
        SettingsError: no token of a provider is set.
    """
    if settings.payment_token is not None:
        return
    for name, compiled in checked.flows.items():
        if any(isinstance(step, PayStep) for step in compiled.flow.steps.values()):
            raise SettingsError(
                f'PAYMENT_TOKEN is not set, nor PAYMENT_TOKEN_FILE, but flow "{name}" asks for money; '
                "BotFather gives the token of a payment provider"
            )


def payment_token(settings: Settings) -> str:
    """Return what the provider knows the bot by; nothing where nothing is paid."""
    return settings.payment_token.get_secret_value() if settings.payment_token else ""
