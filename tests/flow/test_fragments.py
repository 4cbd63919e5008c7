"""Fragments: what they say where they are used, and where their mistakes are told."""

from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.checked import Bot, Checked
from engine.flow.model.windows import ShowStep
from engine.flow.problems import Problem, render_problems

BOT = """\
bot: salon
locale: en
locales: [en]
roles: [client, admin]
home: main
time_zone: Europe/Berlin
currency: EUR
messages: {old_button: Old., no_access: "No.", error: Error., unknown_input: What?, wrong_answer: Not that.,
  next_page: More, previous_page: Back, proceed: On}
"""
BACK = """\
fragment: back
params:
  to: step
  label: {type: text, default: "« Back"}
buttons:
  - {text: $label, go: $to}
"""
CONFIRM = """\
fragment: confirm
params:
  question: text
  yes: step
  no: {type: step, default: end}
steps:
  ask:
    show: $question
    buttons:
      - [{text: "Yes", go: really}, {text: "No", go: $no}]
  really:
    show: "Really?"
    buttons:
      - {text: "Yes", go: $yes}
      - {use: back, with: {to: ask}}
"""
NOTE = """\
fragment: note
params: {name: data, good: expression, after: {type: step, default: end}, kind: {type: flow, default: help}}
steps:
  ask:
    ask: text
    text: "Your words?"
    max: 40
    allow: $good
    save: {$name: it}
    buttons: [{text: "Help", run: $kind}]
    go: $after
"""
HELP = "flow: help\nversion: 1\ntitle: Help\nsteps:\n  a: {show: Help, end: {}}\n"


def _flow(steps: str, data: str = "{}") -> str:
    return f"flow: main\nversion: 1\ntitle: Main\nstart: [/main]\ndata: {data}\nsteps:\n{steps}"


def _check(catalog: Catalog, main: str, **files: str) -> Checked:
    texts = {"bot": BOT, "main": main, **files}
    fragments = {"back": BACK, "confirm": CONFIRM}
    for name, text in fragments.items():
        if f"use: {name}" in "".join(texts.values()):
            texts.setdefault(f"fragments/{name}", text)
    if "use: confirm" in "".join(texts.values()):
        texts.setdefault("fragments/back", BACK)
    return check_flows(
        Path("f"), catalog, sources={Path(f"f/{name}.yaml"): text for name, text in texts.items()}
    )


def _bot(catalog: Catalog, main: str, **files: str) -> Bot:
    checked = _check(catalog, main, **files)
    assert render_problems(checked.problems, sources={}) == ""
    assert checked.bot is not None
    return checked.bot


def _problem(catalog: Catalog, main: str, **files: str) -> Problem:
    (problem,) = _check(catalog, main, **files).problems
    return problem


def _at(problem: Problem) -> str:
    place = problem.position
    return f"{place.path}:{place.line}:{place.column}"


USES_BACK = _flow("""\
  a:
    show: "A"
    buttons:
      - {text: "On", go: b}
      - {use: back, with: {to: end}}
  b:
    show: "B"
    buttons:
      - [{text: "Off", go: end}, {use: back, with: {to: a, label: "« A"}}]
""")


def test_buttons_stand_where_they_are_used(catalog: Catalog) -> None:
    """A fragment of buttons adds rows to a list, or joins the row that it is used in; ids follow the arguments."""
    steps = _bot(catalog, USES_BACK).flows["main"].flow.steps

    seen = {
        name: [(button.id, button.text.text, button.row) for button in step.buttons]
        for name, step in steps.items()
        if isinstance(step, ShowStep)
    }
    assert seen == {
        "a": [("b", "On", 0), ("end", "« Back", 1)],
        "b": [("end", "Off", 0), ("a", "« A", 0)],
    }


def test_steps_stand_where_they_are_used(catalog: Catalog) -> None:
    """The first step has the name of the use, the others begin with it, and every move is in the graph."""
    main = _flow("""\
  a: {show: "A", buttons: [{text: "Leave", go: sure}]}
  sure: {use: confirm, with: {question: "Leave, {{ user.first_name }}?", yes: end, no: a}}
""")

    graph = _bot(catalog, main).flows["main"].graph

    assert graph.steps == ("a", "sure", "sure_really")
    assert [(move.source, move.label, move.target) for move in graph.moves] == [
        ("a", "Leave", "sure"),
        ("sure", "Yes", "sure_really"),
        ("sure", "No", "a"),
        ("sure_really", "Yes", "end"),
        ("sure_really", "« Back", "sure"),
    ]


def test_every_kind_of_parameter_stands_for_its_value(catalog: Catalog) -> None:
    """Names of data, flows and steps, and expressions of the place of use, are put in as they are given."""
    main = _flow(
        """\
  a: {use: note, with: {name: first, good: "it != 'x'", after: b}}
  b: {use: note, with: {name: second, good: it != data.first}}
""",
        "{first: text, second: text}",
    )

    bot = _bot(catalog, main, **{"fragments/note": NOTE, "help": HELP})

    moves = bot.flows["main"].graph.moves
    assert {(move.source, move.target): set(move.sets) for move in moves if move.sets} == {
        ("a", "b"): {"first"},
        ("b", "end"): {"second"},
    }


