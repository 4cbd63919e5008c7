"""Let bookings wait for a word of the staff, and let a booking's status change only as it may."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ALLOWED = (
    ("held", "pending"),
    ("held", "confirmed"),
    ("pending", "confirmed"),
    ("pending", "cancelled"),
    ("confirmed", "cancelled"),
    ("confirmed", "completed"),
    ("confirmed", "no_show"),
    ("completed", "no_show"),
    ("no_show", "completed"),
)

_CHECK = """
CREATE FUNCTION check_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM booking_transitions WHERE before = OLD.status AND after = NEW.status
    ) THEN
        RAISE EXCEPTION 'booking % cannot become % once it is %', OLD.id, NEW.status, OLD.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bookings_transition_check', TABLE = 'bookings';
    END IF;
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    """Add what a service asks for, and the table of what a status may become."""
    op.execute("ALTER TABLE services ADD COLUMN needs_confirmation BOOLEAN DEFAULT false NOT NULL")
    op.execute(
        "COMMENT ON COLUMN services.needs_confirmation IS 'a booking waits until the staff confirm it'"
    )
    op.execute("""
        CREATE TABLE booking_transitions (
            before TEXT NOT NULL,
            after TEXT NOT NULL,
            CONSTRAINT booking_transitions_pkey PRIMARY KEY (before, after)
        )
        """)
    for before, after in _ALLOWED:
        op.execute(
            f"INSERT INTO booking_transitions VALUES ('{before}', '{after}')"  # noqa: S608  # of the list above
        )
    op.execute(_CHECK)
    op.execute(
        "CREATE TRIGGER check_transition BEFORE UPDATE OF status ON bookings FOR EACH ROW"
        " WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION check_transition()"
    )
    op.execute(
        "CREATE INDEX bookings_pending_idx ON bookings (lower(period)) WHERE status = 'pending'"
    )


def downgrade() -> None:
    """Drop them; who waits goes on waiting."""
    op.execute("DROP INDEX bookings_pending_idx")
    op.execute("DROP TRIGGER check_transition ON bookings")
    op.execute("DROP FUNCTION check_transition()")
    op.drop_table("booking_transitions")
    op.drop_column("services", "needs_confirmation")
