"""What is wrong where YAML cannot be read, in the words of who wrote it: the slip that a parser stumbles over.

It knows the parser's complaints, and nothing of what flows mean.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import yaml

from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.nodes import File
    from engine.flow.problems import Position

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser, in C where there is one."""


def explain_error(file: File, error: yaml.MarkedYAMLError) -> Problem:
    """Say what is wrong where the parser stopped, and what to write there."""
    mark = error.problem_mark or error.context_mark
    index = mark.index if mark else 0
    problem = (error.problem or "").strip()
    if problem == "mapping values are not allowed in this context":
        forgotten = _missing_colon(file, index)
        if forgotten is not None:
            return forgotten
    elif (unclosed := _unclosed_quote(file, index)) is not None:
        return unclosed
    if (colon := _colon_in_text(file, index)) is not None:
        return colon
    if (beginning := _beginning(file, index)) is not None:
        return beginning
    character = file.text[index : index + 1]
    if character == "\t" or "tab character" in problem:
        message = "a tab indents this line; use spaces"
    else:
        message = _SYNTAX.get(problem, f"this is not YAML: {problem or error.context}")
    related: tuple[tuple[Position, str], ...] = ()
    if error.context_mark and error.context_mark.index != index:
        begun = error.context_mark.index
        related = (
            (file.span(begun, begun + 1), "what is not closed or not continued begins here"),
        )
    return Problem(file.span(index, index + 1), "yaml-syntax", message, related)


def quoted_beginning(key: str, text: str) -> str:
    """Say that a text must be in quotes, because of the sign that it begins with."""
    mended = f"{key}: {in_quotes(text)}" if key else in_quotes(text)
    return f'a text that begins with "{text[0]}" is in quotes; write {mended}'


def in_quotes(text: str) -> str:
    """Write a text in double quotes."""
    escaped = text.rstrip().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_NO_COLON: Final = re.compile(r"^([ ]*)([a-z_]+)(?:[ ]+(\S+))?[ ]*$")


def _missing_colon(file: File, index: int) -> Problem | None:
    """Find the line of two words, or of one that is indented less, above a place where no key can begin."""
    above = file.text[: file.text.rfind("\n", 0, index) + 1].splitlines(keepends=True)
    while above and (not above[-1].strip() or above[-1].lstrip().startswith("#")):
        above.pop()
    words = _NO_COLON.match(above[-1]) if above else None
    line = file.text[file.text.rfind("\n", 0, index) + 1 :]
    if words is None or not (words[3] or len(words[1]) < len(line) - len(line.lstrip(" "))):
        return None
    begin = sum(map(len, above[:-1])) + words.start(2)
    right = f"{words[2]}: {words[3]}" if words[3] else f"{words[2]}:"
    message = f'key "{words[2]}" has no colon; write "{right}"'
    return Problem(file.span(begin, begin + len(words[2])), "yaml-syntax", message)


KEYS_BEHIND: Final = frozenset(
    {
        "go",
        "run",
        "url",
        "web_app",
        "login",
        "inline",
        "copy",
        "text",
        "end",
        "when",
        "save",
        "say",
        "id",
    }
    | {"with", "buttons", "else"}
)
"""Keys that often stand behind a text in braces."""

_TEXT_BEFORE: Final = re.compile(
    r"(?:^|[{,])[ ]*(?:- +)*([\w/]+): +([^\s'\"\[{&*!|>%@`,][^,{}]*)\Z"
)


def _colon_in_text(file: File, index: int) -> Problem | None:
    """Find a text without quotes, behind its key on one line, that the colon at this place cuts in two."""
    if file.text[index : index + 2].rstrip() != ":":
        return None
    begin = file.text.rfind("\n", 0, index) + 1
    found = _TEXT_BEFORE.search(file.text[begin:index])
    if found is None:
        return None
    end = file.text.find("\n", index)
    rest = file.text[index : end if end >= 0 else len(file.text)]
    if "{" in file.text[begin:index]:
        rest = re.split("[,}]", rest, maxsplit=1)[0]
    before, _, last = found[2].rpartition(" ")
    if before and last in KEYS_BEHIND:
        message = f'a comma is missing before "{last}"; write {found[1]}: "{before}", {last}: …'
        place = file.span(index - len(last), index)
        if "{" in file.text[begin:index]:
            return Problem(place, "yaml-syntax", message)
    text = in_quotes(f"{found[2]}{rest}")
    message = f'the text of "{found[1]}" has a colon; put it in quotes: {found[1]}: {text}'
    return Problem(file.span(index, index + 1), "yaml-syntax", message)


