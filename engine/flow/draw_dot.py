"""A drawing of a flow or a bot in DOT, the language of Graphviz.

It knows how steps and moves look there; Graphviz works out where they lie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.drawing import LEFT, PERSON, Drawing
from engine.flow.model.anytime import ON_EXIT
from engine.flow.model.moves import END

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.compile import CompiledFlow
    from engine.flow.graph import Graph

_LOOKS: Final = {
    "show": 'shape=box, style="rounded,filled", fillcolor="#ddf4ff"',
    "choose": 'shape=folder, style=filled, fillcolor="#dafbe1"',
    "ask": 'shape=parallelogram, style=filled, fillcolor="#fff8c5"',
    "pay": 'shape=note, style=filled, fillcolor="#ffebe9"',
    "do": 'shape=cylinder, style=filled, fillcolor="#ffe5d0"',
    "decide": 'shape=hexagon, style=filled, fillcolor="#fbefff"',
    "run": 'shape=component, style=filled, fillcolor="#e6e8ff"',
    "end": 'shape=oval, style=filled, fillcolor="#eaeef2"',
    "flow": 'shape=component, style=filled, fillcolor="#e6e8ff"',
    "entry": 'shape=oval, style=filled, fillcolor="#eaeef2"',
}


def draw_dot(flow: Graph | CompiledFlow | Drawing) -> str:
    """Draw a flow in DOT; commands and errors leave from a node of their own."""
    return "\n".join(_lines(Drawing.of(flow))) + "\n"


def _lines(drawing: Drawing) -> Iterator[str]:
    ids = {name: f"s{number}" for number, name in enumerate(drawing.verbs)}
    yield f"digraph {_quoted(drawing.title)} {{"
    yield '    graph [rankdir=TB, fontname="Helvetica"];'
    yield '    node [fontname="Helvetica", fontsize=11];'
    yield '    edge [fontname="Helvetica", fontsize=10];'
    for name, verb in drawing.verbs.items():
        mark = drawing.marks.get(name)
        words = [name] if name in (END, PERSON) else [verb, name]
        fault = ', color="#d1242f", penwidth=2' if mark else ""
        yield f"    {ids[name]} [label={_quoted(*words, *([mark] if mark else []))}, {_LOOKS[verb]}{fault}];"
    for (source, target), labels in drawing.moves.items():
        label = f" [label={_quoted(*labels)}]" if labels else ""
        yield f"    {ids[source]} -> {ids[target]}{label};"
    if drawing.anywhere:
        yield '    any [label="any step", shape=circle];'
    for label, target in drawing.anywhere:
        yield f"    any -> {ids[target]} [label={_quoted(label)}, style=dashed];"
    if drawing.on_exit:
        yield f'    left [label="{LEFT}", shape=circle];'
        yield f"    exit [label={_quoted('do', ON_EXIT)}, {_LOOKS['do']}];"
        yield f"    left -> exit [label={_quoted(drawing.on_exit)}, style=dashed];"
    yield "}"


def _quoted(*lines: str) -> str:
    """Write lines as one quoted text; a backslash would begin an escape of Graphviz."""
    written = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return f'"{"\\n".join(written)}"'
