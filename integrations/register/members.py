"""Who is designated into a body, and who is released from it, in the register: the plan frozen into the crisis is amended."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select, update

from crisis.alerts import Event, Notice
from crisis.attendance import Capacity
from crisis.initiative import who_decides
from crisis.meetings import Meeting, Stage
from crisis.members import (
    Designation,
    Membership,
    Release,
    capacity_in,
    check_designation,
    check_release,
    seated,
    unseated,
)
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.seats import function_of
from crisis.structure import Body
from integrations.register import initiative, passes
from integrations.register.standing import bump, check_open, meeting_of, membership_of, memberships_of, plan_of, row_of
from integrations.register.tables import WITHOUT_PAPERS, CrisisRow, InvitationRequestRow, MeetingRow, MembershipRow
from integrations.register.telling import PASS_LIFETIME
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


@repeatable
def designate(register: "Register", grant: Grant, designation: Designation, deed: "Deed", now: datetime) -> Membership:
    """Have somebody take part in a body from now on, as its chair decides; the same asked twice is one designation.

    Raises:
        Refused: by `who_decides` or `check_designation`, because the crisis is closed, or because the pass does not hold.

    """
    slug = grant.object.partition("/")[0]
    with register.write(deed, "lid.aanwijzen", f"{slug}/{designation.body}/{designation.person}", now) as writing:
        passes.check_act(grant, Act.DESIGNATE)
        crisis = row_of(writing.session, slug)
        plan = plan_of(writing.session, crisis)
        decider = who_decides(grant.principal, designation.body, plan)
        designation = _in_full(designation.model_copy(update={"decided_by": decider}), plan)
        writing.payload = designation.model_dump(mode="json")
        standing = _standing(writing.session, slug, designation.body, designation.person)
        if standing and membership_of(standing).is_from(designation):
            initiative.again(writing, grant)
            return membership_of(standing)
        membership = designate_in(writing, crisis, designation)
        initiative.use(writing, grant, passes.spent(writing.session, grant))
        return membership


def designate_in(writing: "Write", crisis: CrisisRow, designation: Designation) -> Membership:
    """The same within a write that is under way."""
    check_open(crisis)
    plan = plan_of(writing.session, crisis)
    check_designation(designation, plan)
    body, person = designation.body, designation.person
    _end(writing, _standing(writing.session, crisis.slug, body, person), designation.decided_by, designation.reason)
    fields = designation.model_dump(exclude={"chair_allows"})
    row = MembershipRow(crisis=crisis.slug, since=writing.now, **fields)
    _amend(writing, crisis, row)
    _ask_no_more(writing.session, row)
    after = seated(plan, body, person, designation.capacity)
    _tell(writing, Event.DESIGNATED, membership_of(row), crisis, after)
    return membership_of(row)


@repeatable
def release(register: "Register", grant: Grant, release: Release, deed: "Deed", now: datetime) -> Membership:
    """Have somebody take part in a body no more, as its chair decides; asked twice, it is done once.

    Raises:
        Refused: by `who_decides` or `check_release`, because the crisis is closed, or because the pass does not hold.

    """
    slug = grant.object.partition("/")[0]
    with register.write(deed, "lid.ontheffen", f"{slug}/{release.body}/{release.person}", now) as writing:
        passes.check_act(grant, Act.RELEASE)
        crisis = row_of(writing.session, slug)
        check_open(crisis)
        plan = plan_of(writing.session, crisis)
        decider = who_decides(grant.principal, release.body, plan)
        release = release.model_copy(update={"decided_by": function_of(decider, plan)})
        writing.payload = release.model_dump(mode="json")
        capacity = capacity_in(plan.bodies[release.body], release.person)
        if capacity is None and (ended := _ended_like(writing.session, slug, release)):
            initiative.again(writing, grant)
            return ended
        check_release(release, plan)
        assert capacity
        initiative.use(writing, grant, passes.spent(writing.session, grant))
        row = _standing(writing.session, slug, release.body, release.person) or _by_plan(crisis, plan, release, capacity)
        _end(writing, row, release.decided_by, release.reason)
        _amend(writing, crisis, row)
        after = unseated(plan, release.body, release.person)
        _tell(writing, Event.RELEASED, membership_of(row), crisis, after)
        return membership_of(row)


def of_crisis(register: "Register", slug: str) -> tuple[Membership, ...]:
    """All that was decided since the activation about who sits where. Raises NoSuchCrisis."""
    with register.read() as session:
        row_of(session, slug)
        return memberships_of(session, slug)


def _in_full(designation: Designation, plan: Plan) -> Designation:
    """With the functions of those who are named by their key in the plan."""
    if designation.person not in plan.people:
        return designation
    agreed_with = designation.agreed_with and function_of(designation.agreed_with, plan)
    return designation.model_copy(update={"decided_by": function_of(designation.decided_by, plan), "agreed_with": agreed_with})


def _standing(session: Session, slug: str, body: Body, person: str) -> MembershipRow | None:
    wanted = select(MembershipRow).where(
        MembershipRow.crisis == slug,
        MembershipRow.body == body,
        MembershipRow.person == person,
        col(MembershipRow.until).is_(None),
    )
    return session.exec(wanted).first()


def _ended_like(session: Session, slug: str, release: Release) -> Membership | None:
    """What this very release has ended before."""
    same = (m for m in memberships_of(session, slug) if (m.body, m.person) == (release.body, release.person))
    last = max(same, key=lambda membership: membership.until or membership.since, default=None)
    return last if last and (last.ended_by, last.ended_because) == (release.decided_by, release.reason) else None


def _by_plan(crisis: CrisisRow, plan: Plan, release: Release, capacity: Capacity) -> MembershipRow:
    """The membership of somebody whom the plan itself has seated, since the activation."""
    return MembershipRow(
        crisis=crisis.slug,
        body=release.body,
        person=release.person,
        capacity=capacity,
        since=crisis.activated_at,
        decided_by=crisis.decided_by,
        reason=plan.title,
    )


def _end(writing: "Write", row: MembershipRow | None, by: str, because: str) -> None:
    if row:
        row.until, row.ended_by, row.ended_because = writing.now, by, because
        writing.session.add(row)
        writing.session.flush()  # the one that stands makes room before the next comes


def _ask_no_more(session: Session, row: MembershipRow) -> None:
    """Who takes part has what they asked for: nobody is reminded of their request to be invited any more."""
    asked = (col(InvitationRequestRow.crisis) == row.crisis, col(InvitationRequestRow.body) == row.body)
    theirs = update(InvitationRequestRow).where(*asked, col(InvitationRequestRow.person) == row.person)
    session.execute(theirs.values(next_reminder_at=None))


def _amend(writing: "Write", crisis: CrisisRow, row: MembershipRow) -> None:
    """From here on the plan is read with this."""
    writing.session.add(row)
    crisis.amended += 1
    bump(writing.session, crisis)
    writing.session.flush()


def _tell(writing: "Write", event: Event, membership: Membership, crisis: CrisisRow, plan: Plan) -> None:
    """Tell who it is about, and the secretary of the body; with the papers where a meeting is about to be held."""
    body, person, now = membership.body, membership.person, writing.now
    coming = _coming(writing.session, crisis.slug, body)
    has_papers = coming is not None and coming.stage is Stage.INVITED
    facts = {
        "crisis": crisis.slug,
        "title": crisis.title,
        "body": body,
        "person": plan.people[person].name,
        "capacity": membership.capacity,
        "decided_by": membership.ended_by or membership.decided_by,
        "reason": membership.ended_because or membership.reason,
        "meeting": coming.label if coming else "",
        "planned_at": coming.planned_at.isoformat() if coming else "",
        "at": now.isoformat(),
    }
    notice = Notice(
        event=event,
        key=f"{crisis.slug}/{body}/{person}/{crisis.amended}",
        facts=facts,
        bodies=frozenset({body}),
        nkc=crisis.nkc,
        owner=person,
        pass_object=coming.key if coming and has_papers else None,
        pass_issued_at=now,
        pass_expires_at=max(coming.planned_at, now) + PASS_LIFETIME if coming else None,
    )
    writing.tell(notice, plan, crisis.slug)


_TO_COME = (Stage.CONVENED, Stage.INVITED)


def _coming(session: Session, slug: str, body: Body) -> Meeting | None:
    """The meeting of this body that is still to be held; the last one called."""
    wanted = (
        select(MeetingRow)
        .where(MeetingRow.crisis == slug, MeetingRow.body == body, col(MeetingRow.stage).in_(_TO_COME))
        .order_by(col(MeetingRow.number).desc())
        .options(*WITHOUT_PAPERS)
    )
    row = session.exec(wanted.limit(1)).first()
    return meeting_of(row) if row else None
