"""An activation says whom it was agreed with, and why a body was passed over; it may be asked for first."""

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


def downgrade() -> None:
    """Back to the one before."""
    for name in reversed(ADDED):
        op.drop_column("crisis", name)
