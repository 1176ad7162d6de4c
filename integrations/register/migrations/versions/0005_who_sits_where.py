"""Who sits where can change during a crisis, and a meeting knows who called it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.add_column("crisis", sa.Column("amended", sa.Integer(), nullable=False, server_default="0"))
    for name in ("initiative", "consulted"):
        op.add_column("meeting", sa.Column(name, sa.String(), nullable=True))
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("agreed_with", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["crisis"], ["crisis.slug"]),
        sa.PrimaryKeyConstraint("id"),
    )
    one = sa.text("until IS NULL")
    op.create_index(
        "membership_now", "membership", ["crisis", "body", "person"], unique=True, sqlite_where=one, postgresql_where=one
    )
    op.create_table(
        "invitation_request",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", sa.String(length=32), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["crisis", "body", "meeting"], ["meeting.crisis", "meeting.body", "meeting.number"]),
        sa.PrimaryKeyConstraint("crisis", "body", "meeting", "person"),
    )


def downgrade() -> None:
    """Back to the one before: who was designated since the activation is lost."""
    op.drop_table("invitation_request")
    op.drop_table("membership")
    for name in ("consulted", "initiative"):
        op.drop_column("meeting", name)
    op.drop_column("crisis", "amended")
