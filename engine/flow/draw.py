"""A drawing of a flow or a bot as a Mermaid flowchart or a self-contained SVG picture.

It knows how steps and moves look; where they lie on the picture is worked out by the layout.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from engine.flow.drawing import LEFT, MAX_LABEL, PERSON, Drawing
from engine.flow.layout import Edge, Layout, Route, Size, lay_out
from engine.flow.model.anytime import ON_EXIT
from engine.flow.model.moves import END

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.flow.compile import CompiledFlow
    from engine.flow.graph import Graph

_MERMAID_SHAPES: Final = {
    "show": ("[", "]"),
    "choose": ("[[", "]]"),
    "ask": ("[/", "/]"),
    "pay": ("[\\", "\\]"),
    "do": ("[(", ")]"),
    "decide": ("{{", "}}"),
    "run": ("[[", "]]"),
    "end": ("([", "])"),
    "flow": ("[[", "]]"),
    "entry": ("((", "))"),
}
_BARE: Final = frozenset({END, PERSON})
"""Nodes whose name says all."""


def draw_mermaid(flow: Graph | CompiledFlow | Drawing) -> str:
    """Draw a flow as a Mermaid flowchart; commands and errors leave from a node of their own."""
    drawing = Drawing.of(flow)
    ids = {name: f"s{number}" for number, name in enumerate(drawing.verbs)}
    lines = ["flowchart TD"]
    for name, verb in drawing.verbs.items():
        before, after = _MERMAID_SHAPES[verb]
        mark = f"<br/>{drawing.marks[name]}" if name in drawing.marks else ""
        label = _entities(name) if name in _BARE else f"{verb}<br/><b>{_entities(name)}</b>{mark}"
        lines.append(f'    {ids[name]}{before}"{label}"{after}')
    for (source, target), labels in drawing.moves.items():
        arrow = f'-->|"{"<br/>".join(map(_entities, labels))}"|' if labels else "-->"
        lines.append(f"    {ids[source]} {arrow} {ids[target]}")
    if drawing.anywhere:
        lines.append('    any(("any step"))')
        lines += [f'    any -.->|"{_entities(label)}"| {ids[to]}' for label, to in drawing.anywhere]
    if drawing.on_exit:
        lines.append(f'    left(("{LEFT}"))')
        lines.append(f'    exit[("do<br/><b>{ON_EXIT}</b>")]')
        lines.append(f'    left -.->|"{_entities(drawing.on_exit)}"| exit')
    lines += [f"    class {ids[name]} fault" for name in drawing.marks]
    if drawing.marks:
        lines.append("    classDef fault stroke:#d1242f,stroke-width:2px,stroke-dasharray:4 3")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Looks:
    """Classes of what is drawn, beside those of verbs: of boxes by name, of arrows by their ends, of single labels by both and words.

    `style` says how these classes look.
    """

    boxes: Mapping[str, str] = field(default_factory=dict)
    moves: Mapping[tuple[str, str], str] = field(default_factory=dict)
    labels: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    style: str = ""


def draw_svg(flow: Graph | CompiledFlow | Drawing, looks: Looks | None = None) -> str:
    """Draw a flow as an SVG picture that needs nothing else and suits light and dark pages."""
    drawing, looks = Drawing.of(flow), looks or Looks()
    boxes = {name: _box_size(name, drawing) for name in drawing.verbs}
    edges = [
        Edge(*ends, _label_size(labels))
        for ends, labels in drawing.moves.items()
        if len({*ends}) > 1
    ]
    layout = lay_out(boxes, edges)
    return "\n".join(_picture(drawing, boxes, layout, looks)) + "\n"


def _entities(text: str) -> str:
    """Write a text inside a quoted Mermaid label."""
    special = {'"': "#quot;", "#": "#35;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;"}
    return "".join(special.get(character, character) for character in text)


_CHARACTER: Final = 7.0
_LINE: Final = 15.0
_PADDING: Final = 24.0
_MARGIN: Final = 24.0
_TITLE: Final = 36.0


def _own_moves(name: str, drawing: Drawing) -> list[str]:
    text = " · ".join(drawing.moves.get((name, name), ()))
    return wrap(f"↻ {text}", MAX_LABEL) if text else []


def _text_width(lines: Iterable[str]) -> float:
    return (
        max((sum(1.7 if one > "\u2e7f" else 1.0 for one in line) for line in lines), default=0)
        * _CHARACTER
    )


def _box_size(name: str, drawing: Drawing) -> Size:
    own = _own_moves(name, drawing)
    if name in _BARE and name not in drawing.marks:
        return Size(84 if name == PERSON else 64, 30)
    width = _text_width([f"{name}  ", drawing.marks.get(name, ""), *own])
    return Size(max(84, width + 2 * _PADDING), 42 + _LINE * len(own))


def _label_size(labels: Sequence[str]) -> Size:
    if not labels:
        return Size(8, 0)
    return Size(_text_width(labels) * 0.93 + 12, _LINE * len(labels) + 4)


_STYLE: Final = """\
svg.flow { --page: #ffffff; --ink: #1f2328; --dim: #59636e; --line: #818b98; --fault: #d1242f;
  --show: #ddf4ff; --choose: #dafbe1; --ask: #fff8c5; --do: #ffe5d0; --decide: #fbefff; --run: #e6e8ff; --end: #eaeef2;
  font-family: system-ui, sans-serif; font-size: 13px; }
