"""Who is designated into a body during a crisis, and who leaves it (aanwijzing).

The plan that was frozen into a crisis says who sat where at its activation; what is decided since is laid over it.
"""

from collections.abc import Iterable
from typing import Literal

from crisis.attendance import Capacity
from crisis.errors import (
    AdvisesOnly,
    AlreadySeated,
    MayNotDecide,
    MinistryMissing,
    NoAccord,
    NoLongerSeated,
    NoSuchPerson,
    NotAllowedByChair,
    NotSeated,
    SitsByOffice,
    WrongSeat,
)
from crisis.plan import Plan, Seat
from crisis.record import Line, Moment, Record, Text
from crisis.rulesets import has_advisory_voice_only, sits_by_office, terms
from crisis.seats import ministries_missing, office_of, seat_misfits, watches
from crisis.structure import Body, Office


class Designation(Record):
    """The decision that somebody takes part in a body (R03)."""

    body: Body
    person: str
    capacity: Literal[Capacity.MEMBER, Capacity.ADVISORY] = Capacity.MEMBER
    decided_by: Line
    agreed_with: Line | None = None
    """With whom it was agreed, or discussed: in the MCCb the minister-president (R03)."""
    chair_allows: bool = False
    """Whether the chair has allowed the advisory voice (R04)."""
    reason: Text


class Release(Record):
    """The decision that somebody takes part in a body no more."""

    body: Body
    person: str
    decided_by: Line
    reason: Text


class Membership(Record):
    """One person in one body, from when until when, and by whose decision."""

    crisis: str
    body: Body
    person: str
    capacity: Capacity
    since: Moment
    decided_by: str
    agreed_with: str | None = None
    reason: str
    until: Moment | None = None
    ended_by: str | None = None
    ended_because: str | None = None

    def is_from(self, designation: Designation) -> bool:
        """Whether it came of this very designation, and still stands."""
        same = designation.model_dump(exclude={"chair_allows"})
        return self.until is None and self.model_dump(include=set(same)) == same


def check_designation(designation: Designation, plan: Plan) -> None:
    """Whether this person may be designated into this body, as it is composed now.

    Raises:
        NoSuchPerson: not a person of the plan.
        AlreadySeated: this person takes part already, in this capacity.
        MayNotDecide: this person administers or audits.
        AdvisesOnly, NotAllowedByChair: R04; Instellingsbesluit MCCb 2022, art. 3.5 (for 2016 not confirmed).
        SitsByOffice: who sits in it by office does not become an adviser (R03).
        NoAccord: R03; in agreement with the minister-president (2022), or after consulting them (2012; for 2016 not confirmed).
        MinistryMissing: R10; NHC 2016, V.1.

    """
    body, person = designation.body, designation.person
    if person not in plan.people:
        raise NoSuchPerson(person=person)
    seat = plan.bodies[body]
    if person in (seat.chair, seat.secretary) or capacity_in(seat, person) is designation.capacity:
        raise AlreadySeated(person=person, body=body)
    if watches(person, plan):
        raise MayNotDecide(person=person, body=body)
    _check_voice(designation, plan)
    _check_accord(designation, plan)
    _check_composition(body, plan, seated(plan, body, person, designation.capacity))


def check_release(release: Release, plan: Plan) -> None:
    """Whether this person may leave this body, as it is composed now.

    Raises:
        NotSeated: this person does not take part as a member.
        SitsByOffice: the minister-president and the minister of JenV cannot be released from the MCCb (R03).
        MinistryMissing: a ministry in ICCb or MCCb would have nobody left in the IAO (R10).

    """
    body, person = release.body, release.person
    if capacity_in(plan.bodies[body], person) is None:
        raise NotSeated(person=person, body=body)
    _check_may_leave(person, body, plan)
    _check_composition(body, plan, unseated(plan, body, person))


