"""What the session to the Bot API keeps between calls."""

import gc
import weakref
from collections.abc import Callable

from aiogram.methods import Response, SendMessage
from aiogram.types import Message

from engine.service.metrics import Metrics
from engine.service.settings import Settings
from engine.service.telegram import create_bot

ANSWER = (
    '{"ok": true, "result": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}'
)


async def test_what_reads_answers_is_made_once(make_settings: Callable[..., Settings]) -> None:
    """Reading an answer costs a tenth of a millisecond, not the several that making its model takes."""
    bot = create_bot(make_settings(), Metrics())
    call = SendMessage(chat_id=7, text="Hello")

    bot.session.check_response(bot, call, 200, ANSWER)
    reader = weakref.ref(Response[Message])
    gc.collect()
    answer = bot.session.check_response(bot, call, 200, ANSWER)
    await bot.session.close()

    assert reader() is type(answer)
