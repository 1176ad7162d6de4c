"""Meetings in the register: convened, invited with frozen papers, asked for their outcome."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from crisis.alerts import Event
from crisis.audit import digest
from crisis.convening import BY_FLOW, Call, check_call, check_hour
from crisis.errors import NoSuchMeeting, NotActive, NotYetInvited, PassInvalid
from crisis.initiative import check_calls
from crisis.meetings import Meeting, Papers, Stage, check_awaited
from crisis.passes import Act, Grant
from crisis.situation import Picture
from crisis.structure import Body
from integrations.register import alerts, initiative, passes
from integrations.register.standing import bump, check_open, levels_of, meeting_of, plan_of, row_of
from integrations.register.tables import WITHOUT_PAPERS, CrisisRow, MeetingRow
from integrations.register.telling import quarter, stamp, tell_about_meeting
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


@repeatable
def convene(
    register: "Register",
    slug: str,
    body: Body,
    number: int,
    planned_at: datetime,
    deed: "Deed",
    now: datetime,
    called: Call = BY_FLOW,
) -> Meeting:
    """Bring a body together; done twice, it is done once.

    Raises:
        NotActive: it has left in the meantime (R20).
        CrisisClosed: nothing follows any more.

    """
    with register.read() as session:
        if existing := session.get(MeetingRow, (slug, body, number)):
            return meeting_of(existing)
    with register.write(deed, "vergadering.bijeenroepen", f"{slug}/{body}/{number}", now) as writing:
        return convene_in(writing, row_of(writing.session, slug), body, number, planned_at, called)


@repeatable
def call(
    register: "Register", grant: Grant, body: Body, planned_at: datetime, called: Call, deed: "Deed", now: datetime
) -> Meeting:
    """Have an extra meeting, because somebody asks for it (R05, R09); asked twice for one hour, it is one meeting.

    Raises:
        Refused: by `check_calls` or `check_call`, because the crisis is closed, the hour has passed, or the pass does not hold.

    """
    slug = grant.object.partition("/")[0]
    with register.write(deed, "vergadering.bijeenroepen", f"{slug}/{body}", now) as writing:
        passes.check_act(grant, Act.CALL_MEETING)
        crisis = row_of(writing.session, slug)
        check_open(crisis)
        plan = plan_of(writing.session, crisis)
        check_calls(grant.principal, body, called, plan)
        check_call(body, called, levels_of(writing.session, slug), plan)
        of_body = select(MeetingRow).where(MeetingRow.crisis == slug, MeetingRow.body == body).options(*WITHOUT_PAPERS)
        held = [meeting_of(row) for row in writing.session.exec(of_body)]
        if same := next((meeting for meeting in held if meeting.is_open and meeting.planned_at == planned_at), None):
            initiative.again(writing, grant)
            return same
        check_hour(planned_at, now)
        number = max((meeting.number for meeting in held), default=0) + 1
        meeting = convene_in(writing, crisis, body, number, planned_at, called.in_full(plan))
        initiative.use(writing, grant, passes.spent(writing.session, grant))
        return meeting


def convene_in(
    writing: "Write", crisis: CrisisRow, body: Body, number: int, planned_at: datetime, called: Call = BY_FLOW
) -> Meeting:
    """The same within a write that is under way."""
    check_open(crisis)
    if existing := writing.session.get(MeetingRow, (crisis.slug, body, number)):
        writing.is_repeat = True
        return meeting_of(existing)
    if body not in levels_of(writing.session, crisis.slug):  # whoever looked before it left would bring it together after
        raise NotActive(body=body)
    row = MeetingRow(
        crisis=crisis.slug,
        body=body,
        number=number,
        stage=Stage.CONVENED,
        convened_at=writing.now,
        planned_at=planned_at,
        initiative=called.initiative,
        consulted=called.said,
    )
    writing.session.add(row)
    writing.session.flush()
    bump(writing.session, crisis)
    meeting = meeting_of(row)
    writing.payload = meeting.model_dump(mode="json")
    facts = {"initiative": called.initiative, "consulted": called.said or ""}
    tell_about_meeting(writing, Event.CONVENED, meeting, crisis, **facts)
    return meeting


@repeatable
def invite(register: "Register", slug: str, body: Body, number: int, papers: Papers, deed: "Deed", now: datetime) -> Meeting:
    """Freeze the papers, invite who sits in the body, and ask its secretary for the outcome.

    Done twice, the first papers stand: what people were sent does not change under them.
    """
    document = papers.model_dump(mode="json")
    with register.read() as session:
        existing = _row(session, slug, body, number)
        if existing.stage != Stage.CONVENED:
            return meeting_of(existing)
    with register.write(deed, "vergadering.uitnodigen", f"{slug}/{body}/{number}", now) as writing:
        row = _row(writing.session, slug, body, number)
        if row.stage != Stage.CONVENED:
            writing.is_repeat = True
            return meeting_of(row)
        crisis = row_of(writing.session, slug)
        row.papers, row.papers_digest = document, digest(document)
        row.stage, row.invited_at = Stage.INVITED, now
        row.next_reminder_at = row.planned_at + plan_of(writing.session, crisis).outcomes.remind_after
        writing.session.add(row)
        bump(writing.session, crisis)
        writing.payload = {"papers": row.papers_digest}
        meeting = meeting_of(row)
        facts = {"completeness": str(papers.picture.completeness), "papers_digest": row.papers_digest}
        tell_about_meeting(writing, Event.INVITED, meeting, crisis, **facts)
        tell_about_meeting(writing, Event.OUTCOME_ASKED, meeting, crisis, asking=meeting.key)
        return meeting


@repeatable
def ask_link(register: "Register", slug: str, body: Body, number: int, deed: "Deed", now: datetime) -> None:
    """Send the secretary their link once more, or who must confirm theirs: asked from a page that anyone may see.

    It is sent to that person alone.

    Raises:
        NoSuchMeeting, NotYetInvited, AlreadyRecorded: there is nothing to record.

    """
    asking = f"{slug}/{body}/{number}/{quarter(now)}"
    with register.read() as session:
        event = _asked_for(meeting_of(_row(session, slug, body, number)))
        if alerts.is_known(session, f"{asking}/{event}/"):
            return
    with register.write(deed, "link.aanvragen", f"{slug}/{body}/{number}", now) as writing:
        meeting = meeting_of(_row(writing.session, slug, body, number))
        event = _asked_for(meeting)
        writing.is_repeat = alerts.is_known(writing.session, f"{asking}/{event}/")
        _ask(writing, event, meeting, row_of(writing.session, slug), asking)


@repeatable
def ask_again(register: "Register", slug: str, body: Body, number: int, deed: "Deed", now: datetime) -> bool:
    """Ask for an outcome that stays out, and tell the chair; whether it was due, for somebody else may have done it."""
    with register.write(deed, "uitkomst.navragen", f"{slug}/{body}/{number}", now) as writing:
        row = _row(writing.session, slug, body, number)
        meeting = meeting_of(row)
        if not meeting.must_be_reminded(now):
            writing.is_repeat = True
            return False
        crisis = row_of(writing.session, slug)
        row.next_reminder_at = now + plan_of(writing.session, crisis).outcomes.remind_every
        writing.session.add(row)
        writing.payload = {"again_at": row.next_reminder_at}
        event = Event.OUTCOME_OVERDUE if meeting.stage is Stage.INVITED else Event.CONFIRMATION_ASKED
        _ask(writing, event, meeting, crisis, f"{meeting.key}/{stamp(now)}")
        return True


def find(register: "Register", slug: str, body: Body, number: int) -> Meeting:
    """One meeting. Raises NoSuchMeeting."""
    with register.read() as session:
        return meeting_of(_row(session, slug, body, number))


def of_crisis(register: "Register", slug: str) -> tuple[Meeting, ...]:
    """All meetings of a crisis, in the order in which they were convened."""
    with register.read() as session:
        found = session.exec(select(MeetingRow).where(MeetingRow.crisis == slug).order_by(col(MeetingRow.convened_at)))
        return tuple(meeting_of(row) for row in found)


def convened_before(register: "Register", slug: str, body: Body, number: int) -> datetime | None:
    """When this body was convened for the meeting before this one; None for its first."""
    earlier = (m.convened_at for m in of_crisis(register, slug) if m.body is body and m.number < number)
    return max(earlier, default=None)


def papers(register: "Register", slug: str, body: Body, number: int) -> Papers:
    """The papers as they were frozen. Raises NoSuchMeeting, NotYetInvited."""
    with register.read() as session:
        row = _row(session, slug, body, number)
        if row.papers is None:
            raise NotYetInvited(meeting=meeting_of(row).label)
        return Papers.model_validate(row.papers)


def last_picture(register: "Register", slug: str) -> Picture | None:
    """The picture of the meeting that was invited last; None before the first."""
    with register.read() as session:
        return last_picture_in(session, slug)


def last_picture_in(session: Session, slug: str) -> Picture | None:
    """The same within a transaction."""
    wanted = (
        select(MeetingRow.papers)
        .where(MeetingRow.crisis == slug, col(MeetingRow.invited_at).is_not(None))
        .order_by(col(MeetingRow.invited_at).desc())
        .limit(1)
    )
    document = session.exec(wanted).first()
    return Papers.model_validate(document).picture if document else None


def _asked_for(meeting: Meeting) -> Event:
    """Whose turn it is: the secretary's, or that of the second person. Raises NotYetInvited, AlreadyRecorded."""
    if meeting.stage is Stage.PROPOSED:
        return Event.CONFIRMATION_ASKED
    check_awaited(meeting)
    return Event.LINK_ASKED


def _ask(writing: "Write", event: Event, meeting: Meeting, crisis: CrisisRow, asking: str) -> None:
    people = plan_of(writing.session, crisis).people
    by = {"recorded_by": people[meeting.proposed_by].name} if meeting.proposed_by else {}
    tell_about_meeting(writing, event, meeting, crisis, asking=asking, **by)


def _row(session: Session, slug: str, body: Body, number: int) -> MeetingRow:
    row = session.get(MeetingRow, (slug, body, number), options=WITHOUT_PAPERS)
    if row is None:
        raise NoSuchMeeting(crisis=slug, body=body, number=number)
    return row


def parts(key: str) -> tuple[str, Body, int]:
    """Crisis, body and number from the key of a meeting: `asiel-2022/IAO/1`. PassInvalid for what is no such key."""
    try:
        slug, body, number = key.split("/")
        return slug, Body(body), int(number)
    except ValueError:
        raise PassInvalid from None
