"""What an editor asks, in its protocol, and how it is answered from the project.

It knows nothing of flows; every answer is made elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from engine.lsp.complete import complete
from engine.lsp.hover import explain
from engine.lsp.mends import find_mend
from engine.lsp.navigate import declarations, references, source_of, symbols
from engine.lsp.positions import uri_of
from engine.lsp.rename import RENAMED, RenameError
from engine.lsp.suggestion import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.lsp.mentions import Mention
    from engine.lsp.positions import Lines
    from engine.lsp.server import FlowServer
    from engine.lsp.suggestion import Suggestion

TRIGGERS: Final = (".", " ", "|", "(", ",", "{", "%", ":", "'", '"', "/")

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
    names = [one.name for one in await server.mentions(params.text_document.uri, params.position)]
    if not names:
        return None
    if source := source_of(server.project, names[0]):
        place = lsp.Position(source.line, 0)
        return [lsp.Location(uri_of(source.path), lsp.Range(place, place))]
    return [server.location(one) for one in declarations(server.project, names)]


async def _on_references(
    server: FlowServer, params: lsp.ReferenceParams
) -> list[lsp.Location] | None:
    names = [one.name for one in await server.mentions(params.text_document.uri, params.position)]
    if not names:
        return None
    also_declared = params.context.include_declaration
    return [
        server.location(one)
        for one in references(server.project, names)
        if also_declared or not one.declares
    ]


async def _on_prepare_rename(
    server: FlowServer, params: lsp.PrepareRenameParams
) -> lsp.PrepareRenamePlaceholder | None:
    mentions = await server.mentions(params.text_document.uri, params.position)
    if not mentions or mentions[0].name.kind not in RENAMED:
        return None
    return lsp.PrepareRenamePlaceholder(server.location(mentions[0]).range, mentions[0].name.name)


async def _on_rename(server: FlowServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    mentions = await server.mentions(params.text_document.uri, params.position)
    if not mentions:
        return None
    try:
        found = await server.rename(mentions, params.new_name)
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


REQUESTS: Final[tuple[tuple[str, Any, Any], ...]] = (
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
"""What an editor asks: the method, what answers it, and what the editor is told of it at first."""
