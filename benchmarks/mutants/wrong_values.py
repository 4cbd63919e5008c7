"""Mistakes in values: of another type or size than is wanted, and YAML that is not as it was meant.

It knows what stands in flows, and nothing of what the checker says of it.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from benchmarks.mutants.bots import codes, group_of, line_of, steps
from benchmarks.mutants.edits import (
    Edit,
    Mutant,
    add,
    is_exact,
    maps,
    replace,
    replace_in,
    scalars,
    written,
)
from engine.flow.nodes import ListNode, MapNode, ScalarNode, Style

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.mutants.bots import Code

_ARGUMENT: Final = re.compile(r"(\w+)=((?:[^(),]|\([^()]*\))+)")
_COMPARED: Final = re.compile(r"(?:==|!=|<=|>=|<|>) *('[^']*'|\d+)")
_GUARDED: Final = re.compile(r"(\S+) if \1? *\S+ is not None else None")
_LONG: Final = "A text that is longer than any message may be. " * 100


def wrong_arguments(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Give each argument a value of another type, take it out, and give one more that nobody takes."""
    for code in codes(scalars(root)):
        if not is_exact(code.node):
            continue
        called = re.match(r"\w+\.\w+\(", code.text)
        for found in _ARGUMENT.finditer(code.text) if called else ():
            value = "days(1)"
            yield _changed(
                "give an argument of another type", path, code, (found.start(2), found[2], value)
            )
            rest = code.text[found.end() :]
            comma = 1 + (len(rest) - len(rest.lstrip(", "))) - 1 if rest.startswith(",") else 0
            gone = code.text[found.start() : found.end() + comma]
            yield _changed("drop an argument", path, code, (found.start(), gone, ""))
        if called:
            more = "colour=1" if code.text[called.end()] == ")" else "colour=1, "
            yield _changed("give an unknown argument", path, code, (called.end(), "", more))


def wrong_comparisons(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Compare with a value of another type, and read what may be nothing."""
    for code in codes(scalars(root)):
        if not is_exact(code.node):
            continue
        for found in _COMPARED.finditer(code.text):
            yield _changed(
                "compare different types", path, code, (found.start(1), found[1], "today()")
            )
        for found in re.finditer(r"(\S+) is not None", code.text):
            if " else " not in code.text:
                change = _changed("drop a guard", path, code, (found.start(), found[0], "1 == 1"))
                yield dataclasses.replace(change, names=(found[1],))
        for found in re.finditer(r"(\S+?) if \S+ is not None else None", code.text):
            bare = found[1].partition("=")[2] or found[1]
            whole = code.text[found.start() : found.end()]
            kept = f"{found[1].partition('=')[0]}={bare}" if "=" in found[1] else bare
            yield _changed("drop a guard", path, code, (found.start(), whole, kept))


def wrong_shapes(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Write values of another shape than is wanted."""
    version = root.entries.get("version")
    if version is not None:
        yield Mutant(
            "give a version that is no number", path, replace(version, "first"), line_of(version)
        )
    for _, step in steps(root):
        for key in ("buttons", "save", "outcomes", "load", "decide", "empty"):
            if key in step.entries:
                node = step.entries[key]
                edit = Edit(node.start, node.start + len(written(node)), "7")
                yield Mutant("write a value of another shape", path, edit, line_of(step.keys[key]))
        for key, value in (("page", "0"), ("columns", "99")):
            if key in step.entries:
                node = step.entries[key]
                yield Mutant(
                    "go beyond a bound of a key", path, replace(node, value), line_of(node)
                )
        if "ask" in step.entries:
            yield Mutant(
                "swap min and max", path, add(step, "min", "9999"), line_of(step), ("max", "min")
            )
            node = step.entries["ask"]
            yield Mutant(
                "ask for another type",
                path,
                replace(node, "date"),
                line_of(node),
                ("max", "it", "allow"),
            )
    data = group_of(root, "data")
    for name, node in data.entries.items() if data else ():
        place = line_of(data.keys[name]) if data else 1
        kind = node.entries["type"] if isinstance(node, MapNode) else node
        type_ = kind.text if isinstance(kind, ScalarNode) else "[small, large]"
        wrong = f"{{type: {type_}, default: [1]}}"
        yield Mutant("give a default of another type", path, replace(node, wrong), place)
        other = "int" if type_ != "int" else "date"
        yield Mutant("declare another type", path, replace(node, other), place, (name,))


def too_much(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Exceed what Telegram takes: texts, labels, rows, commands and payloads."""
    for _, step in steps(root):
        for key in ("show", "text"):
            node = step.entries.get(key)
            if isinstance(node, ScalarNode):
                yield Mutant(
                    "exceed the length of a text", path, replace(node, f'"{_LONG}"'), line_of(node)
                )
        node = step.entries.get("buttons")
        if isinstance(node, ListNode):
            for item in node.items:
                label = item.entries.get("text") if isinstance(item, MapNode) else None
                if label is not None:
                    edit = replace(label, f'"{_LONG[:90]}"')
                    yield Mutant("exceed the length of a label", path, edit, line_of(label))
            row = "[" + ", ".join(f"{{text: B, go: end, id: b{n}}}" for n in range(9)) + "]"
            yield Mutant(
                "exceed the buttons of a row", path, replace(node, f"[{row}]"), line_of(node)
            )
    start = root.entries.get("start")
    if isinstance(start, ListNode):
        yield Mutant(
            "exceed the length of a command", path, replace(start, f"[/{'a' * 40}]"), line_of(start)
        )
        link = f"[{{deeplink: {'a' * 70}}}]"
        yield Mutant("exceed the length of a deep link", path, replace(start, link), line_of(start))


def broken_yaml(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Break the YAML itself: indentation, quotes, colons and brackets."""
    for place, node in maps(root):
        for key, at in node.keys.items():
            value = node.entries[key]
            begin = root.file.starts[line_of(at) - 1]
            before = root.file.text[begin : at.start]
            if len(place) >= 1 and before and not before.strip():
                yield Mutant("indent by a tab", path, Edit(begin, at.start, "\t"), line_of(at))
                yield Mutant(
                    "indent a line too far",
                    path,
                    Edit(begin, begin, " "),
                    line_of(at),
                    _around(node, key),
                )
                colon = Edit(at.end, at.end + 1, "")
                yield Mutant("leave out a colon", path, colon, line_of(at), _around(node, key))
            if isinstance(value, ScalarNode) and value.style is Style.DOUBLE:
                last = value.start + len(written(value)) - 1
                yield Mutant("leave out a quote", path, Edit(last, last + 1, ""), line_of(value))
            if not isinstance(value, ScalarNode) and root.file.text[value.start] in "[{":
                last = value.start + len(written(value)) - 1
                yield Mutant("leave out a bracket", path, Edit(last, last + 1, ""), line_of(value))


def _around(node: MapNode, key: str) -> tuple[str, ...]:
    """Give the keys before and after one, whose lines no longer fit to its own."""
    keys = list(node.keys)
    at = keys.index(key)
    return (*keys[max(0, at - 1) : at], *keys[at + 1 : at + 2])


def _changed(kind: str, path: Path, code: Code, change: tuple[int, str, str]) -> Mutant:
    at, old, new = change
    return Mutant(
        kind, path, replace_in(code.node, code.offset + at, len(old), new), line_of(code.node)
    )


VALUES: Final = (wrong_arguments, wrong_comparisons, wrong_shapes, too_much, broken_yaml)
