"""The emulator as one ASGI application: Bot API, control API and chat page.

Knows nothing of sockets.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from engine.emulator.arguments import Arguments
from engine.emulator.control import make_people_router
from engine.emulator.control_admin import make_admin_router
from engine.emulator.control_story import make_story_router
from engine.emulator.errors import ApiError
from engine.emulator.execution import error_reply, execute
from engine.emulator.http_api import make_bot_router
from engine.emulator.model import Bot, Json
from engine.emulator.people import ImpossibleError
from engine.emulator.webhooks import WebhookSender
from engine.emulator.world import Settings, World

STATIC = Path(__file__).parent / "static"

_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def create_app(settings: Settings | None = None, *, world: World | None = None) -> FastAPI:
    """Return an emulator; its world is at `app.state.world`."""
    world = world or World(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with deliver_webhooks(world):
            yield

    app = FastAPI(title="Bot API emulator", lifespan=lifespan, docs_url="/_emulator/docs")
    app.state.world = world
    own = [Depends(refuse_foreign_pages)]
    app.include_router(make_people_router(world), dependencies=own)
    app.include_router(make_admin_router(world), dependencies=own)
    app.include_router(make_story_router(world), dependencies=own)
    app.include_router(make_bot_router(world))
    app.add_exception_handler(ImpossibleError, _impossible)
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(404, _not_found)
    app.mount("/", _Page(directory=STATIC, html=True), name="page")
    return app


@contextlib.asynccontextmanager
async def deliver_webhooks(world: World) -> AsyncIterator[None]:
    """Deliver updates to the webhooks of all bots, also of those still to come."""
    tasks: list[asyncio.Task[None]] = []

    async def answer(bot: Bot, call: Json) -> None:
        values = {name: value for name, value in call.items() if name != "method"}
        await execute(world, bot, call["method"], Arguments(values))

    def start(bot: Bot) -> None:
        sender = WebhookSender(bot, answer, retry_seconds=world.settings.webhook_retry_seconds)
        tasks.append(asyncio.create_task(sender.run()))

    for bot in world.bots.values():
        start(bot)
    world.on_new_bot = start
    try:
        yield
    finally:
        world.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def refuse_foreign_pages(request: HttpRequest) -> None:
    """Refuse what a page from somewhere else, open in the same browser, sends here."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ImpossibleError(403, f"pages from {origin} may not use the control API")


class _Page(StaticFiles):
    """The chat page, with headers that let nothing in from outside."""

    async def get_response(self, path: str, scope: Json) -> Response:  # type: ignore[override]  # a Scope is this
        response = await super().get_response(path, scope)
        response.headers.update(_PAGE_HEADERS)
        return response


async def _impossible(_request: HttpRequest, error: Exception) -> Response:
    if not isinstance(error, ImpossibleError):
        raise error
    body = {"error": error.message, **error.details}
    return JSONResponse(json.loads(json.dumps(body)), status_code=error.status)


async def _api_error(_request: HttpRequest, error: Exception) -> Response:
    if not isinstance(error, ApiError):
        raise error
    return JSONResponse({"error": error.description}, status_code=error.code)


async def _not_found(request: HttpRequest, _error: Exception) -> Response:
    if request.url.path.startswith("/_emulator"):
        return JSONResponse({"error": f"no route {request.url.path}"}, status_code=404)
    reply = error_reply(ApiError(404, "Not Found"))
    return Response(reply.body, status_code=404, media_type="application/json")
