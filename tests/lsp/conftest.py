"""An editor that speaks to `usher lsp` over standard input and output, byte by byte as the protocol says."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 30


class Editor:
    """One editor with a server of its own; `told` are the problems last told of each file, by its name."""

    def __init__(self, process: asyncio.subprocess.Process, directory: Path) -> None:
        self.process = process
        self.directory = directory
        self.told: dict[str, list[Any]] = {}
        self.messages: list[Any] = []
        self.capabilities: Any = {}
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._changed = asyncio.Event()
        self._reading = asyncio.ensure_future(self._read())

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
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

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
        await self._reading

    def _send(self, message: Any) -> None:
        self.send_raw(json.dumps({"jsonrpc": "2.0", **message}).encode())

    async def _read(self) -> None:
        reader = self.process.stdout
        assert reader is not None
        while header := await reader.readline():
            size = int(header.decode().partition("Content-Length: ")[2] or 0)
            while (await reader.readline()).strip():
                pass
            self._take(json.loads(await reader.readexactly(size)))

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


@asynccontextmanager
async def start_editor(directory: Path) -> AsyncIterator[Editor]:
    """Start a server for a directory, and an editor beside it that has said nothing yet."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "engine.service.cli", "lsp", "--flows", str(directory)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    editor = Editor(process, directory)
    try:
        yield editor
    finally:
        await editor.end()


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """Give a copy of the flows that ship."""
    return Path(shutil.copytree(ROOT / "flows", tmp_path / "flows"))


@pytest.fixture
async def editor(flows: Path) -> AsyncIterator[Editor]:
    """Give an editor that has the shipped flows open in front of it."""
    async with start_editor(flows) as one:
        await one.start()
        yield one
