"""Let the staff enter visits, also of people who are not on Telegram."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_BEFORE = (
    "user_id version blocked cancelled_at cancelled_by held_until key coming_at comment phone photo"
    " group_session_id created_at"
)
_NOW = f"{_BEFORE} marked_at guest_name entered_by"


def upgrade() -> None:
    """Add who comes and who entered it, which the audit log does not repeat."""
    for column in ("guest_name TEXT", "entered_by BIGINT"):
        op.execute(f"ALTER TABLE bookings ADD COLUMN {column}")
    op.execute(
        "ALTER TABLE bookings ADD CONSTRAINT bookings_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES users (id)"
    )
    op.execute(
        "ALTER TABLE bookings ADD CONSTRAINT bookings_guest_check CHECK (guest_name IS NULL OR user_id = 0)"
    )
    for column, comment in (
        ("guest_name", "who comes that is not on Telegram; its user is nobody"),
        ("entered_by", "who of the staff made it for its client"),
    ):
        op.execute(f"COMMENT ON COLUMN bookings.{column} IS '{comment}'")
    _note(_NOW)


def downgrade() -> None:
    """Drop them; guests are nobody then."""
    _note(_BEFORE)
    op.drop_column("bookings", "guest_name")
    op.drop_column("bookings", "entered_by")


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
