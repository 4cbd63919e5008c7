"""Telegram brings updates: only it is listened to, and it is thanked for what is kept and for nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from engine.service import webhook
from engine.service.inbox import InboxUnavailableError
from engine.service.metrics import Metrics
from engine.service.serving import serve_web
from engine.service.sockets import listen
from engine.service.webhook import BODY_LIMIT, WebhookReceiver

SECRET = "s3cret_" + "x" * 20
FORMER = "f0rmer_" + "y" * 20
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {"update_id": 7, "message": {"chat": {"id": 5}, "text": "hello"}}


class Kept:
    """An inbox that keeps what is put into it, or raises what it is told to."""

    def __init__(self) -> None:
        self.updates: list[Any] = []
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None

    async def put(self, updates: Sequence[Any]) -> None:
        """Keep updates, once the gate is open."""
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.updates += updates


class Told:
    """Notes which updates people were told of that they take a moment."""

    def __init__(self) -> None:
        self.updates: list[Any] = []

    async def tell(self, updates: Sequence[Any]) -> None:
        """Tell people."""
        self.updates += updates

    def over(self) -> None:
        """Forget them."""
        self.updates.clear()


class Called(httpx.AsyncClient):
    """A client of a receiver, with what stands behind it."""

    inbox: Kept
    metrics: Metrics
    port: int
    told: Told

    async def bring(self, content: Any = None, **headers: Any) -> int:
        """Call as Telegram does and return the status; an update is brought where nothing else is given."""
        body = json.dumps(UPDATE).encode() if content is None else content
        told = {HEADER: SECRET} | headers
        return (await self.post("/hook", content=body, headers=told)).status_code


@pytest.fixture
async def called() -> AsyncIterator[Called]:
    """Give a client of a receiver that is served as in production."""
    async with serve() as client:
        yield client


@asynccontextmanager
async def serve() -> AsyncIterator[Called]:
    """Serve a receiver until the block ends."""
    inbox: Any = Kept()
    metrics = Metrics()
    told: Any = Told()
    receiver = WebhookReceiver(inbox, metrics, told, path="/hook", secrets=[SECRET, FORMER])
    web = FastAPI()
    web.add_route(receiver.path, receiver.receive, methods=["POST"])
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        client = Called(base_url=f"http://127.0.0.1:{port}", timeout=30)
        client.inbox, client.metrics, client.port, client.told = inbox, metrics, port, told
        async with serve_web(web, listener), client:
            yield client


async def speak(port: int, *pieces: bytes) -> int:
    """Send bytes as they are, and return the status of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(10):
            return int((await reader.readline()).split()[1])
    finally:
        writer.close()


def head(*lines: str, secret: bytes = SECRET.encode()) -> bytes:
    """Return the head of a call."""
    first = b"POST /hook HTTP/1.1\r\nHost: x\r\n" + HEADER.encode() + b": " + secret + b"\r\n"
    return first + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


async def test_an_update_is_kept_as_it_came(called: Called) -> None:
    """Telegram is thanked with an empty 200, and the inbox has what it said."""
    assert await called.bring() == 200
    assert called.inbox.updates == [UPDATE]
    assert 'usher_webhook_requests_total{status="200"} 1.0' in called.metrics.render().decode()


async def test_telegram_is_thanked_when_the_inbox_has_it(called: Called) -> None:
    """As long as the inbox has not taken an update, there is no answer."""
    called.inbox.gate = asyncio.Event()
    call = asyncio.create_task(called.bring())
    await asyncio.sleep(0.1)
    assert not call.done()
    called.inbox.gate.set()
    assert await call == 200


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (InboxUnavailableError("ConnectionRefusedError"), "ConnectionRefusedError"),
        (TimeoutError(), "TimeoutError"),
    ],
)
async def test_an_inbox_that_is_away_asks_telegram_to_come_again(
    error: Exception, reason: str, called: Called
) -> None:
    """While PostgreSQL does not take updates, the answer is 503, which is logged once."""
    called.inbox.error = error
    with capture_logs() as logs:
        assert [await called.bring() for _ in range(3)] == [503, 503, 503]
    (told,) = [log for log in logs if log["event"] == "webhook_refused"]
    assert reason in told["reason"]
    called.inbox.error = None
    assert await called.bring() == 200


