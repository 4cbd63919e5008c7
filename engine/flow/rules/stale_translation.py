"""A translation shows every value that its original shows; one that does not was left behind by a change.

It compares neither words nor conditions, and leaves out what is known of the reader.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.flow.expression.paths import path_of
from engine.flow.expression.source import Source, parse_source
from engine.flow.parts import media_wordings
from engine.flow.problems import Problem
from engine.flow.template_source import For, If, Output, parse_template
from engine.flow.types import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.flow.draft import BotDraft
    from engine.flow.model.written import Wording
    from engine.flow.proofs import FlowProofs
    from engine.flow.template_source import Node
    from engine.flow.texts import Texts


def check_stale_translation(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each translation that leaves out a value which its original shows."""
    places = {one.path for one in media_wordings(proofs.flow)}
    for wording in proofs.compiled.wordings:
        if wording.path not in places and not wording.position.via:
            yield from _check(wording, proofs.world.translations)


def check_stale_messages(draft: BotDraft) -> Iterator[Problem]:
    """Report the same of the sentences of the bot."""
    if draft.file is None:
        return
    others = set(draft.file.locales) - {draft.file.locale}
    texts = {one: found for one, found in draft.translations.items() if one in others}
    for wording in draft.file.wordings:
        yield from _check(wording, texts)


def _check(wording: Wording, translations: Mapping[str, Texts]) -> Iterator[Problem]:
    if "{" not in wording.text:
        return
    for texts in translations.values():
        found = texts.get(wording.path)
        left_out = _left_out(wording.text, found.text) if found else ()
        if found and left_out:
            message = (
                f"the original shows {listed(left_out)}, and this translation does not; put it in"
            )
            related = ((wording.position, "the original is here"),)
            yield Problem(found.position, "stale-translation", message, related)


@lru_cache(maxsize=8192)  # the same few thousand texts are compared at each check
def _left_out(original: str, translated: str) -> Sequence[str]:
    return sorted(set(_shown(original)) - set(_read(translated)))


def _shown(text: str) -> Iterator[str]:
    """Give the names whose values a text shows, but for those of a loop and of the reader."""
    for node in _nodes(parse_template(text)[0]):
        if isinstance(node, Output):
            yield from (one for one in _names(node.code.text) if not one.startswith("user."))


def _read(text: str) -> Iterator[str]:
    """Give the names that a text reads in any way."""
    for node in _nodes(parse_template(text)[0], with_loops=True):
        match node:
            case Output(code=code):
                yield from _names(code.text)
            case For(values=values):
                yield from _names(values.text)
            case If(branches=branches):
                for branch in branches:
                    yield from _names(branch.condition.text) if branch.condition else ()
            case _:
                pass


def _nodes(nodes: Sequence[Node], *, with_loops: bool = False) -> Iterator[Node]:
    """Give the nodes of a text and of its branches, and on demand those within loops."""
    for node in nodes:
        yield node
        if isinstance(node, If):
            for branch in node.branches:
                yield from _nodes(branch.body, with_loops=with_loops)
        elif isinstance(node, For) and with_loops:
            yield from _nodes(node.body, with_loops=True)


def _names(text: str) -> Iterator[str]:
    """Give the longest dotted names that an expression reads."""
    tree = parse_source(Source(text))
    waiting: list[ast.AST] = [tree] if isinstance(tree, ast.expr) else []
    while waiting:
        node = waiting.pop()
        path = path_of(node) if isinstance(node, ast.Name | ast.Attribute) else None
        if path:
            yield path
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            waiting += [node.left, *_arguments(node.right)]
        else:
            waiting += _arguments(node)


def _arguments(node: ast.AST) -> Sequence[ast.AST]:
    """Give the parts of an expression without the name of what it calls."""
    if isinstance(node, ast.Name):
        return ()
    parts = list(ast.iter_child_nodes(node))
    return parts[1:] if isinstance(node, ast.Call) else parts
