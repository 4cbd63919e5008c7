"""The tables of the desk beside those that bookings rest on: its rules, and who changed what.

It knows nothing of queries. All tables are in one metadata, that of `storage.tables`; who needs all of them imports it from here.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables import metadata

__all__ = ["audit_log", "desk_rules", "metadata"]

desk_rules = Table(
    "desk_rules",
    metadata,
    Column("is_only", Boolean, primary_key=True, server_default=text("true")),
    Column(
        "open_bookings",
        Integer,
        nullable=False,
        server_default="5",
        comment="how many bookings ahead of them a client may have",
    ),
    Column("bookings_a_day", Integer, comment="null: as many as they like"),
    Column("bookings_a_week", Integer, comment="null: as many as they like"),
    Column("no_shows", Integer, comment="from so many on clients meet the rule; null: never"),
    Column(
        "no_shows_within_days",
        Integer,
        nullable=False,
        server_default="90",
        comment="how far back they are counted",
    ),
    Column("no_shows_outcome", Text, nullable=False, server_default="confirm"),
    Column(
        "no_shows_block_days",
        Integer,
        nullable=False,
        server_default="30",
        comment="how long after the last one its client cannot book",
    ),
    CheckConstraint("is_only", name="is_only"),
    CheckConstraint(
        "open_bookings > 0 AND bookings_a_day > 0 AND bookings_a_week > 0", name="limits"
    ),
    CheckConstraint(
        "no_shows > 0 AND no_shows_within_days > 0 AND no_shows_block_days > 0", name="no_shows"
    ),
    CheckConstraint("no_shows_outcome IN ('confirm', 'block')", name="no_shows_outcome"),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("actor_id", BigInteger, comment="who did it; null: the system, 0: somebody forgotten"),
    Column("subject", Text, nullable=False, comment="the table"),
    Column("row_id", Text, nullable=False),
    Column("label", Text, comment="what the row was called"),
    Column("person_id", BigInteger, comment="whom the row is about"),
    Column("operation", Text, nullable=False),
    Column("before", JSONB, nullable=False, comment="of the columns that changed"),
    Column("after", JSONB, nullable=False),
    CheckConstraint("operation IN ('insert', 'update', 'delete')", name="operation"),
    Index(None, "actor_id", "id"),
    Index(None, "subject", "id"),
    Index(None, "person_id", postgresql_where=text("person_id IS NOT NULL")),
)
