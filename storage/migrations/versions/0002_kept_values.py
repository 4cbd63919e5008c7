"""Create the table of values that flows keep for a person."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute("""
        CREATE TABLE kept_values (
            user_id BIGINT NOT NULL,
            bot_id BIGINT NOT NULL,
            flow TEXT NOT NULL,
            name TEXT NOT NULL,
            value JSONB NOT NULL,
            kept_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
            CONSTRAINT kept_values_pkey PRIMARY KEY (user_id, bot_id, flow, name),
            CONSTRAINT kept_values_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        )
        """)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("kept_values")
