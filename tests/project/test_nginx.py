"""nginx.conf, run as it is but for ports and paths: what it hands on, what it keeps away, and what it does when a replica dies.

Skipped where nginx is not installed (`apt-get install nginx-light`): it is no part of what the tests may need.
"""

import asyncio
import contextlib
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from engine.service.serving import serve_web
from engine.service.sockets import listen

CONFIG = (Path(__file__).parents[2] / "nginx.conf").read_text()
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
OPENSSL = shutil.which("openssl")
PATH = "/telegram/updates"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
REPLICAS = ("127.0.0.1", "127.0.0.2")

pytestmark = pytest.mark.skipif(
    NGINX is None or OPENSSL is None,
    reason="nginx or openssl is not installed: nothing here says that nginx.conf works",
)


class Names(asyncio.DatagramProtocol):
    """A name server that knows one host with the addresses of all replicas, as Docker's does."""

    def connection_made(self, transport: Any) -> None:
        """Keep the way back."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Answer with an A record for each replica."""
        question = data[12 : data.index(0, 12) + 5]
        head = data[:2] + b"\x81\x80\x00\x01" + len(REPLICAS).to_bytes(2, "big") + bytes(4)
        record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04"
        answers = b"".join(record + socket.inet_aton(address) for address in REPLICAS)
        self._transport.sendto(head + question + answers, addr)


@dataclass
class Replica:
    """What stands in for a bot: it notes its calls, and answers as it is told."""

    status: int = 200
    calls: list[tuple[httpx.Headers, bytes]] = field(default_factory=list)

    async def receive(self, request: Request) -> Response:
        """Note a call."""
        self.calls.append((httpx.Headers(request.headers.raw), await request.body()))
        return Response(status_code=self.status)


@dataclass
class Front:
    """nginx before two replicas."""

    client: httpx.AsyncClient
    replicas: list[Replica]
    running: list[contextlib.AsyncExitStack]
    directory: Path

    @property
    def calls(self) -> list[tuple[httpx.Headers, bytes]]:
        """Return what the replicas were asked."""
        return [call for replica in self.replicas for call in replica.calls]

    async def bring(self, content: bytes = b"{}", **headers: str | bytes) -> int:
        """Call as Telegram does."""
        told = [(HEADER.encode(), b"secret")]
        told += [
            (name.replace("_", "-").encode(), value.encode() if isinstance(value, str) else value)
            for name, value in headers.items()
        ]
        return (await self.client.post(PATH, content=content, headers=told)).status_code


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    """Give nginx as it is shipped, before two replicas at one port of two addresses."""
    key, certificate = _make_certificate(tmp_path)
    loop = asyncio.get_running_loop()
    names, _ = await loop.create_datagram_endpoint(Names, local_addr=("127.0.0.1", 0))
    with listen("127.0.0.1", 0) as one, listen("127.0.0.1", 0) as two:
        port, behind = one.getsockname()[1], two.getsockname()[1]
    changes = {
        " /tmp/": f" {tmp_path}/",
        "listen 8443 ssl": f"listen 127.0.0.1:{port} ssl",
        "resolver 127.0.0.11": f"resolver 127.0.0.1:{names.get_extra_info('sockname')[1]}",
        "bot:8080": f"bot:{behind}",
        "/run/secrets/tls_certificate": str(certificate),
        "/run/secrets/tls_key": str(key),
        "/dev/stdout": str(tmp_path / "calls.log"),
    }
    config = CONFIG
    for found, wanted in changes.items():
        assert found in config
        config = config.replace(found, wanted)
    (tmp_path / "nginx.conf").write_text(config)
    trust = ssl.create_default_context(cafile=certificate)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(names.close)
        replicas = [Replica() for _ in REPLICAS]
        running = [await _serve(*pair, behind) for pair in zip(replicas, REPLICAS, strict=True)]
        for replica in running:
            stack.push_async_callback(replica.aclose)
        await stack.enter_async_context(_nginx(tmp_path))
        url = f"https://localhost:{port}"
        client = httpx.AsyncClient(base_url=url, verify=trust, timeout=30)
        await stack.enter_async_context(client)
        yield Front(client, replicas, running, tmp_path)


async def _serve(replica: Replica, address: str, port: int) -> contextlib.AsyncExitStack:
    web = FastAPI()
    web.add_route("/{path:path}", replica.receive, methods=["GET", "POST"])
    stack = contextlib.AsyncExitStack()
    listener = stack.enter_context(listen(address, port))
    await stack.enter_async_context(serve_web(web, listener))
    return stack


