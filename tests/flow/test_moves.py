"""What the run time does between two turns, as the checker reckons with it: each flow here would break where it is wrong."""

from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.graph import Move, MoveKind
from engine.flow.problems import Position
from engine.flow.ways import say_way

BOT = """\
bot: salon
locale: en
locales: [en]
roles: [client, admin]
home: visit
time_zone: Europe/Berlin
currency: EUR
messages: {old_button: Old., no_access: "No.", error: Error., unknown_input: What?, wrong_answer: Not that.,
  next_page: More, previous_page: Back, proceed: On}
"""
CALLED = """\
flow: called
version: 1
title: Called
returns: {note: {type: text, optional: true}}
steps:
  first: {show: Called, buttons: [{text: Back, go: end}]}
"""
SILENT = "flow: silent\nversion: 1\ntitle: Silent\nsteps:\n  first: {end: {}}\n"


def _codes(catalog: Catalog, visit: str) -> list[str]:
    texts = {
        "bot": BOT,
        "called": CALLED,
        "silent": SILENT,
        "visit": f"flow: visit\nversion: 1\ntitle: Visit\n{visit}",
    }
    sources = {Path(f"{name}.yaml"): text for name, text in texts.items()}
    return [problem.code for problem in check_flows(Path(), catalog, sources=sources).problems]


NOTE = "data: {note: {type: text, optional: true}}\n"

FORGOTTEN = {
    "a button that saves nothing": (
        "steps:\n  read: {show: '{{ data.note }}', skip_if: data.note is None, go: bye,"
        " buttons: [{text: Bye, go: bye}, {text: C, run: called, save: {note: result.note}}]}\n"
        "  bye: {show: Bye, end: {}}\n"
    ),
    "an error after a button that saves nothing": (
        "steps:\n  ask: {show: A, buttons: [{text: Bye, go: end}, {text: A, go: ask, save: {note: None}}]}\n"
        "anytime: {error: {go: end, say: '{{ data.note }}'}}\n"
    ),
    "what is said when a step is passed over": (
        "steps:\n  ask: {ask: text, text: Note?, save: {note: it}, skip_if: user.role == 'admin',"
        " say: 'You wrote {{ data.note }}'}\n  bye: {show: Bye, end: {}}\n"
    ),
    "what a load gave before the flow was run": (
        "steps:\n  read: {show: A, load: {services: services.list()}, buttons: [{text: Bye, go: end},"
        " {text: C, run: called, when: user.username is not None, save: {note: \"'@' + user.username\"}}]}\n"
    ),
}


@pytest.mark.parametrize("name", FORGOTTEN)
def test_facts_end_where_the_run_time_may_change_them(name: str, catalog: Catalog) -> None:
    """What one way leaves as nothing is not taken for something, however the person came there."""
    note = NOTE.replace("true}", "true, default: x}") if "error" in name else NOTE

    assert _codes(catalog, note + FORGOTTEN[name]) == ["maybe-none"]


def test_a_run_that_asks_nothing_is_no_turn(catalog: Catalog) -> None:
    """A loop through a flow that begins and ends by itself goes on for ever; in one that asks, a person is caught."""
    loop = "steps:\n  again: {run: FLOW, go: again}\n"

    assert _codes(catalog, loop.replace("FLOW", "silent")) == ["silent-loop"]
    assert _codes(catalog, loop.replace("FLOW", "called")) == ["trap"]


OPPOSITES = [
    ("user.role == 'admin'", "user.role != 'admin'"),
    ("data.note is None", "data.note is not None"),
    ("user.id > 5", "user.id <= 5"),
    ("user.id in [1, 2]", "not user.id in [1, 2]"),
]


@pytest.mark.parametrize(("one", "other"), OPPOSITES)
def test_buttons_of_opposite_conditions_always_leave_one(
    one: str, other: str, catalog: Catalog
) -> None:
    """Two buttons of which one is there are no trap; one of them alone is."""
    ask = "{ask: text, text: Note?, save: {note: it}, buttons: [{text: No, go: first}]}"
    step = NOTE + f"steps:\n  note: {ask}\n  first: {{show: A, buttons: [BUTTONS]}}\n"
    buttons = [
        f'{{text: A, go: end, id: b{at}, when: "{when}"}}' for at, when in enumerate((one, other))
    ]

    assert _codes(catalog, step.replace("BUTTONS", ", ".join(buttons))) == []
    assert _codes(catalog, step.replace("BUTTONS", buttons[0])) == ["trap"]


@pytest.mark.parametrize("kind", MoveKind)
def test_every_move_can_be_told(kind: MoveKind) -> None:
    """What brings somebody to a step unprepared is said of any kind of move."""
    move = Move("a", "b", kind, "label", Position("visit.yaml", 1, 1))

    assert say_way(move).startswith('from step "a"')
