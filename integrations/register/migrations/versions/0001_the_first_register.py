"""The first register."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("payload_digest", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("hash"),
        sa.UniqueConstraint("previous"),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_object"), ["object"], unique=False)

    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("anchor_real", sa.String(length=32), nullable=False),
        sa.Column("anchor_business", sa.String(length=32), nullable=False),
        sa.Column("speed", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "crisis",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("activated_at", sa.String(length=32), nullable=False),
        sa.Column("activated_by", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("nkc", sa.Boolean(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("acted_version", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("slug"),
    )
    with op.batch_alter_table("crisis", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crisis_phase"), ["phase"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("loaded_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "sign_of_life",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "used_pass",
        sa.Column("grant_key", sa.String(), nullable=False),
        sa.Column("used_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("grant_key"),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("crisis", sa.String(), nullable=True),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("grant", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.String(length=32), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_until", sa.String(length=32), nullable=True),
        sa.Column("sent_at", sa.String(length=32), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["crisis"],
            ["crisis.slug"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index("alert_due", ["state", "next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_crisis"), ["crisis"], unique=False)

    op.create_table(
        "level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["crisis"],
            ["crisis.slug"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("crisis", "body", "since"),
    )
    with op.batch_alter_table("level", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_level_crisis"), ["crisis"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("convened_at", sa.String(length=32), nullable=False),
        sa.Column("planned_at", sa.String(length=32), nullable=False),
        sa.Column("invited_at", sa.String(length=32), nullable=True),
        sa.Column("papers", sa.JSON(), nullable=True),
        sa.Column("papers_digest", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.String(length=32), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=True),
        sa.Column("direction", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("next_meeting_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["crisis"],
            ["crisis.slug"],
        ),
        sa.PrimaryKeyConstraint("crisis", "body", "number"),
    )
    op.create_table(
        "run",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("flow_run_id", sa.String(), nullable=True),
        sa.Column("begun_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["crisis"],
            ["crisis.slug"],
        ),
        sa.PrimaryKeyConstraint("crisis", "what", "attempt"),
    )
    op.create_table(
        "action_item",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=False),
        sa.Column("next_reminder_at", sa.String(length=32), nullable=False),
        sa.Column("escalated_at", sa.String(length=32), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("reported_at", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.String(length=32), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["crisis", "body", "meeting"],
            ["meeting.crisis", "meeting.body", "meeting.number"],
        ),
        sa.PrimaryKeyConstraint("crisis", "number"),
    )
    with op.batch_alter_table("action_item", schema=None) as batch_op:
        batch_op.create_index("action_item_due", ["state", "next_reminder_at"], unique=False)

    op.create_table(
        "answer",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.String(), nullable=True),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["crisis", "body", "meeting"],
            ["meeting.crisis", "meeting.body", "meeting.number"],
        ),
        sa.PrimaryKeyConstraint("crisis", "body", "meeting", "partner"),
    )
    op.create_table(
        "decision",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["crisis", "body", "meeting"],
            ["meeting.crisis", "meeting.body", "meeting.number"],
        ),
        sa.PrimaryKeyConstraint("crisis", "number"),
    )
    op.create_table(
        "figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("supersedes", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["crisis", "body", "meeting", "partner"],
            ["answer.crisis", "answer.body", "answer.meeting", "answer.partner"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("figure", schema=None) as batch_op:
        batch_op.create_index("figure_of_answer", ["crisis", "body", "meeting", "partner"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            )


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("figure", schema=None) as batch_op:
        batch_op.drop_index("figure_of_answer")

    op.drop_table("figure")
    op.drop_table("decision")
    op.drop_table("answer")
    with op.batch_alter_table("action_item", schema=None) as batch_op:
        batch_op.drop_index("action_item_due")

    op.drop_table("action_item")
    op.drop_table("run")
    op.drop_table("meeting")
    with op.batch_alter_table("level", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_level_crisis"))

    op.drop_table("level")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_crisis"))
        batch_op.drop_index("alert_due")

    op.drop_table("alert")
    op.drop_table("used_pass")
    op.drop_table("sign_of_life")
    op.drop_table("plan")
    with op.batch_alter_table("crisis", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crisis_phase"))

    op.drop_table("crisis")
    op.drop_table("clock")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_object"))

    op.drop_table("audit")
