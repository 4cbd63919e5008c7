"""A text in Telegram's HTML, cut into pages of so many characters.

It cuts between characters as people see them: never inside a tag, an entity or an emoji; what is open at the end of a page is
closed there, and opened again on the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Final

from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINERS: Final = r"\u0300-\u036f\u200d\u20e3\ufe00-\ufe0f\U0001f3fb-\U0001f3ff"
"""What belongs to the character before: accents, joiners, variants and colours of skin."""

_TOKEN: Final = re.compile(
    rf"(?P<tag><[^<>]*>)|(?P<shown>(?:&\#?\w+;|[\U0001F1E6-\U0001F1FF]{{2}}|.)(?:[{_JOINERS}]|(?<=\u200d).)*)",
    re.DOTALL,
)
_NAME: Final = re.compile(r"</?([A-Za-z][\w-]*)")


def cut_html(html: str, most: int) -> list[str]:
    """Return the pages of a text, each with at most so many UTF-16 units after entities; one that is empty has one page."""
    pages = _Pages(most)
    for token in _TOKEN.finditer(html):
        if tag := token["tag"]:
            pages.add_tag(tag)
        else:
            for part in _fitting(token["shown"], most):
                pages.add(part)
    return pages.finish()


def _fitting(shown: str, most: int) -> Iterator[str]:
    """Give a character as it is, or in parts where it alone is longer than a page."""
    if _units(shown) <= most:
        yield shown
    else:
        yield from shown


def _units(shown: str) -> int:
    return utf16_length(unescape(shown))


@dataclass(slots=True)
class _Pages:
    """Pages as they are filled; `opened` are the tags that are open, `units` what the page has so far."""

    most: int
    done: list[str] = field(default_factory=list)
    page: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    units: int = 0

    def add(self, shown: str) -> None:
        units = _units(shown)
        if self.units and self.units + units > self.most:
            self._turn()
        self.page.append(shown)
        self.units += units

    def add_tag(self, tag: str) -> None:
        self.page.append(tag)
        if not tag.startswith("</"):
            self.opened.append(tag)
        elif self.opened:
            self.opened.pop()

    def finish(self) -> list[str]:
        return [*self.done, "".join(self.page)]

    def _turn(self) -> None:
        ends = [f"</{_name(tag)}>" for tag in reversed(self.opened)]
        self.done.append("".join([*self.page, *ends]))
        self.page, self.units = list(self.opened), 0


def _name(tag: str) -> str:
    found = _NAME.match(tag)
    return found[1] if found else ""
