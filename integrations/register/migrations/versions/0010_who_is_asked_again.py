"""Who is asked again: the NKC for its advice, a secretary for an answer to who asks to be invited; and why for an outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NOT_ADVISED = """
    NOT EXISTS (SELECT 1 FROM nkc_advice WHERE nkc_advice.crisis = decision.crisis AND nkc_advice.decision = decision.number)
"""
_NOT_ENDED = """
    NOT EXISTS (
        SELECT 1 FROM decision AS later WHERE later.crisis = decision.crisis AND later.number > decision.number AND (
            later.replaces = decision.number OR (later.withdraws = decision.number AND later.stage = 'definitief')
        )
    )
"""
_TAKES_NO_PART = """
    NOT EXISTS (
        SELECT 1 FROM membership WHERE membership.crisis = invitation_request.crisis AND membership.until IS NULL
        AND membership.body = invitation_request.body AND membership.person = invitation_request.person
    )
"""


def upgrade() -> None:
    """To this version. What waits for an answer already is due since it was asked, so it is asked again at once."""
    op.add_column("decision", sa.Column("next_reminder_at", sa.String(length=32), nullable=True))
    is_there = sa.text("next_reminder_at IS NOT NULL")
    op.create_index("decision_due", "decision", ["next_reminder_at"], sqlite_where=is_there, postgresql_where=is_there)
    with_nkc = "EXISTS (SELECT 1 FROM crisis WHERE crisis.slug = decision.crisis AND crisis.nkc)"
    waits = f"stage = 'voorgenomen' AND kind <> 'advies' AND {with_nkc} AND {_NOT_ADVISED} AND {_NOT_ENDED}"
    op.execute(f"UPDATE decision SET next_reminder_at = at WHERE {waits}")
    op.add_column("meeting", sa.Column("remark", sa.String(), nullable=True))
    op.add_column("invitation_request", sa.Column("next_reminder_at", sa.String(length=32), nullable=True))
    waits = f"accepted IS NULL AND {_TAKES_NO_PART}"
    op.execute(f"UPDATE invitation_request SET next_reminder_at = asked_at WHERE {waits}")


def downgrade() -> None:
    """Back to the one before: neither the NKC nor a secretary is asked again, and why an outcome was sent back is lost."""
    op.drop_column("meeting", "remark")
    op.drop_column("invitation_request", "next_reminder_at")
    op.drop_index("decision_due", "decision")
    op.drop_column("decision", "next_reminder_at")
