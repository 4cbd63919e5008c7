"""Let people be forgotten who have not been there for long."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the rule; nobody is forgotten until it is set."""
    op.execute("ALTER TABLE desk_rules ADD COLUMN forget_after_months INTEGER")
    op.execute(
        "ALTER TABLE desk_rules ADD CONSTRAINT desk_rules_forgetting_check CHECK (forget_after_months > 0)"
    )
    op.execute(
        "COMMENT ON COLUMN desk_rules.forget_after_months "
        "IS 'people without a visit for so long are forgotten; null: never'"
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("desk_rules", "forget_after_months")
