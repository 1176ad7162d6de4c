"""Meetings and action items get a version, passes what they were used for; the audit trail is append-only everywhere."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = "the audit trail is append-only"


def upgrade() -> None:
    """To this version."""
    for table in ("meeting", "action_item"):
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("used_pass", sa.Column("payload_digest", sa.String(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        for name, change in (("change", "UPDATE OR DELETE"), ("truncate", "TRUNCATE")):
            op.execute(f"CREATE TRIGGER audit_no_{name} BEFORE {change} ON audit EXECUTE FUNCTION audit_refuse()")
    else:
        # REPLACE INTO deletes without its trigger where a connection has not set recursive_triggers.
        op.execute(
            "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
            "WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq OR hash = NEW.hash OR previous = NEW.previous) "
            f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        )


def downgrade() -> None:
    """Back to the one before."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_no_truncate ON audit")
        op.execute("DROP TRIGGER audit_no_change ON audit")
        op.execute("DROP FUNCTION audit_refuse()")
    else:
        op.execute("DROP TRIGGER audit_no_replace")
    op.drop_column("used_pass", "payload_digest")
    for table in ("action_item", "meeting"):
        op.drop_column(table, "version")
