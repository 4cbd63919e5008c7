"""Pictures of flows: complete, well-formed, and laid out without overlaps."""

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
