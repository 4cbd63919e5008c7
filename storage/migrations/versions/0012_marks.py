"""Let a mark that a booking took place, or did not, be taken back."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say when a booking was marked, and that it can be again what it was before."""
    op.execute("ALTER TABLE bookings ADD COLUMN marked_at TIMESTAMP WITH TIME ZONE")
    op.execute(
        "COMMENT ON COLUMN bookings.marked_at IS 'when the staff said last whether its client came'"
    )
    op.execute(
        "INSERT INTO booking_transitions VALUES ('completed', 'confirmed'), ('no_show', 'confirmed')"
    )


def downgrade() -> None:
    """Drop them; what is marked stays so."""
    op.execute(
        "DELETE FROM booking_transitions WHERE after = 'confirmed' AND before IN ('completed', 'no_show')"
    )
    op.drop_column("bookings", "marked_at")
