"""Template text to a tree of literal text, outputs, conditions and loops with their offsets.

It knows the marks of Jinja2 that texts use, and nothing of expressions or HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from engine.flow.expression.source import Fault
from engine.flow.types import choose_from

MOST_CHARACTERS: Final = 8192
DEEPEST_BLOCK: Final = 8


@dataclass(frozen=True, slots=True)
class Code:
    """An expression inside a template: its text, and where in the template it stands."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that is sent as written, but for line breaks, which become U+000A."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Output:
    """`{{ … }}`."""

    code: Code
    offset: int


@dataclass(slots=True)
class Branch:
    """One arm of an `{% if %}`; `condition` is None for else."""

    condition: Code | None
    offset: int
    body: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class If:
    """`{% if %} … {% endif %}`; else is the last branch where there is one."""

    branches: list[Branch]
    offset: int

    @property
    def has_else(self) -> bool:
        """Whether one branch is always taken."""
        return self.branches[-1].condition is None


@dataclass(slots=True)
class For:
    """`{% for name in … %} … {% endfor %}`."""

    name: str
    values: Code
    offset: int
    body: list[Node] = field(default_factory=list)


type Node = Literal | Output | If | For


def parse_template(text: str) -> tuple[list[Node], list[Fault]]:
    """Read a template; every fault of its marks is reported, and what could be read is returned."""
    if len(text) > MOST_CHARACTERS:
        message = f"the text is {len(text)} characters long; at most {MOST_CHARACTERS} are read, so shorten it"
        return [], [Fault("too-complex", message, 0, len(text))]
    if "{" not in text:
        shown = _without_last_break(text)
        return [Literal(shown, 0)] if shown else [], []
    parser = _Parser(text)
    parser.run()
    return parser.root, parser.faults


_OPENING: Final = re.compile(r"\{[{%#]")
_WORD: Final = re.compile(r"\s*([^\W\d]\w*)?")
_FOR: Final = re.compile(r"\s*([^\W\d]\w*)\s+in\b")
_STRING: Final = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_STRING_OR_END: Final = {
    opening: re.compile(rf"{_STRING}|(?P<end>{end})|(?P<again>\{{[{{%])", re.DOTALL)
    for opening, end in (("{{", "}}"), ("{%", "%}"))
}
_IS_PLAIN: Final = re.compile(r"[^'\"{]*")
_BLOCKS: Final = ("elif", "else", "endfor", "endif", "for", "if")
_CLOSING: Final = {"{{": "}}", "{%": "%}", "{#": "#}"}
_RESERVED: Final = frozenset({"loop", "True", "False", "None", "true", "false", "none"})


