"""An outcome that stays out is asked for again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version. Meetings that wait for their outcome already are due at their hour, so at once where that has passed."""
    op.add_column("meeting", sa.Column("next_reminder_at", sa.String(length=32), nullable=True))
    op.execute("UPDATE meeting SET next_reminder_at = planned_at WHERE stage = 'uitgenodigd'")


def downgrade() -> None:
    """Back to the one before."""
    op.drop_column("meeting", "next_reminder_at")
