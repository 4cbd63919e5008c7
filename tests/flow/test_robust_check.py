"""Whole directories of broken files: every check ends, soon, with problems and never with an exception."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.flow.check import check_flows
from engine.flow.directory import read_directory
from engine.flow.judge import MOST_ERRORS
from engine.flow.limits import MOST_BYTES
from engine.flow.problems import ProblemFormat, render_problems
from engine.flow.source import MAX_BYTES, MOST_PROBLEMS

if TYPE_CHECKING:
    from engine.actions import Catalog

OK = {path.name: path.read_text() for path in sorted(Path("tests/flows/ok").glob("*.yaml"))}
HEAD = "flow: big\nversion: 1\ntitle: Big\nsteps:\n"
ODD = [
    "", "---\n---\n", "[" * 40, "{a: " * 40, "\ufeff", "a: &x 1\nb: *x\n", "a: !!python/object 1\n", "? [a]\n: b\n",
    "\t", "flow: main\nsteps: 7\n", "steps: {a: {show: 1e999}}\n", "version: 1" + "0" * 5000, "<<: {a: b}\n", '"\\ud800": "\\0"\n',
]  # fmt: skip
PARTS = st.one_of(
    st.sampled_from([*OK.values(), *ODD]).map(str.encode),
    st.binary(max_size=60),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
NAMES = st.sampled_from(["bot.yaml", "main.yaml", "texts/de.yaml", "fragments/a.yaml", "x y.yaml"])


@given(st.dictionaries(NAMES, st.lists(PARTS, max_size=3).map(b"".join), max_size=5))
def test_no_directory_raises(catalog: Catalog, files: dict[str, bytes]) -> None:
    """Whatever files hold, together too, they are a bot or have problems that can be written out in every form."""
    sources = {Path(name): text for name, text in files.items()}

    checked = check_flows(Path(), catalog, sources=sources)

    assert (checked.bot is None) == bool(checked.problems)
    texts = {path: text.decode("utf-8", "replace") for path, text in sources.items()}
    for form in ProblemFormat:
        render_problems(checked.problems, form, texts)


@pytest.mark.parametrize(
    "steps",
    [
        [f"  s{n}: {{x: {{}}}}\n" for n in range(400)],
        [f"  s{n}: {{show: A, buttons: [{{text: B, go: t{n}}}]}}\n" for n in range(499)],
        [f"  s{n}: {{end: {{}}}}\n" for n in range(499)],
        [f"  s{n}: {{show: '{'{{ data.no }}' * 400}', end: {{}}}}\n" for n in range(60)],
    ],
    ids=["keys", "targets", "unreachable", "texts"],
)
def test_many_mistakes_are_told_in_part(catalog: Catalog, steps: list[str]) -> None:
    """A file with hundreds of equal mistakes is checked as any other, and tells as many as one can mend."""
    sources = {Path("bot.yaml"): OK["bot.yaml"], Path("big.yaml"): HEAD + "".join(steps)}

    problems = check_flows(Path(), catalog, sources=sources).problems

    assert 1 <= len(problems) <= MOST_PROBLEMS + MOST_ERRORS
    assert all(len(problem.message) <= 1500 for problem in problems)


def test_files_are_read_no_further_than_one_may_be_long(catalog: Catalog, tmp_path: Path) -> None:
    """A file of ten megabytes is one problem."""
    (tmp_path / "huge.yaml").write_bytes(b"a: " + b"x" * 10_000_000)

    sources = read_directory(tmp_path)
    problems = check_flows(tmp_path, catalog).problems

    assert [(path.name, len(text)) for path, text in sources.items()] == [
        ("huge.yaml", MAX_BYTES + 1)
    ]
    assert [problem.code for problem in problems] == ["missing-bot", "yaml-too-large"]


def test_files_that_cannot_be_read_are_problems(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory, a pipe, a link to nothing and a file of somebody else are each one problem, and others are checked."""
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "link.yaml").symlink_to("gone.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "secret.yaml").write_text(OK["bot.yaml"])
    (tmp_path / "empty.yaml").write_text("")
    really = Path.open

    def refuse(path: Path, mode: str = "r", **how: Any) -> IO[Any]:
        if path.name == "secret.yaml":
            raise PermissionError(13, "Permission denied")
        return really(path, mode, **how)

    monkeypatch.setattr(Path, "open", refuse)

    problems = check_flows(tmp_path, catalog).problems

    assert [(Path(one.position.path).stem, one.code, one.message) for one in problems] == [
        ("bot", "missing-bot", "there is no bot.yaml; `usher new bot` writes one"),
        ("empty", "empty-file", "the file is empty; write a flow or remove it"),
        ("folder", "unreadable-file", "the file cannot be read: it is a directory"),
        ("link", "unreadable-file", 'the file cannot be read: it is a link to "gone.yaml", which does not exist'),
        ("pipe", "unreadable-file", "the file cannot be read: it is no plain file"),
        ("secret", "unreadable-file", "the file cannot be read: permission denied"),
    ]  # fmt: skip
    for form in ProblemFormat:
        assert "unreadable-file" in render_problems(problems, form)


def test_directory_beyond_any_bot_is_refused(catalog: Catalog) -> None:
    """Many files that are small enough one by one may not be too much together."""
    sources = {
        Path(f"{n:02}.yaml"): "#" * (MAX_BYTES - 1) for n in range(MOST_BYTES // MAX_BYTES + 2)
    }

    problems = check_flows(Path(), catalog, sources=sources).problems

    assert [problem.code for problem in problems] == ["yaml-too-large"]
