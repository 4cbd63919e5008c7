"""Markup languages: goldens in Telegram's words, and properties over made-up texts."""

import html

import pytest
from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration, markdown_decoration
from hypothesis import given
from hypothesis import strategies as st

from engine.emulator.arguments import format_text
from engine.emulator.entities import FormattedText, Json, utf16_length
from engine.emulator.errors import ApiError
from engine.emulator.html_markup import parse_html
from engine.emulator.markdown_markup import parse_markdown, parse_markdown_v2


def brief(formatted: FormattedText) -> list[tuple[str, int, int]]:
    """Return entities as (type, offset, length)."""
    return [(e["type"], e["offset"], e["length"]) for e in formatted.entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>a</b><strong>b</strong>", "ab", [("bold", 0, 1), ("bold", 1, 1)]),
        ("<i>a</i><em>b</em>", "ab", [("italic", 0, 1), ("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
        (
            "<s>a</s><strike>b</strike><del>c</del>",
            "abc",
            [("strikethrough", 0, 1), ("strikethrough", 1, 1), ("strikethrough", 2, 1)],
        ),
        (
            '<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>',
            "ab",
            [("spoiler", 0, 1), ("spoiler", 1, 1)],
        ),
        ("<B>a</b>", "a", [("bold", 0, 1)]),
        ("<b>a<i>b</i></b>c", "abc", [("bold", 0, 2), ("italic", 1, 1)]),
        ("😀<b>😀</b>", "😀😀", [("bold", 2, 2)]),
        ("&lt;b&gt; &amp;&quot; &nbsp;&#33;&#x21; & a", '<b> &" &nbsp;!! & a', []),
        ("<code>x</code>", "x", [("code", 0, 1)]),
        ("<pre>x</pre>", "x", [("pre", 0, 1)]),
        ("<blockquote>q</blockquote>", "q", [("blockquote", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("  <b>a </b> ", "a", [("bold", 0, 1)]),
        ("<b></b>a", "a", []),
        ("<code>/start @name</code>", "/start @name", [("code", 0, 12)]),
    ],
)
def test_html_becomes_entities(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    """Every tag Telegram takes becomes its entity, in UTF-16 units."""
    formatted = parse_html(source)

    assert (formatted.text, brief(formatted)) == (text, entities)


@pytest.mark.parametrize(
    ("source", "extra"),
    [
        ('<a href="https://a.b/?x=1&amp;y">t</a>', {"url": "https://a.b/?x=1&y"}),
        ("<a href='a.org'>t</a>", {"url": "http://a.org/"}),
        (
            '<a href="tg://user?id=5">t</a>',
            {"user": {"id": 5, "is_bot": False, "first_name": ""}},
        ),
        ('<tg-emoji emoji-id="536">t</tg-emoji>', {"custom_emoji_id": "536"}),
        ('<pre><code class="language-c++">t</code></pre>', {"language": "c++"}),
    ],
)
def test_html_attributes_are_kept(source: str, extra: Json) -> None:
    """Links, people, emoji and languages stand in the entity."""
    entity = parse_html(source).entities[0]

    assert {name: entity[name] for name in extra} == extra


@pytest.mark.parametrize(
    ("source", "description"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("é<div>", 'Unsupported start tag "div" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b>a</i>",
            'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        (
            "<a href>t</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a href=>t</a>", None),
        ("<span>t</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_html_is_refused_in_telegrams_words(source: str, description: str | None) -> None:
    """The error names what is wrong, and where in bytes."""
    if description is None:
        assert parse_html(source).text == "t"
        return
    with pytest.raises(ApiError) as error:
        parse_html(source)

    assert error.value.description == f"Bad Request: can't parse entities: {description}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        (
            "*b* _i_ __u__ ~s~",
            "b i u s",
            [("bold", 0, 1), ("italic", 2, 1), ("underline", 4, 1), ("strikethrough", 6, 1)],
        ),
        ("||x|| `c`", "x c", [("spoiler", 0, 1), ("code", 2, 1)]),
        ("```py\nx = 1\n```", "x = 1", [("pre", 0, 5)]),
        ("[t](http://a.b/\\))", "t", [("text_link", 0, 1)]),
        ("*a _b_*", "a b", [("bold", 0, 3), ("italic", 2, 1)]),
        (">q\n>r\nend", "q\nr\nend", [("blockquote", 0, 3)]),
        (">q||", "q", [("expandable_blockquote", 0, 1)]),
        ("1\\. a\\_b", "1. a_b", []),
        ("![👍](tg://emoji?id=5)", "👍", [("custom_emoji", 0, 2)]),
    ],
)
def test_markdown_v2_becomes_entities(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    """Every mark of MarkdownV2 becomes its entity."""
    formatted = parse_markdown_v2(source)

    assert (formatted.text, brief(formatted)) == (text, entities)


@pytest.mark.parametrize(
    ("source", "description"),
    [
        ("a.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("1 - 2", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("*a", "Can't find end of Bold entity at byte offset 0"),
        ("é_a", "Can't find end of Italic entity at byte offset 2"),
        ("```x", "Can't find end of Pre entity at byte offset 0"),
        ("[a](b", "Can't find end of a URL at byte offset 4"),
    ],
)
def test_bad_markdown_v2_is_refused_in_telegrams_words(source: str, description: str) -> None:
    """The error names the character or the entity."""
    with pytest.raises(ApiError) as error:
        parse_markdown_v2(source)

    assert error.value.description == f"Bad Request: can't parse entities: {description}"


def test_old_markdown_has_four_marks() -> None:
    """The older Markdown knows bold, italic, code, blocks and links, and no nesting."""
    formatted = parse_markdown("*b* _i_ `c` [t](http://a.b/) a_b".replace("a_b", "a\\_b"))

    assert formatted.text == "b i c t a_b"
    assert [kind for kind, _, _ in brief(formatted)] == ["bold", "italic", "code", "text_link"]
    with pytest.raises(ApiError, match="Can't find end of the entity starting at byte offset 2"):
        parse_markdown("a *b")


def test_modes_are_named_in_any_case() -> None:
    """A mode Telegram does not have is refused."""
    assert format_text("<b>a</b>", "html", None).text == "a"
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        format_text("a", "bbcode", None)


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1
)
KINDS = st.sampled_from(["bold", "italic", "underline", "strikethrough", "spoiler"])


@given(TEXTS)
def test_escaped_text_comes_back(text: str) -> None:
    """Escaping for HTML or MarkdownV2 and parsing gives the text, trimmed, without markup."""
    expected = text.strip()

    assert parse_html(html.escape(text, quote=False)).text == expected
    assert parse_markdown_v2(markdown_decoration.quote(text)).text == expected


@given(
    st.lists(st.tuples(TEXTS, KINDS), min_size=1, max_size=6),
    st.sampled_from(["html", "markdownv2"]),
)
def test_what_aiogram_writes_is_read_back(parts: list[tuple[str, str]], mode: str) -> None:
    """Entities written by aiogram's decorations and parsed here are the same entities."""
    words = [(part.strip() or "x", kind) for part, kind in parts]
    text, entities = "", []
    for word, kind in words:
        entities.append(
            MessageEntity(type=kind, offset=utf16_length(text), length=utf16_length(word))
        )
        text += f"{word} "
    text = text.rstrip()
    decoration = html_decoration if mode == "html" else markdown_decoration

    source = decoration.unparse(text, entities)
    formatted = format_text(source, mode, None)

    marked = [
        e
        for e in brief(formatted)
        if e[0] in {"bold", "italic", "underline", "strikethrough", "spoiler"}
    ]
    assert formatted.text == text
    assert marked == [(str(e.type), e.offset, e.length) for e in entities]


@given(st.text())
def test_no_text_breaks_a_parser(text: str) -> None:
    """Whatever is sent, the answer is entities within the text, or an error of Telegram's."""
    for mode in ("html", "markdown", "markdownv2"):
        formatted = parsed_or_refused(text, mode)
        for entity in formatted.entities:
            assert entity["offset"] >= 0
            assert entity["length"] > 0
            assert entity["offset"] + entity["length"] <= utf16_length(formatted.text)
            assert utf16_slice(formatted.text, entity["offset"], entity["length"])


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return what an entity names; raises where it cuts a character in two."""
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le")


def parsed_or_refused(text: str, mode: str) -> FormattedText:
    """Return the parsed text, or an empty one for a text that is refused."""
    try:
        return format_text(text, mode, None)
    except ApiError:
        return FormattedText("")
