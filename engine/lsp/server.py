"""The language server: the texts that an editor holds, and the problems that are told as they change.

It knows the editor's protocol and nothing of flows; what an editor asks is answered elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from engine.lsp.navigate import mentions_at
from engine.lsp.positions import Lines, path_of, uri_of
from engine.lsp.project import Project
from engine.lsp.rename import rename
from engine.lsp.requests import REQUESTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.actions import Catalog
    from engine.flow.problems import Problem
    from engine.lsp.mentions import Mention

_log: Final = logging.getLogger(__name__)

PAUSE_SECONDS: Final = 0.1
"""How long nothing is typed before the flows are checked."""

SOURCE: Final = "usher"


class _Protocol(LanguageServerProtocol):
    """The library's protocol, which also answers a request whose parameters are wrong."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message; the sender of a wrong request is told so."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise


class FlowServer(LanguageServer):
    """Answers one editor about one directory of flows; `checks_page` is the address that explains the checks."""

    def __init__(
        self, directory: Path, catalog: Catalog, *, checks_page: str, version: str
    ) -> None:
        super().__init__(
            "usher",
            version,
            text_document_sync_kind=lsp.TextDocumentSyncKind.Full,
            protocol_cls=_Protocol,
        )
        self.project = Project(directory, catalog)
        self.checks_page = checks_page
        self._checking = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks = set[asyncio.Task[None]]()
        self._version = 0
        self._checked = -1
        self._told: dict[str, list[lsp.Diagnostic]] = {}

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Write what went wrong to the log: whoever edits a flow can do nothing about it."""
        _log.error("%s: %s", source.__name__, error)

    def own_path(self, uri: str) -> Path | None:
        """Give the path of a document that is one of the bot's files."""
        path = path_of(uri)
        return path if path is not None and self.project.holds(path) else None

    def lines(self, path: str | Path) -> Lines:
        """Give the lines of a file as it was checked last, or as it is typed."""
        return Lines(self.project.text(path), str(self.workspace.position_encoding))

    def typed(self, path: Path) -> Lines:
        """Give the lines of a file as the editor holds it now."""
        text = self.project.edited.get(path)
        encoding = str(self.workspace.position_encoding)
        return self.lines(path) if text is None else Lines(text, encoding)

    def touch(self) -> None:
        """Note that a text changed: the flows are checked when nothing more is typed."""
        self._version += 1
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._start_check)

    def _start_check(self) -> None:
        task = asyncio.ensure_future(self.settle())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Check what was typed, unless that is done, and tell the editor what changed."""
        async with self._checking:
            if self._checked == self._version:
                return
            version = self._version
            edited = dict(self.project.edited)
            self.project.take(await asyncio.to_thread(self.project.examine, edited))
            self._checked = version
        self._publish()

    def _publish(self) -> None:
        """Tell the problems of every file whose problems changed."""
        found: dict[str, list[lsp.Diagnostic]] = {}
        lines: dict[str, Lines] = {}
        for problem in self.project.last.problems:
            path = problem.position.path
            lines.setdefault(path, self.lines(path))
            found.setdefault(path, []).append(self.diagnostic(problem, lines[path]))
        for path in sorted({*found, *self._told}):
            told = found.get(path, [])
            if told != self._told.get(path, []):
                self.text_document_publish_diagnostics(
                    lsp.PublishDiagnosticsParams(uri_of(path), told)
                )
        self._told = found

    def diagnostic(self, problem: Problem, lines: Lines) -> lsp.Diagnostic:
        """Say a problem as editors show it."""
        return lsp.Diagnostic(
            range=lines.range_of(problem.position),
            message=problem.message,
            severity=lsp.DiagnosticSeverity.Error,
            code=problem.code,
            code_description=lsp.CodeDescription(f"{self.checks_page}#{problem.code}"),
            source=SOURCE,
            related_information=[
                lsp.DiagnosticRelatedInformation(
                    lsp.Location(uri_of(place.path), self.lines(place.path).range_of(place)), note
                )
                for place, note in problem.related
            ],
        )

    def location(self, mention: Mention) -> lsp.Location:
        """Say where a mention is."""
        lines = self.lines(mention.path)
        return lsp.Location(uri_of(mention.path), lines.range(mention.start, mention.end))

    async def mentions(self, document: str, position: lsp.Position) -> Sequence[Mention]:
        """Find what a place of a document names."""
        await self.settle()
        path = self.own_path(document)
        return mentions_at(self.project, path, self.lines(path).index(position)) if path else ()

    async def rename(self, found: Sequence[Mention], new: str) -> Sequence[Mention]:
        """Find the places that change with a name, while no check goes on."""
        async with self._checking:
            return rename(self.project, [one.name for one in found], new)


def make_server(directory: Path, catalog: Catalog, *, checks_page: str, version: str) -> FlowServer:
    """Make the server of one directory of flows, which answers nobody yet."""
    server = FlowServer(directory, catalog, checks_page=checks_page, version=version)
    for name, handler, options in (*_NOTICES, *REQUESTS):
        server.feature(name, options)(partial(handler, server))
    return server


def _on_ready(server: FlowServer, _params: lsp.InitializedParams) -> None:
    server.touch()


def _on_open(server: FlowServer, params: lsp.DidOpenTextDocumentParams) -> None:
    _hold(server, params.text_document.uri, params.text_document.text)


def _on_change(server: FlowServer, params: lsp.DidChangeTextDocumentParams) -> None:
    _hold(
        server,
        params.text_document.uri,
        server.workspace.get_text_document(params.text_document.uri).source,
    )


def _hold(server: FlowServer, uri: str, text: str) -> None:
    if path := server.own_path(uri):
        server.project.edited[path] = text
        server.touch()


def _on_close(server: FlowServer, params: lsp.DidCloseTextDocumentParams) -> None:
    if path := server.own_path(params.text_document.uri):
        server.project.edited.pop(path, None)
        server.touch()


def _on_files_changed(server: FlowServer, _params: Any) -> None:
    server.touch()


_NOTICES: Final[tuple[tuple[str, Any, Any], ...]] = (
    (lsp.INITIALIZED, _on_ready, None),
    (lsp.TEXT_DOCUMENT_DID_OPEN, _on_open, None),
    (lsp.TEXT_DOCUMENT_DID_CHANGE, _on_change, None),
    (lsp.TEXT_DOCUMENT_DID_CLOSE, _on_close, None),
    (lsp.TEXT_DOCUMENT_DID_SAVE, _on_files_changed, None),
    (lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, _on_files_changed, None),
)
"""What an editor tells, which has no answer."""
