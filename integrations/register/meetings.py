"""Meetings in the register: convened, invited with frozen papers, recorded once."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from crisis.actions import PASS_LIFETIME_AFTER_DUE, ActionItem, first_reminder, verifier
from crisis.alerts import Event, Notice
from crisis.audit import digest
from crisis.decisions import Decision
from crisis.errors import AlreadyRecorded, NoSuchMeeting, NotYetInvited
from crisis.life import Phase, levels_after, next_meeting_at
from crisis.meetings import Direction, Meeting, Outcome, Papers, Stage, check_outcome
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.situation import Picture
from crisis.structure import Body, in_order
from integrations.register import alerts, crises, passes
from integrations.register.tables import ActionRow, CrisisRow, DecisionRow, MeetingRow, table_of
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write

PASS_LIFETIME = timedelta(days=7)
"""How long the link to record an outcome works after the hour of the meeting."""


@repeatable
def convene(
    register: "Register", slug: str, body: Body, number: int, planned_at: datetime, deed: "Deed", now: datetime
) -> Meeting:
    """Bring a body together; done twice, it is done once."""
    with register.read() as session:
        if existing := session.get(MeetingRow, (slug, body, number)):
            return meeting_of(existing)
    with register.write(deed, "vergadering.bijeenroepen", f"{slug}/{body}/{number}", now) as writing:
        return convene_in(writing, crises.row_of(writing.session, slug), body, number, planned_at)


def convene_in(writing: "Write", crisis: CrisisRow, body: Body, number: int, planned_at: datetime) -> Meeting:
    """The same within a write that is under way."""
    crises.check_open(crisis)
    if existing := writing.session.get(MeetingRow, (crisis.slug, body, number)):
        writing.is_repeat = True
        return meeting_of(existing)
    row = MeetingRow(
        crisis=crisis.slug, body=body, number=number, stage=Stage.CONVENED, convened_at=writing.now, planned_at=planned_at
    )
    writing.session.add(row)
    writing.session.flush()
    crises.bump(writing.session, crisis)
    meeting = meeting_of(row)
    writing.payload = meeting.model_dump(mode="json")
    _tell(writing, Event.CONVENED, meeting, crisis)
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
        crisis = crises.row_of(writing.session, slug)
        row.papers, row.papers_digest = document, digest(document)
        row.stage, row.invited_at = Stage.INVITED, now
        writing.session.add(row)
        crises.bump(writing.session, crisis)
        writing.payload = {"papers": row.papers_digest}
        meeting = meeting_of(row)
        facts = {"completeness": str(papers.picture.completeness), "papers_digest": row.papers_digest}
        _tell(writing, Event.INVITED, meeting, crisis, **facts)
        _tell(writing, Event.OUTCOME_ASKED, meeting, crisis, asking=meeting.key)
        return meeting


@repeatable
def ask_link(register: "Register", slug: str, body: Body, number: int, deed: "Deed", now: datetime) -> None:
    """Send the secretary their link once more: asked from a page that anyone may see, sent to that person alone.

    Raises:
        NoSuchMeeting, NotYetInvited, AlreadyRecorded: there is nothing to record.

    """
    # One mail per quarter of an hour: a page that anyone can open must flood neither a secretary nor the audit trail.
    asking = f"{slug}/{body}/{number}/{int(now.timestamp()) // 900}"
    with register.read() as session:
        _check_awaited(_row(session, slug, body, number))
        if alerts.is_known(session, f"{asking}/{Event.LINK_ASKED}/"):
            return
    with register.write(deed, "link.aanvragen", f"{slug}/{body}/{number}", now) as writing:
        row = _row(writing.session, slug, body, number)
        _check_awaited(row)
        writing.is_repeat = alerts.is_known(writing.session, f"{asking}/{Event.LINK_ASKED}/")
        _tell(writing, Event.LINK_ASKED, meeting_of(row), crises.row_of(writing.session, slug), asking=asking)


@repeatable
def record(register: "Register", grant: Grant, outcome: Outcome, deed: "Deed", now: datetime) -> Meeting:
    """Record what came of a meeting, with all that follows from it, in one transaction.

    Decisions are numbered, action items opened and their owners told, levels changed, the next meeting set.
    The same sent twice with the same pass is one outcome.

    Raises:
        Refused: by `check_outcome`, or because the pass does not hold.

    """
    slug, body, number = _parts(grant.object)
    with register.write(deed, "uitkomst.vastleggen", grant.object, now) as writing:
        session = writing.session
        row = _row(session, slug, body, number)
        writing.payload = outcome.model_dump(mode="json")
        if row.stage == Stage.RECORDED and passes.was_used_for(session, grant, writing.payload):
            writing.is_repeat = True
            return meeting_of(row)
        crisis = crises.row_of(session, slug)
        crises.check_open(crisis)
        plan = crises.plan_of(session, crisis)
        levels = crises.levels_of(session, slug)
        check_outcome(meeting_of(row), outcome, levels, plan)
        passes.use(writing, grant, Act.RECORD_OUTCOME, row_key(row), plan.bodies[body].secretary)

        row.stage, row.recorded_at, row.recorded_by = Stage.RECORDED, now, grant.person
        row.direction, row.summary = outcome.direction, outcome.summary
        row.next_meeting_at = next_meeting_at(meeting_of(row), outcome.next_meeting_at, plan)
        session.add(row)
        meeting = meeting_of(row)
        taken = _add_decisions(session, meeting, outcome, now)
        items = _open_actions(session, meeting, outcome, plan, now)
        after = levels_after(levels, body, outcome.direction)
        if after != levels:
            crises.set_levels(session, crisis, after, now)
        crisis.phase = Phase.ACTIVE if after else Phase.AFTERCARE
        crises.bump(session, crisis)
        _tell(
            writing,
            Event.OUTCOME_RECORDED,
            meeting,
            crisis,
            direction=outcome.direction,
            summary=outcome.summary,
            decisions=[{"number": d.number, "kind": d.kind, "text": d.text} for d in taken],
            actions=[{"number": a.number, "title": a.title, "owner": plan.people[a.owner].name} for a in items],
            levels=[str(level) for level in in_order(after)],
        )
        for item in items:
            tell_about_action(writing, Event.ACTION_OPENED, item, crisis)
        return meeting


def find(register: "Register", slug: str, body: Body, number: int) -> Meeting:
    """One meeting. Raises NoSuchMeeting."""
    with register.read() as session:
        return meeting_of(_row(session, slug, body, number))


def of_crisis(register: "Register", slug: str) -> tuple[Meeting, ...]:
    """All meetings of a crisis, in the order in which they were convened."""
    with register.read() as session:
        rows = session.exec(select(MeetingRow).where(MeetingRow.crisis == slug).order_by(col(MeetingRow.convened_at)))
        return tuple(meeting_of(row) for row in rows)


def papers(register: "Register", slug: str, body: Body, number: int) -> Papers:
    """The papers as they were frozen. Raises NoSuchMeeting, NotYetInvited."""
    with register.read() as session:
        row = _row(session, slug, body, number)
        if row.papers is None:
            raise NotYetInvited(meeting=meeting_of(row).label)
        return Papers.model_validate(row.papers)


def last_picture(register: "Register", slug: str) -> Picture | None:
    """The picture of the meeting that was invited last; None before the first."""
    wanted = (
        select(MeetingRow.papers)
        .where(MeetingRow.crisis == slug, col(MeetingRow.invited_at).is_not(None))
        .order_by(col(MeetingRow.invited_at).desc())
        .limit(1)
    )
    with register.read() as session:
        document = session.exec(wanted).first()
    return Papers.model_validate(document).picture if document else None


def meeting_of(row: MeetingRow) -> Meeting:
    """The meeting that a row stands for."""
    fields = row.model_dump(exclude={"body", "stage", "direction", "papers", "papers_digest", "version"})
    direction = Direction(row.direction) if row.direction else None
    return Meeting(**fields, body=Body(row.body), stage=Stage(row.stage), direction=direction)


def _check_awaited(row: MeetingRow) -> None:
    meeting = meeting_of(row)
    if meeting.stage is Stage.CONVENED:
        raise NotYetInvited(meeting=meeting.label)
    if meeting.stage is Stage.RECORDED:
        raise AlreadyRecorded(meeting=meeting.label, by=meeting.recorded_by, at=meeting.recorded_at)


def row_key(row: MeetingRow) -> str:
    """What makes it this meeting: `asiel-2022/IAO/1`."""
    return meeting_of(row).key


def tell_about_action(writing: "Write", event: Event, item: ActionItem, crisis: CrisisRow, **more: str) -> None:
    """Queue the alerts about an action item: to its owner, its verifier, or whoever the chain names."""
    plan = crises.plan_of(writing.session, crisis)
    facts = {
        "crisis": item.crisis,
        "title": crisis.title,
        "number": item.number,
        "action": item.title,
        "owner": plan.people[item.owner].name,
        "due_at": item.due_at.isoformat(),
        "priority": item.priority,
        "meeting": f"{item.body} {item.meeting}",
        "evidence": item.evidence or "",
        "at": writing.now.isoformat(),
    }
    asking = more.pop("asking", "")
    notice = Notice(
        event=event,
        key=f"{item.crisis}/A{item.number}" + (f"/{asking}" if asking else ""),
        facts=facts | more,
        bodies=frozenset({item.body}),
        owner=item.owner,
        verifier=verifier(item, plan),
        pass_object=f"{item.crisis}/A{item.number}",
        pass_issued_at=writing.now,
        pass_expires_at=max(item.due_at, writing.now) + PASS_LIFETIME_AFTER_DUE,
    )
    writing.tell(notice, plan, item.crisis)


def _tell(
    writing: "Write", event: Event, meeting: Meeting, crisis: CrisisRow, asking: str | None = None, **more: object
) -> None:
    facts = {
        "crisis": meeting.crisis,
        "title": crisis.title,
        "meeting": meeting.label,
        "body": meeting.body,
        "number": meeting.number,
        "planned_at": meeting.planned_at.isoformat(),
        "at": writing.now.isoformat(),
    }
    notice = Notice(
        event=event,
        key=asking or meeting.key,
        facts=facts | more,
        bodies=frozenset({meeting.body}),
        pass_object=meeting.key if asking else None,
        pass_issued_at=writing.now,
        pass_expires_at=max(meeting.planned_at, writing.now) + PASS_LIFETIME if asking else None,
    )
    writing.tell(notice, crises.plan_of(writing.session, crisis), meeting.crisis)


def _add_decisions(session: Session, meeting: Meeting, outcome: Outcome, now: datetime) -> tuple[Decision, ...]:
    last = session.exec(select(func.max(DecisionRow.number)).where(DecisionRow.crisis == meeting.crisis)).one() or 0
    taken = tuple(
        Decision(**new.model_dump(), crisis=meeting.crisis, number=number, body=meeting.body, meeting=meeting.number, at=now)
        for number, new in enumerate(outcome.decisions, start=last + 1)
    )
    if taken:
        session.execute(insert(table_of(DecisionRow)), [decision.model_dump() for decision in taken])
    return taken


def _open_actions(session: Session, meeting: Meeting, outcome: Outcome, plan: Plan, now: datetime) -> tuple[ActionItem, ...]:
    last = session.exec(select(func.max(ActionRow.number)).where(ActionRow.crisis == meeting.crisis)).one() or 0
    items = tuple(
        ActionItem(
            **new.model_dump(),
            crisis=meeting.crisis,
            number=number,
            body=meeting.body,
            meeting=meeting.number,
            opened_at=now,
            next_reminder_at=first_reminder(now, new.due_at, plan),
        )
        for number, new in enumerate(outcome.actions, start=last + 1)
    )
    if items:
        session.execute(insert(table_of(ActionRow)), [item.model_dump() | {"version": 1} for item in items])
    return items


WITHOUT_PAPERS = defer(MeetingRow.papers)  # type: ignore[arg-type]  # SQLModel gives its columns the type of their values
"""They are long, and few ask for them."""


def _row(session: Session, slug: str, body: Body, number: int) -> MeetingRow:
    row = session.get(MeetingRow, (slug, body, number), options=[WITHOUT_PAPERS])
    if row is None:
        raise NoSuchMeeting(crisis=slug, body=body, number=number)
    return row


def _parts(key: str) -> tuple[str, Body, int]:
    slug, body, number = key.split("/")
    return slug, Body(body), int(number)
