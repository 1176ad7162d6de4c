"""Reports that the systems of partners send of their own accord (ingezonden rapporten).

A report lands in every open crisis that asks this partner: in the newest open inquiry that does, or else as a late answer to
the latest. The same report sent again changes nothing; another one under its id is refused.
"""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import Session, col, select

from crisis.errors import ForAnotherPartner, NothingAsked, ReportedOtherwise
from crisis.inquiries import Answer
from crisis.partners import Partner
from integrations.register import inquiries, intake
from integrations.register.standing import each, plan_of, row_of
from integrations.register.tables import CrisisRow, InquiryRow, ReportRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


class Receipt(NamedTuple):
    """What became of a report; the same whenever it is sent again."""

    received_at: datetime
    crises: tuple[str, ...]
    is_new: bool


def partner_of(register: "Register", partner: str) -> Partner:
    """The partner as the newest open crisis that asks it has it. Raises NothingAsked."""
    with register.read() as session:
        for slug in _asking(session, partner)[::-1]:
            return plan_of(session, row_of(session, slug)).partner(partner)
    raise NothingAsked(partner=partner)


def refuse(register: "Register", partner: str, claimed: str, deed: "Deed", now: datetime) -> None:
    """Enter in the audit trail that a partner spoke for another. Raises ForAnotherPartner, always."""
    with register.write(deed, "rapport.ontvangen", f"partners/{partner}", now):
        raise ForAnotherPartner(partner=partner, claimed=claimed)


def take(register: "Register", answer: Answer, deed: "Deed", now: datetime) -> Receipt:
    """Take a report in; sent again, it is there once.

    Raises:
        NothingAsked: no open crisis asks this partner anything.
        ReportedOtherwise: another report came under this id before.

    """
    with register.read() as session:
        slugs = _asking(session, answer.partner)
    if not slugs:
        raise NothingAsked(partner=answer.partner)
    fresh = [_take(register, slug, answer, deed, now) for slug in slugs]
    with register.read() as session:
        of_report = (ReportRow.partner == answer.partner, ReportRow.report_id == answer.report_id)
        kept = session.exec(select(ReportRow).where(*of_report).order_by(ReportRow.crisis)).all()
    return Receipt(min(row.received_at for row in kept), tuple(row.crisis for row in kept), any(fresh))


@repeatable
def _take(register: "Register", slug: str, answer: Answer, deed: "Deed", now: datetime) -> bool:
    """Take it in for one crisis; whether it was new there."""
    with register.write(deed, "rapport.ontvangen", f"{slug}/{answer.partner}/{answer.report_id}", now) as writing:
        session = writing.session
        if known := session.get(ReportRow, (slug, answer.partner, answer.report_id)):
            if known.digest != answer.digest:
                raise ReportedOtherwise(report=answer.report_id, at=known.received_at)
            writing.is_repeat = True
            return False
        pinned = {"report": answer.report_id, "digest": answer.digest}
        if row := _inquiry_for(session, slug, answer.partner):
            submission = inquiries.inquiry_of(row).submission_at(now)
            intake.taken_in(writing, row, [answer.model_copy(update={"submission": submission})], pinned)
        else:
            writing.payload = pinned
            intake.keep_in(session, slug, [answer])
        return True


def _asking(session: Session, partner: str) -> list[str]:
    """The open crises whose plan has this partner, the newest last."""
    is_open = col(CrisisRow.closed_at).is_(None)
    found = each(session, is_open, lambda session, row: (row.activated_at, row.slug, plan_of(session, row)))
    return [slug for _, slug, plan in sorted(found, key=lambda one: one[:2]) if partner in {one.id for one in plan.partners}]


def _inquiry_for(session: Session, slug: str, partner: str) -> InquiryRow | None:
    """The newest open inquiry that asks this partner; else the newest that did; None where none ever did."""
    found = session.exec(select(InquiryRow).where(InquiryRow.crisis == slug).order_by(col(InquiryRow.number).desc()))
    asked = [row for row in found if partner in row.partners]
    return next((row for row in asked if row.closed_at is None), asked[0] if asked else None)
