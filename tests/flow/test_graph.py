"""The graph of a flow: its moves, and what is proved of them, on written flows and on random ones."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.graph import Graph, Move, MoveKind, flow_facts
from engine.flow.model.moves import END
from engine.flow.problems import Position

OK = Path(__file__).parent.parent / "flows" / "ok"
HERE = Position("a.yaml", 1, 1)
STEPS = tuple("abcdefgh")


def _graph(moves: list[tuple[str, str, bool]]) -> Graph:
    return Graph(
        "random",
        STEPS,
        tuple(
            Move(
                source=source,
                target=target,
                kind=MoveKind.BUTTON if waits else MoveKind.NEXT,
                label="",
                position=HERE,
                sets=frozenset({target}),
                waits=waits,
            )
            for source, target, waits in moves
        ),
        choices=frozenset(source for source, _, waits in moves if waits),
    )


MOVES = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from((*STEPS, END)), st.booleans()), max_size=20
)


def test_every_move_of_a_flow_is_in_its_graph(catalog: Catalog) -> None:
    """Picks, answers, outcomes, buttons, skips, ends, commands and errors are edges with their labels."""
    checked = check_flows(OK, catalog)
    graph = checked.graphs["booking"]

    moves = {(move.source, move.target, move.kind, move.label) for move in graph.moves}

    assert ("service", "day", MoveKind.PICK, "") in moves
    assert ("service", "day", MoveKind.SKIP, "data.service is not None") in moves
    assert ("service", END, MoveKind.EMPTY, "nothing to choose") in moves
    assert ("day", "time", MoveKind.ANSWER, "") in moves
    assert ("day", "human", MoveKind.GIVE_UP, "after 3 wrong answers") in moves
    assert ("confirm", "store", MoveKind.BUTTON, "Confirm ✅") in moves
    assert ("store", "done", MoveKind.NEXT, "") in moves
    assert ("store", "time", MoveKind.OUTCOME, "slot_taken") in moves
    assert ("done", END, MoveKind.WORD, "") in moves
    assert ("human", "service", MoveKind.RESULT, "help") in moves
    assert ("time", END, MoveKind.COMMAND, "/cancel") in moves
    assert ("store", END, MoveKind.ERROR, "error") in moves
    assert not any(move.kind is MoveKind.COMMAND for move in graph.moves if move.source == "store")


def test_moves_say_what_they_save(catalog: Catalog) -> None:
    """A move carries the names of data it sets."""
    graph = check_flows(OK, catalog).graphs["booking"]

    saved = {(move.source, move.kind): move.sets for move in graph.moves if move.sets}

    assert saved["store", MoveKind.NEXT] == {"booking"}
    assert saved["confirm", MoveKind.BUTTON] == {"people"}


def test_calls_name_the_place_they_are_made_from(catalog: Catalog) -> None:
    """A flow lists the flows it runs, with the step, or none for one that runs at any time."""
    graph = check_flows(OK, catalog).graphs["booking"]

    assert [(place.step, place.call.flow) for place in graph.calls] == [
        ("human", "help"),
        (None, "help"),
    ]


@given(MOVES)
def test_reachable_steps_are_those_some_path_leads_to(moves: list[tuple[str, str, bool]]) -> None:
    """Reachability is the smallest set with the first step that every move stays inside."""
    reached = _graph(moves).reachable()

    assert "a" in reached
    assert all(target in reached for source, target, _ in moves if source in reached)
    entered = {target for source, target, _ in moves if source in reached}
    assert reached <= entered | {"a"}


@given(MOVES)
def test_heads_of_unreached_parts_lead_to_all_of_them(moves: list[tuple[str, str, bool]]) -> None:
    """Each unreachable step is reported, or follows one that is."""
    graph = _graph(moves)
    heads = set(graph.unreached())
    lost = set(STEPS) - graph.reachable()

    assert heads <= lost
    followed = set(heads)
    for _ in STEPS:
        followed |= {target for source, target, _ in moves if source in followed}
    assert lost <= followed


@given(MOVES)
def test_traps_are_steps_without_a_way_out(moves: list[tuple[str, str, bool]]) -> None:
    """From a trap no move leads out of the traps; from every other step a way leads to an end or a choice."""
    graph = _graph(moves)
    traps = set(graph.traps())

    for source, target, waits in moves:
        if source in traps:
            assert target in traps
            assert not waits
    for step in set(STEPS) - traps:
        assert step in graph.choices or any(
            source == step and target not in traps for source, target, _ in moves
        )


@given(MOVES)
def test_loops_without_a_turn_are_those_left_when_turns_are_removed(
    moves: list[tuple[str, str, bool]],
) -> None:
    """A step is in a silent loop exactly when moves without a turn lead from it back to it."""
    looping = {step for loop in _graph(moves).silent_loops() for step in loop}
    silent = {(source, target) for source, target, waits in moves if not waits and target != END}

    for step in STEPS:
        reached = {target for source, target in silent if source == step}
        for _ in STEPS:
            reached |= {target for source, target in silent if source in reached}
        assert (step in looping) == (step in reached)


@given(MOVES)
def test_facts_hold_on_every_path(moves: list[tuple[str, str, bool]]) -> None:
    """What is known at a step is what every move into it brings, and loops converge."""
    graph = _graph(moves)

    facts = flow_facts(
        graph, frozenset(), lambda move, known: known | move.sets, lambda _, known: known
    )

    assert facts["a"] == frozenset()
    for move in graph.moves:
        known = facts[move.source]
        arrived = facts.get(move.target)
        if known is not None and move.target != END:
            assert arrived is not None
            assert arrived <= known | move.sets
    assert {step for step, known in facts.items() if known is not None} == graph.reachable() - {END}


PATHS = {
    "set on one of two ways": (
        "{show: A, buttons: [{text: B, go: b}, {text: C, go: c}]}",
        "{ask: text, text: Name?, save: {name: it}, go: c}",
        "{show: 'Hello {{ data.name }}', end: {}}",
        True,
    ),
    "set on all ways": (
        "{ask: text, text: Name?, save: {name: it}, go: b}",
        "{show: 'Hello {{ data.name }}', buttons: [{text: C, go: c}, {text: A, go: a}]}",
        "{show: 'Hello {{ data.name }}', end: {}}",
        False,
    ),
    "saved by the button that leads there": (
        "{show: A, buttons: [{text: C, go: c, save: {name: \"'you'\"}}, {text: B, go: b}]}",
        "{ask: text, text: Name?, save: {name: it}, go: c}",
        "{show: 'Hello {{ data.name }}', end: {}}",
        False,
    ),
    "not set when the answer is given up": (
        "{ask: text, text: Name?, save: {name: it}, go: b, give_up: {after: 2, go: c}}",
        "{show: 'Hello {{ data.name }}', buttons: [{text: C, go: c}]}",
        "{show: 'Hello {{ data.name }}', end: {}}",
        True,
    ),
}


@pytest.mark.parametrize("name", PATHS)
def test_data_is_surely_set_only_where_every_path_sets_it(name: str, catalog: Catalog) -> None:
    """A name without a default can be read exactly where every path has saved it."""
    a, b, c, is_problem = PATHS[name]
    sources = {
        path: path.read_text() for path in (*OK.glob("*.yaml"), *OK.glob("fragments/*.yaml"))
    }
    sources[OK / "bot.yaml"] = sources[OK / "bot.yaml"].replace("[en, de]", "[en]")
    sources[OK / "paths.yaml"] = (
        "flow: paths\nversion: 1\ntitle: Paths\ndata: {name: text}\n"
        f"steps:\n  a: {a}\n  b: {b}\n  c: {c}\n"
    )

    problems = check_flows(OK, catalog, sources=sources).problems

    assert [one.code for one in problems] == (["maybe-unset"] if is_problem else [])


NARROWING = {
    "decide": "{decide: [{when: data.note is None, go: bye}, {else: read}]}",
    "decide true": "{decide: [{when: data.note is not None, go: read}, {else: bye}]}",
    "button": (
        "{show: A, buttons: [{text: R, go: read, when: data.note is not None}, {text: B, go: bye}]}"
    ),
    "save": "{ask: text, text: Note?, save: {note: it}, go: read}",
    "skip_if": (
        "{choose: services.list(), text: S?, button: '{{ item.title }}', save: {note: item.title},"
        " skip_if: data.note is not None, go: read, empty: {go: bye}}"
    ),
}


@pytest.mark.parametrize("name", NARROWING)
def test_optional_data_narrows_along_the_moves_that_prove_it(name: str, catalog: Catalog) -> None:
    """What may be nothing is read without a check once the way there has proved that it is something."""
    sources = {
        path: path.read_text() for path in (*OK.glob("*.yaml"), *OK.glob("fragments/*.yaml"))
    }
    sources[OK / "bot.yaml"] = sources[OK / "bot.yaml"].replace("[en, de]", "[en]")
    sources[OK / "paths.yaml"] = (
        "flow: paths\nversion: 1\ntitle: Paths\ndata: {note: {type: text, optional: true}}\n"
        "steps:\n  note: {ask: text, text: Note?, save: {note: it}, buttons: [{text: No, go: first}]}\n"
        f"  first: {NARROWING[name]}\n"
        "  read: {show: '{{ data.note | upper }}', buttons: [{text: Bye, go: bye}]}\n"
        "  bye: {show: '{{ data.note | default(\"-\") }}', end: {}}\n"
    )

    codes = [one.code for one in check_flows(OK, catalog, sources=sources).problems]

    assert codes == []
