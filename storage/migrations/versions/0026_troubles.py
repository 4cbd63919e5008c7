"""Tell why messages to many did not arrive."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("blocked", "of the failed ones those whose readers had blocked the bot"),
    ("gone", "of the failed ones those whose readers are no longer with Telegram"),
)

_TROUBLE_OF = """
CREATE FUNCTION trouble_of(reason text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    -- What Telegram, or the outbox, says of somebody who cannot be written to.
    SELECT CASE
        WHEN reason LIKE '%deactivated%' OR reason LIKE '%chat not found%' OR reason LIKE 'nobody of this id%' THEN 'gone'
        WHEN reason LIKE '%blocked%' OR reason LIKE 'Forbidden%' THEN 'blocked'
        ELSE 'other'
    END
$$
"""

_KEEP_FIGURES = """
CREATE OR REPLACE FUNCTION keep_figures() RETURNS trigger LANGUAGE plpgsql AS $$
-- What became of the messages of a broadcast stays known when they are deleted.
BEGIN
    UPDATE broadcasts
    SET sent = broadcasts.sent + counted.sent, failed = broadcasts.failed + counted.failed,{kept}
        dropped = broadcasts.dropped + counted.dropped
    FROM (
        SELECT key, count(*) FILTER (WHERE fate = 'delivered') AS sent, count(*) FILTER (WHERE fate = 'dead') AS failed,{counted}
            count(*) FILTER (WHERE fate = 'dropped' OR fate IS NULL) AS dropped
        FROM gone WHERE bulk AND notice = 'news' GROUP BY key
    ) AS counted
    WHERE CAST(broadcasts.id AS text) = counted.key;
    RETURN NULL;
END
$$
"""
_KEPT = """
        blocked = broadcasts.blocked + counted.blocked, gone = broadcasts.gone + counted.gone,"""
_COUNTED = """
            count(*) FILTER (WHERE fate = 'dead' AND trouble_of(reason) = 'blocked') AS blocked,
            count(*) FILTER (WHERE fate = 'dead' AND trouble_of(reason) = 'gone') AS gone,"""


def upgrade() -> None:
    """Count them apart from now on."""
    op.execute(_TROUBLE_OF)
    for name, comment in _COLUMNS:
        op.execute(f"ALTER TABLE broadcasts ADD COLUMN {name} INTEGER DEFAULT '0' NOT NULL")
        op.execute(f"COMMENT ON COLUMN broadcasts.{name} IS '{comment}'")
    op.execute(_KEEP_FIGURES.format(kept=_KEPT, counted=_COUNTED))


def downgrade() -> None:
    """Count all that failed together."""
    op.execute(_KEEP_FIGURES.format(kept="", counted=""))
    for name, _ in _COLUMNS:
        op.drop_column("broadcasts", name)
    op.execute("DROP FUNCTION trouble_of(text)")
