"""Where flows open, in the graph: what leaves a flow, what holds in it, and what is not asked for then."""

from collections.abc import Mapping
from pathlib import Path

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.draw import draw_mermaid
from engine.flow.graph import MoveKind
from engine.flow.model.moves import END, Opening

ROOT = "flow: far\nversion: 1\ntitle: Far\nlaunch: root\nsteps: {hello: {show: Hello, buttons: [{text: Bye, go: end}]}}\n"
VISIT = """\
flow: visit
version: 1
title: Visit
returns: {name: text}
steps:
  hello:
    show: Hello
    buttons: [{text: Far, run: far}, {text: Next, run: visit}, {text: Close, go: close}]
  close: {end: {name: "'one'"}}
"""


def check(catalog: Catalog, base: Mapping[str, str], **flows: str) -> tuple[list[str], object]:
    """Return the codes of what is wrong with flows beside those of every test, and the bot."""
    named = {f"{name}.yaml": text for name, text in flows.items()}
    sources = {Path(name): text for name, text in {**base, **named}.items()}
    checked = check_flows(Path(), catalog, sources=sources)
    return sorted({problem.code for problem in checked.problems}), checked.bot


def test_a_flow_asks_for_its_opening_wherever_it_is_run(
    catalog: Catalog, base_files: Mapping[str, str]
) -> None:
    """A button that runs a root, or its own single-top flow, is a move to the end, which needs no results and is drawn as what it is."""
    visit = VISIT.replace("title: Visit", "title: Visit\nlaunch: single_top")
    sources = {Path(name): text for name, text in base_files.items()}
    sources |= {Path("visit.yaml"): visit, Path("far.yaml"): ROOT}
    bot = check_flows(Path(), catalog, sources=sources).bot
    assert bot is not None
    graph = bot.flows["visit"].graph

    assert [(move.kind, move.target, move.opens) for move in graph.moves if move.opens] == [
        (MoveKind.BUTTON, END, "far"),
        (MoveKind.BUTTON, END, "visit"),
    ]
    assert [place.call.opening for place in graph.calls] == [Opening.INSTEAD, Opening.ANEW]
    assert "Far ⇥ far" in draw_mermaid(graph)


def test_a_flow_that_may_not_take_its_own_place_runs_itself_endlessly(
    catalog: Catalog, base_files: Mapping[str, str]
) -> None:
    """Without `single_top` each would be opened above the last."""
    assert check(catalog, base_files, visit=VISIT, far=ROOT)[0] == ["endless-run"]


def test_flows_that_open_each_other_in_silence_are_told(
    catalog: Catalog, base_files: Mapping[str, str]
) -> None:
    """Two steps that open each other's flow for ever are a problem; one window between them is enough."""
    one = "flow: one\nversion: 1\ntitle: One\nsteps: {go: {run: two, open: instead}}\n"
    two = "flow: two\nversion: 1\ntitle: Two\nsteps: {go: {run: one, open: instead}}\n"
    window = two.replace("{go: {", "{look: {show: Two, buttons: [{text: On, go: go}]}, go: {")

    assert check(catalog, base_files, one=one, two=two)[0] == ["endless-run"]
    assert check(catalog, base_files, one=one, two=window)[0] == []


def test_what_follows_a_flow_that_only_leaves_never_comes(
    catalog: Catalog, base_files: Mapping[str, str]
) -> None:
    """A flow whose only ways out open others never comes back to what ran it."""
    gone = "flow: gone\nversion: 1\ntitle: Gone\nsteps: {look: {show: Gone, buttons: [{text: Far, run: far}]}}\n"
    one = "flow: one\nversion: 1\ntitle: One\nsteps: {go: {run: gone}, on: {show: Back, end: {}}}\n"

    assert check(catalog, base_files, one=one, gone=gone, far=ROOT)[0] == ["endless-flow"]


def test_a_line_of_the_bot_that_opens_instead_holds_everywhere(
    catalog: Catalog, base_files: Mapping[str, str]
) -> None:
    """The way back to a root takes nothing from the flows that the root runs; above an exclusive flow no line opens."""
    help_ = "flow: aid\nversion: 1\ntitle: Aid\nsteps: {look: {show: Aid, buttons: [{text: Bye, go: end}]}}\n"
    far = ROOT.replace("{text: Bye", "{text: Sole, run: sole}, {text: Bye")
    sole = ROOT.replace("far", "sole").replace("root", "exclusive")
    bot_yaml = base_files["bot.yaml"] + "anytime: {/far: {run: far}, /aid: {run: aid}}\n"
    sources = {Path(name): text for name, text in base_files.items()}
    sources |= {
        Path(f"{name}.yaml"): text for name, text in (("aid", help_), ("far", far), ("sole", sole))
    }
    checked = check_flows(Path(), catalog, sources={**sources, Path("bot.yaml"): bot_yaml})
    assert checked.bot is not None, checked.problems
    lines = {name: set(one.flow.anytime) for name, one in checked.bot.flows.items()}

    assert lines["far"] == lines["menu"] == {"/far", "/aid"}
    assert lines["aid"] == lines["sole"] == {"/far"}
