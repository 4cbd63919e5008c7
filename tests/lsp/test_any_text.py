"""Questions about any place of any text, right or wrong YAML: there is an answer, and never an exception.

`EDITOR_TEXTS=5000 pytest tests/lsp/test_any_text.py` asks more than the suite does.
"""

import os
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lsprotocol import types as lsp

from actions.catalog import catalog
from engine.lsp.complete import complete
from engine.lsp.cursor import find_cursor
from engine.lsp.hover import explain
from engine.lsp.mends import find_mend
from engine.lsp.navigate import find_mentions, mentions_at, references, symbols
from engine.lsp.positions import Lines, path_of, uri_of
from engine.lsp.project import Project

EXAMPLES = int(os.environ.get("EDITOR_TEXTS", "25"))
ROOT = Path(__file__).parent.parent.parent
TEXTS = [path.read_bytes().decode() for path in (ROOT / "flows").glob("**/*.yaml")]
PIECES = [
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "- ",
    ": ",
    "\n",
    "\r\n",
    "\r",
    "|\n",
    "#",
    "{{",
    "}}",
    "😀",
    "\t",
    "é",
    "&a",
    "\ufeff",
]
NAMES = ["booking.yaml", "bot.yaml", "texts/de.yaml", "menu.yaml", "fragments/to_menu.yaml"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give the flows that ship, checked once."""
    directory = tmp_path_factory.mktemp("bot") / "flows"
    copytree(ROOT / "flows", directory)
    one = Project(directory, catalog)
    one.check()
    return one


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_every_question_has_an_answer(project: Project, data: st.DataObject) -> None:
    """Completion, explanation, names, outline and mends take any text at any place."""
    text = data.draw(
        st.one_of(st.sampled_from(TEXTS), st.text(st.sampled_from("".join(PIECES) + "ab: \n")))
    )
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = (
            text[:at]
            + data.draw(st.sampled_from(PIECES))
            + text[at + data.draw(st.integers(0, 30)) :]
        )
    path = project.directory / data.draw(st.sampled_from(NAMES))
    index = data.draw(st.integers(0, len(text)))

    project.edited = {path: text}
    checked = project.check()
    found = complete(project, path, text, index)
    explain(project, path, text, index)
    mentions = mentions_at(project, path, index)
    lines = Lines(project.text(path))

    assert all(0 <= one.start <= index for one in found)
    assert [one for one in find_mentions(project, checked.files) if one.start > one.end] == []
    assert all(one.start <= one.end for one in symbols(project, path))
    assert set(mentions) <= set(references(project, [one.name for one in mentions]))
    for problem in checked.problems:
        mend = find_mend(problem, lines) if problem.position.path == path.as_posix() else None
        assert mend is None or mend.start < mend.end


@given(st.text(st.sampled_from("a1: -{}[]\"'|\n\r#,\\é😀/")), st.integers(0, 100))
def test_cursor_is_inside_of_the_text(text: str, index: int) -> None:
    """Whatever is written, the word at the cursor ends at the cursor."""
    cursor = find_cursor(text, index)

    assert cursor.start + len(cursor.written) == len(text[:index])


@given(
    st.text(st.sampled_from("ab\n\r\u2028😀𝄞é\t")),
    st.integers(0, 40),
    st.sampled_from(["utf-8", "utf-16", "utf-32"]),
)
def test_positions_lead_back(text: str, index: int, encoding: str) -> None:
    """The position of an index is that index again, in each way of counting."""
    lines = Lines(text, encoding)
    index = min(index, len(text))
    inside_a_break = text[index - 1 : index + 1] == "\r\n"

    back = lines.index(lines.position(index))

    assert back == (index - 1 if inside_a_break else index)


def test_positions_beyond_the_text_are_its_end() -> None:
    """A place behind a line is its end, and one below the text the end of that."""
    lines = Lines("ab\r\ncd")

    assert lines.index(lsp.Position(0, 99)) == 2
    assert lines.index(lsp.Position(99, 0)) == 6
    assert lines.index(lsp.Position(1, 1)) == 5


def test_paths_are_uris_and_back(tmp_path: Path) -> None:
    """Characters that a URI writes otherwise come back; what is no file has no path."""
    path = tmp_path / "a b" / "ü#%.yaml"

    assert path_of(uri_of(path)) == path
    assert path_of("untitled:Untitled-1") is None
    assert path_of("file://elsewhere/a.yaml") is None


@pytest.mark.parametrize(
    ("text", "path", "written"),
    [
        ("", (), ""),
        ("flow: a\nst", (), "st"),
        ("steps:\n  a:\n    ", ("steps", "a"), ""),
        ("steps:\n  a:\n    go: b", ("steps", "a", "go"), "b"),
        ("steps:\n  a: {go: b", ("steps", "a", "go"), "b"),
        ("steps:\n  a: {go: b, sa", ("steps", "a"), "sa"),
        (
            "steps:\n  a:\n    buttons:\n    - {text: 'a, b', go: ",
            ("steps", "a", "buttons", 0, "go"),
            "",
        ),
        ("steps:\n  a:\n    buttons:\n      - - te", ("steps", "a", "buttons", 0, 0), "te"),
        ("a:\n  b: |\n    x: y\n    z", ("a", "b"), "|\n    x: y\n    z"),
        ("a:\n  b: |\n    x: y\n  c: ", ("a", "c"), ""),
        ('a: "x: {', ("a",), "x: {"),
        ("anytime:\n  /help: {run: ", ("anytime", "/help", "run"), ""),
        ("a: [1, 2,\n  3", ("a", 2), "3"),
    ],
)
def test_cursor_is_found(text: str, path: tuple[str | int, ...], written: str) -> None:
    """Keys, items and values are found by indentation, in brackets and in blocks of text."""
    cursor = find_cursor(text, len(text))

    assert (cursor.path, cursor.written) == (path, written)


def test_first_answers_come_from_the_saved_files(project: Project) -> None:
    """A file that is broken when it is first looked at is known by what is saved of it."""
    fresh = Project(project.directory, catalog)
    path = project.directory / "booking.yaml"
    fresh.edited = {path: "steps: {a: {ask: text, go: "}

    fresh.check()
    offered = complete(fresh, path, fresh.edited[path], len(fresh.edited[path]))

    assert "confirm" in [one.label for one in offered]
