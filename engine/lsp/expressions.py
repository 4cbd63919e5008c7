"""What can be written next in an expression or in the marks of a text.

It knows the words around the cursor, not whether what is before them is right.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.flow.annotations import type_of
from engine.flow.expression.functions import FILTERS, FUNCTIONS
from engine.flow.expressions import Namespace
from engine.flow.types import Choice, Maybe, describe
from engine.lsp.names import say_action, say_operation, say_type
from engine.lsp.suggestion import Kind, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.actions import ActionKind
    from engine.lsp.names import Names

_WORD: Final = re.compile(r"(?<![\w.])((?:[A-Za-z_]\w*\.)*)(\w*)$")
_FILTERED: Final = re.compile(r"\|\s*(\w*)$")
_STRING: Final = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_COMPARED: Final = re.compile(r"([A-Za-z_][\w.]*)\s*(?:==|!=|in\s*\[[^\]]*)\s*['\"](\w*)$")
_CALL: Final = re.compile(r"([A-Za-z_][\w.]*)\s*$")
_WORDS: Final = ("and", "or", "not", "in", "is", "None", "True", "False", "if", "else")
_TAGS: Final = ("if", "elif", "else", "endif", "for", "endfor")


def complete_text(written: str, start: int, names: Names) -> Iterator[Suggestion]:
    """Complete inside the marks of a text; nothing outside of them."""
    opened = max(written.rfind("{{"), written.rfind("{%"))
    if opened < 0 or max(written.rfind("}}"), written.rfind("%}")) > opened:
        return
    inside = written[opened + 2 :]
    if written.startswith("{%", opened):
        word = re.fullmatch(r"-?\s*(\w*)", inside)
        if word:
            at = start + len(written) - len(word[1])
            yield from (Suggestion(tag, at, Kind.KEYWORD) for tag in _TAGS)
            return
    yield from complete_expression(inside, start + opened + 2, names)


def complete_expression(
    written: str, start: int, names: Names, kind: ActionKind | None = None
) -> Iterator[Suggestion]:
    """Complete the last word of an expression; where a call of an action is expected, actions of that kind."""
    end = start + len(written)
    if compared := _COMPARED.search(written):
        yield from _choices(compared[1], end - len(compared[2]), names)
        return
    plain = _STRING.sub(lambda found: "_" * len(found[0]), written)
    if plain.count("'") % 2 or plain.count('"') % 2:
        return
    if filtered := _FILTERED.search(plain):
        at = end - len(filtered[1])
        for operation in FILTERS.values():
            yield Suggestion(operation.name, at, Kind.FUNCTION, say_operation(operation))
        return
    word = _WORD.search(plain)
    if word is None:
        return
    base, at = word[1].rstrip("."), end - len(word[2])
    called = _open_call(plain[: len(plain) - len(word[0])])
    if kind is not None and called is None:
        yield from _actions(kind, end - len(word[0]), names)
    elif base:
        for name, type_ in names.fields(base).items():
            yield Suggestion(name, at, Kind.FIELD, describe(type_))
    else:
        yield from _arguments(called, plain, at, names)
        yield from _names(at, names)


def _open_call(plain: str) -> str | None:
    """Give the name before the innermost bracket that is open."""
    depth = 0
    for index in range(len(plain) - 1, -1, -1):
        if plain[index] == ")":
            depth += 1
        elif plain[index] == "(":
            if depth == 0:
                called = _CALL.search(plain[:index])
                return called[1] if called else ""
            depth -= 1
    return None


def _choices(path: str, at: int, names: Names) -> Iterator[Suggestion]:
    type_ = names.type_of(path)
    if isinstance(type_, Maybe):
        type_ = type_.inner
    if isinstance(type_, Choice):
        yield from (Suggestion(value, at, Kind.VALUE, describe(type_)) for value in type_.values)


def _actions(kind: ActionKind, at: int, names: Names) -> Iterator[Suggestion]:
    for action in names.project.catalog.values():
        if action.kind is kind:
            required = ", ".join(f"{one.name}=" for one in action.parameters if one.required)
            yield Suggestion(
                action.name,
                at,
                Kind.FUNCTION,
                say_action(action),
                action.description,
                insert=f"{action.name}({required})",
            )


def _arguments(called: str | None, plain: str, at: int, names: Names) -> Iterator[Suggestion]:
    action = names.project.catalog.get(called or "")
    for parameter in action.parameters if action else ():
        if not re.search(rf"\b{re.escape(parameter.name)}\s*=", plain):
            detail = describe(type_of(parameter.annotation))
            yield Suggestion(f"{parameter.name}=", at, Kind.ARGUMENT, detail)


def _names(at: int, names: Names) -> Iterator[Suggestion]:
    for name, named in names.all().items():
        is_space = isinstance(named, Namespace)
        yield Suggestion(name, at, Kind.MODULE if is_space else Kind.VARIABLE, say_type(named))
    for operation in FUNCTIONS.values():
        yield Suggestion(operation.name, at, Kind.FUNCTION, say_operation(operation))
    yield from (Suggestion(word, at, Kind.KEYWORD) for word in _WORDS)
