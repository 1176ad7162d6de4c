"""Steps are claimed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "lease",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["crisis"], ["crisis.slug"]),
        sa.PrimaryKeyConstraint("crisis", "what"),
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("lease")
