"""Know which roles came with a link to a member of staff, and go with it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say it of each role; owners alone give roles by hand, so what an administrator gave came with a link."""
    op.add_column(
        "roles",
        sa.Column(
            "by_link",
            sa.Boolean,
            nullable=False,
            server_default=sa.text("false"),
            comment="it came with being linked to a member of staff, and goes with that",
        ),
    )
    op.execute("""
        UPDATE roles SET by_link = true
        WHERE role = 'staff' AND user_id IN (SELECT user_id FROM staff) AND granted_by IS NOT NULL
        AND granted_by NOT IN (SELECT user_id FROM roles WHERE role = 'owner')
        """)


def downgrade() -> None:
    """Forget it."""
    op.drop_column("roles", "by_link")
