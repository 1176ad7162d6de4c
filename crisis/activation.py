"""What must be known and agreed before the structure is activated (activering).

The decision itself is `crisis.life.Activation`: on a ground, with reason, scope, requester and decider (R01). These rules hold
in both rule sets; where no source says so for the one in force, the refusal says that too.
"""

from collections.abc import Iterator

from crisis.errors import InvalidInput, WrongRole
from crisis.life import Activation
from crisis.plan import Plan
from crisis.rules import Rule
from crisis.structure import LADDER, Body, Role, RuleSet

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


def _named(rule: Rule, ruleset: RuleSet) -> str:
    """The rule as a refusal names it: `R05`, or `R05/2016` where no source says that it holds in that rule set."""
    return rule.name if rule.is_confirmed_in(ruleset) else f"{rule.name}/{ruleset}"
