"""Requests to be invited in the register: asked with a reason, answered once."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from crisis.alerts import Event, Notice
from crisis.errors import AlreadySeated, NoSuchInvitation, NoSuchMeeting, WrongPerson
from crisis.invitations import InvitationRequest, check_answer, designation_of
from crisis.life import Phase
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.remarks import checked_remark, checked_text
from crisis.seats import may_ask_invitation
from crisis.structure import Body
from integrations.register import meetings, members, passes
from integrations.register.standing import bump, check_open, each_of, plan_of, row_of
from integrations.register.tables import WITHOUT_PAPERS, CrisisRow, InvitationRequestRow, MeetingRow
from integrations.register.telling import stamp
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write

PASS_LIFETIME = timedelta(days=7)
"""How long the secretary's link to answer works."""


@repeatable
def ask(register: "Register", grant: Grant, reason: str, deed: "Deed", now: datetime) -> InvitationRequest:
    """Ask that a ministry that was left out be invited, with the reason; the secretary of the body hears of it (R09).

    The same sent twice with the same pass is one request.

    Raises:
        Refused: the ministry takes part already, the crisis is closed, or the pass does not hold.

    """
    with register.write(deed, "deelname.vragen", grant.object, now) as writing:
        passes.check_act(grant, Act.ASK_INVITATION)
        session = writing.session
        slug, body, number = meetings.parts(grant.object)
        writing.payload = {"reason": checked_text("reason", reason)}
        used = passes.spent(session, grant)
        if passes.is_same(used, writing):
            writing.is_repeat = True
            return request_of(_row(session, (slug, body, number, grant.principal)))
        crisis = row_of(session, slug)
        plan = plan_of(session, crisis)
        _check_may_ask(grant.principal, body, crisis, plan)
        meeting = _meeting(session, slug, body, number)
        passes.use(writing, grant, used, (Act.ASK_INVITATION, f"{slug}/{body}/{number}", grant.principal))
        reason = writing.payload["reason"]
        row = InvitationRequestRow(crisis=slug, body=body, meeting=number, person=grant.principal, reason=reason, asked_at=now)
        row.next_reminder_at = now + plan.action_items.remind_every
        session.add(row)
        bump(session, crisis)
        request = request_of(row)
        _tell(writing, Event.INVITATION_ASKED, request, crisis, planned_at=meeting.planned_at.isoformat())
        return request


@repeatable
def answer(register: "Register", grant: Grant, accepted: bool, remark: str, deed: "Deed", now: datetime) -> InvitationRequest:
    """The secretary writes down what the chair answers: who asked is designated into the body, or reads why not.

    The same sent twice with the same pass is one answer.

    Raises:
        Refused: answered before, no reason for a refusal, or the pass does not hold.

    """
    with register.write(deed, "deelname.beantwoorden", grant.object, now) as writing:
        passes.check_act(grant, Act.ANSWER_INVITATION)
        remark = checked_remark(accepted, remark)
        writing.payload = {"accepted": accepted, "answer": remark}
        row = _row(writing.session, _request_in(grant.object))
        used = passes.spent(writing.session, grant)
        if passes.is_same(used, writing):
            writing.is_repeat = True
            return request_of(row)
        crisis = row_of(writing.session, row.crisis)
        check_open(crisis)
        request = request_of(row)
        check_answer(request)
        seat = plan_of(writing.session, crisis).bodies[request.body]
        passes.use(writing, grant, used, (Act.ANSWER_INVITATION, request.key, seat.secretary))
        row.accepted, row.answer, row.answered_by, row.answered_at = accepted, remark, grant.person, now
        row.next_reminder_at = None
        writing.session.add(row)
        if accepted:
            chair = plan_of(writing.session, crisis).people[seat.chair].name
            members.designate_in(writing, crisis, designation_of(request, chair))
        else:
            bump(writing.session, crisis)
            _tell(writing, Event.INVITATION_REFUSED, request, crisis, answer=remark)
        return request_of(row)


