"""Values of deposits: what an invoice asks for, what was paid, and what became of it.

It knows nothing of tables, nor of what Telegram or a provider calls things.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class PaymentState(StrEnum):
    """What becomes of a deposit: it stays part of the price, is owed to its client, was given back, or stays with the desk."""

    PAID = "paid"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Deposit:
    """The deposit of a booking, and until when its client gets it back by cancelling."""

    amount: Decimal
    state: PaymentState
    refund_until: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an invoice is about: the visit that is booked once it is paid, at this price for all who come."""

    user_id: int
    service_ids: tuple[int, ...]
    staff_id: int
    location_id: int
    starts_at: datetime
    party: int
    price: Decimal
    comment: str | None = None
    phone: str | None = None
    photo: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvoice:
    """A deposit of `amount` that is asked for until an instant, while the hold keeps the time."""

    hold_id: int
    wanted: Wanted
    amount: Decimal
    until: datetime
    refund_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(NewInvoice):
    """An invoice with its number, which comes back with the payment."""

    id: int


@dataclass(frozen=True, slots=True)
class Charge:
    """Money as it arrived: Telegram's number of it, and that of the provider, by which it is given back."""

    number: str
    provider_number: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment, with whose it is, unless they were erased, and of which booking, if there could be one."""

    id: int
    charge: Charge
    state: PaymentState
    paid_at: datetime
    user_id: int | None
    client_name: str | None
    booking_id: int | None
    starts_at: datetime | None
