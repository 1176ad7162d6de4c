"""Who was at a meeting, as what, from when until when; and whether there was a majority (aanwezigheid)."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from crisis.record import Line, Moment, Record
from crisis.rulesets import has_advisory_voice_only, may_chair
from crisis.structure import Body

if TYPE_CHECKING:
    from crisis.decisions import NewDecision
    from crisis.plan import Plan


class Capacity(StrEnum):
    """As what somebody takes part."""

    MEMBER = "lid"
    DEPUTY = "plaatsvervanger"
    ADVISORY = "raadgevend"
    """With an advisory voice: state secretaries in the MCCb (R04)."""
    EXPERT = "deskundige"
    GUEST = "gast"

    @property
    def votes(self) -> bool:
        """Whether the vote counts (R04, R06)."""
        return self in (Capacity.MEMBER, Capacity.DEPUTY)


class Present(Record):
    """Somebody who was there."""

    name: Line
    """A person of the plan by key; or, for experts and guests, a function and organisation."""
    capacity: Capacity = Capacity.MEMBER
    deputises_for: str | None = None
    since: Moment | None = None
    """From when, where it was not from the beginning: functions change hands in the night."""
    until: Moment | None = None

    @property
    def seat(self) -> str:
        """Whose place it is: a deputy votes for who is deputised, and both together vote once."""
        return self.deputises_for if self.capacity is Capacity.DEPUTY and self.deputises_for else self.name


def problems_of_attendance(
    body: Body, chair: str | None, present: Sequence[Present], decisions: Sequence["NewDecision"], plan: "Plan"
) -> Iterator[tuple[str, str]]:
    """What does not fit in who was there: (field, reason)."""
    if chair is not None and not may_lead(chair, body, plan):
        yield "chair", "r02_chair"
    if not present and any(d.kind.decides and not d.is_intended for d in decisions):
        yield "present", "present"
    for place, one in enumerate(present, start=1):
        yield from ((f"present.{place}.{field}", reason) for field, reason in _misfits(one, body, plan))
    if body is Body.MCCB:
        for place, decision in enumerate(decisions, start=1):
            yield from ((f"decisions.{place}.against", reason) for reason in _misvotes(chair, present, decision, plan))


def _misvotes(chair: str | None, present: Sequence[Present], decision: "NewDecision", plan: "Plan") -> Iterator[str]:
    """R06: who voted against had a vote and was there, and there was a majority."""
    if not (decision.kind.decides and present):
        return
    voters = {one.name for one in present if one.capacity.votes}
    yield from (f"r06_no_vote:{person}" for person in decision.against if person in plan.people and person not in voters)
    if not has_majority(chair or plan.bodies[Body.MCCB].chair, present, decision):
        yield "r06_majority"


def _misfits(one: Present, body: Body, plan: "Plan") -> Iterator[tuple[str, str]]:
    known = plan.people.get(one.name)
    if one.capacity.votes and known is None:
        yield "name", f"not_in_people:{one.name}"
    if one.capacity.votes and known and known.office and has_advisory_voice_only(known.office, body, plan.ruleset):
        yield "capacity", "r04_advisory"
    elif one.capacity is Capacity.DEPUTY and one.deputises_for not in plan.people:
        yield "deputises_for", "missing"
    elif body is Body.MCCB and one.capacity.votes and one.seat not in _voting(body, plan):
        yield ("name" if one.capacity is Capacity.MEMBER else "deputises_for"), "r03_member"
    if one.since and one.until and one.until <= one.since:
        yield "until", "in_the_past"


def _voting(body: Body, plan: "Plan") -> frozenset[str]:
    """Who votes in this body: its chair and its members, as designated by now (R03)."""
    return frozenset((plan.bodies[body].chair, *plan.bodies[body].members))


def may_lead(person: str, body: Body, plan: "Plan") -> bool:
    """Whether this person may lead this body: its chair in the plan or that one's deputy, or who may by office (R02).

    In the MCCb that is the minister-president, at any time (Instellingsbesluit MCCb 2022, art. 3.2).
    """
    known, chair = plan.people.get(person), plan.bodies[body].chair
    if known is None:
        return False
    is_in_the_place = person in (chair, plan.people[chair].deputy)
    return is_in_the_place or (known.office is not None and may_chair(known.office, body, plan.ruleset))


def has_majority(chair: str, present: Sequence[Present], decision: "NewDecision") -> bool:
    """Whether more of those who vote were for it than against (R06; nctv.nl). Every seat has one vote.

    What holds when the votes are equal was not found in any source: here the side of the chair carries it.
    """
    voting = {one.seat for one in present if one.capacity.votes}
    opposed = {one.seat for one in present if one.capacity.votes and one.name in decision.against}
    against, in_favour = len(opposed), len(voting - opposed)
    return in_favour > against or (in_favour == against and chair not in {*opposed, *decision.against})
