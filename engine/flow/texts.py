"""Translation files: texts by the path of the text they translate.

It knows neither which paths a bot has nor what a text means.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.flow.markdown import as_html
from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from engine.flow.problems import Position
    from engine.flow.reader import Spots

type Texts = Mapping[str, ScalarNode]
type Mark = tuple[tuple[str, str, str, Position], ...]


@dataclass(frozen=True, slots=True, eq=False)
class TextsFile:
    """The texts of one file by dotted path, and those of each flow, with a mark that is equal while they stay as they are."""

    texts: Texts
    of_flows: Mapping[str, Texts]
    marks: Mapping[str, Mark]


def read_texts(root: Node, spots: Spots) -> TextsFile:
    """Read the texts of a translation file by dotted path, as a whole and flow by flow."""
    texts = read_translations(root)
    of_flows: dict[str, dict[str, ScalarNode]] = defaultdict(dict)
    marks: dict[str, list[tuple[str, str, str, Position]]] = defaultdict(list)
    for path, node in texts.items():
        flow = path.partition(".")[0]
        position = node.position
        spots.scalars[position] = node
        of_flows[flow][path] = node
        written = node.file.text[node.start : node.end]
        marks[flow].append((path, node.text, written, position))
    return TextsFile(texts, dict(of_flows), {flow: tuple(mark) for flow, mark in marks.items()})


def keep_texts(file: TextsFile, is_kept: Callable[[str], bool]) -> TextsFile:
    """Give a file with some of its texts only, by their paths."""
    of_flows = {
        flow: {path: node for path, node in texts.items() if is_kept(path)}
        for flow, texts in file.of_flows.items()
    }
    marks = {
        flow: tuple(one for one in mark if is_kept(one[0])) for flow, mark in file.marks.items()
    }
    return TextsFile({k: v for k, v in file.texts.items() if is_kept(k)}, of_flows, marks)


def join_texts(first: TextsFile, second: TextsFile) -> TextsFile:
    """Put the texts of two files together; of a path that both have, the first one's counts."""
    flows = first.of_flows.keys() | second.of_flows.keys()
    return TextsFile(
        {**second.texts, **first.texts},
        {flow: {**second.of_flows.get(flow, {}), **first.of_flows.get(flow, {})} for flow in flows},
        {flow: (*first.marks.get(flow, ()), *second.marks.get(flow, ())) for flow in flows},
    )


def read_markdown(
    file: TextsFile, paths: AbstractSet[str], spots: Spots
) -> tuple[TextsFile, tuple[Problem, ...]]:
    """Make HTML of the texts of these paths, which are written in Markdown like what they translate."""
    made: dict[str, ScalarNode] = {}
    problems: list[Problem] = []
    for path in sorted(paths & file.texts.keys()):
        node = file.texts[path]
        made[path], slips = as_html(node)
        spots.scalars[node.position] = made[path]
        problems += [
            Problem(node.at(one.offset, one.length), "markdown", one.message) for one in slips
        ]
    of_flows = {
        flow: {path: made.get(path, node) for path, node in texts.items()}
        for flow, texts in file.of_flows.items()
    }
    return TextsFile({**file.texts, **made}, of_flows, file.marks), tuple(problems)


def read_translations(root: Node) -> Texts:
    """Give the texts of a translation file by dotted path; items of a list count from 1.

    A single text under a path that may be a list is its first item.
    """
    return dict(_leaves(root, ()))


def _leaves(node: Node, path: tuple[str, ...]) -> Iterator[tuple[str, ScalarNode]]:
    match node:
        case MapNode(entries=entries):
            for key, value in entries.items():
                yield from _leaves(value, (*path, key.removeprefix("/")))
        case ListNode(items=items):
            for number, item in enumerate(items, 1):
                yield from _leaves(item, (*path, str(number)))
        case ScalarNode():
            yield ".".join((*path, *_ending(path))), node


def _ending(path: tuple[str, ...]) -> tuple[str, ...]:
    """Complete the path of a single text where there may be several: the first of a list, or what a line of anytime says."""
    if path[1:2] == ("anytime",):
        return {3: ("say",), 4: ("1",) if path[-1] == "words" else ()}.get(len(path), ())
    return ("1",) if _may_be_list(path) else ()


def _may_be_list(path: tuple[str, ...]) -> bool:
    """Tell whether the flow may have a list here: in `invalid` of a step, or under one of its causes."""
    _, _, *part = path if len(path) > len(("flow", "step")) else ("", "", "")
    return part[:1] == ["invalid"] and not part[-1].isdecimal()