def check_reads_papers(person: str, body: Body, planned_at: Moment, plan: Plan, changes: Iterable[Membership]) -> None:
    """Whether this person may read the papers of a meeting of this body, at this hour, with a link that they got before.

    Who takes part in the body now may. Who was released from it may still read those of meetings whose hour was before the
    release, for they were there; and nothing of what came later. `changes`: what was decided since the activation about who
    sits where.

    Raises:
        NoLongerSeated: they left the body before this meeting.

    """
    left = (m.until for m in changes if (m.body, m.person) == (body, person) and m.until)
    if not any(planned_at < until for until in left):
        check_takes_part(person, body, plan)


def check_takes_part(person: str, body: Body, plan: Plan) -> None:
    """Whether this person has a seat in this body now. Raises NoLongerSeated."""
    if person not in plan.bodies[body].everyone:
        raise NoLongerSeated(person=plan.people[person].name, body=body)


def capacity_in(seat: Seat, person: str) -> Capacity | None:
    """How this person takes part; None for chair and secretary, and who does not take part."""
    if person in seat.members:
        return Capacity.MEMBER
    return Capacity.ADVISORY if person in seat.advisory else None


def seated(plan: Plan, body: Body, person: str, capacity: Capacity) -> Plan:
    """The same plan with this person in this body."""
    without = unseated(plan, body, person)
    seat = without.bodies[body]
    place = "members" if capacity is Capacity.MEMBER else "advisory"
    return _with_seat(without, body, seat.model_copy(update={place: (*getattr(seat, place), person)}))


def unseated(plan: Plan, body: Body, person: str) -> Plan:
    """The same plan without this person as a member of this body."""
    seat = plan.bodies[body]
    without = {place: tuple(p for p in getattr(seat, place) if p != person) for place in ("members", "advisory")}
    return _with_seat(plan, body, seat.model_copy(update=without))


def amended(plan: Plan, memberships: Iterable[Membership]) -> Plan:
    """The plan as what was decided since has changed it, in the order in which it was decided."""
    for membership in memberships:
        where = membership.body, membership.person
        plan = unseated(plan, *where) if membership.until else seated(plan, *where, membership.capacity)
    return plan


def _with_seat(plan: Plan, body: Body, seat: Seat) -> Plan:
    return plan.model_copy(update={"bodies": plan.bodies | {body: seat}})


def _check_voice(designation: Designation, plan: Plan) -> None:
    """R04: a state secretary advises, and nobody has an advisory voice in the MCCb unless its chair allows it."""
    office = plan.people[designation.person].office
    if capacity_in(plan.bodies[designation.body], designation.person) is Capacity.MEMBER:
        _check_may_leave(designation.person, designation.body, plan)
    named = {"person": designation.person, "body": designation.body}
    is_full = designation.capacity is Capacity.MEMBER
    if is_full and office and has_advisory_voice_only(office, designation.body, plan.ruleset):
        raise AdvisesOnly(**named)
    if not is_full and terms(designation.body, plan.ruleset).advisory and not designation.chair_allows:
        raise NotAllowedByChair(**named)


def _check_accord(designation: Designation, plan: Plan) -> None:
    """R03: full members of the MCCb are designated with the minister-president, unless they decide it themselves."""
    accord = terms(designation.body, plan.ruleset).accord
    if accord is None or designation.capacity is Capacity.ADVISORY:
        return
    asked = [office_of(text, plan) for text in (designation.decided_by, designation.agreed_with) if text]
    if Office.PRIME_MINISTER not in asked:
        raise NoAccord(person=designation.person, body=designation.body, accord=accord)


def _check_may_leave(person: str, body: Body, plan: Plan) -> None:
    """R03: who sits in a body by office stays a member of it."""
    office = plan.people[person].office
    if office and sits_by_office(office, body, plan.ruleset):
        raise SitsByOffice(person=person, body=body)


def _check_composition(body: Body, before: Plan, after: Plan) -> None:
    """R10: a change leaves no ministry of ICCb or MCCb without somebody in the IAO."""
    if missing := ministries_missing(after) - ministries_missing(before):
        raise MinistryMissing(body=body, ministries=", ".join(sorted(missing)))
    if misfits := list(seat_misfits(after)):  # nobody could read the crisis any more
        raise WrongSeat(body=body, misfits=misfits)
