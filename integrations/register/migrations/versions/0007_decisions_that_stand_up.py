"""Decisions with what they rest on, requests with their answers, four eyes, and the gate at the end."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ADDED = {
    "crisis": (
        ("successor", sa.String()),
        ("closing_asked_at", sa.String(32)),
        ("closing_by", sa.String()),
        ("closed_by", sa.String()),
    ),
    "meeting": (
        ("proposed", sa.JSON()),
        ("proposed_at", sa.String(32)),
        ("proposed_by", sa.String()),
        ("confirmed_by", sa.String()),
        ("chair", sa.String()),
        ("attendance", sa.JSON()),
    ),
    "decision": (("replaces", sa.Integer()), ("withdraws", sa.Integer())),
    "action_item": (("to", sa.String()), ("decision", sa.Integer())),
}
_ADDED_FILLED = {
    "decision": (("stage", sa.String(), "definitief"), ("secrecy", sa.String(), "vertrouwelijk"), ("details", sa.JSON(), "{}")),
    "action_item": (("kind", sa.String(), "actiepunt"), ("secrecy", sa.String(), "vertrouwelijk")),
}


def upgrade() -> None:
    """To this version. What was decided before is final and confidential; what was asked of owners, an action item."""
    for table, columns in _ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    for table, filled in _ADDED_FILLED.items():
        for name, kind, value in filled:
            op.add_column(table, sa.Column(name, kind, nullable=False, server_default=value))
    op.create_table(
        "nkc_advice",
        *(
            sa.Column(name, kind, nullable=False)
            for name, kind in (("crisis", sa.String()), ("decision", sa.Integer()), ("by", sa.String()))
        ),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("strategy", "effects")),
        sa.Column("at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["crisis", "decision"], ["decision.crisis", "decision.number"]),
        sa.PrimaryKeyConstraint("crisis", "decision", "by"),
    )
    op.create_table(
        "request",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("put_at", sa.String(32), nullable=False),
        sa.Column("next_reminder_at", sa.String(32), nullable=True),
        sa.Column("withdrawn_at", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["crisis", "decision"], ["decision.crisis", "decision.number"]),
        sa.PrimaryKeyConstraint("crisis", "decision", "addressee"),
    )
    op.create_index("ix_request_next_reminder_at", "request", ["next_reminder_at"])
    op.create_table(
        "reply",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("condition", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["crisis", "decision", "addressee"], ["request.crisis", "request.decision", "request.addressee"]
        ),
        sa.PrimaryKeyConstraint("crisis", "decision", "addressee", "number"),
    )


def downgrade() -> None:
    """Back to the one before: requests, answers and what decisions rest on are lost; a back-up keeps them."""
    op.execute("UPDATE meeting SET stage = 'uitgenodigd' WHERE stage = 'ter bevestiging'")
    op.execute("UPDATE decision SET kind = 'besluit' WHERE kind IN ('verzoek', 'afspraak')")
    for table in ("reply", "request", "nkc_advice"):
        op.drop_table(table)
    for table, columns in (*_ADDED.items(), *_ADDED_FILLED.items()):
        for name, *_ in columns:
            op.drop_column(table, name)