@media (prefers-color-scheme: dark) {
  svg.flow { --page: #0d1117; --ink: #f0f6fc; --dim: #b1bac4; --line: #8b949e; --fault: #ff7b72;
    --show: #0c2d6b; --choose: #0f4620; --ask: #4d3800; --do: #5a2a0a; --decide: #3c1e70; --run: #2b2f77; --end: #30363d; }
}
.page { fill: var(--page); }
.box { stroke: var(--line); stroke-width: 1.2; }
.show { fill: var(--show); } .choose { fill: var(--choose); } .ask { fill: var(--ask); } .do { fill: var(--do); }
.decide { fill: var(--decide); } .run, .box.flow { fill: var(--run); } .end, .entry { fill: var(--end); }
.fault { stroke: var(--fault); stroke-width: 2; stroke-dasharray: 5 3; }
.move { fill: none; stroke: var(--line); stroke-width: 1.3; }
.tip { fill: var(--line); }
text { fill: var(--ink); text-anchor: middle; }
.name { font-weight: 600; }
.small, .label { font-size: 12px; fill: var(--dim); }
.label { fill: var(--ink); }
.left { text-anchor: start; }
.warn { fill: var(--fault); font-size: 12px; font-weight: 600; }"""


def _picture(
    drawing: Drawing, boxes: Mapping[str, Size], layout: Layout, looks: Looks
) -> Iterator[str]:
    moves = [(ends, labels) for ends, labels in drawing.moves.items() if len({*ends}) > 1]
    notes = [f"{label} → {target}" for label, target in drawing.anywhere]
    feet = [f"from any step: {', '.join(notes)}"] if notes else []
    feet += [f"{LEFT}: {ON_EXIT}, {drawing.on_exit}"] if drawing.on_exit else []
    foot = " · ".join(feet)
    words = max(_text_width([foot]), _text_width([drawing.title]))
    width = max(layout.size.width, words) + 2 * _MARGIN
    height = layout.size.height + _TITLE + 2 * _MARGIN + (_LINE if foot else 0)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="img" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">'
    )
    yield f"<title>{escape(drawing.title)}</title>"
    yield f"<style>\n{_STYLE}{looks.style}\n</style>"
    yield (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto-start-reverse"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>'
    )
    yield f'<rect class="page" width="{width:.0f}" height="{height:.0f}"/>'
    yield f'<text class="name left" x="{_MARGIN:.0f}" y="{_MARGIN + 4:.0f}">{escape(drawing.title)}</text>'
    yield f'<g transform="translate({(width - layout.size.width) / 2:.1f} {_MARGIN + _TITLE / 2:.1f})">'
    for route, (ends, _) in zip(layout.routes, moves, strict=True):
        yield _curve(route, looks.moves.get(ends, ""))
    for route, (ends, lines) in zip(layout.routes, moves, strict=True):
        yield from _move_label(
            route, [(line, looks.labels.get((*ends, line), "")) for line in lines]
        )
    for name in boxes:
        yield from _box(name, drawing, layout.boxes[name], boxes[name], looks)
    yield "</g>"
    if foot:
        yield f'<text class="small left" x="{_MARGIN:.0f}" y="{height - _MARGIN:.0f}">{escape(foot)}</text>'
    yield "</svg>"


def _curve(route: Route, look: str) -> str:
    (x, y), *rest = route.points
    path = [f"M{x:.1f} {y:.1f}"]
    for next_x, next_y in rest:
        middle = (y + next_y) / 2
        path.append(f"C{x:.1f} {middle:.1f} {next_x:.1f} {middle:.1f} {next_x:.1f} {next_y:.1f}")
        x, y = next_x, next_y
    return f'<path class="{_classes("move", look)}" marker-end="url(#tip)" d="{" ".join(path)}"/>'


def _classes(*names: str) -> str:
    return " ".join(name for name in names if name)


def _move_label(route: Route, lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Write the labels of an arrow, each with its class."""
    if not lines:
        return
    size = _label_size([line for line, _ in lines])
    x, y = route.label
    left, top = x - size.width / 2, y - size.height / 2
    yield (
        f'<rect class="page" x="{left:.1f}" y="{top:.1f}" width="{size.width:.1f}" '
        f'height="{size.height:.1f}" rx="3" opacity="0.92"/>'
    )
    for number, (line, look) in enumerate(lines):
        yield f'<text class="{_classes("label", look)}" x="{x:.1f}" y="{top + 13 + number * _LINE:.1f}">{escape(line)}</text>'


def _box(
    name: str, drawing: Drawing, middle: tuple[float, float], size: Size, looks: Looks
) -> Iterator[str]:
    verb, mark = drawing.verbs[name], drawing.marks.get(name)
    x, y = middle
    left, top = x - size.width / 2, y - size.height / 2
    look = f'class="{_classes("box", verb, "fault" if mark else "", looks.boxes.get(name, ""))}"'
    yield _shape(verb, look, (left, top), size)
    if name in _BARE:
        yield f'<text class="name" x="{x:.1f}" y="{y + 4.5:.1f}">{name}</text>'
        return
    what = f'<text class="small" x="{x:.1f}" y="{top + 15:.1f}">{verb}</text>'
    yield f'<text class="warn" x="{x:.1f}" y="{top - 5:.1f}">{mark}</text>' + what if mark else what
    yield f'<text class="name" x="{x:.1f}" y="{top + 32:.1f}">{escape(name)}</text>'
    own = _classes("small", looks.moves.get((name, name), ""))
    for number, line in enumerate(_own_moves(name, drawing)):
        yield f'<text class="{own}" x="{x:.1f}" y="{top + 48 + number * _LINE:.1f}">{escape(line)}</text>'


def _shape(verb: str, look: str, corner: tuple[float, float], size: Size) -> str:
    (left, top), right, bottom = corner, corner[0] + size.width, corner[1] + size.height
    middle = (top + bottom) / 2
    if verb == "ask":
        points = [(left + 10, top), (right, top), (right - 10, bottom), (left, bottom)]
    elif verb == "pay":
        points = [(left, top), (right - 10, top), (right, bottom), (left + 10, bottom)]
    elif verb == "decide":
        inner = [(left + 14, top), (right - 14, top), (right, middle)]
        points = [*inner, (right - 14, bottom), (left + 14, bottom), (left, middle)]
    else:
        radius = {"end": size.height / 2, "entry": size.height / 2, "show": 8, "choose": 8}.get(
            verb, 0
        )
        place = f'x="{left:.1f}" y="{top:.1f}" width="{size.width:.1f}" height="{size.height:.1f}"'
        box = f'<rect {look} {place} rx="{radius:.0f}"/>'
        return box + _inside(verb, (left, top), (right, bottom))
    written = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon {look} points="{written}"/>'


def _inside(verb: str, corner: tuple[float, float], opposite: tuple[float, float]) -> str:
    """Draw what tells boxes apart without colour: a list's lines, or the double sides of a call."""
    (left, top), (right, bottom) = corner, opposite
    if verb in ("do", "run", "flow"):
        sides = (left + 6,) if verb == "do" else (left + 6, right - 6)
        return "".join(f'<path class="move" d="M{x:.1f} {top:.1f}V{bottom:.1f}"/>' for x in sides)
    if verb == "choose":
        rows = (top + 12, top + 18, top + 24, top + 30)
        return "".join(f'<path class="move" d="M{left + 7:.1f} {y:.1f}h6"/>' for y in rows)
    return ""
