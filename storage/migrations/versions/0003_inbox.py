"""Create the inbox of updates."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; its rows change often, so that room is left in pages and it is vacuumed early."""
    op.execute("""
        CREATE TABLE inbox (
            bot_id BIGINT NOT NULL,
            update_id BIGINT NOT NULL,
            lane BIGINT NOT NULL,
            raw TEXT,
            received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
            attempts SMALLINT DEFAULT '0' NOT NULL,
            not_before TIMESTAMP WITH TIME ZONE,
            worker INTEGER,
            done_at TIMESTAMP WITH TIME ZONE,
            set_aside_at TIMESTAMP WITH TIME ZONE,
            reason TEXT,
            CONSTRAINT inbox_pkey PRIMARY KEY (bot_id, update_id),
            CONSTRAINT inbox_open_check CHECK (raw IS NOT NULL OR done_at IS NOT NULL),
            CONSTRAINT inbox_set_aside_check CHECK (set_aside_at IS NULL OR worker IS NULL AND done_at IS NULL)
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05)
        """)
    op.execute("""
        CREATE INDEX inbox_open_idx ON inbox (bot_id, lane, update_id)
        WHERE done_at IS NULL AND set_aside_at IS NULL
        """)
    op.execute(
        "CREATE INDEX inbox_worker_idx ON inbox (bot_id, lane, worker) WHERE worker IS NOT NULL"
    )
    op.execute("""
        CREATE INDEX inbox_set_aside_at_idx ON inbox (set_aside_at)
        WHERE set_aside_at IS NOT NULL
        """)
    op.execute("CREATE INDEX inbox_done_at_idx ON inbox (done_at) WHERE done_at IS NOT NULL")
    op.execute("COMMENT ON COLUMN inbox.lane IS 'what is handled in order: a chat, or a person'")
    op.execute("COMMENT ON COLUMN inbox.raw IS 'as received; gone when it is done'")
    op.execute("COMMENT ON COLUMN inbox.worker IS 'who has claimed it, as long as they live'")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("inbox")
