"""What the checker says of lists among the buttons of a window."""

from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows

FLOW = """\
flow: visit
version: 1
title: Visit
data:
  service: {{type: Service, optional: true}}
  services: {{type: "list[Service]", default: []}}
  note: {{type: text, optional: true}}
  name: text
steps:
  pick:
    show: "Which?"
    {more}
    buttons:
      - {line}
      - {{text: Leave, go: end, id: leave}}
  named:
    show: "{{{{ {read} }}}}"
    end: {{}}
"""


def _problems(
    catalog: Catalog, base_files: dict[str, str], line: str, *, more: str = "", read: str = "1"
) -> list[tuple[str, str]]:
    flow = FLOW.format(line=line, more=more, read=read)
    sources = {Path(name): text for name, text in {**base_files, "visit.yaml": flow}.items()}
    checked = check_flows(Path(), catalog, sources=sources)
    return [(problem.code, problem.message) for problem in checked.problems]


NAMED = '{text: "{{ item.title }}", go: named, save: {name: item.title}}'


@pytest.mark.parametrize(
    "line",
    [
        f"{{list: services.list(), buttons: [{NAMED}]}}",
        f"{{list: data.services, page: 3, columns: 3, pager: full, buttons: [{NAMED}]}}",
        (
            "{list: services.list(), as: one, id: all, key: one.title, when: len(data.services) < 3, "
            'buttons: [{text: "{{ one.title }}", go: named, save: {name: one.title, service: one}}]}'
        ),
        (
            '{list: data.services, as: outer, buttons: [{text: "{{ outer.title }}", go: end, id: outer}, {list: services.list(), '
            f"buttons: [[{NAMED}]]}}]}}"
        ),
        '{list: "[1, 2, 3]", buttons: [{text: "{{ item }}", go: named, save: {name: "str(item)"}}]}',
    ],
)
def test_right_lists(catalog: Catalog, base_files: dict[str, str], line: str) -> None:
    """A list is of a query or a list, has names of its own, and what its buttons save is known behind them."""
    line = line.replace("str(item)", "'x'")
    assert _problems(catalog, base_files, line, read="data.name") == []


def test_note_of_an_item_is_known_behind_its_condition(
    catalog: Catalog, base_files: dict[str, str]
) -> None:
    """A condition of a button in a list proves something of its item, and without it nothing is proved."""
    button = '{text: "{{ item.title }}", go: named, when: item.note is not None, save: {name: item.note}}'
    line = f"{{list: services.list(), buttons: [{button}]}}"

    assert _problems(catalog, base_files, line, read="data.name") == []
    assert [code for code, _ in _problems(catalog, base_files, line.replace(" when: item.note is not None,", ""))] == ["maybe-none"]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (
            '{list: services.count(), buttons: [{text: "x", go: named}]}',
            "wrong-type",
            '"services.count()" is int; a list is made of a list',
        ),
        ('{list: services.lost(), buttons: [{text: "x", go: named}]}', "unknown-action", "lost"),
        ('{list: data.lost, buttons: [{text: "x", go: named}]}', "unknown-field", "lost"),
        (
            '{list: zones.list(), buttons: [{text: "x", go: named}]}',
            "missing-key",
            'add "key: item.…"',
        ),
        (
            '{list: services.list(), key: item, buttons: [{text: "x", go: named}]}',
            "wrong-type",
            "the key of an item is one value",
        ),
        (
            '{list: services.list(), as: user, buttons: [{text: "x", go: named}]}',
            "reserved-name",
            'an item cannot be called "user"',
        ),
        (
            '{list: services.list(), page: 50, buttons: [[{text: "x", go: named}, {text: y, go: named, id: y}, {text: z, go: named, id: z}]]}',
            "too-many-buttons",
            '153 in the list "services.list()"',
        ),
        (
            '{list: services.list(), columns: 5, buttons: [[{text: "x", go: named}, {text: y, go: named, id: y}]]}',
            "too-many-buttons",
            "a row has 10 buttons",
        ),
        (
            "{list: services.list(), columns: 2, buttons: [{list: services.list(), as: one, buttons: [{text: x, go: named}]}]}",
            "conflicting-keys",
            "a list inside it has rows of its own",
        ),
        (
            "{list: services.list(), buttons: [{text: x, go: named}, {list: services.list(), as: one, id: item, buttons: [{text: y, go: named, id: y}]}]}",
            "duplicate-button",
            'two lists of the step have the id "item"',
        ),
        (
            '{list: services.list(), buttons: [{text: "{{ it.title }}", go: named}]}',
            "unknown-name",
            "it",
        ),
        (
            '{list: services.list(), page: 0, buttons: [{text: "x", go: named}]}',
            "bad-value",
            "at least 1",
        ),
        (
            "{list: services.list(), buttons: [{text: x, go: named}, {list: services.list(), id: inner, buttons: [{text: y, go: named, id: y}]}]}",
            "reserved-name",
            'the list around this one has "item" already',
        ),
        ("{list: services.list()}", "missing-key", '"buttons"'),
    ],
)
def test_wrong_lists(
    catalog: Catalog, base_files: dict[str, str], line: str, code: str, said: str
) -> None:
    """Each mistake in a list is told once, where it is."""
    ((found, message),) = _problems(catalog, base_files, line)

    assert (found, said in message) == (code, True), message


def test_window_of_lists_alone_has_a_way_on(catalog: Catalog, base_files: dict[str, str]) -> None:
    """When its lists are empty, a window still has something to press."""
    flow = FLOW.format(line=f"{{list: services.list(), buttons: [{NAMED}]}}", more="", read="1")
    flow = flow.replace("      - {text: Leave, go: end, id: leave}\n", "")
    sources = {Path(name): text for name, text in {**base_files, "visit.yaml": flow}.items()}

    problems = check_flows(Path(), catalog, sources=sources).problems

    assert [(one.code, "lists are empty" in one.message) for one in problems] == [("trap", True)]
