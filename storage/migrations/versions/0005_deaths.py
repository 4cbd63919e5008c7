"""Count how often a worker died with an update in hand."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, which rewrites no row."""
    op.execute("ALTER TABLE inbox ADD COLUMN deaths SMALLINT DEFAULT '0' NOT NULL")
    op.execute("COMMENT ON COLUMN inbox.deaths IS 'how often a worker died with it in hand'")


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("inbox", "deaths")
