"""Pictures of flows: complete, well-formed, and laid out without overlaps."""

import re
from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.draw import draw_mermaid, draw_svg
from engine.flow.draw_dot import draw_dot
from engine.flow.drawing import draw_bot
from engine.flow.graph import Graph, Move, MoveKind
from engine.flow.layout import Edge, Size, lay_out
from engine.flow.problems import Position

OK = Path(__file__).parent.parent / "flows" / "ok"
DRAWN = Path(__file__).parent.parent / "flows" / "drawn"
SVG = "{http://www.w3.org/2000/svg}"
NAMES = tuple("abcdefghij")


@pytest.mark.parametrize("flow", ["booking", "help", "menu"])
def test_mermaid_of_a_flow(
    flow: str, catalog: Catalog, golden: Callable[[Path, str], None]
) -> None:
    """A flow drawn as Mermaid has every step with its verb, and every move with its label."""
    golden(DRAWN / f"{flow}.mmd", draw_mermaid(check_flows(OK, catalog).graphs[flow]))


@pytest.mark.parametrize("flow", ["booking", "help", "menu"])
def test_dot_of_a_flow(flow: str, catalog: Catalog, golden: Callable[[Path, str], None]) -> None:
    """A flow drawn in DOT is in the grammar of Graphviz, with every step and every move."""
    graph = check_flows(OK, catalog).graphs[flow]

    dot = draw_dot(graph)

    golden(DRAWN / f"{flow}.dot", dot)
    nodes, edges = read_dot(dot)
    assert {name for lines in nodes.values() for name in lines.split("\\n")} >= set(graph.steps)
    assert len(edges) == draw_mermaid(graph).count("->|") + draw_mermaid(graph).count("--> ")


@pytest.mark.parametrize("form", ["mmd", "dot"])
def test_whole_bot(form: str, catalog: Catalog, golden: Callable[[Path, str], None]) -> None:
    """A bot is drawn as its flows, who runs whom from where, and the ways in: home, commands and links."""
    drawing = draw_bot(check_flows(OK, catalog).flows, "menu")

    golden(DRAWN / f"all.{form}", draw_mermaid(drawing) if form == "mmd" else draw_dot(drawing))
    _parse(draw_svg(drawing))


def test_flows_that_nobody_can_enter_are_marked(catalog: Catalog) -> None:
    """A flow that has no entry, is not home and is run by nobody is in the picture, and marked."""
    text = "flow: lost\nversion: 1\ntitle: Lost\nsteps: {one: {show: One, end: {}}}\n"
    sources = {Path("lost.yaml"): text}

    drawing = draw_bot(check_flows(Path(), catalog, sources=sources).flows)

    assert drawing.marks == {"lost": "unreachable"}


@given(st.text(max_size=40))
def test_any_label_is_one_text_in_dot(label: str) -> None:
    """Quotes, backslashes and line breaks of a label end neither its text nor its statement."""
    move = Move("a", "b", MoveKind.BUTTON, label, Position("a.yaml", 1, 1), waits=True)

    _, edges = read_dot(draw_dot(Graph("odd", ("a", "b"), (move,))))

    assert len(edges) == 1


TOKEN = re.compile(
    r'\s*("(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*|-?[0-9]+|->|[{}\[\];,=])', re.DOTALL
)


