"""Inquiries in the register: opened, found, closed (uitvragen)."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, func, select

from crisis.errors import NoSuchInquiry, NoSuchMeeting
from crisis.inquiries import Ending, Inquiry
from crisis.record import AMSTERDAM
from crisis.structure import Body
from integrations.register.standing import plan_of, row_of
from integrations.register.tables import WITHOUT_PAPERS, InquiryRow, MeetingRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


@repeatable
def open_for(register: "Register", slug: str, body: Body, number: int, deed: "Deed", now: datetime) -> Inquiry:
    """The inquiry for a meeting, to all partners of the plan; opened twice, it is one. Raises NoSuchMeeting."""
    with register.read() as session:
        if row := of_meeting_in(session, slug, body, number):
            return inquiry_of(row)
    with register.write(deed, "uitvraag.openen", f"{slug}/{body}/{number}", now) as writing:
        return inquiry_of(opened_in(writing, slug, body, number))


def opened_in(writing: "Write", slug: str, body: Body, number: int) -> InquiryRow:
    """The same within a write that is under way."""
    session = writing.session
    if row := of_meeting_in(session, slug, body, number):
        writing.is_repeat = True
        return row
    meeting = session.get(MeetingRow, (slug, body, number), options=WITHOUT_PAPERS)
    if meeting is None:
        raise NoSuchMeeting(crisis=slug, body=body, number=number)
    plan = plan_of(session, row_of(session, slug))
    row = InquiryRow(
        crisis=slug,
        number=next_number(session, slug),
        body=body,
        meeting=number,
        question=f"Wat weet u? Uitvraag voor {body} {number}.",
        indicators=[indicator.id for indicator in plan.indicators],
        partners=[partner.id for partner in plan.partners],
        reference_date=writing.now.astimezone(AMSTERDAM).date(),
        opened_at=writing.now,
        opened_by="systeem",
        due_at=max(meeting.planned_at, writing.now),
    )
    session.add(row)
    session.flush()
    writing.payload = {"inquiry": row.number, "partners": row.partners}
    return row


def next_number(session: Session, slug: str) -> int:
    """The number of the next inquiry of this crisis."""
    return (session.exec(select(func.max(InquiryRow.number)).where(InquiryRow.crisis == slug)).one() or 0) + 1


def of_meeting_in(session: Session, slug: str, body: Body, number: int) -> InquiryRow | None:
    """The inquiry for a meeting; None where nothing was asked for it."""
    wanted = select(InquiryRow).where(InquiryRow.crisis == slug, InquiryRow.body == body, InquiryRow.meeting == number)
    return session.exec(wanted).first()


def find(register: "Register", slug: str, number: int) -> Inquiry:
    """One inquiry. Raises NoSuchInquiry."""
    with register.read() as session:
        return inquiry_of(row_in(session, slug, number))


def of_crisis(register: "Register", slug: str) -> tuple[Inquiry, ...]:
    """All inquiries of a crisis, in order."""
    with register.read() as session:
        found = session.exec(select(InquiryRow).where(InquiryRow.crisis == slug).order_by(col(InquiryRow.number)))
        return tuple(map(inquiry_of, found))


def row_in(session: Session, slug: str, number: int) -> InquiryRow:
    """The row of an inquiry. Raises NoSuchInquiry."""
    row = session.get(InquiryRow, (slug, number))
    if row is None:
        raise NoSuchInquiry(crisis=slug, number=number)
    return row


def inquiry_of(row: InquiryRow) -> Inquiry:
    """The inquiry that a row stands for."""
    fields = row.model_dump(exclude={"version", "next_reminder_at", "body", "closed_because"})
    because = Ending(row.closed_because) if row.closed_because else None
    return Inquiry(**fields, body=Body(row.body) if row.body else None, closed_because=because)
