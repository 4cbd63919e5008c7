"""Queries for invoices: what a visit is booked from once its deposit is paid, however late that is.

It knows nothing of money that has arrived, nor of the message that asks for it.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Result, Row, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.money import Invoice, NewInvoice, Wanted
from storage.payment_tables import invoices, payments

KEPT = timedelta(days=30)
"""How long an invoice that nobody paid is kept, for the sake of money that is slow."""

_COLUMNS = invoices.c


async def write(session: AsyncSession, new: NewInvoice, *, now: datetime) -> Invoice:
    """Write the invoice of a hold; one that is there goes on until when it said, with what was told since.

    Those of long ago that nobody paid are forgotten.
    """
    paid = select(payments.c.invoice_id).where(payments.c.invoice_id.is_not(None))
    old = delete(invoices).where(_COLUMNS.until < now - KEPT, _COLUMNS.id.not_in(paid))
    await session.execute(old)
    wanted = asdict(new.wanted)
    values = {
        "hold_id": new.hold_id,
        "amount": new.amount,
        "until": new.until,
        "refund_until": new.refund_until,
        **wanted,
        "service_ids": list(new.wanted.service_ids),
    }
    told = {name: wanted[name] for name in ("comment", "phone", "photo")}
    rows = await session.execute(
        insert(invoices)
        .values(values)
        .on_conflict_do_update(index_elements=["hold_id"], set_=told)
        .returning(invoices)
    )
    return _read(rows.one())


async def find_by_hold(session: AsyncSession, hold_id: int) -> Invoice | None:
    """Find the invoice of a hold."""
    return _maybe(await session.execute(select(invoices).where(_COLUMNS.hold_id == hold_id)))


async def find(session: AsyncSession, invoice_id: int) -> Invoice | None:
    """Find an invoice, paid or not."""
    return _maybe(await session.execute(select(invoices).where(_COLUMNS.id == invoice_id)))


def _maybe(rows: Result[Any]) -> Invoice | None:
    row = rows.one_or_none()
    return None if row is None else _read(row)


def _read(row: Row[Any]) -> Invoice:
    return Invoice(
        id=row.id,
        hold_id=row.hold_id,
        amount=row.amount,
        until=row.until,
        refund_until=row.refund_until,
        wanted=Wanted(
            user_id=row.user_id,
            service_ids=tuple(row.service_ids),
            staff_id=row.staff_id,
            location_id=row.location_id,
            starts_at=row.starts_at,
            party=row.party,
            price=row.price,
            comment=row.comment,
            phone=row.phone,
            photo=row.photo,
        ),
    )
