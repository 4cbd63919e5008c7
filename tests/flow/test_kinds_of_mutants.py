"""Every key of the language has a kind of mistake in what is written under it."""

from typing import Any

from benchmarks.mutants.bots import BotFiles
from benchmarks.mutants.edits import Mutant
from benchmarks.mutants.run import make_mutants, read_bots
from engine.actions import Catalog
from engine.flow.nodes import ListNode, MapNode, Node
from engine.flow.schemas.files import all_schemas

OF_YAML = (
    "indent a line too far",
    "indent by a tab",
    "leave out a bracket",
    "leave out a colon",
    "leave out a quote",
    "misspell a key",
)
"""Mistakes that any key has."""


def keys_of_language() -> frozenset[str]:
    """Give every key of a flow, a fragment and bot.yaml."""
    schemas = all_schemas(Catalog([]))
    return frozenset(key for kind in ("flow", "fragment", "bot") for key in _keys(schemas[kind]))


def _keys(schema: Any) -> frozenset[str]:
    if isinstance(schema, list):
        return frozenset[str]().union(*map(_keys, schema))
    if not isinstance(schema, dict):
        return frozenset()
    own = frozenset(schema.get("properties", {}))
    return own.union(
        *(_keys(one) for key, one in schema.items() if key not in ("examples", "default"))
    )


def keys_changed(bot: BotFiles, mutant: Mutant) -> frozenset[str]:
    """Give the keys whose value a mutant changes, or which it puts in or takes out."""
    edit, text = mutant.edit, bot.sources[mutant.path]
    gone = _key_of(text[edit.start : edit.end]) | _key_of(edit.text)
    return _keys_at(bot.roots[mutant.path], edit.start, edit.end) | gone


def _key_of(text: str) -> frozenset[str]:
    """Give the key that is taken out or put in."""
    key, colon, _ = text.strip(" ,\n{").partition(":")
    return frozenset({key.strip("\"' ")} if colon else ())


def _keys_at(node: Node, start: int, end: int) -> frozenset[str]:
    """Give the last key above the place of a change, and the one above that where it is not of the language."""
    match node:
        case MapNode(entries=entries):
            for key, value in entries.items():
                if value.start <= start and end <= value.end:
                    return _keys_at(value, start, end) or frozenset({key})
        case ListNode(items=items):
            for item in items:
                if item.start <= start and end <= item.end:
                    return _keys_at(item, start, end)
        case _:
            pass
    return frozenset()


def test_every_key_has_a_kind_of_mistake() -> None:
    """Beside what breaks any YAML, there is a mistake in the value of each key of the schema."""
    found = {
        key
        for _, _, bot, _ in read_bots()
        for mutant in make_mutants(bot)
        if mutant.kind not in OF_YAML
        for key in keys_changed(bot, mutant)
    }

    assert sorted(keys_of_language() - found) == []
