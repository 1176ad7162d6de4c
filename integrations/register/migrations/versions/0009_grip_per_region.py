"""The GRIP level of every safety region, from and until (R21)."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "grip",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["crisis"], ["crisis.slug"]),
        sa.PrimaryKeyConstraint("crisis", "region", "since"),
    )


def downgrade() -> None:
    """Back to the one before: the levels are lost; a back-up keeps them."""
    op.drop_table("grip")
