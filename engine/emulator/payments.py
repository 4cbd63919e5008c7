"""Invoices being paid: from the pre-checkout query to the bot's answer.

Knows nothing of money moving anywhere; nothing is charged.
"""

import asyncio
import itertools
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

type Json = dict[str, Any]


PROVIDER_TOKEN = "emulated:TEST"  # noqa: S105 - of no provider
"""What simulated bots know a provider by; any other token does as well."""

ORDER = ("name", "phone_number", "email")
"""What an invoice can ask of whoever pays, by the fields of OrderInfo."""


class Provider(StrEnum):
    """What the payment provider does with a payment that the bot allows: takes it, declines it, or takes its time."""

    TAKES = "takes"
    DECLINES = "declines"
    SLOW = "slow"


@dataclass
class Checkout:
    """One attempt to pay, waiting for the bot's word."""

    id: str
    kind: str
    """`pre_checkout` or `shipping`."""
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    ok: bool = False
    error_message: str | None = None
    shipping_options: list[Json] = field(default_factory=list)


class Payments:
    """Checkouts that wait for an answer."""

    def __init__(self) -> None:
        self._waiting: dict[str, Checkout] = {}
        self.slow: list[tuple[int, Callable[[], Json]]] = []
        """Payments that were allowed and are not made yet, with who makes them."""
        self.refusals: list[tuple[int, str]] = []
        """Why payments were refused, with whom."""
        self._ids = itertools.count(7_000_000_001)

    def open(self, kind: str) -> Checkout:
        """Start to wait for a bot's answer."""
        checkout = Checkout(str(next(self._ids)), kind)
        self._waiting[checkout.id] = checkout
        return checkout

    def take(self, query_id: str, kind: str) -> Checkout | None:
        """Return the checkout a bot answers, once."""
        checkout = self._waiting.get(query_id)
        if checkout is None or checkout.kind != kind:
            return None
        return self._waiting.pop(query_id)

    def next_charge_id(self) -> str:
        """Return a number for a payment that went through."""
        return f"emulated_charge_{next(self._ids)}"
