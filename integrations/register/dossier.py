"""Dossiers from the register: gathered in one read transaction; who reads what, and that an auditor did."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from crisis.alerts import Event
from crisis.attendance import Present
from crisis.audit import Result
from crisis.decisions import Decision
from crisis.dossier import Dossier, FrozenPicture, Sitting, Sources, check_may_audit
from crisis.dossier import dossier as dossier_of
from crisis.errors import PassInvalid, PassUsed
from crisis.inquiries import Answer, Submission
from crisis.meetings import Papers
from crisis.members import check_takes_part
from crisis.passes import READING, Act, Grant
from crisis.structure import Body
from integrations.register import decisions, files, inquiries, intake, late_papers, links, passes
from integrations.register.meetings import parts
from integrations.register.standing import meeting_of, plan_of, row_of
from integrations.register.tables import AnswerRow, AuditRow, MeetingRow
from integrations.register.telling import ONE_PER, quarter
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register

LINK_LIFETIME = timedelta(days=7)
"""How long an auditor's link works."""
READ = "dossier.inzien"


def of_decision(register: "Register", slug: str, number: int, reader: Body | None = None) -> Dossier:
    """The dossier of a decision for who sits in this body, or in none: what is secret in a higher body stays there (R22).

    Raises:
        NoSuchCrisis, NoSuchDecision: there is none.

    """
    with register.read() as session:
        return dossier_of(_sources(session, slug, number).seen_by(reader))


def read(register: "Register", grant: Grant, number: int, deed: "Deed", now: datetime) -> Dossier:
    """The dossier of a decision by a personal link: an auditor reads all, a member what their own body decided.

    That an auditor reads it stands in the audit trail.

    Raises:
        NoSuchDecision: there is none of this number.
        WrongRole: the plan does not make this person an auditor.
        PassInvalid: the link is for something else, or for another body.
        PassUsed: it was handed on.
        NoLongerSeated: this person has left the body since; a dossier tells what came later, also of an earlier meeting.

    """
    if grant.act not in READING:
        raise PassInvalid
    slug = grant.object.partition("/")[0]
    with register.read() as session:
        if used := passes.spent(session, grant):
            raise PassUsed(used_at=used.used_at)
        decision = decisions.find_in(session, slug, number)
    if grant.act is Act.READ_DOSSIER:
        _note(register, grant, decision, deed, now)
        with register.read() as session:
            return dossier_of(_sources(session, slug, number))
    if parts(grant.object)[1] is not decision.body:
        raise PassInvalid
    with register.read() as session:
        check_takes_part(grant.principal, decision.body, plan_of(session, row_of(session, slug)))
    return of_decision(register, slug, number, decision.body)


def all_of(register: "Register", grant: Grant) -> tuple[Decision, ...]:
    """Every decision of the crisis, for an auditor. Raises WrongRole, PassInvalid."""
    if grant.act is not Act.READ_DOSSIER:
        raise PassInvalid
    slug = grant.object.partition("/")[0]
    with register.read() as session:
        check_may_audit(grant.person, plan_of(session, row_of(session, slug)))
        return decisions.in_session(session, slug)


def ask_link(register: "Register", slug: str, person: str, deed: "Deed", now: datetime) -> None:
    """Send an auditor their link.

    Raises:
        NoSuchCrisis: there is none of this name.
        WrongRole: this person is no auditor. Not entered in the audit trail, for nobody knows who asked.

    """
    with register.read() as session:
        row = row_of(session, slug)
        plan = plan_of(session, row)
    check_may_audit(person, plan)
    theirs = Grant(person=person, act=Act.READ_DOSSIER, object=f"{slug}/dossier", issued_at=now, expires_at=now + LINK_LIFETIME)
    links.send_once(register, Event.DOSSIER_LINK_ASKED, theirs, plan, slug, {"crisis": slug, "title": row.title}, deed)


@repeatable
def _note(register: "Register", grant: Grant, decision: Decision, deed: "Deed", now: datetime) -> None:
    """Enter in the audit trail that an auditor reads this. Raises WrongRole, which is entered too."""
    with register.read() as session:
        if _is_noted(session, decision, deed, now):
            return
    with register.write(deed, READ, decision.key, now) as writing:
        check_may_audit(grant.person, plan_of(writing.session, row_of(writing.session, decision.crisis)))
        writing.is_repeat = _is_noted(writing.session, decision, deed, now)
        writing.payload = {"decision": decision.number}


