"""A layered layout for directed graphs: boxes in rows, edges with room for their labels.

It knows widths and names of boxes, nothing of flows or of how anything is drawn.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SWEEPS: Final = 16
GAP: Final = 26.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much room something takes, in pixels."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge with the room its label takes."""

    source: str
    target: str
    label: Size = Size(0, 0)


@dataclass(frozen=True, slots=True)
class Route:
    """The points an edge passes from source to target, and the middle of its label."""

    points: tuple[tuple[float, float], ...]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """The middle of each box, the route of each edge in the order given, and the room all of it takes."""

    boxes: Mapping[str, tuple[float, float]]
    routes: tuple[Route, ...]
    size: Size


@dataclass(slots=True)
class _Rows:
    """Rows of cells; a cell is a box, a place where an edge passes, or an edge's label."""

    rows: list[list[str]] = field(default_factory=list)
    sizes: dict[str, Size] = field(default_factory=dict)
    up: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    down: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def lay_out(boxes: Mapping[str, Size], edges: Sequence[Edge]) -> Layout:
    """Place boxes in rows by their longest path from the first one; edges that lead back run upwards.

    No edge may lead from a box to itself.
    """
    back = _back_edges(list(boxes), edges)
    forward = [
        replace(edge, source=edge.target, target=edge.source) if number in back else edge
        for number, edge in enumerate(edges)
    ]
    ranks = _rank(list(boxes), forward)
    rows = _Rows(rows=[[] for _ in range(max(ranks.values(), default=0) + 1)], sizes=dict(boxes))
    for name in boxes:
        rows.rows[ranks[name]].append(name)
    chains, labels = [], []
    for number, edge in enumerate(forward):
        label_rank = ranks[edge.target] - 1 if number in back else ranks[edge.source] + 1
        chain = _thread(rows, number, edge, (ranks[edge.source], ranks[edge.target], label_rank))
        chains.append(chain[::-1] if number in back else chain)
        labels.append(_cell(number, label_rank))
    _order(rows)
    return _place(rows, chains, labels, boxes)


def _back_edges(names: Sequence[str], edges: Sequence[Edge]) -> frozenset[int]:
    """Find the edges that close a cycle, walking from the first box without recursion."""
    leaving: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, edge in enumerate(edges):
        leaving[edge.source].append((number, edge.target))
    back: set[int] = set()
    state: dict[str, bool] = {}
    for root in names:
        if root in state:
            continue
        state[root] = True
        stack = [(root, iter(leaving[root]))]
        while stack:
            name, rest = stack[-1]
            number, target = next(rest, (-1, ""))
            if number < 0:
                state[name] = False
                stack.pop()
            elif target not in state:
                state[target] = True
                stack.append((target, iter(leaving[target])))
            elif state[target]:
                back.add(number)
    return frozenset(back)


