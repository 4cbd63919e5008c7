"""Takes the updates that Telegram brings, and thanks for each only when the inbox has it.

It knows nothing of who set the webhook, nor of what an update means. Nothing of a request is read before its secret.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import orjson
import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from engine.service.inbox import InboxUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from engine.service.inbox import Inbox
    from engine.service.metrics import Metrics
    from engine.service.putting_off import PuttingOff

_logger = structlog.get_logger(__name__)

SECRET_HEADER: Final = b"x-telegram-bot-api-secret-token"

BODY_LIMIT: Final = 1024 * 1024
"""Many times what the longest update takes; Telegram would repeat one that is refused."""

BODY_SECONDS: Final = 10.0
"""How long a body may take to arrive."""

PUT_SECONDS: Final = 15.0
"""How long Telegram is kept waiting for PostgreSQL; it would wait for a minute."""

QUIET_SECONDS: Final = 60.0
"""How long a refusal is not logged again for the same reason."""

_BIGINT: Final = 2**63


class RefusedError(Exception):
    """A request will not do; `status` is what it is answered with."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class WebhookReceiver:
    """Answers the calls of Telegram at `path`."""

    def __init__(
        self,
        inbox: Inbox,
        metrics: Metrics,
        putting_off: PuttingOff,
        *,
        path: str,
        secrets: Sequence[str],
    ) -> None:
        self.path = path
        self._inbox = inbox
        self._metrics = metrics
        self._putting_off = putting_off
        self._secrets = [secret.encode() for secret in secrets]
        self._logged: dict[HTTPStatus, float] = {}

    async def receive(self, request: Request) -> Response:
        """Keep the update that a request brings; 200 says that it is kept, anything else asks for it again."""
        status, headers = HTTPStatus.OK, {}
        try:
            self._require_secret(request)
            await self._put(read_body(await _take_body(request)))
        except RefusedError as error:
            status = error.status
            self._tell(status, str(error))
        except ClientDisconnect:
            status = HTTPStatus.BAD_REQUEST
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers = {"Retry-After": "1"}
        self._metrics.webhook_requests.labels(str(status.value)).inc()
        return Response(status_code=status, headers=headers)

    def _require_secret(self, request: Request) -> None:
        shown = [value for name, value in request.scope["headers"] if name == SECRET_HEADER]
        if len(shown) != 1:
            raise RefusedError(HTTPStatus.UNAUTHORIZED, "the secret is missing")
        matches = [hmac.compare_digest(shown[0], secret) for secret in self._secrets]
        if not any(matches):
            raise RefusedError(HTTPStatus.FORBIDDEN, "the secret is wrong")

    async def _put(self, update: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(PUT_SECONDS):
                await self._inbox.put([update])
            self._putting_off.over()
        except (InboxUnavailableError, TimeoutError) as error:
            reason = f"PostgreSQL does not take updates ({str(error) or type(error).__name__}); Telegram keeps them"
            await self._putting_off.tell([update])
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, reason) from error

    def _tell(self, status: HTTPStatus, reason: str) -> None:
        """Log a refusal, but do not let strangers fill the log."""
        now = monotonic()
        if now - self._logged.get(status, -QUIET_SECONDS) >= QUIET_SECONDS:
            self._logged[status] = now
            _logger.warning("webhook_refused", status=status.value, reason=reason)


def read_body(body: bytes) -> dict[str, Any]:
    """Read an update as Telegram sends it.

    Raises:
        RefusedError: it is none that could be kept.
    """
    try:
        update = _loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "the body is not JSON") from error
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < _BIGINT:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "the body is not an update")
    return dict(update)


def _loads(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:  # half of a surrogate pair, which Telegram lets pass
        return json.loads(body)


async def _take_body(request: Request) -> bytes:
    """Read a body piece by piece, whatever it says of its length."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (
        len(announced) > len(str(BODY_LIMIT)) or int(announced) > BODY_LIMIT
    ):
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too long")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > BODY_LIMIT:
                    raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too long")
    except TimeoutError as error:
        raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, "the body takes too long") from error
    return bytes(body)
