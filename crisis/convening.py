"""Who calls a body together, and after consulting whom (bijeenroeping)."""

from datetime import datetime

from crisis.errors import InvalidInput, MayNotAsk, NotActive, NotConsulted
from crisis.plan import Plan
from crisis.record import Line, Record
from crisis.rulesets import may_ask_for, terms
from crisis.seats import function_of, office_of
from crisis.structure import Body, Office


class Call(Record):
    """By whose initiative a body is called together, and who was consulted before."""

    initiative: Line
    """A person of the plan, or somebody by their function."""
    consulted: tuple[Line, ...] = ()

    def in_full(self, plan: Plan) -> "Call":
        """With the functions of those who are named by their key in the plan."""
        consulted = tuple(function_of(who, plan) for who in self.consulted)
        return Call(initiative=function_of(self.initiative, plan), consulted=consulted)

    @property
    def said(self) -> str | None:
        """Who was consulted, as it is written down."""
        return "; ".join(self.consulted) or None


BY_RHYTHM = Call(initiative="ritme van het crisisplan")
BY_FLOW = Call(initiative="opschaling")
"""The two ways in which a body comes together without anybody calling it."""


def check_call(body: Body, call: Call, levels: frozenset[Body], plan: Plan) -> None:
    """Whether this body may be called together like this.

    The MCCb: ministers and state secretaries ask for it; in agreement with the minister-president (2022) or after
    consulting them (2016, not confirmed), and after consulting the first-responsible minister (R05; Instellingsbesluit MCCb
    2022, art. 3.3). The IAO: a director of the NCTV or a departmental crisis coordinator, after consulting the
    first-responsible ministry (R09; NHC 2016, V.1). For the ICCb no consultation is known.

    Raises:
        NotActive: this body is not active in the crisis.
        MayNotAsk: it is not for this office to ask (R05, R09).
        NotConsulted: whoever has to be consulted is not named (R05, R09).

    """
    if body not in levels:
        raise NotActive(body=body)
    rule = terms(body, plan.ruleset).rule
    asking = office_of(call.initiative, plan)
    if asking is None or not may_ask_for(asking, body, plan.ruleset):
        raise MayNotAsk(body=body, initiative=call.initiative).under(rule)
    if needs := _not_consulted(body, call, plan):
        raise NotConsulted(body=body, needs=needs).under(rule)


def check_hour(planned_at: datetime, now: datetime) -> None:
    """Whether a meeting can still be called for this hour. Raises InvalidInput."""
    if planned_at < now:
        raise InvalidInput(problems=[("planned_at", "in_the_past")])


def _not_consulted(body: Body, call: Call, plan: Plan) -> str | None:
    """What is missing, in the words of the rule."""
    conditions = terms(body, plan.ruleset)
    consulted = [office_of(who, plan) for who in call.consulted]
    if conditions.accord and Office.PRIME_MINISTER not in (office_of(call.initiative, plan), *consulted):
        return f"{conditions.accord} de minister-president"
    others = [office for office in consulted if not conditions.accord or office is not Office.PRIME_MINISTER]
    return "na raadpleging van het eerstverantwoordelijke ministerie" if conditions.consults and not others else None
