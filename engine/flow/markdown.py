"""Texts in Telegram's MarkdownV2 to the HTML that all texts become, each character with its place in what was written.

It knows signs, and nothing of what a text says; expressions and blocks pass as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final

from engine.flow.nodes import ScalarNode

if TYPE_CHECKING:
    from engine.flow.problems import Position


@dataclass(frozen=True, slots=True, eq=False)
class MarkdownNode(ScalarNode):
    """A text that was written in Markdown: `text` is its HTML, `places` say where each character of that comes from."""

    source: ScalarNode
    places: tuple[int, ...]

    def at(self, offset: int, length: int = 1) -> Position:
        """Give the place of a part of the HTML in what was written."""
        if not self.places:
            return self.position
        last = len(self.places) - 1
        first = self.places[max(0, min(offset, last))]
        end = self.places[max(0, min(offset + length - 1, last))]
        return self.source.at(first, max(1, end - first + 1))


@dataclass(frozen=True, slots=True)
class Slip:
    """Something in a text that Telegram would not read: where it is and what would be right."""

    offset: int
    length: int
    message: str


def as_html(node: ScalarNode) -> tuple[ScalarNode, tuple[Slip, ...]]:
    """Give a text in Markdown as HTML, with what is wrong with it."""
    writer = _Writer(node.text)
    writer.write(0, len(node.text))
    writer.finish()
    slips = tuple(writer.slips)
    if slips:  # without tags, so that nothing else is said of what is not closed
        writer = _Writer(node.text)
        writer.verbatim(0, len(node.text))
    html, places = "".join(writer.html), tuple(writer.places)
    made = MarkdownNode(node.file, node.start, node.end, html, node.style, node, places)
    return made, slips


_OPAQUE: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LINK: Final = re.compile(
    r"(!?)\[((?:\\.|\{\{.*?\}\}|[^\[\]\\])+)\]\(((?:\{\{.*?\}\}|\\.|[^()\\\s])+)\)", re.DOTALL
)
_PRE: Final = re.compile(r"```(?:([A-Za-z0-9_+#-]+)\n|\n)?(.*?)```", re.DOTALL)
_CODE: Final = re.compile(r"`([^`\n]+)`")
_EMOJI: Final = re.compile(r"tg://emoji\?id=([0-9]+)")
_TAGS: Final = {"||": "tg-spoiler", "__": "u", "*": "b", "_": "i", "~": "s"}
_SIGNS: Final = "\\`*_{}[]()<>#+-.!|~=&\"'/:;,?@$%^"


@dataclass
class _Writer:
    text: str
    html: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
    opened: list[tuple[str, int]] = field(default_factory=list)
    quote: bool = False

    def write(self, at: int, end: int) -> None:
        """Write a part of the text."""
        while at < end:
            at = self._next(at, end)

    def finish(self) -> None:
        """Close a quotation, and tell of signs that are left open."""
        self._end_quote(len(self.text))
        for sign, at in self.opened:
            message = f'"{sign}" is not closed; write "{sign}" behind what it marks, or "{_own(sign)}" for the sign itself'
            self.slips.append(Slip(at, len(sign), message))

    def _next(self, at: int, end: int) -> int:
        if opaque := _OPAQUE.match(self.text, at, end):
            return self._pass(at, opaque.end())
        if self.text[at] == "\\" and at + 1 < end and self.text[at + 1] in _SIGNS:
            self._emit(escape(self.text[at + 1], quote=False), at)
            return at + 2
        if after := self._block(at, end):
            return after
        for sign in _TAGS:
            if self.text.startswith(sign, at, end) and self._mark(sign, at):
                return at + len(sign)
        if self.text[at] == "\n" and self.quote and not self.text.startswith(">", at + 1):
            self._end_quote(at)
        self._emit(escape(self.text[at], quote=False), at)
        return at + 1

    def _block(self, at: int, end: int) -> int | None:
        """Write a quotation's beginning, code or a link; give where it ends, None where there is none."""
        if at == 0 or self.text[at - 1] == "\n":
            for sign, tag in (("**>", "<blockquote expandable>"), (">", "<blockquote>")):
                if self.text.startswith(sign, at, end):
                    if not self.quote:
                        self._emit(tag, at)
                    self.quote = True
                    return at + len(sign)
        if pre := _PRE.match(self.text, at, end):
            language = f' class="language-{pre[1]}"' if pre[1] else ""
            self._emit(f"<pre><code{language}>" if language else "<pre>", at)
            self.verbatim(pre.start(2), pre.end(2))
            self._emit("</code></pre>" if language else "</pre>", pre.end() - 1)
            return pre.end()
        if code := _CODE.match(self.text, at, end):
            self._emit("<code>", at)
            self.verbatim(code.start(1), code.end(1))
            self._emit("</code>", code.end() - 1)
            return code.end()
        link = _LINK.match(self.text, at, end)
        return self._link(link) if link else None

    def _link(self, link: re.Match[str]) -> int | None:
        emoji = _EMOJI.fullmatch(link[3])
        if link[1] and not emoji:
            return None
        tag = f'tg-emoji emoji-id="{emoji[1]}"' if emoji else None
        self._emit(f"<{tag}>" if tag else '<a href="', link.start())
        if not tag:
            self._address(link.start(3), link.end(3))
            self._emit('">', link.end() - 1)
        self.write(link.start(2), link.end(2))
        self._emit("</tg-emoji>" if tag else "</a>", link.end() - 1)
        return link.end()

    def _mark(self, sign: str, at: int) -> bool:
        """Open or close what a sign marks; False where it stands for itself."""
        before = self.text[at - 1 : at] if at else ""
        after = self.text[at + len(sign) : at + len(sign) + 1]
        if sign in ("_", "__") and _is_word(before) and _is_word(after):
            return False
        names = [one for one, _ in self.opened]
        if sign in names and before.strip():
            if names[-1] != sign:
                message = f'"{sign}" ends while "{names[-1]}" is open; close that first'
                self.slips.append(Slip(at, len(sign), message))
                self.opened = [one for one in self.opened if one[0] != sign]
                return True
            self.opened.pop()
            self._emit(f"</{_TAGS[sign]}>", at)
            return True
        if not after.strip() or sign in names:
            return False
        self.opened.append((sign, at))
        self._emit(f"<{_TAGS[sign]}>", at)
        return True

    def verbatim(self, at: int, end: int) -> None:
        """Write code, in which no sign means anything but what marks expressions."""
        while at < end:
            opaque = _OPAQUE.match(self.text, at, end)
            if opaque:
                at = self._pass(at, opaque.end())
                continue
            if self.text[at] == "\\" and self.text[at + 1 : at + 2] in ("\\", "`"):
                at += 1
            self._emit(escape(self.text[at], quote=False), at)
            at += 1

    def _address(self, at: int, end: int) -> None:
        while at < end:
            opaque = _OPAQUE.match(self.text, at, end)
            if opaque:
                at = self._pass(at, opaque.end())
                continue
            if self.text[at] == "\\" and at + 1 < end:
                at += 1
            self._emit(escape(self.text[at]), at)
            at += 1

    def _pass(self, at: int, end: int) -> int:
        for place in range(at, end):
            self._emit(self.text[place], place)
        return end

    def _end_quote(self, at: int) -> None:
        if self.quote:
            self._emit("</blockquote>", max(0, at - 1))
        self.quote = False

    def _emit(self, html: str, place: int) -> None:
        self.html.append(html)
        self.places.extend([place] * len(html))


def _is_word(character: str) -> bool:
    return character.isalnum()


def _own(sign: str) -> str:
    return "".join(f"\\{one}" for one in sign)
