"""Several bots in webhook mode, and what stands before them: each call goes to the next one, or on to another that answers.

It knows nothing of what is called. It stands in for nginx where a test is not of nginx.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import httpx
from fastapi import FastAPI, Request, Response

from engine.service.serving import serve_web
from engine.service.sockets import listen
from tests.faults.process import BotProcess
from tests.faults.site import Site

PATH = "/telegram/updates"
SECRET = "s3cret_" + "x" * 25
HEADER = "X-Telegram-Bot-Api-Secret-Token"

type Content = bytes | AsyncIterator[bytes]


@dataclass
class Balancer:
    """Hands each call to the next replica; one that does not answer, or says 503, is passed over."""

    url: str
    client: httpx.AsyncClient
    replicas: list[BotProcess] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """What Telegram was answered, in order."""
    _turn: int = 0

    async def hand_on(self, request: Request) -> Response:
        """Answer a call as the first replica does that can take it."""
        body, status = await request.body(), 502
        headers = [(k, v) for k, v in request.headers.raw if k != b"host"]
        self._turn += 1
        first = self._turn % len(self.replicas)
        for replica in (*self.replicas[first:], *self.replicas[:first]):
            try:
                found = await self.client.post(
                    f"{replica.url}{PATH}", content=body, headers=headers
                )
            except httpx.HTTPError:
                continue
            status = found.status_code
            if status != httpx.codes.SERVICE_UNAVAILABLE:
                break
        self.answers.append(status)
        return Response(status_code=status)

    async def call(
        self, replica: BotProcess, content: Content, secret: bytes = SECRET.encode()
    ) -> int:
        """Call one replica past the balancer, and return what it answers."""
        told = {HEADER.encode(): secret}
        url = f"{replica.url}{PATH}"
        return (await self.client.post(url, content=content, headers=told)).status_code


@asynccontextmanager
async def open_balancer() -> AsyncIterator[Balancer]:
    """Serve a balancer until the block ends."""
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listen("127.0.0.1", 0))
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=30))
        balancer = Balancer(f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}", client)
        web = FastAPI()
        web.add_route(PATH, balancer.hand_on, methods=["POST"])
        await stack.enter_async_context(serve_web(web, listener))
        yield balancer


def launch_replica(site: Site, balancer: Balancer, **settings: str) -> BotProcess:
    """Start a bot in webhook mode behind a balancer, and do not wait for it."""
    process = site.launch(
        UPDATES="webhook", WEBHOOK_URL=balancer.url, WEBHOOK_SECRET=SECRET, **settings
    )
    balancer.replicas.append(process)
    return process
