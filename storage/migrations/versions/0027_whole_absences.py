"""Keep what somebody asked for when they are away, whatever was booked in it."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; of what is there, each stretch was asked for by itself."""
    op.execute("ALTER TABLE absences ADD COLUMN whole TSTZRANGE")
    op.execute("ALTER TABLE absences DISABLE TRIGGER USER")
    op.execute("UPDATE absences SET whole = period")
    op.execute("ALTER TABLE absences ENABLE TRIGGER USER")
    op.execute("ALTER TABLE absences ALTER COLUMN whole SET NOT NULL")
    op.execute("ALTER TABLE absences ADD CONSTRAINT absences_whole_check CHECK (whole @> period)")
    op.execute("CREATE INDEX absences_staff_id_whole_idx ON absences USING gist (staff_id, whole)")
    op.execute(
        "COMMENT ON COLUMN absences.whole IS"
        " 'what was asked for; the stretches of one absence have it in common'"
    )


def downgrade() -> None:
    """Drop it; each stretch is an absence."""
    op.drop_column("absences", "whole")
