"""A bot's way to Telegram without a network: each call is carried out by the emulator's world in this process.

It knows nothing of conversations, nor what a method does.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import Response

from engine.emulator.arguments import Arguments
from engine.emulator.execution import execute
from engine.emulator.files import Upload

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from aiogram import Bot
    from aiogram.methods import TelegramMethod
    from aiogram.types import InputFile

    from engine.emulator.world import World


class WorldSession(BaseSession):
    """Takes the calls of a bot to a world."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> Any:
        """Carry out a method.

        Raises:
            TelegramNetworkError: a fault cut the connection.
        """
        del timeout
        files: dict[str, InputFile] = {}
        values: dict[str, Any] = {}
        for name, value in method.model_dump(warnings=False).items():
            prepared = self.prepare_value(value, bot=bot, files=files)
            if prepared:
                values[name] = prepared
        uploads = {name: await _read_upload(bot, name, file) for name, file in files.items()}
        account = self._world.bot_of_token(bot.token)
        arguments = Arguments(values, uploads)
        _response_of(type(method))
        reply = await execute(self._world, account, method.__api_method__, arguments)
        if reply.cut:
            raise TelegramNetworkError(method=method, message="the connection was cut")
        return self.check_response(bot, method, reply.status, reply.body).result

    async def stream_content(self, url: str, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """Give the content of a file that a bot downloads."""
        stored = self._world.files.find_by_path(url.rpartition("/file/")[2].partition("/")[2])
        yield b"" if stored is None else stored.content

    async def close(self) -> None:
        """Close nothing."""


@cache
def _response_of(method: type[TelegramMethod[Any]]) -> Any:
    """Return the type of the answer to a method, and so hold it: who reads answers makes it anew once it is collected."""
    return Response[method.__returning__]  # type: ignore[name-defined]  # it is a type, though known at run time alone


async def _read_upload(bot: Bot, name: str, file: InputFile) -> Upload:
    content = b"".join([part async for part in file.read(bot)])
    return Upload(file.filename or name, content, "application/octet-stream")
