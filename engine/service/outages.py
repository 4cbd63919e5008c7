"""Tells an outage of PostgreSQL or Redis from every other failure, for those who carry out a turn.

It knows nothing of what was being done; an outage passes, and nothing that met it is at fault.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from redis.exceptions import (
    BusyLoadingError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from engine.dialog.ports import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_ONLY: Final = "25006"
"""The SQLSTATE of a write where only reading is allowed, which a query's author may have asked for."""

_CLASSES: Final = ("08", "53", "57P", "58", READ_ONLY, "55P03")
"""How SQLSTATE begins when PostgreSQL is cut off, full, shutting down, without its disk, read-only, or locked for long."""

_UNWILLING: Final = ("MISCONF", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN")
"""How Redis begins an answer that says it cannot write for now."""


@contextmanager
def outages_told() -> Iterator[None]:
    """Raise an outage of a store as what it is to a turn; every failure to reach anything is one.

    Raises:
        UnavailableError: the store cannot work now.
    """
    try:
        yield
    except UnavailableError:
        raise
    except Exception as error:
        if is_outage(error) or isinstance(error, OSError):
            raise unavailable(error) from error
        raise


def is_outage(error: Exception) -> bool:
    """Tell whether an error says that PostgreSQL or Redis cannot work now."""
    match error:
        case PoolTimeoutError() | InterfaceError() | BusyLoadingError():
            return True
        case OutOfMemoryError() | ReadOnlyError():
            return True
        case DBAPIError():
            state = str(getattr(error.orig, "sqlstate", None) or "")
            return error.connection_invalidated or state.startswith(_CLASSES)
        case ResponseError():
            return str(error).startswith(_UNWILLING)
        case RedisError():
            return True
        case _:
            return False


def unavailable(error: Exception) -> UnavailableError:
    """Return what an outage is to a turn."""
    return UnavailableError(f"{type(error).__name__}: {_first_line(error)}")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
