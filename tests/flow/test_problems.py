"""Problems written out: for people with an excerpt, for programs, and for a GitHub workflow."""

import json
from pathlib import Path

from engine.flow.problems import MOST_CHARACTERS, Position, Problem, render_problems

FIRST = Position("flows/a.yaml", 1, 4, 1)
PROBLEM = Problem(
    Position("flows/a.yaml", 2, 6, 3),
    "unknown-step",
    'step "don" is not there: 100%, really',
    ((FIRST, "defined here"),),
)
SOURCES = {Path("flows/a.yaml"): "on: 1\ngo: {😀don}\n"}


def test_text_shows_place_line_and_caret() -> None:
    """A problem names file, line, column and code, and marks the span in its line, wide characters counted."""
    problem = Problem(Position("flows/a.yaml", 2, 7, 3), "unknown-step", "no step", ())

    assert render_problems([problem], "text", {Path("flows/a.yaml"): "x\ngo: {😀don}\n"}) == (
        "flows/a.yaml:2:7: no step [unknown-step]\n" "  2 | go: {😀don}\n" "    |        ^~~\n"
    )


def test_related_places_follow_with_their_lines() -> None:
    """Another place that explains a problem is shown below it."""
    written = render_problems([PROBLEM], "text", SOURCES)

    assert "  flows/a.yaml:1:4: defined here\n  1 | on: 1\n    |    ^\n" in written


def test_order_is_by_file_line_and_column() -> None:
    """However problems were found, they are written in the order of their places."""
    places = [("b", 1, 1), ("a", 10, 1), ("a", 2, 9), ("a", 2, 1)]
    problems = [Problem(Position(*place), "code", "x") for place in places]

    written = render_problems(problems, "text", {})

    assert [line.split(": ")[0] for line in written.split("\n") if line] == [
        "a:2:1",
        "a:2:9",
        "a:10:1",
        "b:1:1",
    ]


def test_json_has_every_field() -> None:
    """Programs get path, line, column, length, code, message and related places."""
    (read,) = json.loads(render_problems([PROBLEM], "json", SOURCES))

    assert read == {
        "path": "flows/a.yaml",
        "line": 2,
        "column": 6,
        "length": 3,
        "code": "unknown-step",
        "message": PROBLEM.message,
        "related": [
            {"path": "flows/a.yaml", "line": 1, "column": 4, "length": 1, "message": "defined here"}
        ],
    }


def test_json_of_no_problems_is_an_empty_list() -> None:
    """Programs can read the output even when all is well."""
    assert json.loads(render_problems([], "json", {})) == []


def test_github_annotations_are_escaped() -> None:
    """A workflow command keeps its message on one line and its properties apart."""
    problem = Problem(Position("a,b:c.yaml", 2, 6, 3), "code", "100% x: y, z")

    assert render_problems([problem], "github", {}) == (
        "::error file=a%2Cb%3Ac.yaml,line=2,col=6,endColumn=9,title=code::100%25 x: y, z [code]\n"
    )


def test_long_lines_are_cut_around_the_span() -> None:
    """A line of a thousand characters is shown only where the problem is."""
    problem = Problem(Position("a.yaml", 1, 501, 3), "code", "x")
    line = "a" * 500 + "bad" + "a" * 500

    excerpt, caret = render_problems([problem], "text", {Path("a.yaml"): line}).split("\n")[1:3]

    assert len(excerpt) < 130
    assert excerpt[caret.index("^") :].startswith("bad")


def test_files_that_are_gone_are_shown_without_excerpt() -> None:
    """A problem of a file that cannot be read is still written."""
    problem = Problem(Position("nowhere/gone.yaml", 1, 1), "missing-bot", "no bot")

    assert render_problems([problem]) == "nowhere/gone.yaml:1:1: no bot [missing-bot]\n"


def test_messages_are_one_line_of_bounded_length() -> None:
    """Whatever a message quotes, a line break or a whole file, it stays one line that can be read."""
    place = Position("a.yaml", 1, 1)

    assert Problem(place, "code", 'no "a\n\n  b\t\u2028c"').message == 'no "a b c"'
    assert len(Problem(place, "code", "x" * 9999).message) == MOST_CHARACTERS
