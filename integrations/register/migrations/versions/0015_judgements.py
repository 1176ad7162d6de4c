"""When a report was given back or accepted after all, for a look back shows what counted; no inquiry outlives its crisis."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OF_REPORT = ["crisis", "partner", "report_id"]
_KEPT = """
    INSERT INTO judgement (crisis, partner, report_id, at, by, returned, question)
    SELECT crisis, partner, report_id, received_at, 'systeem', {true}, '' FROM report WHERE returned
"""
_PUT_BACK = """
    UPDATE report SET returned = {true} WHERE EXISTS (
        SELECT 1 FROM judgement WHERE judgement.crisis = report.crisis AND judgement.partner = report.partner
        AND judgement.report_id = report.report_id AND judgement.returned AND judgement.id = (
            SELECT max(later.id) FROM judgement AS later WHERE later.crisis = report.crisis
            AND later.partner = report.partner AND later.report_id = report.report_id
        )
    )
"""
_ENDED = """
    UPDATE inquiry SET next_reminder_at = NULL, closed_because = 'de crisis is afgesloten',
        closed_at = (SELECT crisis.closed_at FROM crisis WHERE crisis.slug = inquiry.crisis)
    WHERE closed_at IS NULL AND EXISTS (
        SELECT 1 FROM crisis WHERE crisis.slug = inquiry.crisis AND crisis.closed_at IS NOT NULL
    )
"""


def upgrade() -> None:
    """To this version. When a report was given back is not known of before: such a report is taken never to have counted."""
    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _OF_REPORT),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(_OF_REPORT, [f"report.{name}" for name in _OF_REPORT]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("judgement_of_report", "judgement", _OF_REPORT)
    op.execute(_KEPT.format(true=_true()))
    op.drop_index("report_returned", "report")
    op.drop_column("report", "returned")
    op.execute(_ENDED)


def downgrade() -> None:
    """Back to the one before: whether a report counts is kept, since when is lost."""
    op.add_column("report", sa.Column("returned", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(_PUT_BACK.format(true=_true()))
    given_back = sa.text("returned")
    op.create_index("report_returned", "report", _OF_REPORT, sqlite_where=given_back, postgresql_where=given_back)
    op.drop_table("judgement")


def _true() -> str:
    return "1" if op.get_bind().dialect.name == "sqlite" else "true"
