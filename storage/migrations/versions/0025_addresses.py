"""Tell clients where a place is."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; no place has one yet."""
    op.execute("ALTER TABLE locations ADD COLUMN address TEXT")
    op.execute("COMMENT ON COLUMN locations.address IS 'where it is, as a map finds it'")


def downgrade() -> None:
    """Drop it."""
    op.drop_column("locations", "address")
