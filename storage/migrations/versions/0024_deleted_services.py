"""Let services be deleted that were never booked."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say which are; they have no title to keep."""
    op.add_column(
        "services",
        sa.Column(
            "deleted",
            sa.Boolean,
            nullable=False,
            server_default=sa.text("false"),
            comment="never booked, and gone; its title is free again",
        ),
    )
    op.execute(
        "ALTER TABLE services ADD CONSTRAINT services_deleted_check CHECK (NOT (deleted AND active))"
    )
    op.execute("ALTER TABLE services DROP CONSTRAINT services_title_key")
    op.execute("CREATE UNIQUE INDEX services_title_idx ON services (title) WHERE NOT deleted")


def downgrade() -> None:
    """Delete them altogether."""
    op.execute("DELETE FROM services WHERE deleted")
    op.execute("DROP INDEX services_title_idx")
    op.execute("ALTER TABLE services ADD CONSTRAINT services_title_key UNIQUE (title)")
    op.drop_column("services", "deleted")
