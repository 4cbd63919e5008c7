"""The schema of a translation file.

It knows nothing of the paths that there are.
"""

from __future__ import annotations

from engine.flow.schemas.keys import DIALECT, Schema


def texts_schema() -> Schema:
    """Make the schema of a translation file: texts and lists of texts, nested by path."""
    return {
        "$schema": DIALECT,
        "title": "Usher texts",
        "description": "Translations by the path of the text they translate.",
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/branch"},
        "$defs": {
            "branch": {
                "type": ["object", "array", "string"],
                "items": {"type": "string"},
                "additionalProperties": {"$ref": "#/$defs/branch"},
            }
        },
    }
