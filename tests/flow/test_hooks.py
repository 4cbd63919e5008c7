"""What a flow does as it is entered and as it is left: what can be read there, and where it leads."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.checked import Checked
from engine.flow.draw import draw_mermaid, draw_svg
from engine.flow.draw_dot import draw_dot
from engine.flow.formatting.write import format_source

VISIT = """\
flow: visit
version: 1
title: Visit
params: {slot_id: {type: int, default: 1}}
data: {hold: int, note: {type: int, optional: true}}
on_enter: {do: holds.place(slot_id=params.slot_id), save: {hold: result}, outcomes: {slot_taken: lost}}
on_exit: {do: holds.release(hold=data.hold)}
steps:
  hello: {show: Hello, buttons: [{text: Again, go: hello}, {text: On, go: lost}]}
  lost: {run: other, go: end}
"""
OTHER = """\
flow: other
version: 1
title: Other
steps: {one: {show: One, buttons: [{text: Back, go: end}]}}
"""

type CheckVisit = Callable[..., Checked]


def _told(checked: Checked) -> list[tuple[str, int]]:
    return [(problem.code, problem.position.line) for problem in checked.problems]


def _change(before: str, after: str) -> str:
    assert before in VISIT
    return VISIT.replace(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("slot_taken: lost", "slot_taken: hello"),
        ("slot_taken: lost", "slot_taken: end"),
        ("slot_taken: lost", "slot_taken: lost"),
    ],
)
def test_what_an_outcome_leaves_unset_cannot_be_read_on_leaving(
    before: str, after: str, check_visit: CheckVisit
) -> None:
    """Each way out counts: a step where a person stands, a flow that runs, and a move to the end."""
    checked = check_visit(_change(before, after), **{"other.yaml": OTHER})

    assert _told(checked) == [("maybe-unset", 7)]


def test_what_every_way_out_has_can_be_read(check_visit: CheckVisit) -> None:
    """Data that are required and saved before anybody stands anywhere are there however the flow is left."""
    text = _change("do: holds.place(slot_id=params.slot_id)", "do: support.write(text='a')")
    text = text.replace("{hold: result}, outcomes: {slot_taken: lost}", "{hold: '1'}")

    checked = check_visit(text, **{"other.yaml": OTHER})

    assert _told(checked) == []


def test_a_condition_narrows_what_is_read_on_leaving(check_visit: CheckVisit) -> None:
    """What is optional can be read where `when` asks for it."""
    text = VISIT.replace("hold: int", "hold: {type: int, optional: true}")
    assert _told(check_visit(text, **{"other.yaml": OTHER})) == [("maybe-none", 7)]

    text = text.replace("(hold=data.hold)}", "(hold=data.hold), when: data.hold is not None}")

    assert _told(check_visit(text, **{"other.yaml": OTHER})) == []


def test_refusal_is_a_way_out(check_visit: CheckVisit) -> None:
    """Who may not come to a step leaves before it: what the step saves, or finds, is not known then."""
    text = """\
flow: visit
version: 1
title: Visit
data: {hold: {type: int, optional: true}}
on_exit: {do: holds.release(hold=data.hold)}
steps:
  first: {do: holds.place(slot_id=1), save: {hold: result}, outcomes: {slot_taken: end}}
  inside: {ACCESS skip_if: data.hold is None, show: Hello, buttons: [{text: Go, go: end}], go: first}
"""
    text = text.replace("slot_taken: end", "slot_taken: inside")
    for access in ("", "access: user.role == 'admin',"):
        told = _told(check_visit(text.replace("ACCESS", access)))
        assert (("maybe-none", 5) in told) is bool(access)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("slot_taken: lost", "slot_taken: on_enter", ("unknown-step", 6)),
        ("text: On, go: lost", "text: On, go: on_enter", ("unknown-step", 9)),
        ("slot_taken: lost", "slot_taken: lost, tired: lost", ("unknown-outcome", 6)),
        (", outcomes: {slot_taken: lost}", "", ("unhandled-outcome", 6)),
        ("(hold=data.hold)", "(hold=result)", ("unknown-name", 7)),
        ("(hold=data.hold)}", "(hold=1), save: {note: '1'}}", ("unknown-key", 7)),
        ("{do: holds.release(hold=data.hold)}", "holds.release(hold=1)", ("wrong-shape", 7)),
        ("params.slot_id)", "params.slot)", ("unknown-field", 6)),
    ],
)
def test_one_mistake_is_one_problem(
    before: str, after: str, told: tuple[str, int], check_visit: CheckVisit
) -> None:
    """A mistake in what is done on entering or leaving is told once, and nothing that follows from it."""
    text = _change(before, after).replace("(hold=data.hold)}", "(hold=1)}")

    assert _told(check_visit(text, **{"other.yaml": OTHER})) == [told]


def test_what_is_said_on_entering_is_translated(
    catalog: Catalog, base_files: Mapping[str, str]
) -> None:
    """The sentences of `on_enter` have paths of their own, and one that a translation lacks is told."""
    text = VISIT.replace("(hold=data.hold)}", "(hold=1)}").replace(
        "slot_taken: lost", "slot_taken: {go: lost, say: Lost.}"
    )
    german = "visit: {title: Besuch, on_enter: {outcomes: {slot_taken: Weg.}}, hello: {text: Hallo, buttons: {hello: Nochmal, lost: Weiter}}}\n"
    files = {
        **base_files,
        "bot.yaml": base_files["bot.yaml"].replace("[en]", "[en, de]"),
        "visit.yaml": text,
        "other.yaml": OTHER,
    }
    for translated, lacks in (
        (german, 0),
        (german.replace("on_enter: {outcomes: {slot_taken: Weg.}}, ", ""), 1),
    ):
        sources = {Path(name): source for name, source in files.items()}
        checked = check_flows(
            Path(), catalog, sources={**sources, Path("texts/de.yaml"): translated}
        )
        missing = [one for one in checked.problems if "on_enter.outcomes.slot_taken" in one.message]
        assert len(missing) == lacks


def test_keys_are_written_in_the_order_of_what_happens() -> None:
    """Hooks stand before the steps, the command first and what follows from it after."""
    text = """\
flow: visit
version: 1
steps:
  hello:
    show: Hello
    end: {}
on_exit: {when: data.hold is not None, do: holds.release(hold=data.hold)}
on_enter: {outcomes: {slot_taken: end}, save: {hold: result}, do: holds.place(slot_id=1)}
"""
    lines = format_source("flows/visit.yaml", text)[0].splitlines()

    assert [line.partition(":")[0] for line in lines if line and line[0] != " "] == [
        "flow",
        "version",
        "on_enter",
        "on_exit",
        "steps",
    ]
    exits = "\n".join(lines)
    assert exits.index("holds.release") < exits.index("when:")
    assert exits.index("holds.place") < exits.index("save:") < exits.index("outcomes:")


def test_leaving_is_drawn(check_visit: CheckVisit) -> None:
    """Every picture of a flow shows what follows however it is left, and when."""
    text = VISIT.replace("(hold=data.hold)}", "(hold=1)}")
    pictures = {}
    for when in ("", ", when: data.note is not None"):
        checked = check_visit(text.replace("(hold=1)", f"(hold=1){when}"), **{"other.yaml": OTHER})
        graph = checked.graphs["visit"]
        pictures[when] = [draw(graph) for draw in (draw_mermaid, draw_dot, draw_svg)]

    for always, sometimes in zip(*pictures.values(), strict=True):
        assert "however it is left" in always
        assert "always" in always
        assert "when data.note is not None" in sometimes
