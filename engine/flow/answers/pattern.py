"""Patterns of texts: regular expressions without look-around and back-references, matched in linear time.

It does not know what a pattern is of.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import jsonschema_rs

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGEST: Final = 200_000
"""Bytes that a compiled pattern may take, which bounds repetitions of repetitions."""


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Make a function that tells whether a whole text matches; it takes time in proportion to the text.

    Raises:
        ValueError: it is no such pattern.
    """
    try:
        _validator(
            pattern
        )  # alone first: what is unbalanced could close the group that it is put in
        return _validator(f"^(?:{pattern})$").is_valid
    except jsonschema_rs.ValidationError as error:
        raise ValueError(
            f'"{pattern}" is no regular expression that can be matched here'
        ) from error


def _validator(pattern: str) -> jsonschema_rs.Draft202012Validator:
    """Make a matcher; the schema library is where a linear-time engine of regular expressions is at hand."""
    options = jsonschema_rs.RegexOptions(size_limit=_LARGEST)
    return jsonschema_rs.Draft202012Validator(
        {"type": "string", "pattern": pattern}, pattern_options=options
    )
