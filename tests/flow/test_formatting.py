"""The canonical form: what it looks like, that nothing is lost, and that it is its own canonical form.

`FORMATTED_FILES=5000 pytest tests/flow/test_formatting.py` writes more files at random than the suite does.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.catalog import catalog as shipped_catalog
from engine.flow.check import check_flows
from engine.flow.formatting.write import format_source
from engine.flow.problems import Position
from engine.flow.source import read_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.actions import Catalog

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = int(os.environ.get("FORMATTED_FILES", "150"))
SHIPPED = sorted(path.relative_to(ROOT) for path in (ROOT / "flows").rglob("*.yaml"))
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
UGLY = """\
# A flow.
# yaml-language-server: $schema=../docs/flow.schema.json

version:   1   # the first
title: 'Say "hello"'
flow: greet
steps:   # all of them
    # Where it begins.
    name:
        text: What should we call you?
        save: { name: it }   # kept
        ask: "text"

        invalid: ["A name, please.",
           # a comment in a list
           'Letters only, please; it''s a name.']
        max: 40
        # Below the keys of a step.
    hello:
        buttons:
        - go: end
          text: "Bye"
          # Never "the end".
          say: "Take care, and come back whenever you like; we are here on every day but Sunday."
        -   - { go: name, text: No, }
            - {text: Yes, go: hello, when: "user.role in ['admin']"}
        show: "Hello <b>{{ data.name }}</b>!\\nIs that right?"
data: {name: text}
# The end.
"""
PRETTY = """\
# A flow.
# yaml-language-server: $schema=../docs/flow.schema.json

flow: greet
version: 1  # the first
title: 'Say "hello"'
data:
  name: text

steps:  # all of them
  # Where it begins.
  name:
    ask: text
    text: "What should we call you?"
    max: 40

    invalid:
      - "A name, please."
      # a comment in a list
      - "Letters only, please; it's a name."
    save: {name: it}  # kept
    # Below the keys of a step.

  hello:
    show: |-
      Hello <b>{{ data.name }}</b>!
      Is that right?
    buttons:
      - text: "Bye"
        go: end
        # Never "the end".
        say: "Take care, and come back whenever you like; we are here on every day but Sunday."
      - [{text: "No", go: name}, {text: "Yes", go: hello, when: "user.role in ['admin']"}]
