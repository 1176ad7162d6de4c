"""Which tokens partners were given to send their reports with: their numbers, for a token itself is kept nowhere."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "partner_token",
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("partner", "serial"),
    )


def downgrade() -> None:
    """Back to the one before: every token stops working, and new ones must be made."""
    op.drop_table("partner_token")
