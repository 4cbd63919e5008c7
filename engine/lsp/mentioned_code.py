"""What expressions name, also those within texts: data, params, results, actions, roles, and flows that are linked to.

It reads words, not meaning, so that an expression that is wrong names things too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.lsp.mentions import Mention, Name, Named, mention_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.flow.nodes import ScalarNode

_READ: Final = re.compile(r"(?<![\w.])(data|params)\.([a-z_]\w*)")
_RESULT: Final = re.compile(r"(?<![\w.])result\.([a-z_]\w*)")
_ACTION: Final = re.compile(r"(?<![\w.])([A-Za-z_]\w*\.[A-Za-z_]\w*)(?=\s*\()")
_MARK: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_STRING: Final = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_ROLES: Final = re.compile(
    r"(?<![\w.])user\.role\s*(?:(?:==|!=)\s*['\"]\w*['\"]|(?:not\s+)?in\s*[\[(][^\])]*)"
)
_WORD: Final = re.compile(r"['\"](\w+)['\"]")
_LINK: Final = re.compile(r"(?<![\w.])start_link\(\s*['\"](\w+)['\"]")
_KEYWORD: Final = re.compile(r"[,(]\s*([a-z_]\w*)\s*=(?!=)")
_GROUPS: Final = {"data": Named.DATA, "params": Named.PARAM}


def mentions_in_code(node: ScalarNode, flows: Iterable[str], *, is_text: bool) -> Iterator[Mention]:
    """Give what the expressions of a scalar name, in each of the flows that they are read in."""
    for offset, code in _expressions(node, is_text=is_text):
        plain = _STRING.sub(lambda found: " " * len(found[0]), code)
        for at, name in (*_owned(plain, flows), *_of_bot(code, plain)):
            yield mention_part(node, offset + at, name)


def mentions_of_results(node: ScalarNode, callee: str) -> Iterator[Mention]:
    """Give the results of a flow that was run, where an expression reads them."""
    for found in _RESULT.finditer(_STRING.sub(lambda one: " " * len(one[0]), node.text)):
        yield mention_part(node, found.start(1), Name(Named.RESULT, callee, found[1]))


def _expressions(node: ScalarNode, *, is_text: bool) -> Iterator[tuple[int, str]]:
    if not is_text:
        yield 0, node.text
        return
    for mark in _MARK.finditer(node.text):
        yield mark.start(), mark[0]


def _owned(plain: str, flows: Iterable[str]) -> Iterator[tuple[int, Name]]:
    for found in _READ.finditer(plain):
        for flow in flows:
            yield found.start(2), Name(_GROUPS[found[1]], flow, found[2])


def _of_bot(code: str, plain: str) -> Iterator[tuple[int, Name]]:
    for found in _ACTION.finditer(plain):
        yield found.start(1), Name(Named.ACTION, "", found[1])
    for compared in _ROLES.finditer(code):
        for found in _WORD.finditer(compared[0]):
            yield compared.start() + found.start(1), Name(Named.ROLE, "", found[1])
    for link in _LINK.finditer(code):
        yield link.start(1), Name(Named.FLOW, "", link[1])
        inside = plain[link.end() : _end_of_call(plain, link.end())]
        for found in _KEYWORD.finditer(inside):
            yield link.end() + found.start(1), Name(Named.PARAM, link[1], found[1])


def _end_of_call(plain: str, at: int) -> int:
    """Give where the bracket closes that is open here."""
    depth = 1
    for index in range(at, len(plain)):
        depth += {"(": 1, ")": -1}.get(plain[index], 0)
        if depth == 0:
            return index
    return len(plain)