def test_one_place_is_typed_anew_at_every_use(catalog: Catalog) -> None:
    """The same text and the same expression of a fragment are compiled with the data of each flow."""
    fragment = 'fragment: total\nsteps:\n  a: {show: "{{ data.n }}", skip_if: data.n is None, go: end, buttons: [{text: On, go: end}]}\n'
    other = "flow: other\nversion: 1\ntitle: Other\nstart: [/other]\ndata: {n: {type: text, optional: true}}\nsteps:\n  a: {use: total}\n"
    main = _flow(
        '  a: {show: "A", buttons: [{text: On, go: x}, {text: Other, go: y}], load: {}}\n'
        "  x: {use: total}\n  y: {use: total}\n",
        "{n: {type: int, optional: true}}",
    )

    bot = _bot(catalog, main, other=other, **{"fragments/total": fragment})

    codes = [code for flow in bot.flows.values() for code in flow.code if "data.n" in code.text]
    assert len(codes) == len(set(codes)) == 3


def test_mistake_in_a_fragment_is_told_once(catalog: Catalog) -> None:
    """What is wrong at forty uses is one problem, at its line in the fragment, which says where it is used."""
    fragment = 'fragment: bad\nbuttons:\n  - {text: "Hi {{ user.nam }}", go: end}\n'
    uses = "".join(
        f"  s{n}:\n    show: S\n    buttons:\n      - {{text: On, go: s{(n + 1) % 40}}}\n      - {{use: bad}}\n"
        for n in range(40)
    )

    problem = _problem(catalog, _flow(uses), **{"fragments/bad": fragment})

    assert (problem.code, _at(problem)) == ("unknown-field", "f/fragments/bad.yaml:3:24")
    ((place, note),) = problem.related
    assert (place.path, place.line, note) == (
        "f/main.yaml",
        11,
        "used here, and so in 39 other places",
    )


def test_wrong_argument_is_told_where_it_is_given(catalog: Catalog) -> None:
    """A step that is not there is a mistake of the use, and the fragment is pointed at."""
    main = USES_BACK.replace("to: end", "to: ned")

    problem = _problem(catalog, main)

    assert (problem.code, _at(problem)) == ("unknown-step", "f/main.yaml:11:32")
    assert [(place.path, place.line) for place, _ in problem.related] == [
        ("f/fragments/back.yaml", 6)
    ]


@pytest.mark.parametrize(
    ("before", "after", "code", "place"),
    [
        ("{to: end}", "{to: b}", "duplicate-button", "f/main.yaml:11:15"),
        ("{to: end}", "{to: end, label: 5}", "wrong-shape", "f/main.yaml:11:44"),
        ("{to: end}", "{to: [end]}", "wrong-shape", "f/main.yaml:11:32"),
        ("to: end", "to: Not a step", "unknown-step", "f/main.yaml:11:32"),
        ("« A", "{{ data.x }}", "unknown-field", "f/main.yaml:15:76"),
    ],
)
def test_other_mistakes_of_a_use(
    before: str, after: str, code: str, place: str, catalog: Catalog
) -> None:
    """Each is one problem at the use: ids that are there already, arguments of the wrong shape, unknown names."""
    assert before in USES_BACK

    problem = _problem(catalog, USES_BACK.replace(before, after))

    assert (problem.code, _at(problem)) == (code, place)


def test_step_of_a_fragment_cannot_hide_one_of_the_flow(catalog: Catalog) -> None:
    """When the flow has a step of that name already, the use is told."""
    main = _flow("""\
  sure: {use: confirm, with: {question: "?", yes: sure_really}}
  sure_really: {show: "A", end: {}}
""")

    problem = _problem(catalog, main)

    assert (problem.code, _at(problem)) == ("duplicate-key", "f/main.yaml:7:15")


def test_texts_are_translated_where_they_are_written(catalog: Catalog) -> None:
    """A fragment's texts are translated once, under its name; those that are given, where they are given."""
    main = _flow("""\
  a:
    show: "A"
    buttons: [{text: "Leave", go: sure}, {use: back, with: {to: end, label: "Go away"}}]
  sure: {use: confirm, with: {question: "Leave?", yes: end, no: a}}
""")
    texts = """\
fragments:
  back: {params: {label: "« Zurück"}}
  confirm: {steps: {ask: {buttons: {really: Ja, "no": Nein}}, really: {text: "Wirklich?", buttons: {"yes": Ja}}}}
main:
  title: Haupt
  a: {text: A, buttons: {sure: Gehen, end: Weg}}
  sure: {text: "Gehen?"}
bot:
  messages: {old_button: a, no_access: a, error: a, unknown_input: a, wrong_answer: a, next_page: a, previous_page: a, proceed: a}
"""
    bot = BOT.replace("[en]", "[en, de]")

    flow = _bot(catalog, main, **{"bot": bot, "texts/de": texts}).flows["main"]

    assert all(set(languages) == {"en", "de"} for languages in flow.wordings.values())
    without = texts.replace(', "no": Nein', "")
    problem = _problem(catalog, main, **{"bot": bot, "texts/de": without})
    assert (problem.code, _at(problem)) == ("missing-translation", "f/fragments/confirm.yaml:10:44")
    assert '"fragments.confirm.steps.ask.buttons.no"' in problem.message


def test_faulty_fragment_does_not_spoil_the_flows_that_use_it(catalog: Catalog) -> None:
    """A fragment of the wrong shape, or whose YAML is broken, is one problem of its own file."""
    for broken in (BACK.replace("go: $to", "goo: $to"), "fragment: back\nbuttons: [\n"):
        paths = {
            one.position.path
            for one in _check(catalog, USES_BACK, **{"fragments/back": broken}).problems
        }
        assert paths == {"f/fragments/back.yaml"}


def test_name_with_a_sign_is_none_outside_of_fragments(catalog: Catalog) -> None:
    """`$name` has a meaning in fragments alone; in a flow it is no step, and a text is a text."""
    problem = _problem(
        catalog, _flow("  a: {show: $label, buttons: [{text: $5, go: $to}, {text: B, go: end}]}\n")
    )

    assert problem.code == "bad-name"