_KEY_WITHIN: Final = re.compile(r"\n[ \[{-]*[a-z_/]+:(?:\s|\Z)")


def _unclosed_quote(file: File, index: int) -> Problem | None:
    """Find a text in quotes that holds lines with keys and ends on the line of an error: it was to end before."""
    first = file.text.rfind("\n", 0, index) + 1
    found = None
    try:
        for token in yaml.scan(file.text, Loader=LOADER):
            if token.start_mark.index >= index:
                break
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                found = token
    except yaml.MarkedYAMLError:
        pass  # what could be read before the error is what is looked at
    if found is None or not found.start_mark.index < first <= found.end_mark.index:
        return None
    start, end = found.start_mark.index, found.end_mark.index
    if not _KEY_WITHIN.search(file.text, start, end):
        return None
    message = f"a text in quotes is not closed; end it with {found.style}"
    related = ((file.span(end - 1, end), "it goes on to here"),)
    return Problem(file.span(start, end), "yaml-syntax", message, related)


_BEGINNING: Final = re.compile(
    r"""(?:^|[{,\[])[ ]*(?:-[ ]+)*([\w/]+):[ ]+
    (?:(?P<sign>[*&!%@`?][^\n]* | [|>][-+\d]*[ ]+[^\s#][^\n]* | \[[^\]\n]*\][^\s,}\]#][^\n]*)
      | (?P<quote>'[^'\n]*'|"(?:[^"\\\n]|\\.)*")[ ]*[^\s,}\]\#][^\n]*)""",
    re.VERBOSE,
)


def _beginning(file: File, index: int) -> Problem | None:
    """Find on the line of a place a text without quotes whose first sign YAML keeps for itself, or one that goes on behind its quotes."""
    first = file.text.rfind("\n", 0, index) + 1
    end = file.text.find("\n", index)
    line = file.text[first : end if end >= 0 else len(file.text)]
    found = _BEGINNING.search(line)
    if found is None:
        return None
    if (quote := found["quote"]) is not None:
        at = first + found.end("quote") - 1
        message = f'the text of "{found[1]}" goes on behind its closing quote; put all of it in one pair of quotes'
        return Problem(file.span(at, at + 1), "yaml-syntax", message) if quote else None
    text, at = found["sign"], first + found.start("sign")
    if "{" in line[: found.start("sign")]:
        text = re.split("[,}]", text, maxsplit=1)[0]
    return Problem(file.span(at, at + len(text)), "yaml-syntax", quoted_beginning(found[1], text))


_SYNTAX: Final[Mapping[str, str]] = {
    "mapping values are not allowed in this context": (
        "a key and its value cannot begin here; check the indentation, and put a text that contains "
        '": " in quotes'
    ),
    "could not find expected ':'": 'a key is not followed by ":"; write "key: value"',
    "did not find expected key": (
        "this line is no key beside those above it; check the indentation and the quotes"
    ),
    "did not find expected '-' indicator": (
        'this line does not belong to the list above; begin it with "- " or mend the indentation'
    ),
    "did not find expected ',' or ']'": (
        '"[" is not closed; separate items with "," and end it with "]", and put a text that '
        "contains brackets in quotes"
    ),
    "did not find expected ',' or '}'": (
        '"{" is not closed; separate entries with "," and end it with "}", and put a text that '
        "contains brackets or commas in quotes"
    ),
    "found unexpected end of stream": "a quoted text is not closed; end it with the quote it began with",
    "found unexpected document indicator": "a quoted text is not closed before this line",
    "found unknown escape character": (
        'a text in double quotes has an unknown escape; write "\\\\" for a backslash or use single quotes'
    ),
    "block sequence entries are not allowed in this context": (
        'a list item cannot begin here; put "- " on a line of its own, below the key'
    ),
    "found character that cannot start any token": "a text cannot begin with this character; put it in quotes",
    "block collections are not allowed in this context": "indented lines cannot begin here",
}
