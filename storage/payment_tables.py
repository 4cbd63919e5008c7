"""The tables of deposits: what is asked for, and what was paid.

It knows nothing of queries, nor of how money comes and goes.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from storage.metadata import make_transitions, metadata

invoices = Table(
    "invoices",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column(
        "hold_id",
        BigInteger,
        nullable=False,
        comment="the booking that it pays for; gone with its hold",
    ),
    Column("service_ids", ARRAY(Integer), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("party", Integer, nullable=False),
    Column("price", Numeric(12, 2), nullable=False, comment="as shown, for all who come"),
    Column("amount", Numeric(12, 2), nullable=False, comment="the deposit"),
    Column("comment", Text),
    Column("phone", Text),
    Column("photo", JSONB(none_as_null=True)),
    Column("until", DateTime(timezone=True), nullable=False, comment="until when it can be paid"),
    Column(
        "refund_until", DateTime(timezone=True), nullable=False, comment="as shown before paying"
    ),
    UniqueConstraint("hold_id"),
    CheckConstraint("amount > 0", name="amount"),
    Index(None, "user_id"),
    Index(None, "until"),
)

payments = Table(
    "payments",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "booking_id", BigInteger, ForeignKey("bookings.id"), comment="null: nothing could be booked"
    ),
    Column(
        "user_id",
        BigInteger,
        ForeignKey("users.id", ondelete="SET NULL"),
        comment="null: they were erased",
    ),
    Column("invoice_id", BigInteger, ForeignKey("invoices.id", ondelete="SET NULL")),
    Column("amount", Numeric(12, 2), nullable=False),
    Column("currency", Text, nullable=False),
    Column("charge", Text, nullable=False, comment="Telegram's number of it"),
    Column("provider_charge", Text, nullable=False, comment="by which the provider gives it back"),
    Column("state", Text, nullable=False),
    Column(
        "refund_until",
        DateTime(timezone=True),
        nullable=False,
        comment="whoever cancels before gets it back",
    ),
    Column("paid_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), comment="when its state last changed"),
    UniqueConstraint("booking_id"),
    UniqueConstraint("charge"),
    CheckConstraint("state IN ('paid', 'refund_due', 'refunded', 'kept')", name="state"),
    CheckConstraint("state NOT IN ('paid', 'kept') OR booking_id IS NOT NULL", name="booked"),
    CheckConstraint("amount > 0", name="amount"),
    Index(None, "user_id"),
    Index(None, "invoice_id"),
    Index("payments_owed_idx", "paid_at", postgresql_where=text("state = 'refund_due'")),
)

payment_transitions = make_transitions("payment_transitions")