def _make_certificate(directory: Path) -> tuple[Path, Path]:
    key, certificate = directory / "key.pem", directory / "certificate.pem"
    made = [str(OPENSSL), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    made += ["-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext"]
    made += ["subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    return key, certificate


def _command(directory: Path, *more: str) -> list[str]:
    user = "user root;" if os.geteuid() == 0 else ""  # who else may not read the test's directory
    options = ["-e", str(directory / "error.log"), "-g", f"daemon off; {user}"]
    return [str(NGINX), "-c", str(directory / "nginx.conf"), *options, *more]


@contextlib.asynccontextmanager
async def _nginx(directory: Path) -> AsyncIterator[None]:
    log = directory / "nginx.log"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(*_command(directory), stdout=out, stderr=out)
    try:
        async with asyncio.timeout(10):
            while not (directory / "nginx.pid").exists():
                assert process.returncode is None, log.read_text()
                await asyncio.sleep(0.02)
        yield
    finally:
        process.terminate()
        await process.wait()


async def test_the_config_is_valid(front: Front) -> None:
    """`nginx -t` has nothing to say against it."""
    done = await asyncio.create_subprocess_exec(
        *_command(front.directory, "-t"), stderr=asyncio.subprocess.PIPE
    )
    _, said = await done.communicate()
    assert done.returncode == 0, said
    assert b"warn" not in said


async def test_calls_reach_every_replica(front: Front) -> None:
    """What Telegram brings is handed on as it is, the secret included, to one replica or the other."""
    for number in range(60):  # nginx begins at either of them by chance
        assert await front.bring(b'{"update_id": %d}' % number) == 200
    assert all(replica.calls for replica in front.replicas)
    assert sorted(body for _, body in front.calls) == sorted(
        b'{"update_id": %d}' % number for number in range(60)
    )
    assert front.calls[0][0][HEADER] == "secret"


async def test_what_callers_say_of_themselves_is_not_handed_on(front: Front) -> None:
    """Headers that a balancer writes, and a caller may forge, do not come through."""
    status = await front.bring(
        X_Forwarded_For="1.2.3.4",
        X_Forwarded_Proto="http",
        X_Forwarded_Host="evil",
        X_Real_IP="1.2.3.4",
        Forwarded="for=1.2.3.4",
    )
    assert status == 200
    ((headers, _),) = front.calls
    assert not {name for name in headers if "forwarded" in name or "real-ip" in name}


async def test_only_the_webhook_is_there(front: Front) -> None:
    """Neither the pages of the service nor another method nor a longer body gets past nginx."""
    for path in ("/", "/health/ready", "/metrics", f"{PATH}/x", f"{PATH}/../../metrics"):
        assert (await front.client.post(path)).status_code == 404
    assert (await front.client.get(PATH)).status_code == 403
    assert await front.bring(b" " * (1024 * 1024 + 1)) == 413
    assert await front.bring(X_Long="x" * 40_000) == 400
    assert front.calls == []


async def test_the_longest_body_comes_through(front: Front) -> None:
    """What is as long as the bot takes is not held up."""
    assert await front.bring(b" " * (1024 * 1024)) == 200


async def test_a_dead_replica_is_passed_over(front: Front) -> None:
    """With one of two gone, every call is still answered, by the other."""
    await front.running[0].aclose()
    assert [await front.bring() for _ in range(6)] == [200] * 6
    assert len(front.replicas[1].calls) == 6


async def test_a_replica_that_cannot_is_passed_over(front: Front) -> None:
    """A 503 of one goes to the other, and to Telegram when both say so; a refusal is a refusal."""
    front.replicas[0].status = 503
    assert [await front.bring() for _ in range(4)] == [200] * 4
    front.replicas[1].status = 503
    assert await front.bring() == 503
    front.replicas[0].status = front.replicas[1].status = 403
    asked = len(front.calls)
    assert await front.bring() == 403
    assert len(front.calls) == asked + 1


async def test_the_secret_is_in_no_log(front: Front) -> None:
    """What is logged of a call is its path and its outcome, not its headers nor its query."""
    assert (await front.client.post(f"{PATH}?key=hidden", headers={HEADER: "hidden"})).is_success
    await front.client.get("/")  # what is logged before is written by now
    said = (front.directory / "calls.log").read_text()
    assert f"POST {PATH} 200" in said
    assert "hidden" not in said
