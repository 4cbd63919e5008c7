"""The tables as SQLAlchemy sees them; migrations create them, and a test holds the two together.

It knows nothing of queries. Instants are timestamptz in UTC; working hours are minutes of a location's wall clock.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, ExcludeConstraint

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)

NO_OVERLAP = "bookings_staff_id_blocked_excl"
"""The constraint that keeps live bookings of one member of staff apart, unless they are of one session."""

NO_SHARED_ROOM = "bookings_room_id_blocked_excl"
"""The constraint that keeps live bookings in one room apart, unless they are of one session."""

LIVE = "status IN ('held', 'pending', 'confirmed')"
"""The statuses that block; queries repeat it word for word, so that the constraint's index serves them."""

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
    Column("title", Text, nullable=False, unique=True),
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

booking_transitions = Table(
    "booking_transitions",
    metadata,
    Column("before", Text, primary_key=True),
    Column("after", Text, primary_key=True),
)

kept_values = Table(
    "kept_values",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("bot_id", BigInteger, primary_key=True),
    Column("flow", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", JSONB(none_as_null=False), nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

command_outcomes = Table(
    "command_outcomes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("command", Text, nullable=False),
    Column("outcome", JSONB(none_as_null=False), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(None, "created_at"),
)

_OPEN = "done_at IS NULL AND set_aside_at IS NULL"

inbox = Table(
    "inbox",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "lane",
        BigInteger,
        nullable=False,
        comment="what is handled in order: a chat, or a person",
    ),
    Column("raw", Text, comment="as received; gone when it is done"),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("not_before", DateTime(timezone=True)),
    Column("worker", Integer, comment="who has claimed it, as long as they live"),
    Column("done_at", DateTime(timezone=True)),
    Column("set_aside_at", DateTime(timezone=True)),
    Column("reason", Text),
    Column(
        "deaths",
        SmallInteger,
        nullable=False,
        server_default="0",
        comment="how often a worker died with it in hand",
    ),
    CheckConstraint("raw IS NOT NULL OR done_at IS NOT NULL", name="open"),
    CheckConstraint("set_aside_at IS NULL OR worker IS NULL AND done_at IS NULL", name="set_aside"),
    Index("inbox_open_idx", "bot_id", "lane", "update_id", postgresql_where=text(_OPEN)),
    Index(
        "inbox_worker_idx", "bot_id", "lane", "worker", postgresql_where=text("worker IS NOT NULL")
    ),
    Index(None, "set_aside_at", postgresql_where=text("set_aside_at IS NOT NULL")),
    Index(None, "done_at", postgresql_where=text("done_at IS NOT NULL")),
)

_UNSENT = "ended_at IS NULL"

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("notice", Text, nullable=False),
    Column("arguments", JSONB, nullable=False),
    Column("policy", Text, nullable=False),
    Column("bulk", Boolean, nullable=False, server_default=text("false")),
    Column("key", Text, comment="the one message of this notice to this chat that it may be"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), comment="when it is of no use any more"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("worker", Integer, comment="who is sending it, as long as they live"),
    Column("ended_at", DateTime(timezone=True)),
    Column("fate", Text),
    Column("reason", Text),
    Column("message_id", BigInteger, comment="what Telegram calls it"),
    UniqueConstraint("bot_id", "notice", "chat_id", "key"),
    CheckConstraint("policy IN ('may_repeat', 'may_be_lost')", name="policy"),
    CheckConstraint("fate IN ('delivered', 'dropped', 'dead')", name="fate"),
    CheckConstraint(
        "(fate IS NULL) = (ended_at IS NULL) AND (ended_at IS NULL OR worker IS NULL)", name="ended"
    ),
    Index("outbox_due_idx", "bot_id", "bulk", "due_at", "id", postgresql_where=text(_UNSENT)),
    Index("outbox_chat_idx", "bot_id", "chat_id", "due_at", "id", postgresql_where=text(_UNSENT)),
    Index("outbox_worker_idx", "bot_id", "worker", postgresql_where=text("worker IS NOT NULL")),
    Index("outbox_ended_idx", "fate", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    Index("outbox_bulk_idx", "notice", "key", "fate", postgresql_where=text("bulk")),
)

outbox_pace = Table(
    "outbox_pace",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("tokens", Double, nullable=False, comment="how many messages may be sent at once"),
    Column("counted_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("free_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

outbox_chats = Table(
    "outbox_chats",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("free_at", DateTime(timezone=True), nullable=False),
    Index(None, "free_at"),
)
