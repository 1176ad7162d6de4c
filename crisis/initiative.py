"""What somebody does of their own accord, with a link that they ask for (op eigen initiatief).

Nothing asks for it: an extra meeting, a change in who sits in a body, the GRIP level of a region. So whoever the plan lets do
it asks for a link of their own; it is mailed to them, and works once.
"""

from crisis.attendance import may_lead
from crisis.convening import Call
from crisis.errors import NotForBody, WrongRole
from crisis.passes import Act
from crisis.plan import Plan
from crisis.rulesets import may_ask_for, terms
from crisis.seats import office_of
from crisis.structure import Body, Role

INQUIRY_ACTS = (Act.ASK_PARTNERS, Act.JUDGE_FIGURES, Act.ENTER_FIGURES, Act.CLOSE_INQUIRY)
OWN_ACTS = (Act.CALL_MEETING, Act.DESIGNATE, Act.RELEASE, Act.SET_GRIP, *INQUIRY_ACTS)


def who_may(act: Act, plan: Plan) -> tuple[str, ...]:
    """Who may ask for a link to do this."""
    if act is Act.SET_GRIP:
        found = [*plan.roles.get(Role.LIAISON, ()), plan.bodies[Body.IAO].secretary, *plan.groups[plan.duty].people]
        return tuple(dict.fromkeys(found))
    calls = act is Act.CALL_MEETING
    return tuple(
        person
        for person in plan.people
        if any(_speaks_for(person, body, plan) or (calls and _calls_alone(person, body, plan)) for body in plan.bodies)
    )


def check_may_ask(act: Act, person: str, plan: Plan) -> None:
    """Whether this person may ask for a link to do this. Raises WrongRole."""
    if person not in who_may(act, plan):
        raise WrongRole(person=person, role=Role.LIAISON if act is Act.SET_GRIP else HEADS)


def who_decides(person: str, body: Body, plan: Plan) -> str:
    """Who decides about a body where this person acts for it: who may lead it, or its chair where its secretary writes it down.

    Who sits in a body is for its chair (R03; for the IAO NHC 2016, V.1), and in the MCCb that may be the minister-president
    at any time (R02; Instellingsbesluit MCCb 2022, art. 3.2).

    Raises:
        NotForBody: this person neither leads it, nor is its secretary.

    """
    if not _speaks_for(person, body, plan):
        raise NotForBody(person=person, body=body)
    return person if may_lead(person, body, plan) else plan.bodies[body].chair


def check_calls(person: str, body: Body, call: Call, plan: Plan) -> None:
    """Whether this person may have this body called together: who speaks for it, or who asks for it by an office of their own.

    The MCCb is called by the minister of JenV, whoever asks for it: the request may be refused (R05; Instellingsbesluit MCCb
    2022, art. 3.3; for 2016 not confirmed). For the IAO the initiative is enough (R09; NHC 2016, V.1).

    Raises:
        NotForBody: neither.

    """
    if call.initiative != person or not _calls_alone(person, body, plan):
        who_decides(person, body, plan)


def _speaks_for(person: str, body: Body, plan: Plan) -> bool:
    return person == plan.bodies[body].secretary or may_lead(person, body, plan)


def _calls_alone(person: str, body: Body, plan: Plan) -> bool:
    office = office_of(person, plan)
    return office is not None and may_ask_for(office, body, plan.ruleset) and terms(body, plan.ruleset).accord is None


HEADS = "voorzitter of secretaris"
