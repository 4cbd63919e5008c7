"""The values that the desk's own queries hand out: people it knows, its rules, and who changed what.

It knows nothing of SQLAlchemy, as `storage.values`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.values import Role


class Operation(StrEnum):
    """What was done to a row."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """A row that somebody changed: `before` and `after` have the columns that did, as JSON.

    Without an actor it was the system; `label` is what the row was called, `person_name` whom it is about.
    """

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str | None
    subject: str
    row_id: str
    label: str | None
    person_name: str | None
    operation: Operation
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody the bot has met; `blocked_at` is since when it cannot write to them."""

    id: int
    name: str
    username: str | None
    role: Role
    created_at: datetime
    unreachable_at: datetime | None
