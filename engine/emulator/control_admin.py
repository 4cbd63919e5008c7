"""The control API for everything but people: faults, the log of calls, bots, files, starting over.

Knows nothing of chats; every route is under `/_emulator`.
"""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from engine.emulator.control_models import BotBody, FaultBody, UpdateBody
from engine.emulator.faults import Fault
from engine.emulator.model import Json
from engine.emulator.people import ImpossibleError, find_bot
from engine.emulator.views import bot_json
from engine.emulator.waiting import wait_until_idle
from engine.emulator.world import World

type Wait = Annotated[float, Query(ge=0, le=60)]

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Types of file that a browser may show; everything else it may only keep."""


def make_admin_router(world: World) -> APIRouter:
    """Return the routes about the emulator itself."""
    router = APIRouter(prefix="/_emulator")
    _add_faults(router, world)
    _add_calls(router, world)
    _add_bots(router, world)
    _add_world(router, world)
    return router


def _add_faults(router: APIRouter, world: World) -> None:
    @router.post("/faults", status_code=201)
    async def add_fault(body: FaultBody) -> Json:
        if body.error is None and body.cut is None and not body.delay_seconds:
            raise ImpossibleError(400, "a fault needs error, cut or delay_seconds")
        fault = Fault(**body.model_dump())
        world.faults.add(fault)
        return fault.to_json()

    @router.get("/faults")
    async def list_faults() -> list[Json]:
        return [fault.to_json() for fault in world.faults.faults]

    @router.delete("/faults")
    async def clear_faults() -> Json:
        world.faults.clear()
        return {"faults": []}


def _add_calls(router: APIRouter, world: World) -> None:
    @router.get("/calls")
    async def list_calls(method: str | None = None, after: int = 0, wait: Wait = 0.0) -> list[Json]:
        deadline = asyncio.get_running_loop().time() + wait
        found = world.calls.find(method=method, after=after)
        while not found and (left := deadline - asyncio.get_running_loop().time()) > 0:
            if not await world.changes.wait(left):
                break
            found = world.calls.find(method=method, after=after)
        return [call.to_json() for call in found]

    @router.delete("/calls")
    async def clear_calls() -> Json:
        world.calls.clear()
        return {"calls": []}


def _add_bots(router: APIRouter, world: World) -> None:
    @router.get("/bots")
    async def list_bots() -> list[Json]:
        return [bot_json(bot) for bot in world.bots.values()]

    @router.put("/bots/{bot_id}")
    async def put_bot(bot_id: int, body: BotBody) -> Json:
        bot = find_bot(world, bot_id)
        bot.name = body.first_name or bot.name
        bot.username = body.username or bot.username
        if body.privacy_mode is not None:
            bot.privacy_mode = body.privacy_mode
        world.changes.announce()
        return bot_json(bot)

    @router.post("/bots/{bot_id}/updates", status_code=201)
    async def push_update(bot_id: int, body: UpdateBody) -> Json:
        queue = find_bot(world, bot_id).queue
        if "update_id" in body.update:
            queue.redeliver(body.update)
            return {"update_id": body.update["update_id"]}
        if len(body.update) != 1:
            raise ImpossibleError(400, "an update has exactly one kind besides update_id")
        kind, payload = next(iter(body.update.items()))
        return {"update_id": queue.push(kind, payload)}


def _add_world(router: APIRouter, world: World) -> None:
    @router.post("/reset")
    async def reset() -> Json:
        world.clear()
        return {"version": world.changes.version}

    @router.get("/idle")
    async def idle(wait: Wait = 5.0, quiet: Wait = 0.1) -> Json:
        return {"idle": await wait_until_idle(world, wait, quiet)}

    @router.get("/files/{file_id}")
    async def download(file_id: str) -> Response:
        stored = world.files.find_by_id(file_id)
        safe = stored.mime_type in SHOWN_INLINE
        headers = {
            "Content-Disposition": "inline" if safe else "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        media_type = stored.mime_type if safe else "application/octet-stream"
        return Response(stored.content, media_type=media_type, headers=headers)
