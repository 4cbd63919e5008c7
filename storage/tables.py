"""The tables that bookings rest on, as SQLAlchemy sees them: people, places, services, staff and their hours.

Migrations create all tables, and a test holds the two together. It knows nothing of queries. Working hours are minutes of a location's wall clock.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, ExcludeConstraint

from storage.metadata import metadata

_HOURS = "opens_minute >= 0 AND closes_minute <= 1440 AND opens_minute < closes_minute"

users = Table(
    "users",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text),
    Column("username", Text),
    Column("language_code", Text),
    Column("locale", Text),
    Column("time_zone", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("blocked_at", DateTime(timezone=True), comment="since when the bot cannot reach them"),
    Column(
        "news",
        Boolean,
        nullable=False,
        server_default=text("true"),
        comment="whether they want messages that go to many",
    ),
)

roles = Table(
    "roles",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("granted_by", BigInteger, ForeignKey("users.id", ondelete="SET NULL")),
    Column("granted_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column(
        "by_link",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="it came with being linked to a member of staff, and goes with that",
    ),
    CheckConstraint("role IN ('client', 'staff', 'admin', 'owner')", name="role"),
)

locations = Table(
    "locations",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("time_zone", Text, nullable=False),
    Column("contact", Text, comment="whom to ask there, such as a phone number"),
    Column("address", Text, comment="where it is, as a map finds it"),
    Column(
        "active",
        Boolean,
        nullable=False,
        server_default=text("true"),
        comment="whether anybody works there",
    ),
)

service_categories = Table(
    "service_categories",
    metadata,
    Column("title", Text, primary_key=True),
    Column("titles", JSONB, nullable=False, server_default=text("'{}'")),
    Column("position", SmallInteger, nullable=False, server_default="0"),
    Column("id", Integer, Identity(), nullable=False, unique=True),
)

services = Table(
    "services",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("title", Text, nullable=False),
    Column("titles", JSONB, nullable=False, server_default=text("'{}'")),
    Column("price", Numeric(12, 2), nullable=False),
    Column("duration_minutes", Integer, nullable=False),
    Column("slot_step_minutes", Integer, nullable=False),
    Column("buffer_before_minutes", Integer, nullable=False, server_default="0"),
    Column("buffer_after_minutes", Integer, nullable=False, server_default="0"),
    Column("minimum_notice_minutes", Integer, nullable=False, server_default="0"),
    Column(
        "cancel_until",
        Interval,
        nullable=False,
        server_default="0",
        comment="how long before the start its client can still cancel a booking",
    ),
    Column("horizon_days", Integer, nullable=False, server_default="60"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column(
        "capacity",
        Integer,
        nullable=False,
        server_default="1",
        comment="how many can come at one time; above 1 they come to a session",
    ),
    Column(
        "needs_confirmation",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="a booking waits until the staff confirm it",
    ),
    Column(
        "needs_room",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="a booking takes one of its rooms as well",
    ),
    Column(
        "category",
        Text,
        ForeignKey("service_categories.title", onupdate="CASCADE", ondelete="SET NULL"),
    ),
    Column(
        "reschedule_until",
        Interval,
        nullable=False,
        server_default="0",
        comment="how long before the start its client can still move a booking",
    ),
    Column(
        "reminders",
        ARRAY(Interval),
        nullable=False,
        server_default=text('\'{"1 day","2 hours"}\''),
        comment="how long before the start its client is reminded",
    ),
    Column("asks_phone", Boolean, nullable=False, server_default=text("false")),
    Column("asks_comment", Boolean, nullable=False, server_default=text("true")),
    Column("asks_photo", Boolean, nullable=False, server_default=text("false")),
    Column("reminder_note", Text, comment="added to reminders"),
    Column("reminder_notes", JSONB, nullable=False, server_default=text("'{}'")),
    Column(
        "deposit",
        Numeric(12, 2),
        nullable=False,
        server_default="0",
        comment="what is paid ahead for each who comes; 0: nothing",
    ),
    Column(
        "deleted",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="never booked, and gone; its title is free again",
    ),
    CheckConstraint("NOT (deleted AND active)", name="deleted"),
    Index("services_title_idx", "title", unique=True, postgresql_where=text("NOT deleted")),
    CheckConstraint("price >= 0", name="price"),
    CheckConstraint("deposit >= 0", name="deposit"),
    CheckConstraint("capacity > 0", name="capacity"),
    CheckConstraint("duration_minutes > 0 AND slot_step_minutes > 0", name="grid"),
    CheckConstraint("buffer_before_minutes >= 0 AND buffer_after_minutes >= 0", name="buffers"),
    CheckConstraint(
        "minimum_notice_minutes >= 0 AND horizon_days > 0 AND reschedule_until >= '0' AND cancel_until >= '0'",
        name="notice",
    ),
)

rooms = Table(
    "rooms",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("location_id", Integer, ForeignKey("locations.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    UniqueConstraint("location_id", "name", name="rooms_location_id_name_key"),
)

service_rooms = Table(
    "service_rooms",
    metadata,
    Column("service_id", Integer, ForeignKey("services.id", ondelete="CASCADE"), primary_key=True),
    Column("room_id", Integer, ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "room_id"),
)

room_closures = Table(
    "room_closures",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("room_id", Integer, ForeignKey("rooms.id", ondelete="CASCADE"), nullable=False),
    Column("closed", TSTZRANGE, nullable=False),
    Column("reason", Text),
    CheckConstraint("NOT isempty(closed)", name="closed"),
    Index("room_closures_room_id_idx", "room_id", "closed", postgresql_using="gist"),
)

service_pictures = Table(
    "service_pictures",
    metadata,
    Column("service_id", Integer, ForeignKey("services.id", ondelete="CASCADE"), primary_key=True),
    Column("content", LargeBinary, nullable=False, comment="a JPEG or PNG"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("name", Text, nullable=False),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="SET NULL"), unique=True),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)

staff_services = Table(
    "staff_services",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    Column("service_id", Integer, ForeignKey("services.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "service_id"),
)

staff_locations = Table(
    "staff_locations",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "location_id", Integer, ForeignKey("locations.id", ondelete="CASCADE"), primary_key=True
    ),
    Index(None, "location_id"),
)

weekly_hours = Table(
    "weekly_hours",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("staff_id", Integer, nullable=False),
    Column("location_id", Integer, nullable=False),
    Column("weekday", SmallInteger, nullable=False, comment="1 is Monday, 7 is Sunday"),
    Column("opens_minute", Integer, nullable=False),
    Column("closes_minute", Integer, nullable=False),
    ForeignKeyConstraint(
        ["staff_id", "location_id"],
        ["staff_locations.staff_id", "staff_locations.location_id"],
        ondelete="CASCADE",
    ),
    CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
    CheckConstraint(_HOURS, name="hours"),
    ExcludeConstraint(
        ("staff_id", "="),
        ("weekday", "="),
        (text("int4range(opens_minute, closes_minute)"), "&&"),
        name="weekly_hours_staff_id_weekday_excl",
    ),
)

overrides = Table(
    "overrides",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("location_id", Integer, ForeignKey("locations.id", ondelete="CASCADE"), nullable=False),
    Column(
        "staff_id",
        Integer,
        ForeignKey("staff.id", ondelete="CASCADE"),
        comment="null: everybody at the location",
    ),
    Column("day", Date, nullable=False),
    Column("opens_minute", Integer, comment="null: closed"),
    Column("closes_minute", Integer),
    Column("reason", Text),
    CheckConstraint("(opens_minute IS NULL) = (closes_minute IS NULL)", name="closed"),
    CheckConstraint(_HOURS, name="hours"),
    ExcludeConstraint(
        ("location_id", "="),
        (text("coalesce(staff_id, 0)"), "="),
        ("day", "="),
        (text("int4range(opens_minute, closes_minute)"), "&&"),
        where=text("opens_minute IS NOT NULL"),
        name="overrides_location_id_staff_id_day_excl",
    ),
    Index(
        "overrides_closed_idx",
        "location_id",
        "day",
        "staff_id",
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=text("opens_minute IS NULL"),
    ),
)
