"""An editor that speaks to a server byte by byte as the protocol says: to one of this process, or to `usher lsp`."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pygls.io_ import run_async

from engine.flow.check import check_flows
from engine.lsp.server import FlowServer, make_server
from engine.service.catalog import load_catalog

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 30


class Editor:
    """One editor with a server of its own; `told` are the problems last told of each file, by its name."""

    def __init__(
        self, answers: asyncio.StreamReader, send: Callable[[bytes], None], directory: Path
    ) -> None:
        self.directory = directory
        self.told: dict[str, list[Any]] = {}
        self.messages: list[Any] = []
        self.capabilities: Any = {}
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._changed = asyncio.Event()
        self._bytes, self._send_bytes = answers, send
        self.reading = asyncio.ensure_future(self._read())

    def uri(self, name: str) -> str:
        """Give the URI of a file of the bot."""
        return (self.directory / name).as_uri()

    def text(self, name: str) -> str:
        """Give the text of a file on disk."""
        return (self.directory / name).read_bytes().decode()

    async def start(self, *, encodings: tuple[str, ...] = ()) -> None:
        """Introduce the editor."""
        general = {"general": {"positionEncodings": list(encodings)}} if encodings else {}
        params = {"processId": None, "rootUri": self.directory.parent.as_uri()}
        answer = await self.ask("initialize", {**params, "capabilities": general})
        self.capabilities = answer["capabilities"]
        self.tell("initialized", {})

    async def ask(self, method: str, params: Any) -> Any:
        """Ask something and wait for the answer; an error is raised with its message."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        self._send({"id": number, "method": method, "params": params})
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._answers[number]

    def tell(self, method: str, params: Any) -> None:
        """Tell something that has no answer."""
        self._send({"method": method, "params": params})

    def open(self, name: str, text: str | None = None) -> None:
        """Open a file, with another text than the one on disk."""
        document = {"uri": self.uri(name), "languageId": "yaml", "version": 1}
        held = self.text(name) if text is None else text
        self.tell("textDocument/didOpen", {"textDocument": {**document, "text": held}})

    def change(self, name: str, text: str, version: int = 2) -> None:
        """Type another text."""
        document = {"uri": self.uri(name), "version": version}
        self.tell(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]}
        )

    async def ask_at(self, method: str, name: str, place: tuple[int, int], **more: Any) -> Any:
        """Ask about a place of a file, given as line and column from 0."""
        position = {"line": place[0], "character": place[1]}
        params = {"textDocument": {"uri": self.uri(name)}, "position": position, **more}
        return await self.ask(f"textDocument/{method}", params)

    async def until(self, name: str, holds: Callable[[list[Any]], bool]) -> list[Any]:
        """Wait until the problems told of a file are such."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while name not in self.told or not holds(self.told[name]):
                self._changed.clear()
                await self._changed.wait()
        return self.told[name]

    def send_raw(self, body: bytes) -> None:
        """Send bytes as one message, whatever they are."""
        self._send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def _send(self, message: Any) -> None:
        self.send_raw(json.dumps({"jsonrpc": "2.0", **message}).encode())

    async def _read(self) -> None:
        while header := await self._bytes.readline():
            size = int(header.decode().partition("Content-Length: ")[2] or 0)
            while (await self._bytes.readline()).strip():
                pass
            self._take(json.loads(await self._bytes.readexactly(size)))

    def _take(self, message: Any) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            name = message["params"]["uri"].removeprefix(f"{self.directory.as_uri()}/")
            self.told[name] = message["params"]["diagnostics"]
            self._changed.set()
        elif "method" in message:
            self.messages.append(message)
        elif message.get("id") in self._answers:
            waiting = self._answers.pop(message["id"])
            if waiting.done():
                return
            if "error" in message:
                waiting.set_exception(RuntimeError(message["error"]["message"]))
            else:
                waiting.set_result(message.get("result"))
        else:
            self.messages.append(message)


class EditorOfProcess(Editor):
    """An editor whose server is `usher lsp` over standard input and output."""

    def __init__(self, process: asyncio.subprocess.Process, directory: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        super().__init__(process.stdout, process.stdin.write, directory)
        self.process = process

    async def stop(self) -> int:
        """Say goodbye as the protocol wants, and give the exit code."""
        await self.ask("shutdown", None)
        self.tell("exit", None)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.process.wait()

    async def end(self) -> None:
        """Leave nothing behind."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self.reading


class Pipe:
    """The end of a pipe into which a server writes its answers."""

    def __init__(self) -> None:
        self.reader = asyncio.StreamReader()

    def write(self, data: bytes) -> None:
        """Take an answer."""
        self.reader.feed_data(data)

    def close(self) -> None:
        """End the answers."""
        self.reader.feed_eof()


@asynccontextmanager
async def start_process(directory: Path) -> AsyncIterator[EditorOfProcess]:
    """Start a server for a directory, and an editor beside it that has said nothing yet."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "engine.service.cli", "lsp", "--flows", str(directory)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    editor = EditorOfProcess(process, directory)
    try:
        yield editor
    finally:
        await editor.end()


@asynccontextmanager
async def start_editor(directory: Path) -> AsyncIterator[Editor]:
    """Serve a directory within this process, which is quicker, and give an editor that has introduced itself."""
    page = (ROOT / "docs" / "checks.md").as_uri()
    server = make_server(directory, load_catalog(), checks_page=page, version="1")
    questions, answers = asyncio.StreamReader(), Pipe()
    server.protocol.set_writer(answers)
    serving = asyncio.ensure_future(run_async(Event(), questions, server.protocol))
    editor = Editor(answers.reader, questions.feed_data, directory)
    try:
        await editor.start()
        yield editor
    finally:
        questions.feed_eof()
        await serving
        await _settle(server)
        answers.close()
        await editor.reading


async def _settle(server: FlowServer) -> None:
    """Have no check begin, and wait for those that go on."""
    if server._timer is not None:
        server._timer.cancel()
    await asyncio.gather(*server._tasks)


def has_no_problem(directory: Path) -> bool:
    """Check flows as they are on disk."""
    return not check_flows(directory, load_catalog()).problems


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """Give a copy of the flows that ship."""
    return Path(shutil.copytree(ROOT / "flows", tmp_path / "flows"))


@pytest.fixture
async def editor(flows: Path) -> AsyncIterator[Editor]:
    """Give an editor that has the shipped flows open in front of it."""
    async with start_editor(flows) as one:
        yield one
