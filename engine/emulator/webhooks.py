"""Delivering updates to a bot's webhook, with repeats, and doing the method it may answer with.

Knows nothing of what an update or a method is; of one chat, updates are delivered in order.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from engine.emulator.model import Bot
from engine.emulator.updates import Webhook

type Json = dict[str, Any]
type Execute = Callable[[Bot, Json], Awaitable[object]]

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
MAX_WAIT_SECONDS = 60.0
_TIMEOUT = aiohttp.ClientTimeout(total=60)


class WebhookSender:
    """Sends what waits in one bot's queue while it has a webhook."""

    def __init__(self, bot: Bot, execute: Execute, *, retry_seconds: float) -> None:
        self._bot = bot
        self._execute = execute
        self._retry_seconds = retry_seconds
        self._changed = asyncio.Event()
        self._in_flight: dict[object, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        bot.queue.changed = self._changed.set

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            try:
                while True:
                    self._changed.clear()
                    self._start_deliveries(session)
                    await self._changed.wait()
            finally:
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start_deliveries(self, session: aiohttp.ClientSession) -> None:
        hook = self._bot.queue.webhook
        if hook is None:
            return
        for update_id, update in list(self._bot.queue.pending.items()):
            chat = _chat_of(update)
            if chat in self._in_flight or len(self._in_flight) >= hook.max_connections:
                continue
            self._in_flight[chat] = update_id
            task = asyncio.create_task(self._deliver(session, hook, update, chat))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(
        self, session: aiohttp.ClientSession, hook: Webhook, update: Json, chat: object
    ) -> None:
        wait = self._retry_seconds
        try:
            while (
                self._bot.queue.webhook is hook and update["update_id"] in self._bot.queue.pending
            ):
                if await self._post(session, hook, update):
                    self._bot.queue.pending.pop(update["update_id"], None)
                    return
                await asyncio.sleep(wait)
                wait = min(wait * 2, MAX_WAIT_SECONDS)
        finally:
            self._in_flight.pop(chat, None)
            self._changed.set()

    async def _post(self, session: aiohttp.ClientSession, hook: Webhook, update: Json) -> bool:
        headers = {"Content-Type": "application/json"}
        if hook.secret_token:
            headers[SECRET_HEADER] = hook.secret_token
        try:
            body = json.dumps(update).encode()
            async with session.post(hook.url, data=body, headers=headers) as response:
                if response.ok:
                    await self._answer_with_method(await response.read())
                    return True
                error = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, OSError, TimeoutError) as failure:
            error = f"Connection failed: {type(failure).__name__}"
        hook.last_error_date = int(time.time())
        hook.last_error_message = error
        return False

    async def _answer_with_method(self, body: bytes) -> None:
        try:
            answer = json.loads(body)
        except ValueError:
            return
        if isinstance(answer, dict) and isinstance(answer.get("method"), str):
            await self._execute(self._bot, answer)


def _chat_of(update: Json) -> object:
    """Return what keeps updates in order: the chat, or the person, or else the update itself."""
    payload = next(value for name, value in update.items() if name != "update_id")
    message = payload.get("message") or payload
    chat = message.get("chat") or payload.get("from") or {}
    return chat.get("id", ("update", update["update_id"]))
