"""What the checker says of controls, and what it knows of the data that they keep."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.flow.checked import Checked
from engine.flow.drawing import Drawing
from engine.flow.graph import MoveKind

type Check = Callable[..., Checked]

FLOW = """\
flow: visit
version: 1
title: Visit
data:
  wrapped: {{type: bool, default: false}}
  maybe: {{type: bool, optional: true}}
  people: {{type: int, min: 1, max: 6, default: 2}}
  points: {{type: int, default: 0}}
  unset: int
  size: {{type: [small, large], default: small}}
  first: {{type: [small, large], optional: true}}
  short: {{type: text, max: 3, optional: true}}
  tags: {{type: "list[text]", max: 2, default: []}}
  gift: {{type: Service, optional: true}}
  gifts: {{type: "list[Service]", max: 3, default: []}}
steps:
  pick:
    show: "Which?"
    buttons:
      - {line}
      - {{text: Done, go: {go}}}
{more}
"""


def flow_of(line: str, *, go: str = "end", more: str = "") -> str:
    """Write a flow with one line of controls."""
    return FLOW.format(line=line, go=go, more=more)


def problems_of(checked: Checked) -> list[tuple[str, str]]:
    """Return the codes and messages of all problems."""
    return [(one.code, one.message) for one in checked.problems]


@pytest.mark.parametrize("line", [
    "{check: data.wrapped, text: Wrap}",
    "{count: data.people, min: 2, max: 4, step: 2}",
    "{count: data.points}",
    "{cycle: data.first}",
    "{one: data.first, labels: {large: L, small: S}}",
    "{one: data.short, labels: {a: A, bcd: B}}",
    "{many: data.tags, labels: {a: A, b: B, c: C}, min: 1, max: 2}",
    "{one: data.gift, of: services.list(), text: '{{ item.title }}'}",
    "{many: data.gifts, of: services.list(), key: item.title, text: '{{ item.title }}', max: 3}",
    "[{check: data.wrapped, text: Wrap}, {count: data.people}, {one: data.size}]",
    "{buttons: [{check: data.wrapped, text: Wrap}, {count: data.people}], columns: 2}",
])  # fmt: skip
def test_controls_that_fit_are_fine(check_visit: Check, line: str) -> None:
    """A control over a name of its kind, within the bounds of its type, has no problem."""
    assert problems_of(check_visit(flow_of(line))) == []


@pytest.mark.parametrize(("line", "code", "says"), [
    ("{check: data.people, text: Wrap}", "wrong-type", '"data.people" is int, and this control needs a bool'),
    ("{check: data.maybe, text: Wrap}", "wrong-type", '"data.maybe" is bool or nothing, and this control needs a bool'),
    ("{check: data.wraped, text: Wrap}", "unknown-field", 'did you mean "wrapped"'),
    ("{check: params.wrapped, text: Wrap}", "bad-control", "is no name of data"),
    ("{count: data.wrapped}", "wrong-type", "needs an int"),
    ("{count: data.unset}", "maybe-unset", '"data.unset"'),
    ("{count: data.people, min: 0}", "bad-bounds", '"min" is 0, which is below what "data.people" can be, 1'),
    ("{count: data.people, max: 7}", "bad-bounds", '"max" is 7, which is above what "data.people" can be, 6'),
    ("{count: data.people, min: 4, max: 4}", "bad-bounds", "leaves nothing to count"),
    ("{count: data.people, step: 9}", "bad-bounds", '"step" is 9, which leads nowhere between 1 and 6'),
    ("{count: data.people, plus: true}", "bad-value", "can only be false"),
    ("{cycle: data.people}", "wrong-type", "needs a choice"),
    ("{cycle: data.tags, labels: {a: A}}", "wrong-type", "needs one value"),
    ("{one: data.size, labels: {small: S}}", "bad-control", 'can be "large", too'),
    ("{one: data.size, labels: {small: S, large: L, huge: H}}", "bad-control", 'cannot be "huge"; values are "large", "small"'),
    ("{one: data.short, labels: {long: L}}", "bad-control", '"long" does not fit'),
    ("{one: data.short}", "wrong-type", "texts need labels"),
    ("{one: data.gift, labels: {a: A}}", "wrong-type", "records a query under of"),
    ("{one: data.gift, of: services.list()}", "missing-key", '"text"'),
    ("{one: data.gift, of: zones.list(), text: '{{ item.name }}'}", "wrong-type", 'returns list of Zone, and "data.gift" keeps Service'),
    ("{one: data.gift, of: services.count(), text: x}", "wrong-type", "returns int"),
    ("{one: data.gift, of: services.list(), key: item, text: x}", "wrong-type", "the key of an item is one value"),
    ("{one: data.size, of: services.list(), labels: {small: S}, text: x}", "conflicting-keys", '"of" and "labels"'),
    ("{many: data.size}", "wrong-type", "needs a list"),
    ("{many: data.tags, labels: {a: A, b: B, c: C}, max: 3}", "bad-bounds", '"max" is 3, which is above what "data.tags" can be, 2'),
    ("{many: data.tags, labels: {a: A}, max: 2}", "bad-bounds", '"max" is 2, and there are 1 options'),
    ("{many: data.tags, labels: {a: A, b: B}, min: 2, max: 1}", "bad-bounds", "swap them"),
    ("[{count: data.people}, {count: data.people, id: b}, {count: data.people, id: c}]", "too-many-buttons", "a row has 9 buttons"),
    ("[{check: data.wrapped, text: A}, {check: data.wrapped, text: B}]", "duplicate-button", '"wrapped"'),
    ("{check: data.wrapped, text: '<b>Wrap</b>'}", "html-label", "<b>"),
    ("{check: data.wrapped, text: '{{ data.nobody }}'}", "unknown-field", "nobody"),
    ("{one: data.first, text: '{{ label }}'}", "unknown-name", "label"),
    ("{check: data.wrapped, text: A, columns: 2}", "unknown-key", '"columns"'),
])  # fmt: skip
def test_controls_that_do_not_fit_are_told(
    check_visit: Check, line: str, code: str, says: str
) -> None:
    """Each mistake is told once, in its words."""
    found = problems_of(check_visit(flow_of(line)))

    assert [one for one, _ in found] == [code], found
    assert says in found[0][1]


def test_labels_have_room_for_the_longest_option(check_visit: Check) -> None:
    """The label of an option is counted with the longest of its labels."""
    labels = f"{{small: S, large: {'L' * 60}}}"
    line = f"{{one: data.size, labels: {labels}, text: 'Size {{{{ label }}}}'}}"

    found = problems_of(check_visit(flow_of(line)))

    assert [code for code, _ in found] == ["long-label"]


def test_items_without_a_bound_count_as_so_many_buttons(check_visit: Check) -> None:
    """Five controls over a query without a bound, and a button, are more than Telegram takes."""
    lines = "\n".join(
        f"      - {{one: data.gift, id: g{number}, of: services.list(), text: x}}"
        for number in range(5)
    )

    (problem,) = check_visit(flow_of(lines.strip().removeprefix("- "))).problems

    assert problem.code == "too-many-buttons"
    assert "101 buttons: 1 of its own + 100 of controls" in problem.message


def test_a_control_is_a_move_of_its_step_to_itself(check_visit: Check) -> None:
    """The graph has a move for each control, with what it keeps and its condition."""
    line = "{check: data.wrapped, text: Wrap, when: user.role == 'admin'}"

    checked = check_visit(flow_of(line))

    assert checked.bot is not None
    move = checked.bot.flows["visit"].graph.find("pick", MoveKind.CONTROL, "wrapped")
    assert (move.target, move.stays, move.waits) == ("pick", True, True)
    assert move.sets == {"wrapped"}
    assert [code.text for code, _ in move.proofs] == ["user.role == 'admin'"]


DECIDING = """\
  after:
    decide:
      - {{when: {condition}, go: end}}
      - {{else: pick}}