def read_dot(text: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Read a digraph by the grammar of Graphviz: labels of its nodes, and ends of its edges."""
    tokens, at = [], 0
    while found := TOKEN.match(text, at):
        tokens.append(found[1])
        at = found.end()
    assert not text[at:].strip(), text[at : at + 40]
    assert (tokens[0], tokens[2], tokens[-1]) == ("digraph", "{", "}")
    nodes, edges = {}, []
    rest = tokens[3:-1]
    while rest:
        end = rest.index(";")
        statement, rest = rest[:end], rest[end + 1 :]
        attributes = _read_attributes(statement)
        if statement[1:2] == ["->"]:
            edges.append((statement[0], statement[2]))
        elif statement[0] not in ("graph", "node", "edge"):
            nodes[statement[0]] = attributes["label"].strip('"')
    assert {end for edge in edges for end in edge} <= set(nodes)
    return nodes, edges


def _read_attributes(statement: list[str]) -> dict[str, str]:
    if "[" not in statement:
        return {}
    inner = statement[statement.index("[") + 1 :]
    assert inner.pop() == "]"
    attributes = {}
    while inner:
        name, equals, value = inner[:3]
        assert equals == "="
        attributes[name] = value
        assert inner[3:4] in ([], [","])
        inner = inner[4:]
    return attributes


def test_svg_shows_every_step_and_label(catalog: Catalog) -> None:
    """The picture is XML that holds the name of every step, every label, and what is possible anywhere."""
    bot = check_flows(OK, catalog).bot
    assert bot is not None

    root = _parse(draw_svg(bot.flows["booking"]))
    texts = [element.text for element in root.iter(f"{SVG}text")]

    assert {"booking", "service", "day", "time", "confirm", "comment", "store"} <= set(texts)
    assert {"Confirm ✅", "slot_taken", "limit_reached", "give up", "↻ Two people"} <= set(texts)
    assert "from any step: /cancel → end, error → end" in texts


def test_labels_cannot_break_out_of_the_drawing() -> None:
    """Quotes, tags and brackets in a label are written as text in both forms."""
    label = '"]; <b>&x</b> #1'
    move = Move("a", "b", MoveKind.BUTTON, label, Position("a.yaml", 1, 1), waits=True)
    graph = Graph("odd", ("a", "b"), (move,))

    assert '|"#quot;]; #lt;b#gt;#amp;x#lt;/b#gt; #35;1"|' in draw_mermaid(graph)
    texts = [one.text for one in _parse(draw_svg(graph)).iter(f"{SVG}text")]
    assert label in texts


def test_faulty_steps_are_marked() -> None:
    """Steps that cannot be reached, and steps without a way out, are marked in both forms."""
    move = Move("a", "b", MoveKind.BUTTON, "on", Position("a.yaml", 1, 1), waits=True)
    graph = Graph("odd", ("a", "b", "c"), (move,), choices=frozenset({"a"}))

    svg, mermaid = draw_svg(graph), draw_mermaid(graph)

    assert ">trap</text>" in svg
    assert ">unreachable</text>" in svg
    assert "<br/>trap" in mermaid
    assert "<br/>unreachable" in mermaid


EDGES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(0, 200)).filter(
        lambda edge: edge[0] != edge[1]
    ),
    max_size=18,
)


@given(EDGES)
def test_nothing_overlaps_in_a_layout(written: list[tuple[str, str, int]]) -> None:
    """Boxes and labels keep apart, edges begin and end at their boxes, and all of it is inside."""
    boxes = {name: Size(90, 40) for name in NAMES}
    edges = [Edge(source, target, Size(width, 20)) for source, target, width in written]

    layout = lay_out(boxes, edges)

    places = [(layout.boxes[name], boxes[name]) for name in NAMES]
    places += [(route.label, edge.label) for route, edge in zip(layout.routes, edges, strict=True)]
    for ((x, y), size), ((other_x, other_y), other) in combinations(places, 2):
        apart_x = abs(x - other_x) + 1e-6 >= (size.width + other.width) / 2
        assert apart_x or abs(y - other_y) + 1e-6 >= (size.height + other.height) / 2
    for (x, y), size in places:
        assert x - size.width / 2 >= -1e-6
        assert x + size.width / 2 <= layout.size.width + 1e-6
        assert 0 <= y <= layout.size.height
    for edge, route in zip(edges, layout.routes, strict=True):
        assert _touches(route.points[0], edge.source, layout.boxes)
        assert _touches(route.points[-1], edge.target, layout.boxes)


def _touches(
    point: tuple[float, float], name: str, boxes: Mapping[str, tuple[float, float]]
) -> bool:
    x, y = boxes[name]
    return abs(point[0] - x) <= 45 and abs(abs(point[1] - y) - 20) < 1e-6


def _parse(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - the text is our own