@dataclass(slots=True)
class _Mark:
    """A mark with its braces: `inner` is what stands between them, from `start`."""

    opening: str
    offset: int
    inner: str
    start: int
    end: int
    trims_before: bool
    trims_after: bool

    @property
    def length(self) -> int:
        return self.end - self.offset


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.root: list[Node] = []
        self.faults: list[Fault] = []
        self._open: list[If | For] = []
        self._bodies: list[list[Node]] = [self.root]

    def run(self) -> None:
        at, trims = 0, False
        while found := _OPENING.search(self.text, at):
            mark = self._read_mark(found)
            if mark is None:
                return
            self._literal(at, mark.offset, trims_start=trims, trims_end=mark.trims_before)
            trims = mark.trims_after
            at = mark.end
            if mark.opening == "{{":
                self._bodies[-1].append(Output(Code(mark.inner, mark.start), mark.offset))
            elif mark.opening == "{%":
                self._block(mark)
        end = len(_without_last_break(self.text))
        self._literal(at, end, trims_start=trims, trims_end=False)
        for block in self._open:
            word = "for" if isinstance(block, For) else "if"
            self._fault("syntax", f'"{word}" has no "end{word}"', block.offset, 2)

    def _fault(self, code: str, message: str, offset: int, length: int) -> None:
        self.faults.append(Fault(code, message, offset, max(length, 1)))

    def _literal(self, start: int, end: int, *, trims_start: bool, trims_end: bool) -> None:
        text = self.text[start:end]
        if trims_end:
            text = text.rstrip()
        if trims_start:
            start += len(text) - len(text.lstrip())
            text = text.lstrip()
        if text:
            self._bodies[-1].append(Literal(text, start))

    def _read_mark(self, found: re.Match[str]) -> _Mark | None:
        opening, offset = found.group(), found.start()
        start = found.end()
        trims_before = self.text.startswith("-", start)
        start += trims_before
        end = self._find_end(opening, start)
        if end < 0:
            self._fault("syntax", f'"{opening}" is not closed by "{_CLOSING[opening]}"', offset, 2)
            return None
        inner = self.text[start:end]
        trims_after = inner.endswith("-")
        inner = inner.removesuffix("-")
        return _Mark(opening, offset, inner, start, end + 2, trims_before, trims_after)

    def _find_end(self, opening: str, start: int) -> int:
        closing = _CLOSING[opening]
        end = self.text.find(closing, start)
        if opening == "{#" or end < 0 or _IS_PLAIN.fullmatch(self.text, start, end):
            return end
        for found in _STRING_OR_END[opening].finditer(self.text, start):
            if found.lastgroup is not None:
                return found.start() if found.lastgroup == "end" else -1
        return -1

    def _block(self, mark: _Mark) -> None:
        found = _WORD.match(mark.inner)
        name, end = (found[1] or "", found.end()) if found else ("", 0)
        rest = Code(mark.inner[end:], mark.start + end)
        match name:
            case "if":
                self._open_block(If([Branch(rest, mark.offset)], mark.offset), mark)
            case "for":
                self._for(rest, mark)
            case "elif" | "else":
                self._branch(name, rest, mark)
            case "endif" | "endfor":
                self._close(name, rest, mark)
            case "set":
                message = "a text sets no names; write the value where it is read"
                self._fault("not-allowed", message, mark.offset, mark.length)
            case _:
                meant = '; did you mean "elif"?' if name in ("elseif", "elsif") else ""
                message = f'no block "{name}"{meant or choose_from(name, _BLOCKS, "blocks")}'
                self._fault("not-allowed", message, mark.offset, mark.length)

    def _open_block(self, block: If | For, mark: _Mark) -> None:
        if len(self._open) == DEEPEST_BLOCK:
            message = f'blocks nest deeper than {DEEPEST_BLOCK}; join their conditions with "and"'
            self._fault("too-complex", message, mark.offset, mark.length)
        if len(self._open) < DEEPEST_BLOCK:
            self._bodies[-1].append(block)
        self._open.append(block)
        self._bodies.append(block.body if isinstance(block, For) else block.branches[0].body)

    def _for(self, rest: Code, mark: _Mark) -> None:
        found = _FOR.match(rest.text)
        if found is None or found[1] in _RESERVED:
            message = 'a loop is written "{% for name in list %}"'
            self._fault("syntax", message, mark.offset, mark.length)
            name, values = "item", None
        else:
            name = found[1]
            values = Code(rest.text[found.end() :], rest.offset + found.end())
        block = For(name, values or Code("[]", mark.start), mark.offset)
        self._open_block(block, mark)

    def _branch(self, name: str, rest: Code, mark: _Mark) -> None:
        block = self._open[-1] if self._open else None
        if not isinstance(block, If) or block.has_else:
            message = f'"{name}" belongs between "if" and "endif", before any "else"'
            if isinstance(block, For):
                message = f'a loop has no "{name}"; ask before it, as in "{{% if len(…) == 0 %}}"'
            self._fault("syntax", message, mark.offset, mark.length)
            return
        if name == "else":
            self._check_empty(name, rest)
        branch = Branch(rest if name == "elif" else None, mark.offset)
        block.branches.append(branch)
        self._bodies[-1] = branch.body

    def _close(self, name: str, rest: Code, mark: _Mark) -> None:
        self._check_empty(name, rest)
        wanted = If if name == "endif" else For
        if not self._open or not isinstance(self._open[-1], wanted):
            message = f'"{name}" closes no "{name.removeprefix("end")}"'
            self._fault("syntax", message, mark.offset, mark.length)
            return
        self._open.pop()
        self._bodies.pop()

    def _check_empty(self, name: str, rest: Code) -> None:
        if rest.text.strip():
            message = f'nothing stands behind "{name}"'
            self._fault("syntax", message, rest.offset, len(rest.text))


def _without_last_break(text: str) -> str:
    """Leave out one line break at the very end, which is not part of the text, as in Jinja2."""
    return text.removesuffix("\n").removesuffix("\r")


def moved(fault: Fault, offset: int) -> Fault:
    """Return a fault of an expression as one of the template that it stands in."""
    return replace(fault, offset=fault.offset + offset)
