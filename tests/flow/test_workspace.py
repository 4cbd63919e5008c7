"""A directory that is checked again after changes, beside the same texts checked from scratch.

`WORKSPACE_EDITS=1000 pytest tests/flow/test_workspace.py` changes more than the suite does.
"""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from actions.catalog import catalog as shipped_catalog
from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.kept import LAST, Kept
from engine.flow.problems import Problem
from engine.flow.workspace import Workspace

EXAMPLES = int(os.environ.get("WORKSPACE_EDITS", "5"))
FLOWS = Path(__file__).parent.parent.parent / "flows"
SHIPPED = {
    Path("flows") / path.relative_to(FLOWS): path.read_bytes().decode()
    for path in (*FLOWS.glob("*.yaml"), *FLOWS.glob("*/*.yaml"))
}
PLACES = sorted(SHIPPED)
WORDS = sorted({word for text in SHIPPED.values() for word in re.findall(r"\w+", text)})


def _drop_line(text: str, at: int, _word: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    return "".join(lines[: at % len(lines)] + lines[at % len(lines) + 1 :])


def _repeat_line(text: str, at: int, _word: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    return "".join(lines[: at % len(lines) + 1] + lines[at % len(lines) :])


def _change_word(text: str, at: int, word: str) -> str:
    found = list(re.finditer(r"\w+", text))
    if not found:
        return word
    spot = found[at % len(found)]
    return text[: spot.start()] + word + text[spot.end() :]


def _insert(text: str, at: int, word: str) -> str:
    at %= len(text) + 1
    return text[:at] + word + text[at:]


def _cut(text: str, at: int, _word: str) -> str:
    return text[: at % (len(text) + 1)]


def _comment(text: str, at: int, word: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: at % 7], f"# {word}\n", *lines[at % 7 :]])


type Edit = tuple[Path, Callable[[str, int, str], str], int, str]

EDITS = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from(
            [_drop_line, _repeat_line, _change_word, _change_word, _insert, _cut, _comment]
        ),
        st.integers(0, 10_000),
        st.sampled_from([*WORDS, "{{", '"', ": ", "\n", "\r\n", "😀", "- ", "{"]),
    ),
    min_size=1,
    max_size=6,
)


def _written(problems: Iterable[Problem]) -> list[str]:
    """Give problems with everything in them, the length of the span too."""
    return [repr(problem) for problem in problems]


@settings(max_examples=EXAMPLES)
@given(EDITS, st.sampled_from([0, 1]), st.sampled_from(PLACES))
def test_changes_are_checked_as_from_scratch(edits: list[Edit], undo: int, gone: Path) -> None:
    """After every change the same problems are found, in the same order, as in the same texts never seen before."""
    workspace, texts = Workspace(Path("flows"), shipped_catalog), dict(SHIPPED)
    workspace.check(texts)

    for path, change, at, word in edits:
        before = texts[path]
        texts[path] = change(before, at, word)
        found = workspace.check(texts)
        expected = check_flows(Path("flows"), shipped_catalog, sources=texts)
        assert _written(found.problems) == _written(expected.problems)
        assert (found.bot is None) == (expected.bot is None)
        if undo:
            texts[path] = before

    del texts[gone]
    found = workspace.check(texts)
    expected = check_flows(Path("flows"), shipped_catalog, sources=texts)
    assert _written(found.problems) == _written(expected.problems)


def test_only_what_a_change_touches_is_compiled_again(catalog: Catalog) -> None:
    """A changed flow is compiled again, and so are its callers when what it declares changed; others are kept."""
    menu = "flow: menu\nversion: 1\ntitle: Menu\nsteps:\n  a: {run: visit, with: {day: '1'}, go: end}\n"
    visit = "flow: visit\nversion: 1\ntitle: Visit\nparams: {day: int}\nsteps:\n  a: {show: Hi, end: {}}\n"
    other = "flow: other\nversion: 1\ntitle: Other\nsteps:\n  a: {show: Hi, end: {}}\n"
    texts = {Path("menu.yaml"): menu, Path("visit.yaml"): visit, Path("other.yaml"): other}
    workspace = Workspace(Path(), catalog)
    first = workspace.check(texts).flows

    second = workspace.check({**texts, Path("visit.yaml"): visit.replace("Hi", "Hello")}).flows
    third = workspace.check({**texts, Path("visit.yaml"): visit.replace("int", "text")}).flows

    assert [name for name in first if first[name] is not second[name]] == ["visit"]
    assert [name for name in first if first[name] is not third[name]] == ["menu", "visit"]


def test_last_results_are_kept() -> None:
    """A result is made once for each key among the last ones, and again when it was forgotten."""
    made: list[int] = []
    kept: Kept[int, int] = Kept()

    def make(key: int) -> int:
        made.append(key)
        return key

    def give(key: int) -> int:
        return kept.give("name", key, lambda: make(key))

    for key in (1, 2, 1, *range(10, 10 + LAST), 1):
        assert give(key) == key
    kept.keep_only([])
    give(1)

    assert made == [1, 2, *range(10, 10 + LAST), 1, 1]


def test_problems_know_the_length_of_their_span() -> None:
    """Two problems that differ by the length of their span alone are written differently by this test."""
    problem = check_flows(Path(), shipped_catalog, sources={}).problems[0]
    longer = replace(problem, position=replace(problem.position, length=9))

    assert problem == longer
    assert _written([problem]) != _written([longer])
