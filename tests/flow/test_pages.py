"""What the checker says of texts and groups of buttons that are shown page by page."""

from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows

FLOW = """\
flow: visit
version: 1
title: Visit
steps:
  all:
    show: "{text}"
    load: {{services: services.list(), count: services.count()}}
    pages: {pages}
    buttons:
{buttons}
      - {{text: Leave, go: end}}
"""
LOOP = "All: {% for one in services %}{{ one.title }}{% endfor %}"


def _problems(
    catalog: Catalog,
    base_files: dict[str, str],
    pages: str,
    *,
    text: str = LOOP,
    buttons: str = "",
) -> list[tuple[str, str]]:
    flow = FLOW.format(pages=pages, text=text, buttons=buttons)
    sources = {Path(name): one for name, one in {**base_files, "visit.yaml": flow}.items()}
    checked = check_flows(Path(), catalog, sources=sources)
    return [(problem.code, problem.message) for problem in checked.problems]


@pytest.mark.parametrize(
    ("pages", "text"),
    [
        ("{of: services}", LOOP),
        ("{of: services, page: 20, pager: full}", "{{ page }}/{{ pages }} " + LOOP),
        ("{characters: 4096}", LOOP * 2 + "x" * 4000),
        ("{characters: 100, pager: {number: x}}", "x" * 5000),
    ],
)
def test_right_pages(catalog: Catalog, base_files: dict[str, str], pages: str, text: str) -> None:
    """A loaded list, or the text itself, is shown page by page; a text that is cut may be longer than a message."""
    assert _problems(catalog, base_files, pages, text=text) == []


@pytest.mark.parametrize(
    ("pages", "text", "told"),
    [
        ("{of: lost}", LOOP, ("unknown-name", 'the step loads nothing as "lost"')),
        ("{of: count}", "x {{ count }}", ("wrong-type", '"count" is int; pages are made of a list')),
        ("{of: services, characters: 50}", LOOP, ("conflicting-keys", "characters")),
        ("{of: services, pager: {kind: full, turns: [lost]}}", LOOP, ("bad-pager", 'called "lost" has pages')),
        ("{page: 3}", LOOP, ("missing-key", "of")),
        ("{characters: 5}", LOOP, ("bad-value", "at least 10")),
        ("{of: services, page: 50}", "{% for one in services %}{{ one.title }}{% endfor %}", ("too-much-text", "× 50")),  # noqa: RUF001 - a sum
    ],
)  # fmt: skip
def test_wrong_pages(
    catalog: Catalog, base_files: dict[str, str], pages: str, text: str, told: tuple[str, str]
) -> None:
    """Pages of what is not loaded, of no list or of two things are told, and so is a page that is too long."""
    problems = _problems(catalog, base_files, pages, text=text)

    assert [one for one, message in problems if told[1] in message] == [told[0]], problems


@pytest.mark.parametrize(
    ("button", "told"),
    [
        ("turn: next", None),
        ("turn: len(services), of: text", None),
        ("turn: next, of: lost", ("bad-pager", 'called "lost" has pages')),
        ("turn: far", ("unknown-name", "far")),
        ("turn: next, save: {}", ("missing-key", '"save" does nothing')),
        ("of: text", ("missing-key", "says nothing to do")),
        ("turn: next, of: text}, {columns: 1, rows: 1, id: text, buttons: [{text: A, turn: last, of: text}]", ("bad-pager", "two things with pages")),
        ("turn: next}, {columns: 1, rows: 1, id: keys, buttons: [{text: A, turn: last, of: keys}]", ("bad-pager", 'add "of", which is one of "keys", "text"')),
    ],
)  # fmt: skip
def test_buttons_that_turn_pages(
    catalog: Catalog, base_files: dict[str, str], button: str, told: tuple[str, str] | None
) -> None:
    """A button says which pages it turns where several things have some; what is wrong is told once."""
    line = "\n".join(f"      - {one}" for one in f"{{text: T, id: t, {button}}}".split("}, {", 1))
    line = line.replace("\n      - ", "}\n      - {")

    problems = _problems(catalog, base_files, "{of: services}", buttons=line)

    assert [code for code, _ in problems] == ([told[0]] if told else [])
    assert not told or told[1] in problems[0][1]


def test_group_with_rows_may_have_many_buttons(
    catalog: Catalog, base_files: dict[str, str]
) -> None:
    """Only those that are shown at once count: a long group with rows is right, and without them it is not."""
    inner = "\n".join(f"          - {{text: B{one}, go: all, id: b{one}}}" for one in range(99))
    group = "      - columns: 4\nROWS        buttons:\n" + inner

    rows = "        rows: 5\n        pager: numbers\n"
    assert (
        _problems(catalog, base_files, "{of: services}", buttons=group.replace("ROWS", rows)) == []
    )
    ((code, message),) = _problems(
        catalog, base_files, "{of: services}", buttons=group.replace("ROWS", "")
    )
    assert (code, "100 of its own" in message) == ("too-many-buttons", True), message
