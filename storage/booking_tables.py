"""The tables of bookings: what is booked, of which services, and together with whom.

It knows nothing of queries. Instants are timestamptz in UTC.
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
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint

from storage.metadata import make_transitions, metadata

NO_OVERLAP = "bookings_staff_id_blocked_excl"
"""The constraint that keeps live bookings of one member of staff apart, unless they are of one session."""

NO_SHARED_ROOM = "bookings_room_id_blocked_excl"
"""The constraint that keeps live bookings in one room apart, unless they are of one session."""

LIVE = "status IN ('held', 'pending', 'confirmed')"
"""The statuses that block; queries repeat it word for word, so that the constraint's index serves them."""

GOES_ON = """status = 'completed' AND upper(period) > CAST(:now AS timestamptz)
    AND lower(period) > CAST(:now AS timestamptz) - interval '1 day'"""
"""Who has been said to have come is still there: no constraint holds that time, but it is not given to others. The last condition is for the index."""

group_sessions = Table(
    "group_sessions",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("service_id", Integer, ForeignKey("services.id"), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column(
        "taken",
        Integer,
        nullable=False,
        server_default="0",
        comment="places of live bookings, which a trigger counts",
    ),
    UniqueConstraint("staff_id", "starts_at", "service_id", "location_id"),
    CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
)

bookings = Table(
    "bookings",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("status", Text, nullable=False),
    Column("user_id", BigInteger, ForeignKey("users.id"), nullable=False),
    Column("service_id", Integer, ForeignKey("services.id"), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("period", TSTZRANGE, nullable=False),
    Column("blocked", TSTZRANGE, nullable=False, comment="period and the buffers around it"),
    Column("price", Numeric(12, 2), nullable=False, comment="as agreed, whatever it costs now"),
    Column("comment", Text),
    Column("key", Text, comment="the effect that made it, which makes no second one"),
    Column("held_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("cancelled_at", DateTime(timezone=True)),
    Column("cancelled_by", BigInteger, ForeignKey("users.id")),
    Column("party", Integer, nullable=False, server_default="1", comment="how many people come"),
    Column(
        "group_session_id",
        BigInteger,
        ForeignKey("group_sessions.id"),
        comment="null: it has its time alone",
    ),
    Column("room_id", Integer, ForeignKey("rooms.id"), comment="null: it takes none"),
    Column("phone", Text, comment="as its client shared it for this visit"),
    Column(
        "photo", JSONB(none_as_null=True), comment="what Telegram calls the picture its client sent"
    ),
    Column(
        "coming_at", DateTime(timezone=True), comment="when its client said that they will come"
    ),
    Column(
        "marked_at",
        DateTime(timezone=True),
        comment="when the staff said last whether its client came",
    ),
    Column(
        "asked_to_move_at",
        DateTime(timezone=True),
        comment="since when its client may change it whatever the deadlines say",
    ),
    Column("guest_name", Text, comment="who comes that is not on Telegram; its user is nobody"),
    Column(
        "entered_by",
        BigInteger,
        ForeignKey("users.id"),
        comment="who of the staff made it for its client",
    ),
    Column("reason", Text, comment="why the staff cancelled it, as its client read it"),
    UniqueConstraint("key"),
    CheckConstraint(
        "status IN ('held', 'pending', 'confirmed', 'cancelled', 'completed', 'no_show')",
        name="status",
    ),
    CheckConstraint("status <> 'held' OR held_until IS NOT NULL", name="held"),
    CheckConstraint("party > 0", name="party"),
    CheckConstraint("guest_name IS NULL OR user_id = 0", name="guest"),
    CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
    CheckConstraint(
        "NOT isempty(period) AND NOT lower_inf(period) AND NOT upper_inf(period)"
        " AND blocked @> period",
        name="period",
    ),
    ExcludeConstraint(
        ("staff_id", "="),
        ("blocked", "&&"),
        (text("coalesce(-group_session_id, id)"), "<>"),
        where=text(LIVE),
        name=NO_OVERLAP,
    ),
    ExcludeConstraint(
        ("room_id", "="),
        ("blocked", "&&"),
        (text("coalesce(-group_session_id, id)"), "<>"),
        where=text(f"{LIVE} AND room_id IS NOT NULL"),
        name=NO_SHARED_ROOM,
    ),
    Index("bookings_user_id_starts_at_idx", "user_id", text("lower(period)")),
    Index("bookings_starts_at_idx", text("lower(period)")),
    Index("bookings_service_id_idx", "service_id"),
    Index(
        "bookings_group_session_id_idx",
        "group_session_id",
        postgresql_where=text("group_session_id IS NOT NULL"),
    ),
    Index(
        "bookings_pending_idx", text("lower(period)"), postgresql_where=text("status = 'pending'")
    ),
    Index("bookings_held_until_idx", "held_until", postgresql_where=text("status = 'held'")),
)

booking_services = Table(
    "booking_services",
    metadata,
    Column(
        "booking_id", BigInteger, ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("position", SmallInteger, primary_key=True, comment="1 is what is done first"),
    Column("service_id", Integer, ForeignKey("services.id"), nullable=False),
    Column("duration_minutes", Integer, nullable=False, comment="as agreed, whatever it takes now"),
    Column("price", Numeric(12, 2), nullable=False, comment="as agreed, for all who come"),
    Index(None, "service_id"),
)

booking_transitions = make_transitions("booking_transitions")
