"""Note on bookings that their clients were asked to move them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the note."""
    op.add_column(
        "bookings",
        sa.Column(
            "asked_to_move_at",
            sa.DateTime(timezone=True),
            comment="since when its client may change it whatever the deadlines say",
        ),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("bookings", "asked_to_move_at")
