"""Inquiries in the register: opened, found, closed (uitvragen)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import Session, col, func, select

from crisis.errors import NoSuchInquiry, NoSuchMeeting
from crisis.initiative import check_may_ask, who_decides
from crisis.inquiries import Ending, Inquiry, NewInquiry, Score, asking_body, check_new, score
from crisis.life import Phase
from crisis.partners import WireForm
from crisis.passes import Act, Grant
from crisis.record import AMSTERDAM
from crisis.structure import Body
from integrations.register import addressees, initiative, passes
from integrations.register.clock import now_in
from integrations.register.standing import bump, check_open, each_of, levels_of, plan_of, row_of
from integrations.register.tables import WITHOUT_PAPERS, CrisisRow, InquiryRow, MeetingRow
from integrations.register.telling import stamp
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


@repeatable
def open_for(register: "Register", slug: str, body: Body, number: int, deed: "Deed", now: datetime) -> Inquiry:
    """The inquiry for a meeting, to all partners of the plan; opened twice, it is one. Raises NoSuchMeeting, CrisisClosed."""
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
    crisis = row_of(session, slug)
    check_open(crisis)
    plan = plan_of(session, crisis)
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
        due_at=max(meeting.planned_at, writing.now + plan.intake.patience),
    )
    _put_in(writing, row, crisis)
    writing.payload = {"inquiry": row.number, "partners": row.partners}
    return row


@repeatable
def ask(register: "Register", grant: Grant, asked: NewInquiry, deed: "Deed", now: datetime) -> Inquiry:
    """Ask partners something outside a meeting: who fills in a form gets theirs, and systems are asked by the run.

    The very same sent twice is one inquiry.

    Raises:
        NoSuchCrisis, CrisisClosed: there is none, or it takes nothing more.
        NotForBody, NotActive: this person speaks for no active body.
        InvalidInput, AskedBefore: by `check_new`.
        PassInvalid, PassUsed: the pass does not hold.

    """
    slug = grant.object.partition("/")[0]
    with register.write(deed, "uitvraag.openen", slug, now) as writing:
        passes.check_act(grant, Act.ASK_PARTNERS)
        session, crisis = writing.session, row_of(writing.session, slug)
        plan = plan_of(session, crisis)
        writing.payload = asked.model_dump(mode="json")
        check_may_ask(Act.ASK_PARTNERS, grant.principal, plan)
        earlier = tuple(map(inquiry_of, _rows(session, slug)))
        if same := next((one for one in earlier if _is_same(one, asked)), None):
            initiative.again(writing, grant)
            return same
        check_open(crisis)
        body = asking_body(grant.principal, levels_of(session, slug), plan)
        check_new(asked, plan, earlier, now)
        initiative.use(writing, grant, passes.spent(session, grant))
        row = InquiryRow(
            **asked.model_dump(exclude={"due_at", "indicators", "partners"}),
            crisis=slug,
            number=next_number(session, slug),
            body=body,
            indicators=list(asked.indicators),
            partners=list(asked.partners),
            opened_at=now,
            opened_by=grant.principal,
            due_at=asked.due_at or now + plan.intake.reply,
        )
        _put_in(writing, row, crisis)
        bump(session, crisis)
        return inquiry_of(row)


@repeatable
def close(register: "Register", grant: Grant, number: int, deed: "Deed", now: datetime) -> Inquiry:
    """End an inquiry by hand; what comes in later is taken in, and called late. Closed twice, it is closed once.

    Raises:
        NoSuchInquiry: there is none of this number.
        NotForBody: it is of a body for which this person does not speak.
        PassInvalid, PassUsed: the pass does not hold.

    """
    slug = grant.object.partition("/")[0]
    with register.write(deed, "uitvraag.sluiten", f"{slug}/U{number}", now) as writing:
        passes.check_act(grant, Act.CLOSE_INQUIRY)
        session, crisis = writing.session, row_of(writing.session, slug)
        writing.payload = {"inquiry": number, "because": str(Ending.BY_HAND)}
        row = row_in(session, slug, number)
        check_speaks_for(grant, row, crisis, session)
        if row.closed_at:
            initiative.again(writing, grant)
            return inquiry_of(row)
        check_open(crisis)
        initiative.use(writing, grant, passes.spent(session, grant))
        return close_in(writing, row, crisis, Ending.BY_HAND)


def check_speaks_for(grant: Grant, inquiry: InquiryRow, crisis: CrisisRow, session: Session) -> None:
    """Whether this person leads the body that asked, or is its secretary. Raises WrongRole, NotForBody."""
    plan = plan_of(session, crisis)
    check_may_ask(grant.act, grant.principal, plan)
    if inquiry.body:
        who_decides(grant.principal, Body(inquiry.body), plan)


def close_in(writing: "Write", row: InquiryRow, crisis: CrisisRow, because: Ending) -> Inquiry:
    """Close it within a write that is under way, and tell the secretary how far it came."""
    row.closed_at, row.closed_because, row.next_reminder_at = writing.now, str(because), None
    writing.session.add(row)
    inquiry = inquiry_of(row)
    addressees.tell_closed_in(writing, inquiry, crisis)
    return inquiry


def close_all_in(writing: "Write", slug: str, because: Ending) -> None:
    """Close all that are open within a write that is under way: whoever asked is gone."""
    for row in _rows(writing.session, slug):
        if row.closed_at is None:
            close_in(writing, row, row_of(writing.session, slug), because)


def complete_in(writing: "Write", row: InquiryRow, crisis: CrisisRow) -> None:
    """Close it where all or enough have answered, within a write that is under way.

    That its hour has struck is for `follow`: what comes in then may come in parts.
    """
    inquiry = inquiry_of(row)
    because = _ending(writing, inquiry) if inquiry.is_open else None
    if because and because is not Ending.HOUR:
        close_in(writing, row, crisis, because)


def _ending(writing: "Write", inquiry: Inquiry) -> Ending | None:
    """What ends it now; None while it goes on."""
    returned = addressees.returned_in(writing.session, inquiry)
    answered = addressees.answered_in(writing.session, inquiry)
    usable = [one for one, how in answered.items() if how.has_figures and one not in returned]
    return inquiry.ends_with(usable, writing.now)


@repeatable
def follow(register: "Register", slug: str, number: int, deed: "Deed", now: datetime) -> bool:
    """Close it if its time is over, or else ask once more who has not answered; whether that was due."""
    with register.write(deed, "uitvraag.opvolgen", f"{slug}/U{number}", now) as writing:
        row = row_in(writing.session, slug, number)
        was_due = row.next_reminder_at
        if row.closed_at or was_due is None or was_due > now:
            writing.is_repeat = True
            return False
        crisis = row_of(writing.session, slug)
        inquiry = inquiry_of(row)
        if because := _ending(writing, inquiry):
            if because is Ending.HOUR:
                addressees.escalate_in(writing, inquiry, crisis)
            close_in(writing, row, crisis, because)
            writing.payload = {"inquiry": number, "closed": row.closed_because}
            return True
        row.next_reminder_at = addressees.next_reminder(inquiry, plan_of(writing.session, crisis), now)
        writing.session.add(row)
        reminded = addressees.remind_in(writing, inquiry, crisis, stamp(was_due))
        writing.payload = {"inquiry": number, "reminded": reminded, "again_at": row.next_reminder_at}
        return True


def due(session: Session, now: datetime) -> tuple[Inquiry, ...]:
    """Those of which somebody must be asked again, or that must be closed, of crises that are not closed."""
    found = session.exec(
        select(InquiryRow)
        .join(CrisisRow, col(CrisisRow.slug) == InquiryRow.crisis)
        .where(col(InquiryRow.next_reminder_at) <= now, col(CrisisRow.closed_at).is_(None))
        .order_by(col(InquiryRow.next_reminder_at), InquiryRow.crisis, col(InquiryRow.number))
    )
    return each_of(found, inquiry_of)


ASKED_LATE = timedelta(days=1)
"""So long after its hour the systems of an inquiry are still asked, where nothing was at work before it."""


class Unasked(NamedTuple):
    """An inquiry that some systems have not been asked yet."""

    inquiry: Inquiry
    partners: tuple[str, ...]


def awaiting_systems(register: "Register") -> tuple[Unasked, ...]:
    """The inquiries outside meetings whose systems must still be asked, with those systems; of open crises.

    Those that are open, and those whose hour struck within the day before anybody could ask: what comes then is late.
    """
    with register.read() as session:
        struck = (col(InquiryRow.closed_because) == Ending.HOUR) & (col(InquiryRow.closed_at) > now_in(session) - ASKED_LATE)
        wanted = (
            select(InquiryRow)
            .join(CrisisRow, col(CrisisRow.slug) == InquiryRow.crisis)
            .where(col(InquiryRow.meeting).is_(None), col(CrisisRow.closed_at).is_(None))
            .where(col(InquiryRow.closed_at).is_(None) | (struck & (col(CrisisRow.phase) == Phase.ACTIVE)))
            .order_by(InquiryRow.crisis, col(InquiryRow.number))
        )
        unasked = each_of(session.exec(wanted), lambda row: _unasked(session, row))
        return tuple(one for one in unasked if one.partners)


def unasked(register: "Register", slug: str, number: int) -> tuple[str, ...]:
    """The systems that an inquiry must still ask, as it stands now. Raises NoSuchInquiry."""
    with register.read() as session:
        return _unasked(session, row_in(session, slug, number)).partners


def _unasked(session: Session, row: InquiryRow) -> Unasked:
    inquiry, plan = inquiry_of(row), plan_of(session, row_of(session, row.crisis))
    answered = addressees.answered_in(session, inquiry)
    systems = [one.id for one in plan.partners if one.form is not WireForm.FORM and one.id in inquiry.partners]
    return Unasked(inquiry, tuple(one for one in systems if one not in answered))


def score_of(register: "Register", inquiry: Inquiry) -> Score:
    """How far it came."""
    with register.read() as session:
        plan = plan_of(session, row_of(session, inquiry.crisis))
        returned = addressees.returned_in(session, inquiry)
        return score(inquiry, addressees.answered_in(session, inquiry), returned, plan)


def _put_in(writing: "Write", row: InquiryRow, crisis: CrisisRow) -> None:
    """Write it down, send the forms, and set when to ask again."""
    inquiry = inquiry_of(row)
    row.next_reminder_at = addressees.next_reminder(inquiry, plan_of(writing.session, crisis), writing.now)
    writing.session.add(row)
    writing.session.flush()
    addressees.ask_in(writing, inquiry, crisis)
    if row.meeting is None:
        complete_in(writing, row, crisis)


def _is_same(inquiry: Inquiry, asked: NewInquiry) -> bool:
    """Whether this was asked already, word for word, and is open."""
    if not inquiry.is_open or inquiry.meeting is not None:
        return False
    due_at = asked.due_at or inquiry.due_at
    said = {name: getattr(inquiry, name) for name in NewInquiry.model_fields}
    return said == dict(asked) | {"due_at": due_at}


def _rows(session: Session, slug: str) -> list[InquiryRow]:
    return list(session.exec(select(InquiryRow).where(InquiryRow.crisis == slug).order_by(col(InquiryRow.number))))


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
        return tuple(map(inquiry_of, _rows(session, slug)))


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
