"""The municipalities that were imported (gebieden)."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "area",
        sa.Column("division", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("province", sa.String(), nullable=False),
        sa.Column("inhabitants", sa.Integer(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("imported_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("division", "code"),
    )


def downgrade() -> None:
    """Back to the one before: the municipalities are lost, but for those in plans; they can be imported again."""
    op.drop_table("area")