"""


@pytest.mark.parametrize(("line", "condition"), [
    ("{check: data.wrapped, text: Wrap}", "data.wrapped"),
    ("{count: data.people}", "data.people > 5"),
    ("{cycle: data.size}", "data.size == 'large'"),
    ("{one: data.gift, of: services.list(), text: x}", "data.gift is not None"),
])  # fmt: skip
def test_what_a_control_keeps_may_be_anything_after_it(
    check_visit: Check, line: str, condition: str
) -> None:
    """A condition on what a control keeps can hold, though nothing else saves it; without the control it never does."""
    more = DECIDING.format(condition=condition)
    with_control = check_visit(flow_of(line, go="after", more=more))
    without = check_visit(flow_of("{text: Other, go: end}", go="after", more=more))

    assert problems_of(with_control) == []
    assert {"dead-branch"} <= {code for code, _ in problems_of(without)}


LISTED = """\
flow: visit
version: 1
title: Visit
data:
  flag: {type: bool, default: false}
  ids: {type: "list[int]", max: 9, default: []}
  names: {type: "list[text]", default: []}
  counts: {type: "map[int]", min: 0, max: 9, default: {}}
  words: {type: "map[text]", default: {}}
  many: {type: "map[list[text]]", default: {}}
  kept: {type: "map[Service]", default: {}}
