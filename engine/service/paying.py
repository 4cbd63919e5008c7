"""What taking payments needs of the settings.

It knows nothing of how a payment is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from engine.flow.model.paying import PayStep
from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from engine.flow.checked import Bot
    from engine.service.settings import Settings

_logger = structlog.get_logger(__name__)


def require_payment_token(settings: Settings, checked: Bot) -> None:
    """Refuse a bot that asks for money without a provider who takes it; one whose actions can do without is only told of.

    Raises:
        SettingsError: no token of a provider is set.
    """
    if settings.payment_token is not None:
        return
    for name, compiled in checked.flows.items():
        if not any(isinstance(step, PayStep) for step in compiled.flow.steps.values()):
            continue
        if checked.catalog.payments_optional:
            _logger.warning("payments_off", flow=name, missing="PAYMENT_TOKEN")
            return
        raise SettingsError(
            f'PAYMENT_TOKEN is not set, nor PAYMENT_TOKEN_FILE, but flow "{name}" asks for money; '
            "BotFather gives the token of a payment provider"
        )


def payment_token(settings: Settings) -> str:
    """Return what the provider knows the bot by; nothing where nothing is paid."""
    return settings.payment_token.get_secret_value() if settings.payment_token else ""
