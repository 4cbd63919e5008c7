"""Listening to what the bot logs while something is done: errors that it caught, which nobody else would tell.

It does not know who caught them, nor why.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping


@contextmanager
def hear_errors() -> Iterator[list[BaseException]]:
    """Give the exceptions that are logged within the block, as they come; nothing of the log is written meanwhile."""
    heard: list[BaseException] = []

    def hear(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
        error = sys.exception()
        if event.get("exc_info") and error is not None:
            heard.append(error)
        raise structlog.DropEvent

    # Loggers that are in use already hold this very list.
    processors = structlog.get_config()["processors"]
    before = list(processors)
    processors[:] = [hear]
    try:
        yield heard
    finally:
        processors[:] = before
