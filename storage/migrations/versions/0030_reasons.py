"""Keep why the staff declined or cancelled a visit, in the words that its client read."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_BEFORE = (
    "user_id version blocked cancelled_at cancelled_by held_until key coming_at comment phone photo"
    " group_session_id created_at marked_at guest_name entered_by"
)
_NOW = f"{_BEFORE} reason"


def upgrade() -> None:
    """Add the reason, which the audit log does not repeat."""
    op.execute("ALTER TABLE bookings ADD COLUMN reason TEXT")
    op.execute(
        "COMMENT ON COLUMN bookings.reason IS 'why the staff cancelled it, as its client read it'"
    )
    _note(_NOW)


def downgrade() -> None:
    """Drop it."""
    _note(_BEFORE)
    op.drop_column("bookings", "reason")


def _note(silent: str) -> None:
    """Make the triggers of the audit log anew, which leave these columns out."""
    op.execute("DROP TRIGGER note_change ON bookings")
    op.execute("DROP TRIGGER note_making ON bookings")
    op.execute(
        "CREATE TRIGGER note_change AFTER UPDATE OF status, period, staff_id, location_id, room_id ON bookings"
        " FOR EACH ROW WHEN (OLD.status <> 'held' AND (OLD.status <> NEW.status OR OLD.period <> NEW.period"
        " OR OLD.staff_id <> NEW.staff_id OR OLD.location_id <> NEW.location_id))"
        f" EXECUTE FUNCTION note_change('id', '', '{silent}')"
    )
    op.execute(
        "CREATE TRIGGER note_making AFTER INSERT ON bookings FOR EACH ROW"
        " WHEN (NEW.status <> 'held' AND nullif(current_setting('usher.actor', true), '') <> CAST(NEW.user_id AS text))"
        f" EXECUTE FUNCTION note_change('id', '', '{silent}')"
    )
