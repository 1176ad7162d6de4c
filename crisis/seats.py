"""Who sits where in a crisis plan, held against the rules (samenstelling)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crisis.rulesets import has_advisory_voice_only, may_chair, office_in, terms
from crisis.structure import Body, Office, Role

if TYPE_CHECKING:
    from crisis.plan import Plan

Misfit = tuple[str, str]
"""Where in the plan, and why it does not fit; what is behind the colon of the reason is a name."""


WATCHING = (Role.ADMINISTRATOR, Role.AUDITOR)
"""Who has one of these roles decides about nothing."""


def ministries_in(body: Body, plan: "Plan") -> frozenset[str]:
    """The ministries that have somebody at the table of this body, as far as the plan states them."""
    people = (plan.people.get(person) for person in plan.bodies[body].table)
    return frozenset(person.ministry for person in people if person and person.ministry)


def ministries_missing(plan: "Plan") -> frozenset[str]:
    """The ministries in the ICCb or the MCCb that have nobody in the IAO; there must be none (R10; NHC 2016, V.1)."""
    above = ministries_in(Body.ICCB, plan) | ministries_in(Body.MCCB, plan)
    return above - ministries_in(Body.IAO, plan)


def may_ask_invitation(person: str, plan: "Plan") -> bool:
    """Whether somebody of a ministry that was left out of the IAO may ask, with reasons, to be invited (R09; NHC 2016, V.1)."""
    others = plan.groups[plan.ministries].people if plan.ministries else ()
    return person in others and person not in plan.bodies[Body.IAO].everyone


def office_of(who: str, plan: "Plan") -> Office | None:
    """The office of somebody who is named by their key in the plan, or else by their function."""
    person = plan.people.get(who)
    return (person.office or office_in(person.name)) if person else office_in(who)


def function_of(who: str, plan: "Plan") -> str:
    """The function of somebody who is named like that, as it is written down."""
    return plan.people[who].name if who in plan.people else who


def watches(person: str, plan: "Plan") -> bool:
    """Whether somebody administers or audits, and so sits in no body."""
    return any(person in plan.roles.get(role, ()) for role in WATCHING)


def unstated(plan: "Plan") -> tuple[Misfit, ...]:
    """What a plan that is read today must say, and one that was frozen into a crisis before need not: who chairs (R02, R09)."""
    chairs = ((f"bodies.{body}.chair", seat.chair) for body, seat in plan.bodies.items())
    return tuple((where, f"no_office:{who}") for where, who in chairs if plan.is_real and not plan.people[who].office)


def weak_eyes(plan: "Plan") -> Iterator[Misfit]:
    """Where the second person (four eyes) or a deputy could not act, or must not: asked of a plan that is read today.

    Who records for the secretary does not confirm; were that the only one who may, nobody could. And who administers or
    audits decides nothing, as a deputy neither.
    """
    for body, seat in plan.bodies.items():
        if plan.people[seat.secretary].deputy == seat.confirms:
            yield f"people.{seat.secretary}.deputy", f"deputy_confirms:{seat.confirms}"
        if plan.people[seat.confirms].deputy == seat.secretary:
            yield f"people.{seat.confirms}.deputy", f"deputy_recorded:{seat.secretary}"
        if watches(seat.confirms, plan):
            yield f"bodies.{body}.second", f"only_watches:{seat.confirms}"
        for person in dict.fromkeys((*seat.everyone, seat.confirms)):
            deputy = plan.people[person].deputy
            if deputy and watches(deputy, plan):
                yield f"people.{person}.deputy", f"only_watches:{deputy}"


def seat_misfits(plan: "Plan") -> Iterator[Misfit]:
    """Every person who may not sit where the plan has them, as far as it states offices and ministries."""
    for body in plan.bodies:
        yield from _chair_misfits(body, plan)
        yield from _voice_misfits(body, plan)
        yield from _missing_by_office(body, plan)
    if plan.bodies.keys() == set(Body):
        yield from (("bodies.IAO.members", f"not_in_iao:{ministry}") for ministry in sorted(ministries_missing(plan)))
    yield from _own_deputies(plan)
    yield from _judges_of_their_own(plan)


def _chair_misfits(body: Body, plan: "Plan") -> Iterator[Misfit]:
    """R02, R09: a stated office that may not chair this body."""
    office = _office(plan.bodies[body].chair, plan)
    if office and not may_chair(office, body, plan.ruleset):
        yield f"bodies.{body}.chair", f"may_not_chair:{office}"


def _voice_misfits(body: Body, plan: "Plan") -> Iterator[Misfit]:
    """R04: a full member who may only advise."""
    for person in plan.bodies[body].members:
        office = _office(person, plan)
        if office and has_advisory_voice_only(office, body, plan.ruleset):
            yield f"bodies.{body}.members", f"advises_only:{person}"


def _missing_by_office(body: Body, plan: "Plan") -> Iterator[Misfit]:
    """R03: where offices are stated, those who sit in it by office are among them."""
    seat = plan.bodies[body]
    stated = {office for person in seat.table if (office := _office(person, plan))}
    full = {_office(person, plan) for person in (seat.chair, *seat.members)}
    if stated:
        yield from ((f"bodies.{body}.members", f"by_office:{o}") for o in sorted(terms(body, plan.ruleset).by_office - full))


def _own_deputies(plan: "Plan") -> Iterator[Misfit]:
    yield from ((f"people.{name}.deputy", f"own_deputy:{name}") for name, who in plan.people.items() if who.deputy == name)


def _judges_of_their_own(plan: "Plan") -> Iterator[Misfit]:
    """An administrator cannot decide, and who decides cannot touch the audit trail."""
    seated = {person for seat in plan.bodies.values() for person in seat.everyone}
    for role in WATCHING:
        yield from ((f"roles.{role}", f"decides_too:{who}") for who in plan.roles.get(role, ()) if who in seated)


def _office(person: str, plan: "Plan") -> Office | None:
    return plan.people[person].office if person in plan.people else None
