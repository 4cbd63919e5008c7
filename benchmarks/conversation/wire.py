"""A bot session that does everything but the socket, and a person who presses what it was sent.

It does not know which bot is behind it.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from aiogram.client.session.base import BaseSession
from aiogram.types import Update

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from aiogram import Bot
    from aiogram.methods import TelegramMethod
    from aiogram.methods.base import TelegramType

_DATE = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())


class WireSession(BaseSession):
    """Serialises each request and parses a Bot API answer, as a real session does, without a network.

    Keeps the last message of each chat, so that its buttons can be pressed, and counts the calls.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.screens: dict[int, dict[str, Any]] = {}
        self.calls = 0
        self._message_ids = itertools.count(1)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  # the signature is aiogram's
    ) -> TelegramType:
        """Answer a call as the Bot API would."""
        del timeout
        self.calls += 1
        form: dict[str, Any] = {}
        for key, value in method.model_dump(warnings=False).items():
            prepared = self.prepare_value(value, bot=bot, files={})
            if prepared:
                form[key] = prepared
        content = json.dumps({"ok": True, "result": self._result(form)})
        response = self.check_response(bot=bot, method=method, status_code=200, content=content)
        return cast("TelegramType", response.result)

    async def stream_content(  # the signature is aiogram's
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109
        chunk_size: int = 65536,
        raise_for_status: bool = True,  # noqa: FBT001, FBT002
    ) -> AsyncGenerator[bytes, None]:
        """Give no content: no file is fetched here."""
        del url, headers, timeout, chunk_size, raise_for_status
        yield b""

    async def close(self) -> None:
        """Close nothing."""

    def _result(self, form: dict[str, Any]) -> Any:
        if "chat_id" not in form:
            return True
        chat_id = int(form["chat_id"])
        before = self.screens.get(chat_id, {})
        message = {
            "message_id": int(form.get("message_id") or next(self._message_ids)),
            "date": _DATE,
            "chat": {"id": chat_id, "type": "private", "first_name": "Ann"},
            "from": {"id": 1, "is_bot": True, "first_name": "Bench"},
            "text": form.get("text") or before.get("text"),
        }
        if "reply_markup" in form:
            message["reply_markup"] = json.loads(form["reply_markup"])
        if message["message_id"] >= before.get("message_id", 0):
            self.screens[chat_id] = message
        return message


@dataclass(slots=True)
class Person:
    """Somebody whose updates are made from what their chat shows."""

    id: int
    bot: Bot
    session: WireSession
    updates: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def word(self, text: str) -> Update:
        """Return the update of a text message."""
        message_id = 10_000_000 + next(self.updates)
        return self._update(
            message={
                "message_id": message_id,
                "date": _DATE,
                "chat": self._chat(),
                "from": self._user(),
                "text": text,
            }
        )

    def press(self, place: int = 0) -> Update:
        """Return the update of a press on the button at that place of the last message."""
        screen = self.session.screens[self.id]
        buttons = [b for row in screen["reply_markup"]["inline_keyboard"] for b in row]
        return self._update(
            callback_query={
                "id": str(next(self.updates)),
                "from": self._user(),
                "chat_instance": "1",
                "message": screen,
                "data": buttons[place]["callback_data"],
            }
        )

    def _update(self, **event: Any) -> Update:
        update_id = self.id * 1_000_000 + next(self.updates)
        return Update.model_validate({"update_id": update_id, **event}, context={"bot": self.bot})

    def _chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": "Ann"}

    def _user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": "Ann", "language_code": "en"}
