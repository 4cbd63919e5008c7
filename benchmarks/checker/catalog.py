"""The actions that the written bot calls; none of them is ever run.

They know nothing of the flows that name them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - signatures are read at run time
from enum import StrEnum
from typing import Literal

from engine.actions import Catalog, Context, Money, Outcome, command, query


class State(StrEnum):
    """How far an order is."""

    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Product:
    """Something that can be ordered."""

    id: int
    title: str
    price: Money
    minutes: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an order is handed over."""

    id: int
    name: str
    street: str | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that is free."""

    id: str
    starts_at: datetime
    ends_at: datetime
    place: Place


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody ordered."""

    id: int
    title: str
    state: State
    price: Money
    starts_at: datetime
    comment: str | None


@query("products.list")
async def _list_products(_context: Context, *, topic: str | None = None) -> list[Product]:
    """List the products."""
    raise NotImplementedError(topic)


@query("places.list")
async def _list_places(_context: Context, *, product_id: int) -> list[Place]:
    """List the places that have a product."""
    raise NotImplementedError(product_id)


@query("slots.free")
async def _free_slots(
    _context: Context, *, product_id: int, day: date, place_id: int | None = None
) -> list[Slot]:
    """List the free times of a day."""
    raise NotImplementedError((product_id, day, place_id))


@query("orders.mine")
async def _my_orders(_context: Context) -> list[Order]:
    """List the orders of the person."""
    raise NotImplementedError


@query("orders.count")
async def _count_orders(_context: Context, *, state: State | None = None) -> int:
    """Count the orders of the person."""
    raise NotImplementedError(state)


@command("orders.create")
async def _create_order(
    _context: Context, *, slot: Slot, product_id: int, people: int, comment: str | None = None
) -> Order | Outcome[Literal["slot_taken", "limit_reached"]]:
    """Order a product."""
    raise NotImplementedError((slot, product_id, people, comment))


@command("orders.cancel")
async def _cancel_order(
    _context: Context, *, order_id: int
) -> Outcome[Literal["too_late", "not_found"]] | None:
    """Cancel an order."""
    raise NotImplementedError(order_id)


@command("messages.write")
async def _write_message(_context: Context, *, text: str, topic: str) -> None:
    """Leave a message for the staff."""
    raise NotImplementedError((text, topic))


catalog = Catalog(
    [
        _list_products,
        _list_places,
        _free_slots,
        _my_orders,
        _count_orders,
        _create_order,
        _cancel_order,
        _write_message,
    ]
)
