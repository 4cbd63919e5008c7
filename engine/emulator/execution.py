"""Carrying out one call: fault, method, log, answer.

Knows nothing of HTTP but the status an answer has.
"""

import asyncio
import inspect
import json
import logging
from dataclasses import dataclass, field
from typing import Any

from engine.emulator.arguments import Arguments
from engine.emulator.calls import Call
from engine.emulator.errors import ApiError, too_many_requests
from engine.emulator.faults import Fault
from engine.emulator.methods import find_method
from engine.emulator.model import Bot, Json
from engine.emulator.request import Request
from engine.emulator.world import World

_log = logging.getLogger(__name__)

_REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
UNLISTED = frozenset({"getupdates"})
"""Methods that a fault for `*` leaves alone, so that it meets what the bot does, not its waiting."""


@dataclass(frozen=True)
class Reply:
    """What goes back to the bot; nothing at all when the connection is cut."""

    status: int
    body: str
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


async def execute(world: World, bot: Bot, name: str, arguments: Arguments) -> Reply:
    """Do what a call asks, or fail it as a fault says."""
    call = world.calls.open(bot.id, name, _payload(arguments), world.settings.clock())
    bot.has_called = True
    fault = _fault(world, name, arguments)
    if fault is not None:
        call.fault = fault.to_json()
        if fault.delay_seconds:
            await asyncio.sleep(fault.delay_seconds)
        if fault.cut == "before" or fault.error is not None:
            return _finish(world, call, _failed(fault))
    reply = await _run(world, bot, name, arguments)
    if fault is not None and fault.cut == "after":
        reply = Reply(reply.status, reply.body, cut=True)
    return _finish(world, call, reply)


async def _run(world: World, bot: Bot, name: str, arguments: Arguments) -> Reply:
    try:
        result = find_method(name)(Request(world, bot, arguments))
        if inspect.isawaitable(result):
            result = await result
    except ApiError as error:
        return error_reply(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the bot must get an answer
        # A fault of the emulator must not look like one of the bot, nor leave the call open for ever.
        _log.exception("method %s failed", name)
        return error_reply(ApiError(500, f"Internal Server Error: emulator: {error!r}"))
    return json_reply(200, {"ok": True, "result": result})


def error_reply(error: ApiError) -> Reply:
    """Return the answer for an error."""
    retry = error.parameters.get("retry_after")
    headers = {} if retry is None else {"Retry-After": str(retry)}
    return json_reply(error.code, error.to_json(), headers)


def json_reply(status: int, body: Json, headers: dict[str, str] | None = None) -> Reply:
    """Return an answer in JSON, in ASCII so that a lone surrogate comes back as it went."""
    return Reply(status, json.dumps(body), headers=headers or {})


def _fault(world: World, name: str, arguments: Arguments) -> Fault | None:
    if name.lower() in UNLISTED and not any(
        fault.method.lower() == name.lower() for fault in world.faults.faults
    ):
        return None
    return world.faults.take(name, arguments.text("chat_id"))


def _failed(fault: Fault) -> Reply:
    if fault.cut == "before":
        return Reply(0, "", cut=True)
    status = fault.error or 500
    if fault.html:
        reason = _REASONS.get(status, "Error")
        page = f"<html><head><title>{status} {reason}</title></head><body><h1>{reason}</h1></body></html>"
        return Reply(status, page, media_type="text/html")
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        error = too_many_requests(fault.retry_after or 1)
    else:
        error = ApiError(status, fault.description or _REASONS.get(status, "Error"))
    if fault.description:
        error.description = fault.description
    return error_reply(error)


def _finish(world: World, call: Call, reply: Reply) -> Reply:
    call.finished_at = world.settings.clock()
    call.status = None if reply.cut else reply.status
    is_json = reply.media_type == "application/json" and reply.body
    call.answer = json.loads(reply.body) if is_json else reply.body or None
    world.changes.announce()
    return reply


def _payload(arguments: Arguments) -> Json:
    """Return what a call brought, JSON decoded, files by name and size."""
    shown: dict[str, Any] = {}
    for name, value in arguments.values.items():
        shown[name] = _decoded(value)
    for name, upload in arguments.files.items():
        shown[name] = {"file_name": upload.name, "file_size": len(upload.content)}
    return shown


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
