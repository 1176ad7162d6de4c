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
            if decision.kind.decides and present and not has_majority(chair or plan.bodies[body].chair, present, decision):
                yield f"decisions.{place}.against", "r06_majority"


def _misfits(one: Present, body: Body, plan: "Plan") -> Iterator[tuple[str, str]]:
    known = plan.people.get(one.name)
    if one.capacity.votes and known is None:
        yield "name", f"not_in_people:{one.name}"
    if one.capacity.votes and known and known.office and has_advisory_voice_only(known.office, body, plan.ruleset):
        yield "capacity", "r04_advisory"
    if one.capacity is Capacity.DEPUTY and one.deputises_for not in plan.people:
        yield "deputises_for", "missing"
    if one.since and one.until and one.until <= one.since:
        yield "until", "in_the_past"


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
    """Whether more of those who vote were for it than against (R06; nctv.nl).

    What holds when the votes are equal was not found in any source: here the side of the chair carries it.
    """
    voting = {one.name for one in present if one.capacity.votes}
    against = len(voting & set(decision.against))
    in_favour = len(voting) - against
    return in_favour > against or (in_favour == against and chair not in decision.against)
