"""The schemas of all kinds of files, with the words that editors show.

It knows nothing of where they are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.schemas.bot import bot_schema
from engine.flow.schemas.flow import flow_schema
from engine.flow.schemas.fragment import fragment_schema
from engine.flow.schemas.texts import texts_schema
from engine.flow.schemas.words import word_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.actions import Catalog
    from engine.flow.schemas.keys import Schema


def all_schemas(catalog: Catalog) -> Mapping[str, Schema]:
    """Make the schemas of all kinds of files, by kind, with the words that editors show."""
    flow = flow_schema(catalog)
    schemas = {
        "flow": flow,
        "fragment": fragment_schema(flow),
        "bot": bot_schema(),
        "texts": texts_schema(),
    }
    return {kind: word_schema(schema, kind) for kind, schema in schemas.items()}
