"""The page that lists every key of every file, written from the schemas that editors use."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from actions.catalog import catalog as shipped
from engine.flow.schemas.files import all_schemas
from engine.flow.schemas.references import name_of_reference, resolve
from engine.flow.schemas.steps import VERBS

DOCS = Path(__file__).parent.parent.parent / "docs"
KINDS = {
    "flow": ("Flows: `flows/*.yaml`", "One file holds one flow."),
    "fragment": (
        "Fragments: `flows/fragments/*.yaml`",
        "Buttons or steps that are written once; a flow takes them with `use`.",
    ),
    "bot": ("The bot: `flows/bot.yaml`", "What all flows share."),
    "texts": (
        "Translations: `flows/texts/<locale>.yaml`",
        "Texts nested by the path of the text that they translate, such as `booking: {day: {text: …}}`.",
    ),
}
DEFINED = {
    "slot": "A name of `params` or `returns`: its type alone, or these keys.",
    "kept_slot": "A name of `data`: its type alone, or these keys.",
    "entry": "A way into a flow: a command alone, or these keys.",
    "target": "Where a move leads: the name of a step alone, or these keys.",
    "interruption": "What a command of `anytime` does.",
    "button": "One of `buttons`.",
    "line": "One of `buttons`: a [button](#button), a list of them as a row, a control (`check`, `cycle` …), or a group with these keys.",
    "step": f"Has exactly one verb: {', '.join(f'[{verb}](#{verb})' for verb in VERBS)}; or takes a fragment with [use](#use).",
    "use": "Takes a fragment in the place of a button or a step.",
}
FORMATS = {
    "query": "call of a query",
    "command": "call of a command",
    "regex": "regular expression",
}
REFERRED = {"query": FORMATS["query"], "single": "entries"}
TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "nothing",
}


@dataclass(frozen=True)
class Key:
    """One row of the page."""

    owner: str
    name: str
    schema: Mapping[str, Any]
    required: bool


def _keys(schema: Mapping[str, Any], owner: str, definitions: Mapping[str, Any]) -> Iterator[Key]:
    """Give the keys of a mapping, those of the mappings inside of it after them."""
    if "$ref" in schema:
        return
    inner = []
    for name, value in schema.get("properties", {}).items():
        owner = value["title"].partition(".")[0]
        yield Key(owner, name, _told(value, definitions), name in schema.get("required", ()))
        inner.append((value, name))
    inner += [
        (schema[keyword], owner)
        for keyword in ("if", "then", "else", "items", "additionalProperties")
        if isinstance(schema.get(keyword), dict)
    ]
    for value, name in inner:
        yield from _keys(value, name, definitions)


def _told(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference, which stays where what it leads to has keys of its own and so a section."""
    name = name_of_reference(schema)
    found = dict(resolve(schema, definitions))
    has_section = name in definitions and any(
        key.owner == name for key in _keys(definitions[name], name, definitions)
    )
    return found | ({"$ref": schema["$ref"]} if has_section or name in DEFINED else {})


def _sections(kind: str, root: Mapping[str, Any]) -> dict[str, dict[str, Key]]:
    """Give the keys of a kind of file by owner, each once."""
    found: dict[str, dict[str, Key]] = {}
    whole = {**root, "title": kind}
    definitions = root.get("$defs", {})
    for owner, schema in [(kind, whole), *definitions.items()]:
        for key in _keys(schema, owner, definitions):
            found.setdefault(key.owner, {}).setdefault(key.name, key)
    return found


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return REFERRED.get(name, f"[{name}](#{name})")
    if str(schema.get("title", "")).startswith("step."):
        return f"[a step]({schema['title'].replace('step.', '#')})"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "format" in schema and schema["format"] in (*FORMATS, "step", "flow", "text", "expression"):
        return FORMATS.get(schema["format"], str(schema["format"]))
    kinds = schema.get("type", "any value")
    words = [_type_word(kind, schema) for kind in (kinds if isinstance(kinds, list) else [kinds])]
    return " or ".join(dict.fromkeys(words))


def _type_word(kind: str, schema: Mapping[str, Any]) -> str:
    if kind == "array":
        items = schema.get("items") or schema.get("else", {}).get("items", {})
        inner = _type(items) if "if" not in items else "entries"
        return f"list of {inner}"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"mapping to {_type(values)}" if isinstance(values, dict) else "mapping"
    bounds = [schema[word] for word in ("minimum", "maximum") if word in schema]
    span = f" from {bounds[0]}{f' to {bounds[1]}' if len(bounds) > 1 else ''}" if bounds else ""
    return f"{TYPES.get(kind, kind)}{span}"


def _row(key: Key) -> str:
    schema = key.schema
    default = f"`{json.dumps(schema['default'])}`" if "default" in schema else ""
    example = (
        json.dumps(schema["examples"][0], ensure_ascii=False) if schema.get("examples") else ""
    )
    cells = (
        f"`{key.name}`",
        _type(schema),
        "yes" if key.required else "",
        default.replace('"', ""),
        str(schema.get("description", "")),
        f"`{example}`",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _table(keys: Mapping[str, Key]) -> Iterator[str]:
    yield "| key | value | needed | default | meaning | example |"
    yield "|---|---|---|---|---|---|"
    yield from map(_row, keys.values())
    yield ""


def _heading(owner: str) -> Iterator[str]:
    yield f"### {owner}"
    yield ""
    if owner in VERBS:
        yield f"A step with the verb `{owner}`."
    else:
        yield DEFINED.get(owner, f"The keys of `{owner}`.")
    yield ""


def _page() -> Iterator[str]:
    yield "# Reference"
    yield ""
    yield "Every key of every file, written from the schemas that editors complete with (`usher schema`). A *text* shows values"
    yield "with `{{ }}`; an *expression* is one of [the expression language](expressions.md). Mistakes are explained in"
    yield "[checks](checks.md). [The tutorial](writing-flows.md) teaches flows, [the language of flows](flow-language.md) explains them."
    told = set[str]()
    for kind, schema in all_schemas(shipped).items():
        title, words = KINDS[kind]
        yield from ("", f"## {title}", "", words, "")
        sections = _sections(kind, schema)
        for owner, keys in sections.items():
            if owner != kind and owner in told:
                continue
            told.add(owner)
            if owner != kind:
                yield from _heading(owner)
            yield from _table(keys)


def test_page_lists_every_key(golden: Callable[[Path, str], None]) -> None:
    """docs/reference.md says where each key stands, what it takes and what it means, with an example."""
    golden(DOCS / "reference.md", "\n".join(_page()).rstrip() + "\n")


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_key_is_explained(kind: str) -> None:
    """No key is without words: its meaning and an example are in engine/flow/schemas/meanings.py, or in its schema."""
    sections = _sections(kind, all_schemas(shipped)[kind])
    keys = [key for section in sections.values() for key in section.values()]

    assert [f"{key.owner}.{key.name}" for key in keys if not key.schema.get("description")] == []
    assert [f"{key.owner}.{key.name}" for key in keys if not key.schema.get("examples")] == []


def test_guide_has_every_key() -> None:
    """Each key that the reference lists is in the guide, in a sentence or in an example."""
    guide = (DOCS / "flow-language.md").read_text()
    keys = {
        key
        for kind, schema in all_schemas(shipped).items()
        for section in _sections(kind, schema).values()
        for key in section
    }

    assert [
        key for key in sorted(keys) if not re.search(rf"`[^`\n]*\b{key}\b|\b{key}:", guide)
    ] == []
