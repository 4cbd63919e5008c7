"""Whether the HTML of a text is what Telegram accepts, on every branch of its template.

It knows no expressions: an output stands for text that is already escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.flow.expression.source import Fault
from engine.flow.template_source import For, If, Literal, Node, Output
from engine.flow.types import choose_from, listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TAGS: Final[Mapping[str, frozenset[str]]] = {
    "a": frozenset({"href"}),
    "b": frozenset(),
    "blockquote": frozenset({"expandable"}),
    "code": frozenset({"class"}),
    "del": frozenset(),
    "em": frozenset(),
    "i": frozenset(),
    "ins": frozenset(),
    "pre": frozenset(),
    "s": frozenset(),
    "span": frozenset({"class"}),
    "strike": frozenset(),
    "strong": frozenset(),
    "tg-emoji": frozenset({"emoji-id"}),
    "tg-spoiler": frozenset(),
    "tg-time": frozenset({"unix", "format"}),
    "u": frozenset(),
}
"""The tags that Telegram's HTML knows, with their attributes."""


def check_html(nodes: Sequence[Node]) -> list[Fault]:
    """Find tags that Telegram does not accept, or that are not balanced on some branch."""
    checker = _Checker()
    checker.walk(nodes)
    checker.finish()
    return checker.faults


@dataclass(frozen=True, slots=True)
class _Open:
    name: str
    offset: int
    length: int


_PLACEHOLDER: Final = "\ufffc"
_ENTITY: Final = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);")
_ENTITIES: Final = frozenset({"lt", "gt", "amp", "quot"})
_ATTRIBUTE: Final = re.compile(
    r"""\s+([^\s=<>"'/]+)(?:\s*=\s*(?:"([^"<]*)"|'([^'<]*)'|([^\s"'<>=]+)))?"""
)
_MENDS: Final = {
    **dict.fromkeys(("br", "p"), "; begin a new line"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), '; write "<b>"'),
    **dict.fromkeys(("ul", "ol", "li"), '; begin lines with "•"'),
    "img": '; show a picture with "media"',
}
_TAG_NAME: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")


