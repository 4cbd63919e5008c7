"""Mistakes in texts and their translations, and in bot.yaml.

It knows how texts are written and where translations lie, and nothing of what the checker says of them.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from benchmarks.mutants.bots import line_of
from benchmarks.mutants.edits import (
    Mutant,
    add,
    drop,
    is_exact,
    maps,
    misspell,
    replace,
    replace_in,
    scalars,
)
from engine.flow.nodes import ListNode, MapNode, ScalarNode, Style

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.flow.nodes import Node

_MARKS: Final = (
    ("leave out the end of a value", re.compile(r"\}\}")),
    ("leave out the end of a block", re.compile(r"%\}")),
    ("leave out an endif", re.compile(r"\{% endif %\}")),
    ("leave out a closing tag", re.compile(r"</\w+>")),
)
_TAG: Final = re.compile(r"<(\w+)>")


def broken_texts(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Break the marks and tags of each text, and empty it."""
    for _, node in scalars(root):
        if not is_exact(node) or not ("{{" in node.text or "{%" in node.text or "</" in node.text):
            continue
        for kind, pattern in _MARKS:
            for found in list(pattern.finditer(node.text))[:1]:
                change = _changed(kind, path, node, (found.start(), found[0], ""))
                yield dataclasses.replace(change, names=("if",) if "endif" in kind else ())
        for found in list(_TAG.finditer(node.text))[:1]:
            yield _changed(
                "use a tag that Telegram lacks", path, node, (found.start(1), found[1], "h1")
            )
            yield _changed("open a tag twice", path, node, (found.start(), "", found[0]))
        if node.style is Style.DOUBLE and node.text.startswith("{{"):
            bare = replace(node, node.file.text[node.start + 1 : node.end - 1])
            yield Mutant("leave out the quotes of a value", path, bare, line_of(node))


def emptied_texts(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Empty each message and label."""
    for place, node in scalars(root):
        if place[-1] in ("show", "text", "button", "title"):
            yield Mutant("empty a text", path, replace(node, '""'), line_of(node))


def broken_translations(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Take out each translation, misspell its path, and read names that the original lacks."""
    for place, node in maps(root):
        for key, at in node.keys.items():
            value = node.entries[key]
            names = (".".join([*place, key]),)
            if isinstance(value, ScalarNode):
                yield Mutant(
                    "drop a translation", path, drop(node, key), _line(root, place), (key, *names)
                )
            if place:
                edit = replace(at, misspell(key))
                yield Mutant("translate what is not there", path, edit, line_of(at), (key,))
    for _, text in scalars(root):
        for found in re.finditer(r"\{\{ *(\w+\.[\w.]+)", text.text) if is_exact(text) else ():
            change = (found.start(1), found[1], misspell(found[1]))
            yield _changed("break a value in a translation", path, text, change)


def broken_bot(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Take out, misspell and misname what bot.yaml says."""
    for key, at in root.keys.items():
        yield Mutant("drop a setting of the bot", path, drop(root, key), line_of(root))
        yield Mutant("misspell a setting of the bot", path, replace(at, misspell(key)), line_of(at))
    for key, value in (
        ("home", "nowhere"),
        ("locale", "xx"),
        ("time_zone", "Europe/Nowhere"),
        ("currency", "EURO"),
        ("locales", "[en, de, fr]"),
        ("roles", "[client]"),
    ):
        node = root.entries[key]
        yield Mutant(
            "name what is not there in bot.yaml",
            path,
            replace(node, value),
            line_of(node),
            ("role", "fr"),
        )
    messages = root.entries["messages"]
    if isinstance(messages, MapNode):
        for key in messages.keys:
            yield Mutant(
                "drop a message of the bot",
                path,
                drop(messages, key),
                line_of(root.keys["messages"]),
                (key,),
            )
        yield Mutant(
            "add an unknown message", path, add(messages, "hello", "Hello"), line_of(messages)
        )


def _line(root: MapNode, place: tuple[str, ...]) -> int:
    node: Node = root
    line = 1
    for part in place:
        if isinstance(node, MapNode):
            line = line_of(node.keys[part])
            node = node.entries[part]
        elif isinstance(node, ListNode):
            node = node.items[int(part)]
    return line


def _changed(kind: str, path: Path, node: ScalarNode, change: tuple[int, str, str]) -> Mutant:
    at, old, new = change
    return Mutant(kind, path, replace_in(node, at, len(old), new), line_of(node))


TEXTS: Final = (broken_texts, emptied_texts)
