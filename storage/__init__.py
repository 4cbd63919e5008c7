"""What is kept: PostgreSQL tables and queries by aggregate, and conversations in Redis.

It knows nothing of flows, Telegram or actions. Submodules load when they are first used, so that importing this package
loads no database library.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage import (
        agenda,
        attempts,
        audit,
        bookings,
        broadcasts,
        categories,
        clients,
        conversations,
        database,
        desk_values,
        group_sessions,
        holds,
        hours,
        inbox,
        invoices,
        kept,
        letters,
        locations,
        lookup,
        marking,
        migrations,
        offering,
        offers,
        opened,
        outbox,
        outcomes,
        payments,
        places,
        presence,
        privacy,
        reports,
        rooms,
        rules,
        services,
        slots,
        staff,
        standings,
        taking,
        throttle,
        users,
        values,
        waitlist,
        wishes,
    )

__all__ = [
    "agenda",
    "attempts",
    "audit",
    "bookings",
    "broadcasts",
    "categories",
    "clients",
    "conversations",
    "database",
    "desk_values",
    "group_sessions",
    "holds",
    "hours",
    "inbox",
    "invoices",
    "kept",
    "letters",
    "locations",
    "lookup",
    "marking",
    "migrations",
    "offering",
    "offers",
    "opened",
    "outbox",
    "outcomes",
    "payments",
    "places",
    "presence",
    "privacy",
    "reports",
    "rooms",
    "rules",
    "services",
    "slots",
    "staff",
    "standings",
    "taking",
    "throttle",
    "users",
    "values",
    "waitlist",
    "wishes",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f'package "storage" has no module "{name}"')
