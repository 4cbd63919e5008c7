"""The schemas as files: written short, and read through their references."""

import json

from actions.catalog import catalog as shipped
from engine.flow.places import PlaceKind, kind_at
from engine.flow.schemas.files import all_schemas
from engine.flow.schemas.writing import write_schema

LARGEST = 250_000
"""How many characters the file of a schema has at most, which editors load for each file of a flow."""


def test_schemas_are_small_and_whole() -> None:
    """What is shared is defined once, and nothing of a schema is lost in writing it."""
    for schema in all_schemas(shipped).values():
        written = write_schema(schema)

        assert json.loads(written) == schema
        assert len(written) < LARGEST


def test_what_stands_behind_a_reference_is_known() -> None:
    """Keys of a media, of a label and of a query are found where the schema only refers to them."""
    assert kind_at(("show", "media", "photo", "from")) is PlaceKind.EXPRESSION
    assert kind_at(("button", "text")) is PlaceKind.TEXT
    assert kind_at(("load", "dishes")) is PlaceKind.EXPRESSION
    assert kind_at(("show", "media", "thumbnail")) is None
