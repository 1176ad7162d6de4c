"""What must be known and agreed before the structure is activated (activering).

The decision itself is `crisis.life.Activation`: on a ground, with reason, scope, requester and decider (R01). These rules hold
in both rule sets; where no source says so for the one in force, the refusal says that too.
"""

from collections.abc import Iterator
from enum import StrEnum

from pydantic import Field

from crisis.errors import AlreadyDecided, InvalidInput, WrongRole
from crisis.life import Activation
from crisis.plan import Plan
from crisis.record import Moment, Record, Text
from crisis.rules import Rule
from crisis.structure import LADDER, Body, Role, RuleSet

ON_DUTY = "piket"
"""The role of who confirms a request: those in the duty group of the plan have it."""


class RequestState(StrEnum):
    """Where a request to activate stands."""

    ASKED = "aangevraagd"
    CONFIRMED = "bevestigd"
    REFUSED = "afgewezen"


class Verdict(StrEnum):
    """What the officer on duty says."""

    CONFIRM = "bevestigen"
    REFUSE = "afwijzen"


class Confirmation(Record):
    """What the officer on duty answers to a request (piketfunctionaris)."""

    reason: Text | None = Field(
        default=None, title="Reden", description="Alleen als u afwijst: waarom wordt de structuur niet geactiveerd?"
    )
    verdict: Verdict = Field(title="Uw antwoord")


class ActivationRequest(Record):
    """An activation that somebody asked for, and that is not in force until an officer on duty confirms it (aanvraag)."""

    slug: str
    number: int
    """How many times it was asked for: after a refusal it can be asked again."""
    activation: Activation
    requested_at: Moment
    requested_by: str
    flow_run_id: str | None
    """The run in Prefect by which it was asked, which is told the answer."""
    state: RequestState
    decided_at: Moment | None = None
    decided_by: str | None = None
    reason: str | None = None

    @property
    def key(self) -> str:
        """What makes it this request: `asiel-2022/aanvraag/1`."""
        return f"{self.slug}/aanvraag/{self.number}"


Missing = tuple[str, str, Rule]
"""The field, what is wrong with it, and the rule that asks for it."""


def check_activation(activation: Activation, ruleset: RuleSet) -> None:
    """Whether the structure may be activated like this.

    Raises:
        InvalidInput: with every field that a rule asks for, and the rule.

    """
    missing = [*mccb_is_agreed_on(activation), *iao_is_consulted_on(activation), *passing_over_is_explained(activation)]
    if missing:
        raise InvalidInput(problems=[(field, f"{why}:{_named(rule, ruleset)}") for field, why, rule in missing])


def mccb_is_agreed_on(activation: Activation) -> Iterator[Missing]:
    """R05: the minister of JenV calls the MCCb in agreement with the MP, and after consulting the first-responsible minister.

    Instellingsbesluit MCCb 2022, art. 3.3; no source says so for 2016.
    """
    if Body.MCCB not in activation.levels:
        return
    if activation.consulted is None:
        yield "consulted", "nobody_consulted", Rule.R05
    if activation.agreed_with is None:
        yield "agreed_with", "not_agreed", Rule.R05


def iao_is_consulted_on(activation: Activation) -> Iterator[Missing]:
    """R09: the IAO is called after consulting the first-responsible ministry.

    Nationaal Handboek Crisisbesluitvorming 2016, V.1; no source says so for 2022.
    """
    if Body.IAO in activation.levels and activation.first_responsible is None:
        yield "first_responsible", "nobody_first_responsible", Rule.R09


def passing_over_is_explained(activation: Activation) -> Iterator[Missing]:
    """R12: the order is not enforced, and any subset may be active at once; whoever is passed over is marked with the reason.

    rijksoverheid.nl, 17 June 2022 (all at once); vru.nl. That the reason is written down, this product chooses.
    """
    if passed_over(activation.levels) and activation.skip_reason is None:
        yield "skip_reason", "passed_over", Rule.R12


def passed_over(levels: frozenset[Body]) -> tuple[Body, ...]:
    """The bodies below the highest of these that are not among them, lowest first."""
    highest = max(body.rank for body in levels)
    return tuple(body for body in LADDER if body.rank < highest and body not in levels)


def reporters(plan: Plan) -> tuple[str, ...]:
    """Who may activate: who has the role of reporter, and who is on duty."""
    return tuple(dict.fromkeys((*plan.roles.get(Role.REPORTER, ()), *plan.groups[plan.duty].people)))


def check_may_report(person: str, plan: Plan) -> None:
    """Whether this person may activate.

    Raises:
        WrongRole: neither a reporter, nor on duty.

    """
    if person not in reporters(plan):
        raise WrongRole(person=person, role=Role.REPORTER)


def check_confirmation(request: ActivationRequest, answer: Confirmation, person: str, plan: Plan) -> None:
    """Whether this person may give this answer: a request may be refused, but not without a reason (R05).

    Raises:
        AlreadyDecided: another on duty was first.
        WrongRole: not on duty.
        InvalidInput: refused without a reason.

    """
    if request.state is not RequestState.ASKED:
        raise AlreadyDecided(crisis=request.slug, state=request.state, by=request.decided_by, at=request.decided_at)
    if person not in plan.groups[plan.duty].people:
        raise WrongRole(person=person, role=ON_DUTY)
    if answer.verdict is Verdict.REFUSE and answer.reason is None:
        raise InvalidInput(problems=[("reason", "missing")])


def _named(rule: Rule, ruleset: RuleSet) -> str:
    """The rule as a refusal names it: `R05`, or `R05/2016` where no source says that it holds in that rule set."""
    return rule.name if rule.is_confirmed_in(ruleset) else f"{rule.name}/{ruleset}"