steps:
  pick:
    show: "Which?"
    buttons:
      - list: services.list()
        as: one
        buttons:
          - {line}
      - {text: Done, go: end}
"""


@pytest.mark.parametrize(("line", "code", "said"), [
    ("{check: data.ids, text: '{{ one.title if value else 1 | number }}'}", None, ""),
    ("{check: data.names, text: x, when: one.id in data.ids}", None, ""),
    ("[{check: data.ids, text: x}, {count: data.counts, text: '{{ value + 1 }}', max: 5, when: \"data.counts[one.id] != 3\"}]", None, ""),
    ("{one: data.words, labels: {a: A, b: B}}", None, ""),
    ("{many: data.many, labels: {a: A, b: B}, max: 1}", None, ""),
    ("{cycle: data.kept, of: services.list(), text: '{{ item.title }} {{ one.title }}'}", None, ""),
    ("{check: data.flag, text: x}", "wrong-type", 'a control in a list keeps the keys of the items that are marked, a "list[int]"'),
    ("{count: data.ids}", "wrong-type", 'a "map[int]"'),
    ("{count: data.words}", "wrong-type", "needs a map[int]"),
    ("{one: data.counts}", "wrong-type", "needs a choice"),
    ("{count: data.counts, max: 12}", "bad-bounds", '"max" is 12'),
    ("{count: data.counts, text: '{{ valu }}'}", "unknown-name", 'did you mean "value"?'),
    ("{check: data.names, text: x, labels: {a: A}}", "unknown-key", '"labels"'),
    ("{menu: main}", "unknown-key", "a menu is a line of its own"),
    ("{columns: 2, buttons: [{check: data.ids, text: x}]}", "unknown-key", '"buttons"'),
    ("[{count: data.counts}, {one: data.words, labels: {a: A, b: B, c: C, d: D, e: E, f: F}}]", "too-many-buttons", "9 buttons"),
])  # fmt: skip
def test_controls_in_lists_keep_a_value_of_each_item(
    check_visit: Check, line: str, code: str | None, said: str
) -> None:
    """Marks are a list of keys, other values a map; whatever else is told once, with the mend."""
    problems = problems_of(check_visit(LISTED.replace("{line}", line)))

    assert [found for found, _ in problems] == ([code] if code else [])
    assert all(said in message for _, message in problems)


@pytest.mark.parametrize(("line", "count"), [
    ("[{check: data.ids, text: '{{ one.title }}'}, {text: 'On {{ one.id }}', go: end, id: a}]", 0),
    ("[{check: data.ids, text: '{{ one.title }}', checked: V}, {text: 'On {{ someone.id }}', go: end, id: a}]", 1),
    ("{count: data.counts}", 1),
    ("{one: data.words, labels: {a: A}, text: '{{ label }} {{ one.title }}'}", 0),
])  # fmt: skip
def test_keys_of_lists_under_the_chat_tell_their_items(
    check_visit: Check, line: str, count: int
) -> None:
    """A key that says the same for each item of its list could not be told from the others."""
    text = LISTED.replace("{line}", line.replace("someone.id", "len(data.names)"))
    text = text.replace('show: "Which?"', 'show: "Which?"\n    keyboard: {under: chat}')
    problems = problems_of(check_visit(text))

    assert [code for code, _ in problems] == ["bad-keyboard"] * (count + ("someone" in line))


def test_a_window_with_controls_alone_is_a_trap(check_visit: Check) -> None:
    """A control leads nowhere else."""
    text = flow_of("{check: data.wrapped, text: Wrap}").replace("- {text: Done, go: end}", "")

    assert "trap" in {code for code, _ in problems_of(check_visit(text))}


GERMAN = """\
bot: {{}}
visit:
  title: Besuch
  pick:
    text: "Welche?"
    labels: {labels}
    buttons: {buttons}
