"""Count how often a time that somebody wanted had just gone."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_COMMENTS = (
    ("day", "of the time that was wanted, where it is"),
    ("lost", "of them those whose time had just gone"),
)


def upgrade() -> None:
    """Add the table."""
    op.execute("""
        CREATE TABLE slot_attempts (
            day DATE NOT NULL,
            service_id INTEGER NOT NULL,
            staff_id INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            lost INTEGER NOT NULL,
            CONSTRAINT slot_attempts_pkey PRIMARY KEY (day, service_id, staff_id),
            CONSTRAINT slot_attempts_service_id_fkey FOREIGN KEY (service_id) REFERENCES services (id) ON DELETE CASCADE,
            CONSTRAINT slot_attempts_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE,
            CONSTRAINT slot_attempts_lost_check CHECK (lost BETWEEN 0 AND attempts)
        )
        """)
    for column, comment in _COMMENTS:
        op.execute(f"COMMENT ON COLUMN slot_attempts.{column} IS '{comment}'")


def downgrade() -> None:
    """Drop it, with what was counted."""
    op.drop_table("slot_attempts")
