"""Puts words, titles and examples to every key of the schemas, which editors and the reference page show.

It knows finished schemas by owner and key, and nothing of how a value is checked; a schema that has words keeps them.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from engine.flow.schemas.meanings import (
    DEFAULTS,
    EXAMPLES,
    MEANINGS,
    OTHER_FORMATS,
    VAGUE,
    VERBS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.schemas.keys import Schema

_EXPRESSION: Final = frozenset({"string", "integer", "number", "boolean", "null"})
_BRANCHES: Final = ("if", "then", "else", "items", "additionalProperties")


def word_schema(schema: Schema, kind: str) -> Schema:
    """Give a schema whose every key has a title, a description and an example, where these are known."""
    return _word(schema, kind)


def key_words(owner: str, key: str) -> Mapping[str, Any]:
    """Give the words of a key: those for its owner before those that it has everywhere."""
    found: dict[str, Any] = {}
    for name in (key, f"{owner}.{key}"):
        if name in MEANINGS:
            found["description"] = MEANINGS[name]
        if name in EXAMPLES:
            found["examples"] = [EXAMPLES[name]]
        if name in DEFAULTS:
            found["default"] = DEFAULTS[name]
    return found


def _word(schema: Schema, owner: str) -> Schema:
    done = dict(schema)
    done |= {"examples": list(done["examples"])} if "examples" in done else {}
    for keyword in _BRANCHES:
        if isinstance(done.get(keyword), dict):
            done[keyword] = _word(done[keyword], _owner(done[keyword], owner))
    for keyword in ("$defs", "patternProperties"):
        if keyword in done:
            done[keyword] = {
                name: _word(one, name if keyword == "$defs" else owner)
                for name, one in done[keyword].items()
            }
    if schema.get("title") == "step":
        done["properties"] = {verb: {"description": words} for verb, words in VERBS.items()}
    if done.get("format") in ("query", "command"):
        done["defaultSnippets"] = [_snippet(call) for call in done["examples"]]
        del done["examples"][1:]
    if "properties" in done:
        owner = _owner(schema, owner)
        done["properties"] = {
            key: _word_key(value, owner, key) for key, value in done["properties"].items()
        }
    return done


def _snippet(call: str) -> Mapping[str, str]:
    """Make a call that an editor inserts, with a stop at each argument; no hover lists these, as it would examples."""
    numbers = count(1)
    return {"label": call, "body": re.sub("…", lambda _: f"${next(numbers)}", call)}


def _owner(schema: Schema, owner: str) -> str:
    title = str(schema.get("title", ""))
    return owner if " " in title or not title else title


def _word_key(schema: Schema, owner: str, key: str) -> Schema:
    own = _word(schema, key)
    if own.get("description") in VAGUE or f"{owner}.{key}" in MEANINGS:
        own.pop("description", None)
    done = {**key_words(owner, key), **own, "title": f"{owner}.{key}"}
    format_ = _format(schema, owner, key)
    return {**done, "format": format_} if format_ else done


def _format(schema: Schema, owner: str, key: str) -> str:
    """Say what a text means, where that is more than a text."""
    if key in ("go", "else") and owner != "invalid":
        return "step"
    if key in ("run", "home", "late_payments"):
        return "flow"
    if f"{owner}.{key}" in OTHER_FORMATS:
        return OTHER_FORMATS[f"{owner}.{key}"]
    kinds = schema.get("type")
    if isinstance(kinds, list) and frozenset(kinds) == _EXPRESSION:
        return "expression"
    if kinds == "string" and schema.get("minLength") == 1 and "pattern" not in schema:
        return str(schema.get("format", "text"))
    return str(schema.get("format", ""))
