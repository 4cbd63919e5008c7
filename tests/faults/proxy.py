"""A TCP proxy that a test can cut, slow down or silence, between the bot and what it depends on.

It knows nothing of what it carries.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from sqlalchemy.engine import URL, make_url

CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where a proxy leads: a socket's path, or a host and its port."""

    path: str | None = None
    host: str = "127.0.0.1"
    port: int = 0

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection."""
        if self.path is not None:
            return await asyncio.open_unix_connection(self.path)
        return await asyncio.open_connection(self.host, self.port)


@dataclass
class Proxy:
    """A listening proxy; `upstream` may be changed at any time and counts for new connections."""

    upstream: Upstream
    port: int = 0
    delay_seconds: float = 0.0
    """How long each piece of an answer is held back."""
    connections: int = 0
    """How many were opened so far."""
    _open: set[asyncio.WriteTransport] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _flows: asyncio.Event = field(default_factory=asyncio.Event)
    _ends: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen, on the same port again after a stop."""
        self._flows.set()
        self._ends.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Cut all connections and let nobody in."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()
        await asyncio.sleep(0)

    def cut(self) -> None:
        """Cut all connections, as a cable does; new ones are welcome."""
        for transport in self._open:
            transport.abort()
        self._open.clear()

    @contextlib.asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Refuse everything for as long as the block lasts."""
        await self.refuse()
        try:
            yield
        finally:
            await self.start()

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """Let connections stand and nothing through, for as long as the block lasts."""
        self._flows.clear()
        try:
            yield
        finally:
            self._flows.set()

    @contextlib.contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        """Hold each piece of an answer back, for as long as the block lasts."""
        self.delay_seconds = seconds
        try:
            yield
        finally:
            self.delay_seconds = 0.0

    @contextlib.contextmanager
    def endless(self) -> Iterator[None]:
        """Keep back that the far side has closed a connection, but not its last words, for as long as the block lasts."""
        self._ends.clear()
        try:
            yield
        finally:
            self._ends.set()

    async def stop(self) -> None:
        """Close for good."""
        await self.refuse()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            with contextlib.suppress(
                asyncio.CancelledError
            ):  # asyncio logs a handler that ends by it
                await self._carry(reader, writer)
        finally:
            self._tasks.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await self.upstream.connect()
        except OSError:
            writer.transport.abort()
            return
        pair = {writer.transport, far_writer.transport}
        self._open |= pair
        try:
            await asyncio.gather(
                self._pump(reader, far_writer, answers=False),
                self._pump(far_reader, writer, answers=True),
            )
        finally:
            self._open -= pair
            for transport in pair:
                transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(CHUNK):
                await self._flows.wait()
                if answers and self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                writer.write(piece)
                await writer.drain()
        if answers:
            await self._ends.wait()
        writer.transport.abort()


@contextlib.asynccontextmanager
async def open_proxy(upstream: Upstream) -> AsyncIterator[Proxy]:
    """Run a proxy for as long as the block lasts."""
    proxy = Proxy(upstream)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()


def database_upstream(url: str) -> Upstream:
    """Return where a PostgreSQL URL leads: its host, or the directory of its socket."""
    parsed = make_url(url)
    host = str(parsed.query.get("host") or parsed.host or "127.0.0.1")
    port = parsed.port or 5432
    return (
        Upstream(path=f"{host}/.s.PGSQL.{port}")
        if host.startswith("/")
        else Upstream(None, host, port)
    )


def through(url: str, proxy: Proxy) -> str:
    """Return a PostgreSQL URL that takes the way through a proxy."""
    parsed: URL = make_url(url).difference_update_query(["host"])
    return parsed.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)


def redis_upstream(url: str) -> Upstream:
    """Return where a Redis URL leads."""
    if url.startswith("unix://"):
        return Upstream(path=url.removeprefix("unix://").partition("?")[0])
    parsed = make_url(url)
    return Upstream(None, parsed.host or "127.0.0.1", parsed.port or 6379)


def redis_through(url: str, proxy: Proxy) -> str:
    """Return a Redis URL that takes the way through a proxy, to the same logical database."""
    number = url.rpartition("db=")[2] if "db=" in url else (make_url(url).database or "0")
    return f"redis://127.0.0.1:{proxy.port}/{number}"
