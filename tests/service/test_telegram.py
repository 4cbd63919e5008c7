"""The session to the Bot API reads answers as they come."""

from collections.abc import Callable

from engine.service.metrics import Metrics
from engine.service.settings import Settings
from engine.service.telegram import create_bot


async def test_half_a_character_is_read(make_settings: Callable[..., Settings]) -> None:
    """JSON that holds half of a surrogate pair is read by the slower of two readers."""
    bot = create_bot(make_settings(), Metrics())

    assert bot.session.json_loads('{"text": "\\ud800"}') == {"text": "\ud800"}
    await bot.session.close()
