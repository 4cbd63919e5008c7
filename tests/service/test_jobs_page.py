"""/jobs: what is to be sent and what could not be, for somebody on the bot's own machine."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from engine.service.jobs_page import show_jobs
from storage.letters import Letter
from storage.outbox import Depth, Fate

if TYPE_CHECKING:
    from engine.service.outbox import PostgresOutbox

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


class Filled:
    """An outbox with a dead message and one that waits."""

    async def measure(self) -> Depth:
        """Count them."""
        return Depth(waiting=1, dead=1)

    async def look(self, limit: int) -> Mapping[Fate | None, Sequence[Letter]]:
        """List them."""
        assert limit > 1
        dead = Letter(4, 7, 55, "reminder", "dead", NOW, 3, NOW, "chat <not> found")
        waiting = Letter(5, 7, 56, "reminder", "waiting", NOW, 0, None, None)
        return {None: [waiting], Fate.DEAD: [dead], Fate.DROPPED: [], Fate.DELIVERED: []}


@pytest.fixture
def web() -> FastAPI:
    """Give a web application with the page."""
    web = FastAPI()

    async def jobs(request: Request) -> Response:
        return await show_jobs(request, cast("PostgresOutbox", Filled()))

    web.add_route("/jobs", jobs)
    return web


@pytest.fixture
async def client(web: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client on the same machine."""
    transport = httpx.ASGITransport(app=web, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        yield client


async def test_messages_are_shown_with_their_reasons(client: httpx.AsyncClient) -> None:
    """The numbers, then each message; what Telegram said is text, not HTML."""
    page = await client.get("/jobs")

    assert page.status_code == 200
    assert "1 waiting · 0 due · 0 being sent · 1 dead" in page.text
    assert (
        "<td>4</td><td>reminder</td><td>55</td><td>2026-11-23 07:00:00</td><td>3</td>" in page.text
    )
    assert "chat &lt;not&gt; found" in page.text
    assert page.text.count("<p>None.</p>") == 2


async def test_nobody_elsewhere_sees_it(web: FastAPI, client: httpx.AsyncClient) -> None:
    """Another machine is refused, and so is one that comes through a proxy on this one."""
    transport = httpx.ASGITransport(app=web, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as stranger:
        refused = await stranger.get("/jobs")
    proxied = await client.get("/jobs", headers={"X-Forwarded-For": "192.0.2.7"})

    assert (refused.status_code, proxied.status_code) == (403, 403)
