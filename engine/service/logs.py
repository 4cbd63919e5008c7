"""One log for everything in the process: structlog's and the standard library's, redacted, as JSON or as text.

It knows nothing of what is logged.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, TextIO

import orjson
import structlog

from engine.service.redaction import Redactor
from engine.service.settings import LogFormat, LogLevel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from structlog.typing import Processor

_LOUD = {
    "aiogram.event": logging.WARNING,  # a line for each update; there is one of our own
    "aiogram.dispatcher": logging.WARNING,
    "alembic.runtime.plugins": logging.WARNING,  # seven lines when it is imported
    "sqlalchemy.engine": logging.WARNING,  # statements come with people's data
    "uvicorn.error": logging.WARNING,  # five lines at each start
    "uvicorn.access": logging.WARNING,  # health checks and scrapes
    "asyncio": logging.WARNING,
    "aiohttp.access": logging.WARNING,
}
"""Loggers that say more than an operator wants, and the least they may say."""


def configure_logs(
    *,
    level: LogLevel = LogLevel.INFO,
    style: LogFormat = LogFormat.JSON,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every log line of the process to one stream (stderr), redacted; at DEBUG nobody is quietened."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.StackInfoRenderer(),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            Redactor(secrets),
            *_renderer(style),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for former in root.handlers[:]:
        if isinstance(former.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(level.value)
    logging.captureWarnings(True)
    for name, least in _LOUD.items():
        logger = logging.getLogger(name)
        logger.setLevel(least if level is not LogLevel.DEBUG else logging.NOTSET)
        logger.propagate = True  # uvicorn keeps its own to itself
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _renderer(style: LogFormat) -> list[Processor]:
    match style:
        case LogFormat.JSON:
            return [structlog.processors.JSONRenderer(serializer=_dumps)]
        case LogFormat.TEXT:
            return [
                structlog.dev.ConsoleRenderer(
                    colors=sys.stderr.isatty(),
                    timestamp_key="time",
                    exception_formatter=structlog.dev.plain_traceback,  # the others show variables
                )
            ]


def _dumps(event: Any, **_options: Any) -> str:
    return orjson.dumps(event).decode()