def _rank(names: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Give even rows by longest path, so that a row for labels lies between any two of them."""
    entering: dict[str, int] = dict.fromkeys(names, 0)
    leaving: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        entering[edge.target] += 1
        leaving[edge.source].append(edge.target)
    ranks = dict.fromkeys(names, 0)
    ready = [name for name in names if not entering[name]]
    while ready:
        name = ready.pop()
        for target in leaving[name]:
            ranks[target] = max(ranks[target], ranks[name] + 2)
            entering[target] -= 1
            if not entering[target]:
                ready.append(target)
    return ranks


def _cell(number: int, rank: int) -> str:
    return f"\0{number}:{rank}"


def _thread(rows: _Rows, number: int, edge: Edge, ranks: tuple[int, int, int]) -> list[str]:
    """Put a cell for the edge into every row it passes."""
    first, last, label_rank = ranks
    chain = [edge.source]
    for rank in range(first + 1, last):
        cell = _cell(number, rank)
        rows.sizes[cell] = edge.label if rank == label_rank else Size(8, 0)
        rows.rows[rank].append(cell)
        chain.append(cell)
    chain.append(edge.target)
    for upper, lower in pairwise(chain):
        rows.down[upper].append(lower)
        rows.up[lower].append(upper)
    return chain


def _order(rows: _Rows) -> None:
    """Sort rows by the mean place of neighbours, down and up in turn, and keep the order that crosses least."""
    best = [list(row) for row in rows.rows]
    fewest = _crossings(rows)
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        neighbours = rows.up if downwards else rows.down
        for row in rows.rows if downwards else rows.rows[::-1]:
            places = {cell: place for each in rows.rows for place, cell in enumerate(each)}
            row.sort(key=lambda cell: _mean(neighbours[cell], places, places[cell]))
        crossings = _crossings(rows)
        if crossings < fewest:
            fewest, best = crossings, [list(row) for row in rows.rows]
    rows.rows = best


def _mean(cells: Sequence[str], places: Mapping[str, int], otherwise: float) -> float:
    return sum(places[cell] for cell in cells) / len(cells) if cells else otherwise


def _crossings(rows: _Rows) -> int:
    total = 0
    for upper, lower in pairwise(rows.rows):
        places = {cell: place for place, cell in enumerate(lower)}
        ends = [sorted(places[cell] for cell in rows.down[name]) for name in upper]
        flat = [end for each in ends for end in each]
        total += sum(a > b for number, a in enumerate(flat) for b in flat[number + 1 :])
    return total


def _place(
    rows: _Rows, chains: Sequence[Sequence[str]], labels: Sequence[str], boxes: Mapping[str, Size]
) -> Layout:
    across = _across(rows)
    left = min((across[name] - rows.sizes[name].width / 2 for name in across), default=0)
    down, height, reach = {}, 0.0, {}
    for row in rows.rows:
        tallest = max((rows.sizes[cell].height for cell in row), default=0)
        for cell in row:
            down[cell] = height + tallest / 2
            reach[cell] = tallest / 2
        height += tallest + GAP
    points = {cell: (across[cell] - left, down[cell]) for cell in across}
    width = max((points[name][0] + rows.sizes[name].width / 2 for name in points), default=0)
    lines = [_line(chain, points, reach) for chain in chains]
    routes = tuple(
        Route(tuple(line), points[label])
        for line, label in zip(_attach(lines, chains, points, boxes), labels, strict=True)
    )
    return Layout({name: points[name] for name in boxes}, routes, Size(width, height))


def _across(rows: _Rows) -> dict[str, float]:
    """Move cells towards the middle of their neighbours as far as their row has room."""
    across: dict[str, float] = {}
    for row in rows.rows:
        at = 0.0
        for cell in row:
            width = rows.sizes[cell].width
            across[cell] = at + width / 2
            at += width + GAP
    for sweep in range(2 * SWEEPS):
        downwards = sweep % 2 == 0
        for row in rows.rows if downwards else rows.rows[::-1]:
            near = rows.up if downwards else rows.down
            wanted = [
                (
                    sum(across[other] for other in near[cell]) / len(near[cell])
                    if near[cell]
                    else across[cell]
                )
                for cell in row
            ]
            across.update(zip(row, _spread(row, wanted, rows.sizes), strict=True))
    return across


def _spread(row: Sequence[str], wanted: Sequence[float], sizes: Mapping[str, Size]) -> list[float]:
    """Keep cells in order and apart, each group of touching ones centred on what its members want."""
    blocks: list[tuple[float, list[int], list[float]]] = []
    for number in range(len(row)):
        block = (wanted[number], [number], [0.0])
        while blocks:
            centre, members, offsets = blocks[-1]
            apart = sizes[row[members[-1]]].width / 2 + sizes[row[block[1][0]]].width / 2 + GAP
            if centre + offsets[-1] + apart <= block[0] + block[2][0]:
                break
            shift = offsets[-1] + apart - block[2][0]
            members = [*members, *block[1]]
            offsets = [*offsets, *(offset + shift for offset in block[2])]
            mean = sum(wanted[one] - offset for one, offset in zip(members, offsets, strict=True))
            blocks.pop()
            block = (mean / len(members), members, offsets)
        blocks.append(block)
    return [centre + offset for centre, _, offsets in blocks for offset in offsets]


def _line(
    chain: Sequence[str], points: Mapping[str, tuple[float, float]], reach: Mapping[str, float]
) -> list[tuple[float, float]]:
    """Lead an edge straight through the rows it passes, so that it bends only between rows, clear of their boxes."""
    way = 1 if points[chain[0]][1] < points[chain[-1]][1] else -1
    passed = [
        (points[cell][0], points[cell][1] + side * way * reach[cell])
        for cell in chain[1:-1]
        for side in (-1, 1)
    ]
    return [points[chain[0]], *passed, points[chain[-1]]]


def _attach(
    lines: list[list[tuple[float, float]]],
    chains: Sequence[Sequence[str]],
    points: Mapping[str, tuple[float, float]],
    boxes: Mapping[str, Size],
) -> list[list[tuple[float, float]]]:
    """Let edges begin and end at the sides of boxes, side by side in the order of where they come from."""
    sides: dict[tuple[str, bool], list[tuple[float, int, int]]] = defaultdict(list)
    for number, (chain, line) in enumerate(zip(chains, lines, strict=True)):
        for end, near in ((0, 1), (-1, -2)):
            below = line[near][1] > line[end][1]
            sides[chain[end], below].append((line[near][0], number, end))
    for (name, below), ends in sides.items():
        (x, y), size = points[name], boxes[name]
        step = min(20.0, 0.7 * size.width / len(ends))
        for place, (_, number, end) in enumerate(sorted(ends)):
            across = x + (place - (len(ends) - 1) / 2) * step
            lines[number][end] = (across, y + size.height / 2 * (1 if below else -1))
    return lines
