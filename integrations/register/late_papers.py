"""Papers that were added after the invitation: kept, marked, and told to the members."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from crisis.alerts import Event
from crisis.audit import digest
from crisis.errors import NoSuchMeeting, PassUsed, WrongPerson
from crisis.late_papers import LatePaper, NewPaper
from crisis.meetings import Meeting, check_awaited
from crisis.passes import Act, Grant
from crisis.structure import Body
from integrations.register import passes
from integrations.register.meetings import parts
from integrations.register.standing import bump, check_open, meeting_of, plan_of, row_of
from integrations.register.tables import WITHOUT_PAPERS, LatePaperRow, MeetingRow
from integrations.register.telling import readable, tell_about_meeting
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


@repeatable
def add(register: "Register", grant: Grant, new: NewPaper, deed: "Deed", now: datetime) -> LatePaper:
    """Add a paper to those of a meeting whose outcome is awaited; its members hear of it at once, with a link of their own.

    It takes the link with which the secretary records the outcome, and does not spend it. The same content twice is one paper.

    Raises:
        Refused: there are no papers to add to yet, the outcome is recorded, or the pass does not hold.

    """
    with register.write(deed, "stuk.nazenden", grant.object, now) as writing:
        passes.check_act(grant, Act.RECORD_OUTCOME)
        slug, body, number = parts(grant.object)
        session, crisis = writing.session, row_of(writing.session, slug)
        check_open(crisis)
        row = session.get(MeetingRow, (slug, body, number), options=WITHOUT_PAPERS)
        if row is None:
            raise NoSuchMeeting(crisis=slug, body=body, number=number)
        meeting = meeting_of(row)
        _check_holds(session, grant, meeting)
        check_awaited(meeting)
        writing.payload = new.model_dump(mode="json")
        there = in_session(session, slug, body, number)
        if same := next((paper for paper in there if paper.digest == digest(writing.payload)), None):
            writing.is_repeat = True
            return same
        paper = LatePaper(
            **dict(new),
            crisis=slug,
            body=body,
            meeting=number,
            number=len(there) + 1,
            digest=digest(writing.payload),
            sent_at=now,
            by=grant.person,
        )
        session.add(LatePaperRow(**paper.model_dump()))
        bump(session, crisis)
        tell_about_meeting(
            writing,
            Event.PAPER_ADDED,
            meeting,
            crisis,
            asking=f"{meeting.key}/S{paper.number}",
            paper=readable(paper.title, meeting.secrecy),
            sent_at=now.isoformat(),
        )
        return paper


def of_meeting(register: "Register", slug: str, body: Body, number: int) -> tuple[LatePaper, ...]:
    """All that were added to the papers of this meeting, in order."""
    with register.read() as session:
        return in_session(session, slug, body, number)


def in_session(session: Session, slug: str, body: Body, number: int) -> tuple[LatePaper, ...]:
    """The same within a transaction."""
    wanted = select(LatePaperRow).where(LatePaperRow.crisis == slug, LatePaperRow.body == body, LatePaperRow.meeting == number)
    return tuple(LatePaper(**row.model_dump()) for row in session.exec(wanted.order_by(col(LatePaperRow.number))))


def _check_holds(session: Session, grant: Grant, meeting: Meeting) -> None:
    """Whether this pass is the secretary's, or was handed on by them, and was not spent: it is not spent here either."""
    secretary = plan_of(session, row_of(session, meeting.crisis)).bodies[meeting.body].secretary
    if grant.principal != secretary:
        raise WrongPerson(person=grant.person, act=grant.act, belongs_to=secretary)
    if used := passes.spent(session, grant):
        raise PassUsed(used_at=used.used_at)
