"""An activation says whom it was agreed with, and why a body was passed over; it may be asked for first.

A pass can be handed on to a deputy, and who reported an action item done stands with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ADDED = ("first_responsible", "consulted", "agreed_with", "skip_reason")


def upgrade() -> None:
    """To this version. Of crises that were activated before, none of it is known."""
    for name in ADDED:
        op.add_column("crisis", sa.Column(name, sa.String(), nullable=True))
    op.add_column("used_pass", sa.Column("handed_to", sa.String(), nullable=True))
    op.add_column("action_item", sa.Column("reported_by", sa.String(), nullable=True))
    op.create_table(
        "activation_request",
        sa.Column("slug", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("requested_at", sa.String(length=32), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("flow_run_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("next_reminder_at", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.String(length=32), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("is_told", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("activation_request")
    op.drop_column("action_item", "reported_by")
    op.drop_column("used_pass", "handed_to")
    for name in reversed(ADDED):
        op.drop_column("crisis", name)
