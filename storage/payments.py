"""Queries for deposits that were paid: recording them once, and what is owed back.

It knows nothing of how money goes back; a trigger settles what becomes of a deposit when its booking is cancelled.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.booking_tables import bookings
from storage.money import Charge, Invoice, Payment, PaymentState
from storage.payment_tables import payments
from storage.rows import STARTS_AT
from storage.tables import users
from storage.values import Booking

_COLUMNS = payments.c


async def record(  # noqa: PLR0913  # what a payment is, by name
    session: AsyncSession,
    charge: Charge,
    *,
    user_id: int,
    invoice: Invoice | None,
    booking_id: int | None,
    now: datetime,
) -> int | None:
    """Record a payment of a booking, or without one that it is owed back, and return its id; None when it is known."""
    state = PaymentState.PAID if booking_id is not None else PaymentState.REFUND_DUE
    rows = await session.execute(
        insert(payments)
        .values(
            booking_id=booking_id,
            user_id=user_id,
            invoice_id=None if invoice is None else invoice.id,
            amount=charge.amount,
            currency=charge.currency,
            charge=charge.number,
            provider_charge=charge.provider_number,
            state=state.value,
            refund_until=now if invoice is None else invoice.refund_until,
            paid_at=now,
        )
        .on_conflict_do_nothing(index_elements=["charge"])
        .returning(_COLUMNS.id)
    )
    payment_id: int | None = rows.scalar_one_or_none()
    return payment_id


async def find_by_charge(session: AsyncSession, charge: str) -> Payment | None:
    """Find a payment by Telegram's number of it."""
    return await _find_one(session, _select().where(_COLUMNS.charge == charge))


async def find(session: AsyncSession, payment_id: int) -> Payment | None:
    """Find a payment, whatever became of it."""
    return await _find_one(session, _select().where(_COLUMNS.id == payment_id))


async def find_owed_of(session: AsyncSession, booking_id: int) -> Payment | None:
    """Find what is owed back of a booking."""
    is_owed = _COLUMNS.state == PaymentState.REFUND_DUE.value
    return await _find_one(session, _select().where(_COLUMNS.booking_id == booking_id, is_owed))


async def is_paid(session: AsyncSession, invoice: Invoice) -> bool:
    """Tell whether an invoice has made a booking."""
    query = select(func.count()).where(
        _COLUMNS.invoice_id == invoice.id, _COLUMNS.booking_id.is_not(None)
    )
    return bool((await session.execute(query)).scalar_one())


async def list_owed(session: AsyncSession) -> tuple[Payment, ...]:
    """List what is owed back, what was paid first before the others."""
    query = _select().where(_COLUMNS.state == PaymentState.REFUND_DUE.value)
    rows = await session.execute(query.order_by(_COLUMNS.paid_at, _COLUMNS.id))
    return tuple(_read(row) for row in rows)


async def mark_refunded(session: AsyncSession, payment_id: int, *, now: datetime) -> Payment | None:
    """Keep that a deposit was paid back; None when it is not owed."""
    rows = await session.execute(
        update(payments)
        .where(_COLUMNS.id == payment_id, _COLUMNS.state == PaymentState.REFUND_DUE.value)
        .values(state=PaymentState.REFUNDED.value, changed_at=now)
        .returning(_COLUMNS.id)
    )
    return None if rows.scalar_one_or_none() is None else await find(session, payment_id)


async def follow(
    session: AsyncSession, booking: Booking, starts_at: datetime, *, now: datetime
) -> None:
    """Put the day until which a deposit is given back off with its booking; one that is over stays so."""
    moved = _COLUMNS.refund_until + (starts_at - booking.starts_at)
    await session.execute(
        update(payments)
        .where(_COLUMNS.booking_id == booking.id)
        .values(
            refund_until=case((_COLUMNS.refund_until > now, moved), else_=_COLUMNS.refund_until)
        )
    )


async def _find_one(session: AsyncSession, query: Select[Any]) -> Payment | None:
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _read(row)


def _select() -> Select[Any]:
    return (
        select(
            payments,
            func.concat_ws(" ", users.c.first_name, users.c.last_name).label("name"),
            STARTS_AT.label("starts_at"),
        )
        .outerjoin(users, users.c.id == _COLUMNS.user_id)
        .outerjoin(bookings, bookings.c.id == _COLUMNS.booking_id)
    )


def _read(row: Row[Any]) -> Payment:
    return Payment(
        id=row.id,
        charge=Charge(row.charge, row.provider_charge, row.amount, row.currency),
        state=PaymentState(row.state),
        paid_at=row.paid_at,
        user_id=row.user_id,
        client_name=row.name or None,
        booking_id=row.booking_id,
        starts_at=row.starts_at,
    )
