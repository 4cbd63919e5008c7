"""The tables of the desk beside bookings: its rules, who changed what, what times were wanted, messages to many, who is away, and who waits.

It knows nothing of queries. With this module all tables are in the metadata, which whoever needs all of them imports from here.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint

from storage import (  # noqa: F401  # with them all tables are in the metadata
    booking_tables,
    payment_tables,
    runtime_tables,
    tables,
)
from storage.metadata import metadata

__all__ = [
    "absences",
    "audit_log",
    "booking_messages",
    "broadcasts",
    "client_notes",
    "client_standings",
    "desk_rules",
    "metadata",
    "slot_attempts",
    "waitlist_offers",
    "waitlist_wishes",
]

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
    Column(
        "forget_after_months",
        Integer,
        comment="people without a visit for so long are forgotten; null: never",
    ),
    CheckConstraint("is_only", name="is_only"),
    CheckConstraint(
        "open_bookings > 0 AND bookings_a_day > 0 AND bookings_a_week > 0", name="limits"
    ),
    CheckConstraint(
        "no_shows > 0 AND no_shows_within_days > 0 AND no_shows_block_days > 0", name="no_shows"
    ),
    CheckConstraint("no_shows_outcome IN ('confirm', 'block')", name="no_shows_outcome"),
    CheckConstraint("forget_after_months > 0", name="forgetting"),
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

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("made_by", BigInteger, ForeignKey("users.id", ondelete="SET NULL")),
    Column("audience", Text, nullable=False),
    Column("about", Integer, comment="of which service or staff, or for how many months away"),
    Column("language", Text, comment="whose language it is"),
    Column(
        "texts",
        JSONB,
        nullable=False,
        comment="by language; that of an empty name is for all others",
    ),
    Column("recipients", Integer, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("stopped_at", DateTime(timezone=True)),
    Column("key", Text, comment="the effect that made it, which makes no second one"),
    Column(
        "sent",
        Integer,
        nullable=False,
        server_default="0",
        comment="of messages that are no longer kept",
    ),
    Column("failed", Integer, nullable=False, server_default="0", comment="the same"),
    Column("dropped", Integer, nullable=False, server_default="0", comment="the same"),
    Column(
        "blocked",
        Integer,
        nullable=False,
        server_default="0",
        comment="of the failed ones those whose readers had blocked the bot",
    ),
    Column(
        "gone",
        Integer,
        nullable=False,
        server_default="0",
        comment="of the failed ones those whose readers are no longer with Telegram",
    ),
    UniqueConstraint("key"),
    CheckConstraint(
        "audience IN ('everybody', 'ahead', 'service', 'staff', 'away', 'language')",
        name="audience",
    ),
    Index(None, "started_at"),
)

slot_attempts = Table(
    "slot_attempts",
    metadata,
    Column("day", Date, primary_key=True, comment="of the time that was wanted, where it is"),
    Column("service_id", Integer, ForeignKey("services.id", ondelete="CASCADE"), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("lost", Integer, nullable=False, comment="of them those whose time had just gone"),
    CheckConstraint("lost BETWEEN 0 AND attempts", name="lost"),
)

waitlist_wishes = Table(
    "waitlist_wishes",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("service_id", Integer, ForeignKey("services.id", ondelete="CASCADE"), nullable=False),
    Column("location_id", Integer, ForeignKey("locations.id", ondelete="CASCADE"), nullable=False),
    Column(
        "staff_id",
        Integer,
        ForeignKey("staff.id", ondelete="CASCADE"),
        comment="null: anyone who is free",
    ),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False, comment="after it the wish is over by itself"),
    Column("party", Integer, nullable=False, server_default="1"),
    Column("joined_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True), comment="when it was withdrawn, or came true"),
    Column("offer_id", BigInteger, comment="the offer by which it came true"),
    Column("booking_id", BigInteger, ForeignKey("bookings.id", ondelete="SET NULL")),
    CheckConstraint("first_day <= last_day", name="days"),
    CheckConstraint("party > 0", name="party"),
    Index(
        "waitlist_wishes_same_idx",
        "user_id",
        "service_id",
        "location_id",
        "staff_id",
        "first_day",
        "last_day",
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "waitlist_wishes_open_idx",
        "location_id",
        "last_day",
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(None, "booking_id", postgresql_where=text("booking_id IS NOT NULL")),
)

waitlist_offers = Table(
    "waitlist_offers",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "wish_id",
        BigInteger,
        ForeignKey("waitlist_wishes.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column(
        "hold_id",
        BigInteger,
        ForeignKey("bookings.id", ondelete="CASCADE"),
        nullable=False,
        comment="what keeps the time meanwhile",
    ),
    Column("starts_at", DateTime(timezone=True), nullable=False, comment="when the visit would be"),
    Column("opens_at", DateTime(timezone=True), nullable=False),
    Column("closes_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("opens_at <= closes_at", name="turn"),
    ExcludeConstraint(
        ("wish_id", "="),
        (text("tstzrange(opens_at, closes_at)"), "&&"),
        name="waitlist_offers_wish_id_excl",
    ),
    ExcludeConstraint(
        ("hold_id", "="),
        (text("tstzrange(opens_at, closes_at)"), "&&"),
        name="waitlist_offers_hold_id_excl",
    ),
)

client_standings = Table(
    "client_standings",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "user_id",
        BigInteger,
        nullable=False,
        unique=True,
        comment="no reference: a block outlasts that its client is forgotten",
    ),
    Column("blocked_since", DateTime(timezone=True), comment="since when they may not book"),
    Column("blocked_until", DateTime(timezone=True), comment="null: until somebody lets them"),
    Column("forgiven_at", DateTime(timezone=True), comment="visits missed before count no more"),
    CheckConstraint("blocked_since IS NOT NULL OR blocked_until IS NULL", name="blocked"),
)

client_notes = Table(
    "client_notes",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "user_id",
        BigInteger,
        ForeignKey("users.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column(
        "note",
        Text,
        nullable=False,
        comment="for the desk; its client sees it when they ask for their data",
    ),
)

absences = Table(
    "absences",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("period", TSTZRANGE, nullable=False),
    Column("reason", Text),
    Column(
        "whole",
        TSTZRANGE,
        nullable=False,
        comment="what was asked for; the stretches of one absence have it in common",
    ),
    CheckConstraint("whole @> period", name="whole"),
    Index("absences_staff_id_whole_idx", "staff_id", "whole", postgresql_using="gist"),
    CheckConstraint(
        "NOT isempty(period) AND NOT lower_inf(period) AND NOT upper_inf(period)", name="period"
    ),
    ExcludeConstraint(("staff_id", "="), ("period", "&&"), name="absences_staff_id_period_excl"),
    comment="when members of staff are away; triggers keep them and live bookings apart",
)

booking_messages = Table(
    "booking_messages",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("booking_id", BigInteger, ForeignKey("bookings.id", ondelete="CASCADE"), nullable=False),
    Column("sender_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("recipient_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("words", Text, nullable=False),
    Column(
        "answers_id",
        BigInteger,
        ForeignKey("booking_messages.id", ondelete="SET NULL"),
        comment="the message that it answers, which has one answer",
    ),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("answers_id"),
    CheckConstraint("length(words) BETWEEN 1 AND 1000", name="words"),
    Index(None, "booking_id"),
    Index(None, "sender_id"),
    Index(None, "recipient_id"),
    comment="what staff and clients wrote to each other through the bot",
)