class _Checker:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._stack: tuple[_Open, ...] = ()
        self._tag = ""  # what of an unfinished tag has been read
        self._tag_offset = 0
        self._unknown: set[str] = set()

    def walk(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            match node:
                case Literal():
                    self._text(node.text, node.offset)
                case Output():
                    if self._tag:
                        self._tag += _PLACEHOLDER
                case If() | For():
                    self._block(node)

    def finish(self) -> None:
        if self._tag:
            self._fault('a tag is not closed by ">"', self._tag_offset, len(self._tag))
        for tag in self._stack:
            self._fault(
                f'tag "<{tag.name}>" has no "</{tag.name}>"; write it where the tag ends',
                tag.offset,
                tag.length,
            )

    def _fault(self, message: str, offset: int, length: int) -> None:
        self.faults.append(Fault("bad-html", message, offset, max(length, 1)))

    def _block(self, node: If | For) -> None:
        if self._tag:
            self._fault("a block cannot stand inside a tag", node.offset, 2)
            self._tag = ""
        before = self._stack
        if isinstance(node, For):
            self.walk(node.body)
            self._check_same(before, self._stack, node.offset, "each round of the loop")
            self._stack = before
            return
        ends = []
        for branch in node.branches:
            self._stack = before
            self.walk(branch.body)
            if self._tag:
                self.finish_tag()
            ends.append((branch.offset, self._stack))
        if not node.has_else:
            ends.append((node.offset, before))
        for offset, end in ends[1:]:
            if not self._check_same(ends[0][1], end, offset, "each branch"):
                break
        self._stack = ends[0][1] if node.has_else else before

    def finish_tag(self) -> None:
        """Say that a tag ends with its branch, which it must not."""
        self._fault('a tag is not closed by ">" in its branch', self._tag_offset, len(self._tag))
        self._tag = ""

    def _check_same(
        self, one: tuple[_Open, ...], other: tuple[_Open, ...], offset: int, what: str
    ) -> bool:
        names = [[tag.name for tag in stack] for stack in (one, other)]
        if names[0] == names[1]:
            return True
        odd = [tag for tag in (*one, *other) if tag not in one or tag not in other]
        tags = " and ".join(dict.fromkeys(f'"<{tag.name}>"' for tag in odd))
        at, length = next(
            ((tag.offset, tag.length) for tag in odd if tag.offset > offset), (offset, 2)
        )
        self._fault(f"{what} must leave the same tags open; {tags} differs", at, length)
        return False

    def _text(self, text: str, offset: int) -> None:
        at = 0
        while at < len(text):
            if self._tag:
                end = text.find(">", at)
                self._tag += text[at:] if end < 0 else text[at : end + 1]
                if end < 0:
                    return
                self._close_tag()
                at = end + 1
                continue
            start = text.find("<", at)
            self._entities(text[at : start if start >= 0 else len(text)], offset + at)
            if start < 0:
                return
            if _TAG_NAME.match(text, start) is None:
                self._fault('"<" opens no tag; write "&lt;"', offset + start, 1)
                at = start + 1
                continue
            self._tag, self._tag_offset = "<", offset + start
            at = start + 1

    def _entities(self, text: str, offset: int) -> None:
        for found in _ENTITY.finditer(text):
            name = found[1]
            if not name.startswith("#") and name not in _ENTITIES:
                message = (
                    f'Telegram does not know "&{name};"; entities are "&amp;", "&gt;", "&lt;", '
                    '"&quot;", and numbers such as "&#160;"'
                )
                self._fault(message, offset + found.start(), len(found[0]))

    def _close_tag(self) -> None:
        written, offset = self._tag, self._tag_offset
        self._tag = ""
        found = _TAG_NAME.match(written)
        if found is None:
            self._fault('"<" opens no tag; write "&lt;"', offset, len(written))
            return
        name = found[2].lower()
        if name not in TAGS:
            if found[1] and name in self._unknown:
                return  # the fault is noted where it opens
            self._unknown.add(name)
            hint = _MENDS.get(name) or choose_from(name, TAGS, "tags")
            message = f'Telegram has no tag "<{name}>"{hint}'
            self._fault(message, offset, len(written))
            return
        rest = written[found.end() : -1]
        if found[1]:
            self._end(name, rest, offset, len(written))
            return
        self._attributes(name, rest, offset, len(written))
        self._check_nesting(name, offset, len(written))
        self._stack = (*self._stack, _Open(name, offset, len(written)))

    def _end(self, name: str, rest: str, offset: int, length: int) -> None:
        if rest.strip():
            self._fault(f'nothing stands behind the name in "</{name}>"', offset, length)
        if not self._stack:
            self._fault(f'"</{name}>" closes no tag', offset, length)
        elif self._stack[-1].name != name:
            top = self._stack[-1].name
            self._fault(
                f'"</{name}>" stands where "</{top}>" is to close "<{top}>"', offset, length
            )
            if any(tag.name == name for tag in self._stack):
                while self._stack[-1].name != name:
                    self._stack = self._stack[:-1]
                self._stack = self._stack[:-1]
        else:
            self._stack = self._stack[:-1]

    def _attributes(self, name: str, rest: str, offset: int, length: int) -> None:
        at, given = 0, {}
        while found := _ATTRIBUTE.match(rest, at):
            at = found.end()
            key, value = found[1].lower(), found[2] or found[3] or found[4]
            given[key] = value
            if found[4] is not None and _PLACEHOLDER in found[4]:
                self._fault(f'set the value of "{key}" in quotes', offset, length)
            if key not in TAGS[name]:
                message = (
                    f'tag "<{name}>" has no attribute "{key}"; attributes are {listed(TAGS[name])}'
                )
                self._fault(message, offset, length)
        if rest[at:].strip():
            self._fault(f'the attributes of "<{name}>" cannot be read', offset, length)
            return
        self._required(name, given, offset, length)

    def _required(
        self, name: str, given: Mapping[str, str | None], offset: int, length: int
    ) -> None:
        wanted = {
            "a": ("href", 'href="https://…"', True),
            "tg-emoji": ("emoji-id", 'emoji-id="…"', True),
            "tg-time": ("unix", 'unix="…"', True),
            "span": ("class", 'class="tg-spoiler"', given.get("class") == "tg-spoiler"),
            "code": (
                "class",
                'class="language-…"',
                "class" not in given or (given["class"] or "").startswith("language-"),
            ),
        }.get(name)
        if wanted is None:
            return
        key, example, fits = wanted
        if not fits or (name in ("a", "tg-emoji", "tg-time") and not given.get(key)):
            self._fault(f'tag "<{name}>" is written with {example}', offset, length)

    def _check_nesting(self, name: str, offset: int, length: int) -> None:
        names = [tag.name for tag in self._stack]
        if name == "blockquote" and name in names:
            self._fault('"<blockquote>" cannot stand inside another', offset, length)
        around = next((one for one in names if one in ("code", "pre")), None)
        if around is not None and not (around == "pre" and name == "code" and names[-1] == "pre"):
            self._fault(f'"<{name}>" cannot stand inside "<{around}>"', offset, length)
