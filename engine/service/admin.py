"""What administrators may do with a running service: have its flows read anew.

It knows nothing of how that is done; who asks has to know a token.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotation
from fastapi.responses import JSONResponse

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pydantic import SecretStr

    from engine.service.reload import Reloader

_SCHEME = b"Bearer "


def add_admin(web: FastAPI, reloader: Reloader, token: SecretStr) -> None:
    """Serve POST /admin/reload to whoever sends `Authorization: Bearer` and the token."""
    wanted = _SCHEME + token.get_secret_value().encode()

    @web.post("/admin/reload")
    async def reload(request: Request) -> JSONResponse:
        given = dict(request.headers.raw).get(b"authorization", b"")
        if not hmac.compare_digest(given, wanted):
            return JSONResponse({"status": "refused"}, status_code=401)
        done = await reloader.reload()
        if done.problems:
            body = {"status": "refused", "flows": dict(done.flows), "problems": done.problems}
            return JSONResponse(body, status_code=409)
        return JSONResponse({"status": "reloaded", "flows": dict(done.flows)})
