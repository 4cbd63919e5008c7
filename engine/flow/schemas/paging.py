"""The schema of pagers: the buttons that turn the pages of lists and texts.

It knows nothing of what has the pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.model.paging import PagerKind, PagerPart
from engine.flow.schemas.keys import name_key, object_of, one_of_keys
from engine.flow.schemas.looks import label_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.schemas.keys import Schema

_LABELS: Final[Mapping[PagerPart, str]] = {
    PagerPart.FIRST: "The button to the first page.",
    PagerPart.PREVIOUS: "The button to the page before.",
    PagerPart.CURRENT: "The button that says which page is shown.",
    PagerPart.NEXT: "The button to the next page.",
    PagerPart.LAST: "The button to the last page.",
    PagerPart.NUMBER: "The button of each page.",
    PagerPart.HERE: "The button of the page that is shown.",
}


def pager_schema() -> Schema:
    """Make the schema of a pager: the name of one, or what its buttons say."""
    kinds = [kind.value for kind in PagerKind]
    at_length = object_of(
        {
            "kind": {"enum": kinds, "description": "The buttons that are there with their usual labels."},
            **{part.value: label_key(_label(part)) for part in PagerPart},
            "columns": {
                "type": "integer", "minimum": 1, "maximum": 8, "default": 8,
                "description": "How many numbers stand in a row.",
            },
            "most": {
                "type": "integer", "minimum": 2, "maximum": 96, "default": 24,
                "description": "At most so many numbers, around the page that is shown.",
            },
            "turns": {
                "type": "array",
                "items": name_key("The id of a list or of a group, or text, or choose."),
                "minItems": 1,
                "uniqueItems": True,
                "description": "What else turns its pages along.",
            },
            "always": {
                "type": "boolean",
                "default": False,
                "description": "The pager is there for a single page, too.",
            },
        },
        title="pager",
    )  # fmt: skip
    return {
        "type": ["string", "object"],
        "description": "The buttons that turn pages.",
        "if": {"type": "object"},
        "then": at_length,
        "else": {"enum": kinds},
    }


def pages_schema() -> Schema:
    """Make the schema of the pages of a text."""
    pages = object_of(
        {
            "of": name_key("What is loaded under this name is shown page by page."),
            "page": {
                "type": "integer", "minimum": 1, "maximum": 100, "default": 8,
                "description": "Items on one page.",
            },
            "characters": {
                "type": "integer", "minimum": 10, "maximum": 4096,
                "description": "The text itself is cut into pages of so many characters.",
            },
            "pager": {"$ref": "#/$defs/pager"},
        },
        title="pages",
        description="The text is shown page by page.",
        needs={"page": "of"},
    )  # fmt: skip
    return one_of_keys(pages, ("of", "characters"))


def _label(part: PagerPart) -> str:
    return f"{_LABELS[part][:-1]}; it can read page, pages and target."
