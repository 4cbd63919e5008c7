"""Give services categories, pictures, deadlines, reminders and what they ask for; and bookings what was answered."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COLUMNS = (
    "services ADD COLUMN category TEXT",
    "services ADD COLUMN reschedule_until INTERVAL DEFAULT '0' NOT NULL",
    """services ADD COLUMN reminders INTERVAL[] DEFAULT '{"1 day","2 hours"}' NOT NULL""",
    "services ADD COLUMN asks_phone BOOLEAN DEFAULT false NOT NULL",
    "services ADD COLUMN asks_comment BOOLEAN DEFAULT true NOT NULL",
    "services ADD COLUMN asks_photo BOOLEAN DEFAULT false NOT NULL",
    """services ADD CONSTRAINT services_category_fkey FOREIGN KEY (category)
        REFERENCES service_categories (title) ON DELETE SET NULL ON UPDATE CASCADE""",
    "services DROP CONSTRAINT services_notice_check",
    "services RENAME COLUMN cancel_notice_minutes TO cancel_until",
    "services ALTER COLUMN cancel_until DROP DEFAULT",
    "services ALTER COLUMN cancel_until TYPE INTERVAL USING make_interval(mins => cancel_until)",
    "services ALTER COLUMN cancel_until SET DEFAULT '0'",
    """services ADD CONSTRAINT services_notice_check CHECK (minimum_notice_minutes >= 0
        AND horizon_days > 0 AND reschedule_until >= '0' AND cancel_until >= '0')""",
    "locations ADD COLUMN contact TEXT",
    "bookings ADD COLUMN phone TEXT",
    "bookings ADD COLUMN photo JSONB",
    "bookings ADD COLUMN coming_at TIMESTAMP WITH TIME ZONE",
)

_COMMENTS = (
    ("service_pictures.content", "a JPEG or PNG"),
    ("services.reschedule_until", "how long before the start its client can still move a booking"),
    ("services.cancel_until", "how long before the start its client can still cancel a booking"),
    ("services.reminders", "how long before the start its client is reminded"),
    ("locations.contact", "whom to ask there, such as a phone number"),
    ("bookings.phone", "as its client shared it for this visit"),
    ("bookings.photo", "what Telegram calls the picture its client sent"),
    ("bookings.coming_at", "when its client said that they will come"),
)


def upgrade() -> None:
    """Add them; one deadline becomes two."""
    op.execute("""
        CREATE TABLE service_categories (
            title TEXT NOT NULL,
            titles JSONB DEFAULT '{}' NOT NULL,
            position SMALLINT DEFAULT '0' NOT NULL,
            CONSTRAINT service_categories_pkey PRIMARY KEY (title)
        )
        """)
    op.execute("""
        CREATE TABLE service_pictures (
            service_id INTEGER NOT NULL,
            content BYTEA NOT NULL,
            CONSTRAINT service_pictures_pkey PRIMARY KEY (service_id),
            CONSTRAINT service_pictures_service_id_fkey FOREIGN KEY (service_id) REFERENCES services (id) ON DELETE CASCADE
        )
        """)
    for column in _COLUMNS:
        op.execute(f"ALTER TABLE {column}")
    op.execute("UPDATE services SET reschedule_until = cancel_until")
    for place, comment in _COMMENTS:
        op.execute(f"COMMENT ON COLUMN {place} IS '{comment}'")


def downgrade() -> None:
    """Drop them; the deadline to cancel holds for both."""
    op.drop_column("locations", "contact")
    for column in ("phone", "photo", "coming_at"):
        op.drop_column("bookings", column)
    for change in (
        "DROP CONSTRAINT services_notice_check",
        "ALTER COLUMN cancel_until DROP DEFAULT",
        "ALTER COLUMN cancel_until TYPE INTEGER USING extract(epoch FROM cancel_until) / 60",
        "ALTER COLUMN cancel_until SET DEFAULT '0'",
        "RENAME COLUMN cancel_until TO cancel_notice_minutes",
        """ADD CONSTRAINT services_notice_check CHECK
            (minimum_notice_minutes >= 0 AND cancel_notice_minutes >= 0 AND horizon_days > 0)""",
    ):
        op.execute(f"ALTER TABLE services {change}")
    op.execute("COMMENT ON COLUMN services.cancel_notice_minutes IS NULL")
    for column in (
        "category", "reschedule_until", "reminders",
        "asks_phone", "asks_comment", "asks_photo",
    ):  # fmt: skip
        op.drop_column("services", column)
    op.drop_table("service_categories")
    op.drop_table("service_pictures")
