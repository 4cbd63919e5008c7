"""Mistakes in what leads where: parts that are missing, twice, or lead in a circle.

It knows how steps are joined, and nothing of what the checker says of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.mutants.bots import VERBS, group_of, line_at, line_of, steps, verb_of
from benchmarks.mutants.edits import Edit, Mutant, add, drop, drop_item, maps, replace, written
from engine.flow.nodes import ListNode, MapNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.flow.nodes import Node

_DROPPED: Final = {
    "go": "drop a go",
    "text": "drop a text",
    "button": "drop the label of items",
    "save": "drop a save",
    "buttons": "drop the buttons",
    "when": "drop a condition",
    "title": "drop the title",
    "version": "drop the version",
    "flow": "drop the name of the flow",
    "steps": "drop the steps",
    "empty": "drop what is shown when there is nothing",
    "access": "widen access",
    "invalid": "drop the texts for wrong answers",
    "max": "drop an upper bound",
    "outcomes": "drop all outcomes",
    "with": "drop all params given",
    "load": "drop a load",
    "data": "drop all data",
    "params": "drop all params",
    "returns": "drop all returns",
    "type": "drop a type",
    "optional": "make a name never nothing",
}

_DROPPED_NAMES: Final = {
    ("data", True): "drop a name of data",
    ("params", True): "drop a param",
    ("returns", True): "shorten returns",
    ("steps", True): "drop a step",
    ("save", False): "use data before it is set",
    ("outcomes", False): "drop an outcome",
    ("with", False): "drop a param given",
    ("load", False): "drop a query",
    ("end", False): "drop a result",
}
"""Mappings of names, and whether they stand at the top of the file."""


def dropped_keys(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Take out each entry that a flow can have, and each name that it declares, saves, gives or handles."""
    known = dict(steps(root))
    for place, node in maps(root):
        group = place[-1] if place else ""
        for key in node.keys:
            own = _DROPPED_NAMES.get((group, len(place) == 1))
            kind = own or (None if group == "anytime" else _DROPPED.get(key))
            if kind is None and key in VERBS and group in known:
                kind = "drop a verb"
            if kind is not None:
                names = (*place[1:2], *_names_within(node, key), *_verbs(root, place))
                yield Mutant(
                    kind, path, drop(node, key), line_at(root, place), (key,) if own else names
                )


