"""Meetings in the register: convened, invited with frozen papers, recorded once."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ScalarSelect, Table, bindparam, literal_column
from sqlmodel import Session, col, func, select

from crisis.actions import PASS_LIFETIME_AFTER_DUE, ActionState, NewAction, Place, first_reminder, verifier
from crisis.alerts import Event, Notice
from crisis.audit import digest
from crisis.convening import BY_FLOW, Call, check_call, check_hour
from crisis.errors import AlreadyRecorded, NoSuchMeeting, NotYetInvited, PassInvalid
from crisis.life import Phase, check_goes_on, follows_by_itself, levels_after, next_meeting_at
from crisis.meetings import Meeting, Outcome, Papers, Stage, check_outcome
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.situation import Picture
from crisis.structure import Body, in_order
from integrations.register import alerts, passes, rows
from integrations.register.columns import utc_text
from integrations.register.rows import table_of
from integrations.register.standing import (
    Brief,
    bump,
    check_open,
    levels_of,
    meeting_of,
    plan_of,
    row_of,
    set_levels,
    standing_in,
)
from integrations.register.tables import WITHOUT_PAPERS, ActionRow, CrisisRow, DecisionRow, LevelRow, MeetingRow, UsedPassRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write

PASS_LIFETIME = timedelta(days=7)
"""How long the links to the papers and to record the outcome work after the hour of the meeting."""


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
    """Bring a body together; done twice, it is done once."""
    with register.read() as session:
        if existing := session.get(MeetingRow, (slug, body, number)):
            return meeting_of(existing)
    with register.write(deed, "vergadering.bijeenroepen", f"{slug}/{body}/{number}", now) as writing:
        return convene_in(writing, row_of(writing.session, slug), body, number, planned_at, called)


@repeatable
def call(
    register: "Register", slug: str, body: Body, planned_at: datetime, called: Call, deed: "Deed", now: datetime
) -> Meeting:
    """Have an extra meeting, because somebody asks for it (R05, R09); asked twice for one hour, it is one meeting.

    Raises:
        Refused: by `check_call`, or because the crisis is closed or the hour has passed.

    """
    with register.write(deed, "vergadering.bijeenroepen", f"{slug}/{body}", now) as writing:
        crisis = row_of(writing.session, slug)
        check_open(crisis)
        plan = plan_of(writing.session, crisis)
        check_call(body, called, levels_of(writing.session, slug), plan)
        of_body = select(MeetingRow).where(MeetingRow.crisis == slug, MeetingRow.body == body).options(WITHOUT_PAPERS)
        held = {row.planned_at: row for row in writing.session.exec(of_body)}
        if same := held.get(planned_at):
            writing.is_repeat = True
            return meeting_of(same)
        check_hour(planned_at, now)
        number = max((row.number for row in held.values()), default=0) + 1
        return convene_in(writing, crisis, body, number, planned_at, called.in_full(plan))


def convene_in(
    writing: "Write", crisis: CrisisRow, body: Body, number: int, planned_at: datetime, called: Call = BY_FLOW
) -> Meeting:
    """The same within a write that is under way."""
    check_open(crisis)
    if existing := writing.session.get(MeetingRow, (crisis.slug, body, number)):
        writing.is_repeat = True
        return meeting_of(existing)
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
    _tell(writing, Event.CONVENED, meeting, crisis, initiative=called.initiative, consulted=called.said or "")
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
        _tell(writing, Event.LINK_ASKED, meeting_of(row), row_of(writing.session, slug), asking=asking)


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
        _tell(writing, Event.OUTCOME_OVERDUE, meeting, crisis, asking=f"{meeting.key}/{now:%Y%m%dT%H%M%S}")
        return True


@repeatable
def record(register: "Register", grant: Grant, outcome: Outcome, deed: "Deed", now: datetime) -> Meeting:
    """Record what came of a meeting, with all that follows from it, in one transaction.

    Decisions are numbered, action items opened and their owners told, levels changed, the next meeting set.
    The same sent twice with the same pass is one outcome.

    Raises:
        Refused: by `check_outcome`, or because the pass does not hold.

    """
    if grant.act is not Act.RECORD_OUTCOME:
        raise PassInvalid
    slug, body, _ = _parts(grant.object)
    with register.write(deed, "uitkomst.vastleggen", grant.object, now) as writing:
        session = writing.session
        before, version, crisis, levels, used, last = _about(session, grant)
        writing.payload = outcome.model_dump(mode="json")
        if passes.is_same(used, writing):
            writing.is_repeat = True
            return before
        check_open(crisis)
        plan = plan_of(session, crisis)
        check_outcome(before, outcome, levels, plan, now)
        passes.use(writing, grant, used, (Act.RECORD_OUTCOME, before.key, plan.bodies[body].secretary))

        meeting = before.recorded(outcome, grant.person, now, next_meeting_at(before, outcome.next_meeting_at, plan))
        rows.change(session, MeetingRow, before.model_dump(include=_KEY), version, meeting.model_dump(include=_OUTCOME))
        taken = _add_decisions(session, meeting, outcome, last.decision, now)
        opened = _open_actions(session, meeting, outcome, plan, last.action, now)
        after = levels_after(levels, body, outcome.direction)
        set_levels(session, slug, levels, after, now)
        phase = Phase.ACTIVE if after else Phase.AFTERCARE
        rows.change(session, CrisisRow, {"slug": slug}, crisis.version, {"phase": phase})
        if not follows_by_itself(meeting, after):
            check_goes_on(standing_in(session, row_of(session, slug)))
        _tell(
            writing,
            Event.OUTCOME_RECORDED,
            meeting,
            crisis,
            direction=outcome.direction,
            summary=outcome.summary,
            decisions=taken,
            actions=[{"number": p.number, "title": new.title, "owner": plan.people[new.owner].name} for p, new in opened],
            levels=[str(level) for level in in_order(after)],
        )
        for place, new in opened:
            tell_about_action(writing, Event.ACTION_OPENED, new, place, crisis)
        return meeting


_KEY = {"crisis", "body", "number"}
_OUTCOME = {"stage", "recorded_at", "recorded_by", "direction", "summary", "next_meeting_at", "next_reminder_at"}


def find(register: "Register", slug: str, body: Body, number: int) -> Meeting:
    """One meeting. Raises NoSuchMeeting."""
    with register.read() as session:
        return meeting_of(_row(session, slug, body, number))


def of_crisis(register: "Register", slug: str) -> tuple[Meeting, ...]:
    """All meetings of a crisis, in the order in which they were convened."""
    with register.read() as session:
        found = session.exec(select(MeetingRow).where(MeetingRow.crisis == slug).order_by(col(MeetingRow.convened_at)))
        return tuple(meeting_of(row) for row in found)


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


def _check_awaited(row: MeetingRow) -> None:
    meeting = meeting_of(row)
    if meeting.stage is Stage.CONVENED:
        raise NotYetInvited(meeting=meeting.label)
    if meeting.stage is Stage.RECORDED:
        raise AlreadyRecorded(meeting=meeting.label, by=meeting.recorded_by, at=meeting.recorded_at)


def tell_about_action(
    writing: "Write", event: Event, item: NewAction, place: Place, crisis: CrisisRow | Brief, **more: str
) -> None:
    """Queue the alerts about an action item: to its owner, its verifier, or whoever the chain names."""
    plan = plan_of(writing.session, crisis)
    key = f"{crisis.slug}/A{place.number}"
    facts = {
        "crisis": crisis.slug,
        "title": crisis.title,
        "number": place.number,
        "action": item.title,
        "owner": plan.people[item.owner].name,
        "due_at": item.due_at.isoformat(),
        "priority": str(item.priority),
        "meeting": f"{place.body} {place.meeting}",
        "evidence": "",
        "at": writing.now.isoformat(),
    }
    asking = more.pop("asking", "")
    notice = Notice(
        event=event,
        key=f"{key}/{asking}" if asking else key,
        facts=facts | more,
        bodies=frozenset((place.body,)),
        nkc=crisis.nkc,
        owner=item.owner,
        verifier=verifier(item.owner, place.body, plan),
        pass_object=key,
        pass_issued_at=writing.now,
        pass_expires_at=max(item.due_at, writing.now) + PASS_LIFETIME_AFTER_DUE,
    )
    writing.tell(notice, plan, crisis.slug)


def _tell(
    writing: "Write",
    event: Event,
    meeting: Meeting,
    crisis: CrisisRow | Brief,
    asking: str | None = None,
    **more: object,
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
        nkc=crisis.nkc,
        pass_object=meeting.key,
        pass_issued_at=writing.now,
        pass_expires_at=max(meeting.planned_at, writing.now) + PASS_LIFETIME,
    )
    writing.tell(notice, plan_of(writing.session, crisis), meeting.crisis)


def _add_decisions(session: Session, meeting: Meeting, outcome: Outcome, last: int, now: datetime) -> list[dict[str, object]]:
    """The decisions and advice of a meeting, numbered."""
    of_meeting = {"crisis": meeting.crisis, "body": meeting.body, "meeting": meeting.number, "at": now}
    numbered = enumerate(outcome.decisions, start=last + 1)
    taken: list[dict[str, object]] = [{"number": number, "kind": str(new.kind), "text": new.text} for number, new in numbered]
    rows.add(session, DecisionRow, [of_meeting | decision for decision in taken])
    return taken


def _open_actions(
    session: Session, meeting: Meeting, outcome: Outcome, plan: Plan, last: int, now: datetime
) -> list[tuple[Place, NewAction]]:
    """The action items of a meeting, numbered, each with its first reminder."""
    opened = [(Place(number, meeting.body, meeting.number), new) for number, new in enumerate(outcome.actions, start=last + 1)]
    crisis, opened_at = meeting.crisis, utc_text(now)
    rows.add_as_they_are(
        session,
        ActionRow,
        ("crisis", *Place._fields, "title", "owner", "priority", "state", "opened_at", "due_at", "next_reminder_at", "version"),
        [
            (
                *(crisis, *place, new.title, new.owner, new.priority, ActionState.OPEN, opened_at),
                *(utc_text(new.due_at), utc_text(first_reminder(now, new.due_at, plan)), 1),
            )
            for place, new in opened
        ],
    )
    return opened


def _row(session: Session, slug: str, body: Body, number: int) -> MeetingRow:
    row = session.get(MeetingRow, (slug, body, number), options=[WITHOUT_PAPERS])
    if row is None:
        raise NoSuchMeeting(crisis=slug, body=body, number=number)
    return row


class _Last(NamedTuple):
    """The highest numbers that were given out in a crisis."""

    decision: int
    action: int


class _About(NamedTuple):
    """All that recording an outcome must know."""

    meeting: Meeting
    version: int
    """Of the meeting."""
    crisis: Brief
    levels: frozenset[Body]
    used: passes.Spent | None
    last: _Last


_CRISIS, _MEETING, _LEVEL, _USED = (table_of(row) for row in (CrisisRow, MeetingRow, LevelRow, UsedPassRow))
_MEETING_FIELDS = (*Meeting.model_fields, "version")


def _last_number(of: Table) -> ScalarSelect[int]:
    highest = select(func.coalesce(func.max(of.c.number), literal_column("0"))).where(of.c.crisis == _CRISIS.c.slug)
    return highest.correlate(_CRISIS).scalar_subquery()


_ABOUT = (
    select(
        _LEVEL.c.body,
        _USED.c.used_at,
        _USED.c.payload_digest,
        *(_last_number(table_of(row)) for row in (DecisionRow, ActionRow)),
        *(_CRISIS.c[name] for name in Brief._fields),
        *(_MEETING.c[name] for name in _MEETING_FIELDS),
    )
    .select_from(_CRISIS.join(_MEETING, _MEETING.c.crisis == _CRISIS.c.slug))
    .outerjoin(_LEVEL, (_LEVEL.c.crisis == _CRISIS.c.slug) & _LEVEL.c.until.is_(None))
    .outerjoin(_USED, _USED.c.grant_key == bindparam("pass"))
    .where(_CRISIS.c.slug == bindparam("slug"), _MEETING.c.body == bindparam("of"), _MEETING.c.number == bindparam("nr"))
)
"""One question, with a row for each active level: on PostgreSQL every question is a journey."""


def _about(session: Session, grant: Grant) -> _About:
    slug, body, number = _parts(grant.object)
    asked = {"pass": grant.key, "slug": slug, "of": body, "nr": number}
    found = rows.ask(session, _ABOUT, asked)
    if not found:
        raise NoSuchMeeting(crisis=slug, body=body, number=number)
    _, used_at, payload, decision, action, *rest = found[0]
    crisis, (*fields, version) = rest[: len(Brief._fields)], rest[len(Brief._fields) :]
    return _About(
        meeting=Meeting.model_validate(dict(zip(Meeting.model_fields, fields, strict=True))),
        version=version,
        crisis=Brief(*crisis),
        levels=frozenset(Body(level) for level, *_ in found if level),
        used=passes.Spent(datetime.fromisoformat(used_at), payload) if used_at else None,
        last=_Last(decision, action),
    )


def _parts(key: str) -> tuple[str, Body, int]:
    slug, body, number = key.split("/")
    return slug, Body(body), int(number)
