"""The service's own pages: /health/live, /health/ready, /metrics and /jobs, and the webhook and /admin where there are any.

It knows nothing of the bot but what a running service shows.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from engine.service.admin import add_admin
from engine.service.health import check_health
from engine.service.jobs_page import show_jobs
from engine.service.metrics import CONTENT_TYPE

if TYPE_CHECKING:
    from engine.service.app import Service


def create_web(service: Service) -> FastAPI:
    """Make the web application of a running service."""
    web = FastAPI(title="Usher", docs_url=None, redoc_url=None, openapi_url=None)

    @web.get("/health/live")
    async def live() -> JSONResponse:
        return JSONResponse({"status": "live"})

    @web.get("/health/ready")
    async def ready() -> JSONResponse:
        found = await check_health(service.checks)
        body = {
            "status": "ready" if found.ready else "not ready",
            "parts": {name: asdict(part) for name, part in found.parts.items()},
        }
        return JSONResponse(body, status_code=200 if found.ready else 503)

    @web.get("/metrics")
    async def metrics() -> Response:
        return Response(service.metrics.render(), media_type=CONTENT_TYPE)

    if (outbox := service.outbox) is not None:

        async def jobs(request: Request) -> Response:
            return await show_jobs(request, outbox)

        web.add_route("/jobs", jobs)
    if service.admin_token is not None:
        add_admin(web, service.reloader, service.admin_token)
    if (webhook := service.webhook) is not None:
        web.add_route(webhook.path, webhook.receive, methods=["POST"])
    return web