def cut_lists(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Cut `else`, repeat branches and buttons, and take away the way out."""
    for name, step in steps(root):
        branches, buttons = step.entries.get("decide"), step.entries.get("buttons")
        if isinstance(branches, ListNode):
            last = len(branches.items) - 1
            yield Mutant("cut else", path, drop_item(branches, last), line_of(branches), (name,))
            for node in branches.items[:last]:
                twice = Edit(node.start, node.start, f"{written(node)}\n{_dash(node)}")
                yield Mutant("make a branch unreachable", path, twice, line_of(node))
        if (
            isinstance(buttons, ListNode)
            and buttons.items
            and isinstance(buttons.items[0], MapNode)
        ):
            node = buttons.items[0]
            if node.file.text.startswith("{", node.start):
                row = "[" + ", ".join([written(node)] * 2) + "]"
                yield Mutant("repeat a button", path, replace(node, row), line_of(node))


def duplicates(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Write each key, step, command and deep link twice."""
    for place, node in maps(root):
        for key, value in node.entries.items():
            if isinstance(value, ScalarNode) and "\n" not in written(value):
                kind = "write a step twice" if place == ("steps",) else "write a key twice"
                yield Mutant(
                    kind, path, add(node, key, written(value)), line_of(node.keys[key]), (key,)
                )
    group = group_of(root, "steps")
    if group:
        name = next(iter(group.keys))
        twice = add(group, name, "{show: Twice, end: {}}")
        yield Mutant("write a step twice", path, twice, 1, (name,))
    start = root.entries.get("start")
    if isinstance(start, ListNode):
        for item in start.items:
            twice = Edit(item.start, item.start, f"{written(item)}, ")
            is_link = isinstance(item, MapNode)
            kind = "claim a deep link twice" if is_link else "claim a command twice"
            yield Mutant(kind, path, twice, line_of(item))


def circles(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Lead steps that wait for nobody back to themselves, and leave others without a way on."""
    for name, step in steps(root):
        verb = verb_of(step)
        go = step.entries.get("go")
        if verb in ("do", "run") and isinstance(go, ScalarNode):
            yield Mutant(
                "make a loop without a turn", path, replace(go, name), line_of(go), (name,)
            )
        branches = step.entries.get("decide")
        if isinstance(branches, ListNode):
            for node in branches.items:
                target = node.entries.get("else") if isinstance(node, MapNode) else None
                if isinstance(target, ScalarNode):
                    yield Mutant(
                        "make a loop without a turn",
                        path,
                        replace(target, name),
                        line_of(target),
                        (name,),
                    )
        if verb == "show" and "end" not in step.entries:
            trap = Edit(step.keys["show"].start, _last(step), "show: Here you stay")
            yield Mutant("make a trap", path, trap, line_of(step.keys["show"]), (name,))
    group = group_of(root, "steps")
    if group:
        last = list(group.entries.values())[-1]
        if isinstance(last, MapNode) and verb_of(last) == "show":
            at = _last(last)
            orphan = Edit(at, at, "\n  orphan:\n    show: Nobody comes here\n    end: {}")
            yield Mutant("add a step nobody comes to", path, orphan, 1, ("orphan",))


def added_parts(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Add what nobody declared: outcomes, keys, params and results; and access that callers lack."""
    for _, step in steps(root):
        verb = verb_of(step)
        outcomes = step.entries.get("outcomes")
        if isinstance(outcomes, MapNode):
            yield Mutant(
                "handle an undeclared outcome",
                path,
                add(outcomes, "tired", "end"),
                line_of(outcomes),
            )
        first = next(iter(step.keys.values()))
        yield Mutant("add an unknown key", path, add(step, "colour", "red"), line_of(first))
        if verb == "run":
            given = step.entries.get("with")
            change = (
                add(given, "colour", "1")
                if isinstance(given, MapNode)
                else add(step, "with", "{colour: 1}")
            )
            yield Mutant("give an unknown param", path, change, line_of(step))
        if verb and verb != "end":
            other = "ask" if verb != "ask" else "choose"
            yield Mutant("put two verbs in a step", path, add(step, other, "text"), line_of(first))


def _verbs(root: MapNode, place: tuple[str, ...]) -> tuple[str, ...]:
    """Give the verb of the step that a value is in: what it lacks is told there."""
    step = group_of(root, *place[:2]) if place[:1] == ("steps",) else None
    return tuple(verb for verb in VERBS if step and verb in step.keys)


def _names_within(node: MapNode, key: str) -> tuple[str, ...]:
    """Give the names that were saved, loaded or declared in what is taken out."""
    value = node.entries[key]
    if isinstance(value, MapNode) and key in (
        "save",
        "load",
        "data",
        "params",
        "returns",
        "outcomes",
        "with",
    ):
        return tuple(value.entries)
    if key in ("invalid", "max"):
        return ("invalid",) if key == "invalid" else ("save",)
    if key in ("go", "buttons"):
        return tuple(one.text for one in _targets(value))
    return ()


def _targets(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _targets(item)
    elif isinstance(node, MapNode):
        for key in ("go", "id", "run"):
            if key in node.entries:
                yield from _targets(node.entries[key])


def _dash(node: MapNode | ListNode | ScalarNode) -> str:
    return " " * (node.position.column - 3) + "- "


def _last(step: MapNode) -> int:
    value = list(step.entries.values())[-1]
    return value.start + len(written(value))


STRUCTURE: Final = (dropped_keys, cut_lists, duplicates, circles, added_parts)
