"""The tables of what the engine keeps between turns: values of flows, outcomes of commands, updates that came, and messages to be sent.

It knows nothing of queries, nor of the desk.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.metadata import metadata

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
