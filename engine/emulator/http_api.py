"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`.

Knows nothing of methods; reads a request's arguments, and cuts the connection when a fault says so.
"""

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from engine.emulator.arguments import Arguments
from engine.emulator.errors import ApiError, bad_request
from engine.emulator.execution import Reply, error_reply, execute
from engine.emulator.files import MAX_DOWNLOAD_BYTES, Upload
from engine.emulator.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

CUT_EXTENSION = "emulator.cut"
"""Key among the ASGI scope's extensions of a function that drops the connection."""

MAX_FIELDS = 1000


def make_bot_router(world: World) -> APIRouter:
    """Return the routes of the Bot API."""
    router = APIRouter()

    @router.api_route("/bot{token}/{method}", methods=["GET", "POST"], include_in_schema=False)
    async def call_method(token: str, method: str, request: HttpRequest) -> Response:
        try:
            bot = world.bot_of_token(token)
            arguments = await read_arguments(request)
        except ApiError as error:
            return _respond(request, error_reply(error))
        return _respond(request, await execute(world, bot, method, arguments))

    @router.get("/file/bot{token}/{path:path}", include_in_schema=False)
    async def download(token: str, path: str, request: HttpRequest) -> Response:
        try:
            world.bot_of_token(token)
        except ApiError as error:
            return _respond(request, error_reply(error))
        stored = world.files.find_by_path(path)
        if stored is None or len(stored.content) > MAX_DOWNLOAD_BYTES:
            return _respond(request, error_reply(ApiError(404, "Not Found")))
        return Response(stored.content, media_type="application/octet-stream")

    return router


async def read_arguments(request: HttpRequest) -> Arguments:
    """Return the arguments of a call: of the query, then of the body in any of its three forms.

    Raises:
        ApiError: the body is not what its content type says.
    """
    values: dict[str, object] = dict(parse_qsl(request.url.query, keep_blank_values=True))
    files: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        values |= await _read_json(request)
    elif kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        async with request.form(max_files=MAX_FIELDS, max_fields=MAX_FIELDS) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = await _read_file(value)
                else:
                    values[name] = value
    return Arguments(values, files)


async def _read_file(part: UploadFile) -> Upload:
    mime_type = part.content_type or "application/octet-stream"
    return Upload(part.filename or "file", await part.read(), mime_type)


async def _read_json(request: HttpRequest) -> dict[str, object]:
    body = await request.body()
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError as error:
        raise bad_request("Can't parse JSON object") from error
    if not isinstance(value, dict):
        raise bad_request("Can't parse JSON object: Object expected")
    return value


def _respond(request: HttpRequest, reply: Reply) -> Response:
    if reply.cut:
        cut: Callable[[], None] | None = request.scope.get("extensions", {}).get(CUT_EXTENSION)
        if cut is None:
            raise ConnectionAbortedError("a fault cut the connection")
        cut()
        return _Nothing()
    return Response(
        reply.body.encode(),
        status_code=reply.status,
        media_type=reply.media_type,
        headers=reply.headers,
    )


class _Nothing(Response):
    """No answer: the connection is gone."""

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        """Send nothing."""
        del scope, receive, send