def _is_noted(session: Session, decision: Decision, deed: "Deed", now: datetime) -> bool:
    noted = select(AuditRow.seq).where(
        AuditRow.action == READ,
        AuditRow.object == decision.key,
        AuditRow.actor == deed.actor,
        AuditRow.result == Result.DONE,
        col(AuditRow.at) >= _quarter(now),
        col(AuditRow.at) <= now,
    )
    return session.exec(noted.limit(1)).first() is not None


def _quarter(now: datetime) -> datetime:
    """When this quarter of an hour began."""
    return datetime.fromtimestamp(quarter(now) * ONE_PER.total_seconds(), UTC)


def _sources(session: Session, slug: str, number: int) -> Sources:
    """All that bears on it, as this transaction sees it."""
    crisis = row_of(session, slug)
    decision = decisions.find_in(session, slug, number)
    row = session.get_one(MeetingRow, (slug, decision.body, decision.meeting))
    papers = Papers.model_validate(row.papers) if row.papers else None
    missing = list(papers.picture.without_answer) if papers else []
    return Sources(
        title=crisis.title,
        number=number,
        sitting=_sitting(session, row, decision),
        files=files.in_session(session, slug),
        papers=papers,
        details=_details(session, decision, missing),
        pictures=_pictures(session, slug),
        answers=_answers_since(session, slug, missing, papers.frozen_at) if papers else (),
        late_papers=late_papers.in_session(session, slug, decision.body, decision.meeting),
    )


def _sitting(session: Session, row: MeetingRow, decision: Decision) -> Sitting:
    meeting = meeting_of(row)
    seat = plan_of(session, row_of(session, decision.crisis)).bodies[meeting.body]
    return Sitting(
        meeting=meeting,
        written_at=_written_at(session, decision, meeting.key),
        chair=meeting.chair or seat.chair,
        present=tuple(Present.model_validate(one) for one in row.attendance or ()),
        papers_digest=row.papers_digest,
        reading_minutes=seat.reading_minutes,
    )


def _written_at(session: Session, decision: Decision, meeting: str) -> datetime:
    """When the outcome was written down last: where a second person confirmed it, that was before it stood."""
    written = select(AuditRow.at).where(
        AuditRow.action == "uitkomst.vastleggen",
        AuditRow.object == meeting,
        AuditRow.result == Result.DONE,
        col(AuditRow.at) <= decision.at,
    )
    return session.exec(written.order_by(col(AuditRow.seq).desc()).limit(1)).first() or decision.at


def _details(session: Session, decision: Decision, missing: list[str]) -> dict[str, str]:
    """Why what these partners sent for this meeting was of no use, as far as it still stands."""
    inquiry = inquiries.of_meeting_in(session, decision.crisis, decision.body, decision.meeting)
    if inquiry is None:
        return {}
    of_inquiry = select(AnswerRow).where(AnswerRow.crisis == decision.crisis, AnswerRow.inquiry == inquiry.number)
    rows = session.exec(of_inquiry.where(col(AnswerRow.partner).in_(missing)))
    return {row.partner: row.detail for row in rows if not Submission(row.submission).has_figures}


def _pictures(session: Session, slug: str) -> tuple[FrozenPicture, ...]:
    found = session.exec(
        select(MeetingRow.papers)
        .where(MeetingRow.crisis == slug, col(MeetingRow.invited_at).is_not(None))
        .order_by(col(MeetingRow.invited_at))
    )
    fields = ("picture", "frozen_at")
    return tuple(FrozenPicture.model_validate({name: document[name] for name in fields}) for document in found if document)


def _answers_since(session: Session, slug: str, missing: list[str], frozen_at: datetime) -> tuple[Answer, ...]:
    """The first that each of these partners sent since that can be used, for whichever meeting."""
    wanted = select(AnswerRow).where(
        AnswerRow.crisis == slug,
        col(AnswerRow.partner).in_(missing),
        col(AnswerRow.submission).in_([how for how in Submission if how.has_figures]),
        col(AnswerRow.received_at) > frozen_at,
    )
    rows = session.exec(wanted.order_by(col(AnswerRow.received_at).desc()))
    return intake.answers_of(session, list({row.partner: row for row in rows}.values()))
