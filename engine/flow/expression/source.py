"""Expression text to a bounded Python syntax tree whose nodes know their place in the text.

It knows no names and no types; it decides only what may be written at all.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from engine.flow.expression.slips import find_slip

MOST_CHARACTERS: Final = 500
MOST_NODES: Final = 100
DEEPEST: Final = 20
_LONGEST_QUOTE: Final = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in an expression or a template: a code, a sentence, and the span of the text it is about.

    `name` is the dotted name it is about, where it is about one.
    """

    code: str
    message: str
    offset: int
    length: int
    name: str = field(default="", compare=False)


class Source:
    """The text of an expression; it turns places in its tree into offsets of the text as given."""

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def wrapped(self) -> str:
        """The text as it is parsed: in parentheses, so that line breaks need no care and the first column is 1."""
        return f"({self.text}\n)".replace("\r", " ")

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.wrapped.encode(errors="surrogatepass").split(b"\n")

    def span(self, node: ast.expr | ast.keyword) -> tuple[int, int]:
        """Return offset and length of a node."""
        start = self.offset(node.lineno, node.col_offset)
        end = self.offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        return start, max(end - start, 1)

    def quote(self, node: ast.expr | ast.keyword) -> str:
        """Return a node as it was written, on one line and not too long."""
        start, length = self.span(node)
        written = " ".join(self.text[start : start + length].split())
        return written if len(written) <= _LONGEST_QUOTE else f"{written[: _LONGEST_QUOTE - 1]}…"

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a place given as parsers do: line from 1, column in bytes of UTF-8."""
        before = b"\n".join(self._lines[: line - 1]) + (b"\n" if line > 1 else b"")
        at = len((before + self._lines[line - 1][:column]).decode(errors="replace")) - 1
        return min(max(at, 0), len(self.text))


def parse_source(source: Source) -> ast.expr | Fault:
    """Parse the text, or say in one fault why it cannot be read; never raises, whatever the text.

    Equal texts give the same tree, which nobody may change: translations repeat what the original says.
    """
    return _parse(source.text)


def parse_text(text: str) -> ast.expr | None:
    """Parse an expression of which only its form is looked at; None where it cannot be read."""
    tree = _parse(text)
    return None if isinstance(tree, Fault) else tree


@lru_cache(maxsize=2048)
def _parse(text: str) -> ast.expr | Fault:
    if fault := _guard(text):
        return fault
    source = Source(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(source.wrapped, mode="eval").body
    except SyntaxError as error:
        return _syntax_fault(source, error)
    except (ValueError, RecursionError, MemoryError):
        return _whole(source.text, "syntax", "the expression cannot be read")
    return _measure(source, tree) or tree


_UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_TOKEN: Final = re.compile(
    r"""
    (?P<string>'(?:[^'\\\n]|\\.)*' | "(?:[^"\\\n]|\\.)*")
  | (?P<prefixed>\w+['"])
  | (?P<open>[(\[{]) | (?P<close>[)\]}])
  | (?P<quote>['"]) | (?P<comment>\#) | (?P<escape>\\)
  | (?P<number>\d\w*(?:\.\d\w*)?)
    """,
    re.VERBOSE,
)
_STRINGS: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_SINGLE_EQUALS: Final = re.compile(r"(?<![=<>!])=(?!=)")
_TYPOGRAPHIC: Final = re.compile("[\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb]")
_CLOSES: Final = {")": "(", "]": "[", "}": "{"}
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


def _guard(text: str) -> Fault | None:
    """Look at brackets and strings before the parser does: it may run out of stack."""
    if not text.strip():
        return _whole(text, "syntax", "the expression is empty")
    if len(text) > MOST_CHARACTERS:
        message = f"the expression is {len(text)} characters long; at most {MOST_CHARACTERS} are read, so let a decide or an action do a part of it"
        return _whole(text, "too-complex", message)
    if found := _UNREADABLE.search(text):
        message = f"character U+{ord(found[0]):04X} cannot be here"
        return Fault("syntax", message, found.start(), 1)
    if text.lstrip().startswith("{{") and text.rstrip().endswith("}}"):
        inner = " ".join(text.strip()[2:-2].split())
        message = f'an expression stands here without braces; write "{inner}"'
        return _whole(text, "syntax", message)
    if (found := _TYPOGRAPHIC.search(_STRINGS.sub(_blank, text))) is not None:
        message = f"{found[0]} is no quote of an expression; write '"
        return Fault("syntax", message, found.start(), 1)
    return _guard_brackets(text)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _guard_brackets(text: str) -> Fault | None:
    opened: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(text):
        at, written = token.start(), token.group()
        if token.lastgroup == "open":
            opened.append((written, at))
            if len(opened) > DEEPEST:
                return Fault("too-complex", f"brackets nest deeper than {DEEPEST}", at, 1)
        elif token.lastgroup == "close":
            if not opened or opened.pop()[0] != _CLOSES[written]:
                return Fault("syntax", f'"{written}" closes nothing', at, 1)
        elif message := _misspelling(text, at, written, token.lastgroup):
            return Fault("syntax", message, at, len(written))
    if opened:
        return Fault("syntax", f'"{opened[-1][0]}" is not closed', opened[-1][1], 1)
    return None


def _lone_equals(text: str, at: int) -> int:
    """Find the sign that assigns, behind the place of what it would assign to."""
    found = _SINGLE_EQUALS.search(text, at)
    return found.start() if found else at


def _misspelling(text: str, at: int, written: str, kind: str | None) -> str | None:
    """Say what is wrong with a text, a number or a character that Python reads and flows do not."""
    match kind:
        case "quote":
            return f"the text that {written} opens is not closed"
        case "comment" | "escape":
            return f'"{written}" cannot be in an expression'
        case "prefixed":
            mend = "write it without the letters before it"
            if written[0] in "fF":
                mend = """join texts with "+", as in 'Dear ' + user.first_name"""
            return f"{written} is no text; {mend}"
        case "string" if text[at + len(written) :][:1] in ("'", '"'):
            return "texts are written in one pair of quotes each"
        case "number" if not (at and (text[at - 1] == "_" or text[at - 1].isalnum())):
            return _misspelt_number(written)
        case _:
            return None


def _misspelt_number(written: str) -> str | None:
    if _NUMBER.fullmatch(written) is None:
        return f'"{written}" is no number; write digits, and a point for decimals'
    if len(written) > 1 and written[0] == "0" and written[1] != ".":
        return f'"{written}" is no number; leave out the leading zero'
    return None


def _syntax_fault(source: Source, error: SyntaxError) -> Fault:
    line, column = error.lineno or 1, max((error.offset or 1) - 1, 0)
    lines = source.wrapped.split("\n")
    at = sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
    is_at_end = at >= len(source.text.rstrip())
    at = min(max(at, 0), max(len(source.text) - 1, 0))
    if (slip := find_slip(source.text)) is not None:
        return Fault("syntax", *slip)
    reason = error.msg.removeprefix("invalid syntax. ").rstrip(".")
    if reason.startswith("cannot assign"):
        reason = '"=" is not expected here; write "==" to compare'
        at = _lone_equals(source.text, at)
    elif reason == "invalid syntax":
        reason = f'"{source.text[at : at + 1].strip()}" is not expected here'
        if is_at_end or not source.text[at : at + 1].strip():
            reason = "the expression is not complete; write what is missing at its end, or in its brackets"
    reason = next((mend for said, mend in _REASONS if reason.startswith(said)), reason)
    return Fault("syntax", reason[0].lower() + reason[1:], at, 1)


_REASONS: Final = (
    (
        "Perhaps you forgot a comma",
        "two values stand side by side; write an operator between them, and a text in quotes: 'two words'",
    ),
    ("expected 'else'", '"if" has no "else"; write "… if … else …"'),
    ("expression cannot contain assignment", '"=" is not expected here; write "==" to compare'),
    ("positional argument follows", "an argument without a name stands before those that have one"),
    ("Generator expression", 'a loop with "for" cannot be used in an expression'),
)
"""What Python says of an expression, and how a flow is mended."""


def _measure(source: Source, tree: ast.expr) -> Fault | None:
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    count = 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if depth > DEEPEST:
            message = f"the expression has more than {DEEPEST} parts within one another; let a decide or an action do a part of it"
            return _whole(source.text, "too-complex", message)
        if count > MOST_NODES:
            message = f"the expression has more than {MOST_NODES} parts; let a decide or an action do some of it"
            return _whole(source.text, "too-complex", message)
        waiting.extend(
            (child, depth + 1)
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr | ast.keyword | ast.comprehension | ast.arguments)
        )
    return None


def _whole(text: str, code: str, message: str) -> Fault:
    return Fault(code, message, 0, max(len(text), 1))
