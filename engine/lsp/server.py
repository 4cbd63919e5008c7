"""The language server: what an editor asks, answered from the project, and the problems that are told as they change.

It knows the editor's protocol and nothing of flows; every answer is made elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from engine.lsp.complete import complete
from engine.lsp.hover import explain
from engine.lsp.mends import find_mend
from engine.lsp.navigate import (
    RENAMED,
    RenameError,
    declarations,
    mention_at,
    references,
    rename,
    source_of,
    symbols,
)
from engine.lsp.positions import Lines, path_of, uri_of
from engine.lsp.project import Project
from engine.lsp.suggestion import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from engine.actions import Catalog
    from engine.flow.problems import Problem
    from engine.lsp.mentions import Mention
    from engine.lsp.suggestion import Suggestion

_log: Final = logging.getLogger(__name__)

PAUSE_SECONDS: Final = 0.1
"""How long nothing is typed before the flows are checked."""

TRIGGERS: Final = (".", " ", "|", "(", ",", "{", "%", ":", "'", '"', "/")
SOURCE: Final = "usher"

_KINDS: Final[Mapping[Kind, lsp.CompletionItemKind]] = {
    Kind.ARGUMENT: lsp.CompletionItemKind.Variable,
    Kind.FIELD: lsp.CompletionItemKind.Field,
    Kind.FLOW: lsp.CompletionItemKind.Module,
    Kind.FUNCTION: lsp.CompletionItemKind.Function,
    Kind.KEY: lsp.CompletionItemKind.Property,
    Kind.KEYWORD: lsp.CompletionItemKind.Keyword,
    Kind.MODULE: lsp.CompletionItemKind.Module,
    Kind.STEP: lsp.CompletionItemKind.Reference,
    Kind.VALUE: lsp.CompletionItemKind.Value,
    Kind.VARIABLE: lsp.CompletionItemKind.Variable,
}


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

    async def mention(self, document: str, position: lsp.Position) -> Mention | None:
        """Find the name at a place of a document."""
        await self.settle()
        path = self.own_path(document)
        return mention_at(self.project, path, self.lines(path).index(position)) if path else None


def make_server(directory: Path, catalog: Catalog, *, checks_page: str, version: str) -> FlowServer:
    """Make the server of one directory of flows, which answers nobody yet."""
    server = FlowServer(directory, catalog, checks_page=checks_page, version=version)
    for name, handler, options in _FEATURES:
        server.feature(name, options)(handler)
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


async def _on_completion(server: FlowServer, params: lsp.CompletionParams) -> lsp.CompletionList:
    path = server.own_path(params.text_document.uri)
    if path is None:
        return lsp.CompletionList(is_incomplete=False, items=[])
    if not server.project.texts:
        await server.settle()
    lines = server.typed(path)
    index = lines.index(params.position)
    found = complete(server.project, path, lines.text, index)
    items = [_item(one, lines, index, number) for number, one in enumerate(found)]
    return lsp.CompletionList(is_incomplete=False, items=items)


def _item(found: Suggestion, lines: Lines, index: int, number: int) -> lsp.CompletionItem:
    return lsp.CompletionItem(
        label=found.label,
        kind=_KINDS[found.kind],
        detail=found.detail or None,
        documentation=found.docs or None,
        filter_text=found.label,
        sort_text=f"{number:04}",
        text_edit=lsp.TextEdit(lines.range(found.start, index), found.insert or found.label),
    )


async def _on_definition(
    server: FlowServer, params: lsp.DefinitionParams
) -> list[lsp.Location] | None:
    mention = await server.mention(params.text_document.uri, params.position)
    if mention is None:
        return None
    if source := source_of(server.project, mention.name):
        place = lsp.Position(source.line, 0)
        return [lsp.Location(uri_of(source.path), lsp.Range(place, place))]
    return [server.location(one) for one in declarations(server.project, mention.name)]


async def _on_references(
    server: FlowServer, params: lsp.ReferenceParams
) -> list[lsp.Location] | None:
    mention = await server.mention(params.text_document.uri, params.position)
    if mention is None:
        return None
    also_declared = params.context.include_declaration
    return [
        server.location(one)
        for one in references(server.project, mention.name)
        if also_declared or not one.declares
    ]


async def _on_prepare_rename(
    server: FlowServer, params: lsp.PrepareRenameParams
) -> lsp.PrepareRenamePlaceholder | None:
    mention = await server.mention(params.text_document.uri, params.position)
    if mention is None or mention.name.kind not in RENAMED:
        return None
    return lsp.PrepareRenamePlaceholder(server.location(mention).range, mention.name.name)


async def _on_rename(server: FlowServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    mention = await server.mention(params.text_document.uri, params.position)
    if mention is None:
        return None
    try:
        found = rename(server.project, mention.name, params.new_name)
    except RenameError as error:
        raise JsonRpcInvalidParams(str(error)) from error
    return lsp.WorkspaceEdit(changes=_edits(server, found, params.new_name))


def _edits(
    server: FlowServer, found: Iterable[Mention], new: str
) -> Mapping[str, list[lsp.TextEdit]]:
    edits: dict[str, list[lsp.TextEdit]] = {}
    for one in found:
        place = server.location(one)
        edits.setdefault(place.uri, []).append(lsp.TextEdit(place.range, new))
    return edits


async def _on_hover(server: FlowServer, params: lsp.HoverParams) -> lsp.Hover | None:
    await server.settle()
    path = server.own_path(params.text_document.uri)
    if path is None:
        return None
    lines = server.typed(path)
    said = explain(server.project, path, lines.text, lines.index(params.position))
    if said is None:
        return None
    code = f"```python\n{said.code}\n```\n" if said.code else ""
    words = lsp.MarkupContent(lsp.MarkupKind.Markdown, f"{code}\n{said.words}".strip())
    return lsp.Hover(words, lines.range(said.start, said.end))


async def _on_symbols(
    server: FlowServer, params: lsp.DocumentSymbolParams
) -> list[lsp.DocumentSymbol]:
    await server.settle()
    path = server.own_path(params.text_document.uri)
    if path is None:
        return []
    lines = server.lines(path)
    return [
        lsp.DocumentSymbol(
            name=one.name,
            kind=lsp.SymbolKind.Function,
            range=lines.range(one.start, one.end),
            selection_range=lines.range(one.name_start, one.name_end),
            detail=one.verb,
        )
        for one in symbols(server.project, path)
    ]


async def _on_code_action(server: FlowServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    await server.settle()
    path = server.own_path(params.text_document.uri)
    if path is None:
        return []
    lines = server.lines(path)
    first, last = params.range.start.line, params.range.end.line
    actions = []
    for problem in server.project.last.problems:
        here = problem.position.path == path.as_posix()
        mend = find_mend(problem, lines)
        if here and mend and first <= problem.position.line - 1 <= last:
            edit = lsp.TextEdit(lines.range(mend.start, mend.end), mend.new)
            actions.append(
                lsp.CodeAction(
                    title=f'write "{mend.new}"',
                    kind=lsp.CodeActionKind.QuickFix,
                    diagnostics=[server.diagnostic(problem, lines)],
                    edit=lsp.WorkspaceEdit(changes={params.text_document.uri: [edit]}),
                    is_preferred=True,
                )
            )
    return actions


_FEATURES: Final[tuple[tuple[str, Any, Any], ...]] = (
    (lsp.INITIALIZED, _on_ready, None),
    (lsp.TEXT_DOCUMENT_DID_OPEN, _on_open, None),
    (lsp.TEXT_DOCUMENT_DID_CHANGE, _on_change, None),
    (lsp.TEXT_DOCUMENT_DID_CLOSE, _on_close, None),
    (lsp.TEXT_DOCUMENT_DID_SAVE, _on_files_changed, None),
    (lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, _on_files_changed, None),
    (
        lsp.TEXT_DOCUMENT_COMPLETION,
        _on_completion,
        lsp.CompletionOptions(trigger_characters=list(TRIGGERS)),
    ),
    (lsp.TEXT_DOCUMENT_DEFINITION, _on_definition, None),
    (lsp.TEXT_DOCUMENT_REFERENCES, _on_references, None),
    (lsp.TEXT_DOCUMENT_PREPARE_RENAME, _on_prepare_rename, None),
    (lsp.TEXT_DOCUMENT_RENAME, _on_rename, lsp.RenameOptions(prepare_provider=True)),
    (lsp.TEXT_DOCUMENT_HOVER, _on_hover, None),
    (lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, _on_symbols, None),
    (
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        _on_code_action,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix]),
    ),
)
