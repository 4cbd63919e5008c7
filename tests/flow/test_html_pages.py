"""Texts cut into pages: what is shown stays what it was, and no tag, entity or emoji is torn."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.flow.html_pages import cut_html
from engine.flow.values import utf16_length

_PIECES = st.sampled_from(
    ["a", "word ", "&amp;", "&lt;", "👍🏽", "🇩🇪", "e\u0301", "\n", "<b>bold</b>", "<i><u>x</u>yz</i>", '<a href="https://x">link</a>']
)  # fmt: skip
_TAG = re.compile(r"<[^<>]*>")


def _plain(html: str) -> str:
    return unescape(_TAG.sub("", html))


@pytest.mark.parametrize(
    ("html", "most", "pages"),
    [
        ("", 5, [""]),
        ("abcdef", 3, ["abc", "def"]),
        ("ab&amp;cd", 3, ["ab&amp;", "cd"]),
        ("<b>abcd</b>e", 3, ["<b>abc</b>", "<b>d</b>e"]),
        ("ab<i>c<b>de</b></i>", 4, ["ab<i>c<b>d</b></i>", "<i><b>e</b></i>"]),
        ('<a href="https://x">abcd</a>', 2, ['<a href="https://x">ab</a>', '<a href="https://x">cd</a>']),
        ("abc👍d", 4, ["abc", "👍d"]),
        ("🇩🇪🇫🇷", 5, ["🇩🇪", "🇫🇷"]),
    ],
)  # fmt: skip
def test_cuts(html: str, most: int, pages: list[str]) -> None:
    """A page ends between characters; what is open is closed there and opened again on the next page."""
    assert cut_html(html, most) == pages


@given(st.lists(_PIECES, max_size=40).map("".join), st.integers(4, 20))
def test_pages_show_all_of_a_text_and_fit(html: str, most: int) -> None:
    """The pages together show the text, each is within its bound, and the tags of each are balanced."""
    pages = cut_html(html, most)

    assert "".join(map(_plain, pages)) == _plain(html)
    for page in pages:
        assert utf16_length(_plain(page)) <= most
        opened: list[str] = []
        for name in re.findall(r"<(/?\w+)", page):
            if name.startswith("/"):
                assert opened.pop() == name[1:]
            else:
                opened.append(name)
        assert not opened
