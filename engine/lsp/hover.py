"""What is known of the word at a place: a key, a name, an action, a filter, a part of data.

It puts into words what the schema, the checker's types and the catalog say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.flow.codes import check_reasons
from engine.flow.expression.functions import FILTERS, FUNCTIONS
from engine.lsp.complete import step_entries
from engine.lsp.cursor import find_cursor
from engine.lsp.explain_name import explain_name
from engine.lsp.names import Names, say_action, say_operation, say_type
from engine.lsp.navigate import mentions_at
from engine.lsp.project import MAX_EDITED

if TYPE_CHECKING:
    from pathlib import Path

    from engine.flow.problems import Problem
    from engine.lsp.cursor import Cursor
    from engine.lsp.outline import Schema
    from engine.lsp.project import Project

_WORD: Final = re.compile(r"[A-Za-z_/]\w*")
_PATH: Final = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.\w+)*$")
_FILTER: Final = re.compile(r"\|\s*\w*$")


@dataclass(frozen=True, slots=True)
class Explained:
    """What is said of text[start:end]: `code` as flows or Python would write it, and words."""

    start: int
    end: int
    code: str
    words: str


def explain(project: Project, path: Path, text: str, index: int) -> Explained | None:
    """Say what the word at an index is."""
    if len(text) > MAX_EDITED:
        return None
    around = text[max(0, index - 200) : index + 200]
    offset = index - max(0, index - 200)
    word = next((one for one in _WORD.finditer(around) if one.start() <= offset <= one.end()), None)
    if word is None:
        return None
    start, end = index - offset + word.start(), index - offset + word.end()
    cursor = find_cursor(text, end)
    said = (
        _of_key(project, path, cursor, word[0])
        if cursor.is_key
        else _of_value(project, path, cursor, word[0])
    )
    for mention in mentions_at(project, path, index):
        named = explain_name(project, mention.name)
        if named[0]:
            said = named
            break
    return Explained(start, end, *said) if any(said) else None


def explain_problem(problem: Problem) -> str:
    """Say why there is such a check."""
    return check_reasons().get(problem.code, "")


def _of_key(project: Project, path: Path, cursor: Cursor, word: str) -> tuple[str, str]:
    outline = project.outline(path)
    known = step_entries(project, path, cursor) if cursor.path[:1] == ("steps",) else {}
    present = [key for key in (*cursor.beside, *known) if key != word]
    at = outline.at(cursor.path)
    keys = outline.keys(at, present) if present else outline.keys(at)
    schema: Schema = keys.get(word) or outline.keys(at).get(word, {})
    return (word if schema else ""), str(schema.get("description", ""))


def _of_value(project: Project, path: Path, cursor: Cursor, word: str) -> tuple[str, str]:
    names = Names(project, project.flow(path), step_entries(project, path, cursor))
    if operation := FILTERS.get(word) if _FILTER.search(cursor.written) else None:
        return say_operation(operation), "filter"
    dotted = _PATH.search(cursor.written)
    if dotted is None:
        return "", ""
    if action := project.catalog.get(dotted[0]):
        return say_action(action), action.description
    if found := names.type_of(dotted[0]):
        return f"{dotted[0]}: {say_type(found)}", ""
    if operation := FUNCTIONS.get(dotted[0]):
        return say_operation(operation), "function"
    return "", ""
