"""Papers that come after the invitation are kept, and marked."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "late_paper",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("sent_at", sa.String(32), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["crisis", "body", "meeting"], ["meeting.crisis", "meeting.body", "meeting.number"]),
        sa.PrimaryKeyConstraint("crisis", "body", "meeting", "number"),
        sa.UniqueConstraint("crisis", "body", "meeting", "digest"),
    )


def downgrade() -> None:
    """Back to the one before: papers that came later are lost; a back-up keeps them."""
    op.drop_table("late_paper")