async def test_an_inbox_that_hangs_is_waited_for_within_bounds(
    called: Called, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement that never ends is Telegram's 503, not a connection held for a minute."""
    monkeypatch.setattr(webhook, "PUT_SECONDS", 0.05)
    called.inbox.gate = asyncio.Event()
    assert await called.bring() == 503


@pytest.mark.parametrize(
    ("secret", "status"),
    [
        (b"wrong", 403),
        (b"", 403),
        (SECRET.encode() + b"x", 403),
        (SECRET[:-1].encode(), 403),
        ("пароль".encode(), 403),
        (b"\xff\xfe\x80", 403),
        (b"x" * 20_000, 403),
    ],
)
async def test_a_wrong_secret_is_refused(secret: bytes, status: int, called: Called) -> None:
    """Whatever bytes are shown in the place of the secret: refused, never our fault, and nothing is kept."""
    assert await speak(called.port, head("Content-Length: 2", secret=secret), b"{}") == status
    assert called.inbox.updates == []


async def test_a_missing_secret_is_refused(called: Called) -> None:
    """Whoever shows no secret, or two, is nobody, and their body is not read."""
    assert (await called.post("/hook", json=UPDATE)).status_code == 401
    twice = [(HEADER, SECRET), (HEADER, SECRET)]
    assert (await called.post("/hook", json=UPDATE, headers=twice)).status_code == 401
    assert (
        await speak(
            called.port, b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"
        )
        == 401
    )
    assert called.inbox.updates == []


async def test_a_former_secret_is_still_taken(called: Called) -> None:
    """While a secret is changed, calls with the former one arrive, too."""
    assert await called.bring(**{HEADER: FORMER}) == 200


async def test_strangers_do_not_fill_the_log(called: Called) -> None:
    """A refusal is logged once in a while for each kind, and counted every time."""
    with capture_logs() as logs:
        for _ in range(5):
            await called.bring(**{HEADER: "wrong"})
    assert len([log for log in logs if log["event"] == "webhook_refused"]) == 1
    assert 'usher_webhook_requests_total{status="403"} 5.0' in called.metrics.render().decode()


async def test_a_long_body_is_refused(called: Called) -> None:
    """By what it says of its length, or by what is counted while it is read; the longest that is allowed is taken."""
    longest = json.dumps(UPDATE).encode().ljust(BODY_LIMIT)
    assert await called.bring(longest) == 200
    assert await called.bring(longest + b" ") == 413
    for announced in (str(BODY_LIMIT + 1), "9" * 19):
        assert await speak(called.port, head(f"Content-Length: {announced}")) == 413
    assert len(called.inbox.updates) == 1


async def test_a_long_body_without_a_length_is_refused(called: Called) -> None:
    """A body in chunks is counted while it comes, and cut off at the limit."""
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    assert await speak(called.port, head("Transfer-Encoding: chunked"), chunk * 17) == 413


async def test_a_body_in_chunks_is_read(called: Called) -> None:
    """How a body is sent does not matter."""

    async def pieces() -> AsyncIterator[bytes]:
        for byte in json.dumps(UPDATE).encode():
            yield bytes([byte])

    assert await called.bring(pieces()) == 200
    assert called.inbox.updates == [UPDATE]


async def test_a_body_that_takes_its_time_is_given_up(
    called: Called, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that trickles holds nothing for long."""
    monkeypatch.setattr(webhook, "BODY_SECONDS", 0.05)
    assert await speak(called.port, head("Content-Length: 10"), b"{") == 408


async def test_a_caller_who_hangs_up_is_no_failure(called: Called) -> None:
    """A connection that ends in the middle of a body leaves nothing behind, and the next call is served."""
    _, writer = await asyncio.open_connection("127.0.0.1", called.port)
    writer.write(head("Content-Length: 10") + b"{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert await called.bring() == 200
    assert called.inbox.updates == [UPDATE]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"\xff\xfe",
        b'{"message": {}}',
        b'{"update_id": null}',
        b'{"update_id": true}',
        b'{"update_id": "7"}',
        b'{"update_id": 1.5}',
        b'{"update_id": -1}',
        b'{"update_id": 9223372036854775808}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"update_id": 7, "message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=range(14),
)
async def test_what_is_no_update_is_refused(body: bytes, called: Called) -> None:
    """A body that is no JSON, or has no number to be known by, is 400."""
    assert await called.bring(body) == 400
    assert called.inbox.updates == []


async def test_half_of_a_character_is_kept(called: Called) -> None:
    """What Telegram lets pass is no reason to have it sent again for ever."""
    assert await called.bring(b'{"update_id": 7, "message": {"text": "\\ud800"}}') == 200
    assert called.inbox.updates[0]["message"]["text"] == "\ud800"


async def test_other_methods_and_paths_are_not_there(called: Called) -> None:
    """Only POST at the one path is answered."""
    assert (await called.get("/hook", headers={HEADER: SECRET})).status_code == 405
    assert (await called.post("/hook/x", headers={HEADER: SECRET})).status_code == 404
