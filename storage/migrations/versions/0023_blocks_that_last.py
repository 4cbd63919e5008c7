"""Let a block outlast that its client is forgotten."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_KEY = "client_standings_user_id_fkey"
_COMMENT = "no reference: a block outlasts that its client is forgotten"


def upgrade() -> None:
    """Keep standings of people who are not known any more."""
    op.drop_constraint(_KEY, "client_standings", type_="foreignkey")
    op.execute(f"COMMENT ON COLUMN client_standings.user_id IS '{_COMMENT}'")


def downgrade() -> None:
    """Forget them."""
    op.execute("COMMENT ON COLUMN client_standings.user_id IS NULL")
    op.execute("DELETE FROM client_standings WHERE user_id NOT IN (SELECT id FROM users)")
    op.create_foreign_key(
        _KEY, "client_standings", "users", ["user_id"], ["id"], ondelete="CASCADE"
    )
