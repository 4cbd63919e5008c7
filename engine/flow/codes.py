"""The checks there are, by code, and which of them a person may silence.

It does not know how a check is made; `checks.json` is written from the examples of the checks by their test.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SILENCEABLE: Final = frozenset(
    {
        "always-true",
        "dead-branch",
        "empty-choice",
        "empty-text",
        "endless-flow",
        "endless-run",
        "html-label",
        "long-answer",
        "long-copy",
        "long-label",
        "long-url",
        "markdown",
        "never-true",
        "silent-loop",
        "single-braces",
        "stale-translation",
        "taken-word",
        "too-long",
        "too-many-buttons",
        "too-much-text",
        "trap",
        "unheard-answer",
        "unknown-translation",
        "unreachable-step",
        "weaker-access",
    }
)
"""Proofs whose violation still runs, so that a person who knows better may say so. Of any other the bot could not be built."""


@lru_cache(maxsize=1)
def check_reasons() -> Mapping[str, str]:
    """Give for every code, in order, the one sentence that says why there is such a check."""
    reasons: Mapping[str, str] = json.loads((Path(__file__).parent / "checks.json").read_text())
    return reasons