@repeatable
def remind(register: "Register", key: str, deed: "Deed", now: datetime) -> bool:
    """Ask the secretary again for the chair's answer (R09); whether it was due, for somebody else may have done it."""
    with register.write(deed, "deelname.opvolgen", key, now) as writing:
        session = writing.session
        row = _row(session, _request_in(key))
        request = request_of(row)
        was_due = row.next_reminder_at
        if was_due is None or not request.must_be_reminded(now):
            writing.is_repeat = True
            return False
        crisis = row_of(session, row.crisis)
        row.next_reminder_at = now + plan_of(session, crisis).action_items.remind_every
        session.add(row)
        writing.payload = {"again_at": row.next_reminder_at}
        planned_at = _meeting(session, request.crisis, request.body, request.meeting).planned_at.isoformat()
        _tell(writing, Event.INVITATION_REMINDED, request, crisis, stamp(was_due), planned_at=planned_at)
        return True


def due(session: Session, now: datetime) -> tuple[InvitationRequest, ...]:
    """Those of which the secretary must be asked again, while there is a body to take part in."""
    found = session.exec(
        select(InvitationRequestRow)
        .join(CrisisRow, col(CrisisRow.slug) == InvitationRequestRow.crisis)
        .where(col(InvitationRequestRow.next_reminder_at) <= now, col(CrisisRow.phase) == Phase.ACTIVE)
        .order_by(col(InvitationRequestRow.next_reminder_at))
    )
    return each_of(found, request_of)


def find(register: "Register", key: str) -> InvitationRequest:
    """The request with this key. Raises NoSuchInvitation."""
    with register.read() as session:
        return request_of(_row(session, _request_in(key)))


def asked_by(register: "Register", grant: Grant) -> InvitationRequest | None:
    """What this person has asked about the meeting that their pass is about; None when they have not."""
    slug, body, number = meetings.parts(grant.object)
    with register.read() as session:
        row = session.get(InvitationRequestRow, (slug, body, number, grant.principal))
        return request_of(row) if row else None


def of_crisis(register: "Register", slug: str) -> tuple[InvitationRequest, ...]:
    """All requests of a crisis, in the order in which they came."""
    wanted = select(InvitationRequestRow).where(InvitationRequestRow.crisis == slug)
    with register.read() as session:
        found = session.exec(wanted.order_by(col(InvitationRequestRow.asked_at), InvitationRequestRow.person))
        return tuple(request_of(row) for row in found)


def request_of(row: InvitationRequestRow) -> InvitationRequest:
    """The request that a row stands for."""
    return InvitationRequest(**row.model_dump(exclude={"body"}), body=Body(row.body))


def _check_may_ask(person: str, body: Body, crisis: CrisisRow, plan: Plan) -> None:
    check_open(crisis)
    if person in plan.bodies[body].everyone:
        raise AlreadySeated(person=person, body=body)
    if body is not Body.IAO or not may_ask_invitation(person, plan):
        raise WrongPerson(person=person, act=Act.ASK_INVITATION, belongs_to=plan.ministries or "ministries")


def _meeting(session: Session, slug: str, body: Body, number: int) -> MeetingRow:
    row = session.get(MeetingRow, (slug, body, number), options=[*WITHOUT_PAPERS])
    if row is None:
        raise NoSuchMeeting(crisis=slug, body=body, number=number)
    return row


def _row(session: Session, key: tuple[str, str, int, str]) -> InvitationRequestRow:
    row = session.get(InvitationRequestRow, key)
    if row is None:
        raise NoSuchInvitation(request="/".join(map(str, key)))
    return row


def _request_in(key: str) -> tuple[str, str, int, str]:
    meeting, _, person = key.rpartition("/")
    return (*meetings.parts(meeting), person)


def _tell(writing: "Write", event: Event, request: InvitationRequest, crisis: CrisisRow, asking: str = "", **more: str) -> None:
    plan = plan_of(writing.session, crisis)
    who = plan.people[request.person]
    facts = {
        "crisis": crisis.slug,
        "title": crisis.title,
        "body": request.body,
        "meeting": request.label,
        "person": who.name,
        "ministry": who.ministry or who.organisation,
        "reason": request.reason,
        "at": writing.now.isoformat(),
    }
    notice = Notice(
        event=event,
        key=f"{request.key}/{asking}" if asking else request.key,
        facts=facts | more,
        bodies=frozenset({request.body}),
        nkc=crisis.nkc,
        owner=request.person,
        pass_object=request.key,
        pass_issued_at=writing.now,
        pass_expires_at=writing.now + PASS_LIFETIME,
    )
    writing.tell(notice, plan, crisis.slug)