# The end.
"""


def _form(text: str, path: str = "flows/greet.yaml") -> str:
    written, problems = format_source(path, text)
    assert problems == ()
    return written


def test_form_of_a_flow() -> None:
    """Keys stand in the order of the language, texts in quotes, short collections in brackets, comments where they were."""
    assert _form(UGLY) == PRETTY
    assert _form(PRETTY) == PRETTY


@pytest.mark.parametrize(
    ("written", "formed"),
    [
        ("a: 'x'", "a: x"),
        ("a: '5'", 'a: "5"'),
        ("a: 'no'", "a: no"),
        ("a: 'null'", 'a: "null"'),
        ("a: 1.50", "a: 1.50"),
        ("a: 'x: y'", 'a: "x: y"'),
        ("a: 'say \"x\"'", 'a: say "x"'),
        ("a: '\"x\"'", "a: '\"x\"'"),
        ('a: "\\t"', 'a: "\\t"'),
        ('a: "\\u2028\\x85"', 'a: "\\u2028\\x85"'),
        ('a: "x\\n"', "a: |\n  x"),
        ('a: "x\\n\\n"', 'a: "x\\n\\n"'),
        ('a: "x \\ny"', 'a: "x \\ny"'),
        ('a: " x\\ny"', 'a: " x\\ny"'),
        ("a: >\n  x\n  y\n", "a: |\n  x y"),
        ("a: x\n  y", "a: x y"),
        ("a: [x\n\n  y]", "a:\n  - |-\n    x\n    y"),
        ("a:", "a:"),
        ("a: [1, [], {}]", "a: [1, [], {}]"),
        ("- a\n-\n- - 1", "- a\n- null\n- [1]"),
        ("? a\n: b", "a: b"),
        ("'<<': 1", '"<<": 1'),
        ("---\na: 1\n", "a: 1"),
    ],
)  # fmt: skip
def test_form_of_a_value(written: str, formed: str) -> None:
    """A value is written without quotes where it is read as what it is, with the fewest escapes where not."""
    assert _form(written) == formed + "\n"


def test_form_of_pages_and_their_pagers() -> None:
    """What has pages stands before their size, the buttons of a pager before how they are laid out."""
    pages = "pages:\n  pager: {turns: [text], always: true, most: 4, columns: 2, next: On, kind: full}\n  characters: 40\n"
    lines = "  - {columns: 2, menu: main}\n"
    written = (
        f"steps:\n  a:\n    show: A\n    {pages.replace('  ', '      ')}    buttons:\n  {lines}"
    )
    formed = _form(written)
    pager = 'pager: {kind: full, next: "On", columns: 2, most: 4, turns: [text], always: true}'
    assert f"{{characters: 40, {pager}}}" in formed or f"characters: 40\n      {pager}" in formed
    assert "- {menu: main, columns: 2}" in formed


@pytest.mark.parametrize(
    "text", ["a: [", "a: 1\na: 2\n", "a: &x 1\n", "a: 1\n---\nb: 2\n", "", "# nothing\n", "text"]
)
def test_file_that_cannot_be_read_is_left_alone(text: str) -> None:
    """What is broken, empty, or would lose something is not touched."""
    assert format_source("flows/a.yaml", text)[0] == text


@pytest.mark.parametrize("path", SHIPPED, ids=str)
def test_shipped_files_are_formatted(path: Path, golden: Callable[[Path, str], None]) -> None:
    """Every file that ships is in its canonical form."""
    golden(ROOT / path, _form((ROOT / path).read_text(), path.as_posix()))


@pytest.mark.parametrize("page", ["flow-language.md"])
def test_examples_of_the_pages_are_formatted(
    page: str, golden: Callable[[Path, str], None]
) -> None:
    """Every flow on the pages is in its canonical form; a first line names the file."""
    text = (ROOT / "docs" / page).read_text()

    def form(block: re.Match[str]) -> str:
        path = block[1].partition("\n")[0].removeprefix("# ")
        return f"```yaml\n{_form(block[1], path if path.endswith('.yaml') else 'flows/a.yaml')}```"

    golden(ROOT / "docs" / page, BLOCK.sub(form, text))


def _bare(value: Any) -> Any:
    """Give a value of the model without the places where it is written."""
    if isinstance(value, Position):
        return None
    if is_dataclass(value):
        return [_bare(getattr(value, one.name)) for one in fields(value)]
    if isinstance(value, Mapping):
        return {key: _bare(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_bare(one) for one in value]
    return value


def _models(sources: dict[Path, str], catalog: Catalog) -> Any:
    """Give what flows say, and how they say it in each language, without the places."""
    bot = check_flows(Path("flows"), catalog, sources=sources).bot
    assert bot is not None
    flows = {name: (_bare(flow.flow), list(flow.flow.steps)) for name, flow in bot.flows.items()}
    texts = {
        (wording.path, locale): template.text
        for flow in bot.flows.values()
        for wording, templates in flow.wordings.items()
        for locale, template in templates.items()
    }
    return flows, texts, _bare(bot.file)


def test_meaning_stays() -> None:
    """Files that were written in another form say the same once they are formatted."""
    sources = {path: (ROOT / path).read_text() for path in SHIPPED}
    chance = Random(7)  # noqa: S311  # play, not secrets
    rewritten = {path: _rewrite(text, chance) for path, text in sources.items()}
    formed = {path: _form(text, path.as_posix()) for path, text in rewritten.items()}

    assert rewritten != sources
    assert _models(formed, shipped_catalog) == _models(sources, shipped_catalog)


class _Scribe:
    """Writes a value as YAML in any of the ways that there are, with comments wherever they can stand."""

    def __init__(self, chance: Random, comments: float = 0.2) -> None:
        self.chance = chance
        self.comments = comments
        self.count = 0

    def some(self, share: float) -> bool:
        return self.chance.random() < share

    def remark(self) -> str:
        self.count += 1
        return f"# c{self.count}: 'x' [1] - y"

    def behind(self) -> str:
        return f" {self.remark()}" if self.some(self.comments) else ""

    def above(self, indent: int) -> list[str]:
        lines = []
        while self.some(self.comments):
            lines += [""] if self.some(0.3) else []
            lines.append(" " * (indent + self.chance.choice([0, 0, 0, 2])) + self.remark())
        return [*lines, ""] if self.some(0.15) else lines

    def scalar(self, value: Any, *, in_flow: bool) -> str:
        if not isinstance(value, str):
            return (
                str(value).lower()
                if isinstance(value, bool)
                else "null" if value is None else str(value)
            )
        doubled = '"' + "".join(_escaped(one) for one in value) + '"'
        single = "'" + value.replace("'", "''") + "'"
        plain = re.fullmatch(r"[a-z][a-z .]*[a-z]", value) and value not in (
            "null",
            "true",
            "false",
        )
        shown = value.isprintable()
        ways = [doubled, *([single] if shown else []), *([value] if plain and not in_flow else [])]
        return self.chance.choice(ways)

    def flow(self, value: Any, indent: int, *, split: bool) -> str:
        """Write within brackets, over several lines with comments when `split`."""
        if not isinstance(value, dict | list):
            return self.scalar(value, in_flow=True)
        opened, closed = ("{", "}") if isinstance(value, dict) else ("[", "]")
        parts = [
            (f"{self.scalar(key, in_flow=True)}: " if isinstance(value, dict) else "")
            + self.flow(value[key] if isinstance(value, dict) else key, indent + 1, split=split)
            for key in value
        ]
        if not split or not parts:
            return f"{opened}{', '.join(parts)}{closed}"
        pad = "\n" + " " * (indent + 2)
        body = "".join(
            (
                f"{pad}{self.remark()}{pad}{part},"
                if self.some(self.comments)
                else f"{pad}{part},{self.behind()}"
            )
            for part in parts
        )
        tail = f"{pad}{self.remark()}" if self.some(self.comments) else ""
        return f"{opened}{self.behind()}{body}{tail}{pad}{closed}"

    def block(self, value: Any, indent: int) -> list[str]:
        """Give the lines of a mapping or list."""
        lines = []
        step = self.chance.choice([2, 2, 4])
        for key in value:
            lines += self.above(indent)
            inner = value[key] if isinstance(value, dict) else key
            head = f"{self.scalar(key, in_flow=False)}:" if isinstance(value, dict) else "-"
            lines += self.entry(" " * indent + head, inner, indent, step)
        if self.some(self.comments):
            lines.append(" " * indent + self.remark())
        return lines

    def entry(self, head: str, inner: Any, indent: int, step: int) -> list[str]:
        if isinstance(inner, str) and "\n" in inner and self.some(0.6) and _fits_literal(inner):
            pad = " " * (indent + step)
            return [
                f"{head} |-{self.behind()}",
                *(pad + line if line else "" for line in inner.split("\n")),
            ]
        if not isinstance(inner, dict | list) or not inner or self.some(0.3):
            split = self.some(0.4)
            return [f"{head} {self.flow(inner, indent, split=split)}{self.behind()}"]
        return [head + self.behind(), *self.block(inner, indent + step)]


def _fits_literal(text: str) -> bool:
    lines = text.split("\n")
    return bool(lines[0].strip() and lines[-1].strip()) and all(
        line.isprintable() and not line.startswith(" ") and "\u2028" not in line for line in lines
    )


def _escaped(character: str) -> str:
    known = {'"': '\\"', "\\": "\\\\", "\n": "\\n"}
    return known.get(character) or (
        character if character.isprintable() else f"\\U{ord(character):08x}"
    )


def _rewrite(text: str, chance: Random) -> str:
    """Write what a file says in another form, without its comments."""
    root = read_source("x", text).root
    assert root is not None
    return "\n".join(_Scribe(chance, comments=0).block(root.value, 0)) + "\n"


KEYS = st.one_of(
    st.sampled_from(
        ["steps", "data", "buttons", "text", "show", "go", "save", "end", "with", "use", "outcomes",
         "say", "when", "empty", "anytime", "title", "decide", "no", "5", "default", "messages"]
    ),
    st.text(min_size=1, max_size=4),
)  # fmt: skip
LINES = st.sampled_from(
    ["a", "", " ", "x: y", "- z", "# q", "'", '"', "{{ a }}", "é", "\u2028", "end"]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-99, 99),
    st.text(max_size=6),
    st.lists(LINES, min_size=1, max_size=3).map("\n".join),
    st.sampled_from(
        ["null", "12", "1e3", "0x1f", "a, b", "[x]", "x #y", "long " * 30, "\t", "~", "."]
    ),
)
FILES = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=12,
    ),
    min_size=1,
    max_size=5,
)
PATHS = ["flows/a.yaml", "flows/bot.yaml", "flows/texts/de.yaml", "flows/fragments/a.yaml"]


@settings(max_examples=EXAMPLES)
@given(FILES, st.integers(0, 10**9), st.sampled_from(PATHS))
def test_any_file_keeps_what_it_says(value: dict[str, Any], seed: int, path: str) -> None:
    """Whatever a file says, and wherever its comments stand: nothing is lost, and a second time changes nothing."""
    scribe = _Scribe(Random(seed))  # noqa: S311  # play, not secrets
    text = "\n".join(scribe.block(value, 0)) + "\n"
    before = read_source(path, text)
    written, problems = format_source(path, text)

    if before.problems:
        assert (written, problems) == (text, before.problems)
        return
    after = read_source(path, written)
    assert before.root is not None
    assert after.root is not None
    assert after.root.value == before.root.value
    assert Counter(re.findall(r"# c\d+", written)) == Counter(re.findall(r"# c\d+", text))
    assert format_source(path, written)[0] == written
    assert all(line == line.rstrip() for line in written.split("\n"))


@settings(max_examples=EXAMPLES)
@given(
    st.sampled_from(SHIPPED),
    st.integers(0, 10_000),
    st.sampled_from(["#", " # c\n", "\n\n", "'", "- ", "{", ": ", "\t", "|\n"]),
)
def test_any_text_is_formatted_or_left(path: Path, at: int, piece: str) -> None:
    """A shipped file with something put in anywhere is left as it is, or says the same in its canonical form."""
    text = (ROOT / path).read_text()
    at %= len(text)
    broken = text[:at] + piece + text[at:]

    written, problems = format_source(path.as_posix(), broken)

    if problems:
        assert written == broken
    else:
        assert format_source(path.as_posix(), written)[0] == written
