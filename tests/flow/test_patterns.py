"""What is said of a text that does not look as the schema wants it."""

from typing import Any

import pytest

from engine.actions import Catalog
from engine.flow.schemas.files import all_schemas
from engine.flow.schemas.keys import NAME, PARAMETER_OR_NAME
from engine.flow.spellings import PATTERN_WORDS


def patterns_of(schema: Any) -> frozenset[str]:
    """Give the patterns of texts, names of mappings aside."""
    if isinstance(schema, list):
        return frozenset[str]().union(*map(patterns_of, schema))
    if not isinstance(schema, dict):
        return frozenset()
    own = frozenset({schema["pattern"]} if isinstance(schema.get("pattern"), str) else ())
    names = ("examples", "default", "propertyNames")
    return own.union(*(patterns_of(one) for key, one in schema.items() if key not in names))


@pytest.mark.parametrize("kind", ["flow", "fragment", "bot"])
def test_every_pattern_has_words(kind: str) -> None:
    """Whatever text the schema refuses, there are words that say how it is written."""
    found = patterns_of(all_schemas(Catalog([]))[kind]) - {NAME, PARAMETER_OR_NAME}

    assert sorted(found - PATTERN_WORDS.keys()) == []
