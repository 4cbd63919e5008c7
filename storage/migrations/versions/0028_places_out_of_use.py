"""Let places be taken out of use."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the flag; all places are in use."""
    op.execute("ALTER TABLE locations ADD COLUMN active BOOLEAN DEFAULT true NOT NULL")
    op.execute("COMMENT ON COLUMN locations.active IS 'whether anybody works there'")


def downgrade() -> None:
    """Drop it."""
    op.drop_column("locations", "active")