menu:
  title: Menü
  main: {{text: "Hallo", buttons: {{visit: Besuch}}}}
"""


def test_labels_are_translated(check_visit: Check, base_files: Any) -> None:
    """Each label has a path of its own; one that is missing, and one of nothing, are told."""
    line = "[{check: data.wrapped, text: Wrap, checked: Wrapped}, {one: data.size, labels: {small: S, large: L}}]"
    bot = base_files["bot.yaml"].replace("locales: [en]", "locales: [en, de]")
    whole = "{wrapped: Ein, wrapped_checked: Eingepackt, end: Fertig}"
    german = GERMAN.format(labels="{size: {small: Klein, large: Groß}}", buttons=whole)
    torn = GERMAN.format(labels="{size: {small: Klein, huge: Riesig}}", buttons=whole)

    def said(texts: str) -> list[tuple[str, str]]:
        files = {"bot.yaml": bot, "texts/de.yaml": texts}
        found = problems_of(check_visit(flow_of(line), **files))
        return [(code, message) for code, message in found if "visit." in message]

    assert said(german) == []
    assert sorted(code for code, _ in said(torn)) == ["missing-translation", "unknown-translation"]
    assert all("visit.pick.labels.size." in message for _, message in said(torn))


WRAP = """\
fragment: wrap
params: {flag: expression, label: {type: text, default: "Wrap"}}
buttons:
  - {check: $flag, text: $label}
  - buttons: [{check: $flag, id: twice, text: "Again"}, {use: bye}]
    columns: 2
"""
BYE = 'fragment: bye\nbuttons:\n  - {text: "Bye", go: end, id: bye}\n'


@pytest.mark.parametrize(("flag", "codes"), [
    ("data.wrapped", []),
    ("data.people", ["wrong-type"]),
    ("1 + 1", ["bad-control"]),
])  # fmt: skip
def test_fragments_have_controls_and_groups(
    check_visit: Check, flag: str, codes: list[str]
) -> None:
    """What a control of a fragment keeps is given where it is used, and has to fit there; a group may use fragments."""
    files = {"fragments/wrap.yaml": WRAP, "fragments/bye.yaml": BYE}

    checked = check_visit(flow_of(f"{{use: wrap, with: {{flag: {flag}}}}}"), **files)

    assert [code for code, _ in problems_of(checked)] == codes


def test_a_drawing_shows_what_a_control_does(check_visit: Check) -> None:
    """An arrow leads from the step to itself, with the label of the control or what it keeps."""
    checked = check_visit(flow_of("[{check: data.wrapped, text: Wrap}, {count: data.people}]"))

    assert checked.bot is not None
    drawing = Drawing.of(checked.bot.flows["visit"])
    assert drawing.moves["pick", "pick"] == ("Wrap", "data.people")
