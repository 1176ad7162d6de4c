"""The decision register as people see it: where each decision stands, who was asked and said what, what contradicts (Dutch)."""

from collections.abc import Sequence

from crisis.decisions import Decision, contradictions, in_force, status_of
from crisis.measures import Horizon, Measure, Progress, progress
from crisis.plan import Plan
from crisis.requests import Request
from crisis.situation import Picture
from integrations.wording.charts import number_text
from integrations.wording.times import moment_text

Rows = list[tuple[object, ...]]

DECISIONS = ("Nr", "Soort", "Status", "Gremium", "Tekst", "Aan", "Ingang", "Herziening")
MEASURES = ("Termijn", "Nr", "Doel", "Indicator", "Streefwaarde", "Stand", "Compleet")


def decision_rows(decisions: Sequence[Decision], requests: Sequence[Request], plan: Plan) -> Rows:
    """Every decision with where it stands, and what those to whom it goes said last."""
    return [
        (
            decision.number,
            decision.kind,
            status_of(decision, decisions),
            f"{decision.body} {decision.meeting}",
            decision.text,
            addressed(decision, requests, plan) or "–",
            moment_text(decision.effective_at, "nl") if decision.effective_at else "–",
            moment_text(decision.review_at, "nl") if decision.review_at else "–",
        )
        for decision in decisions
    ]


def addressed(decision: Decision, requests: Sequence[Request], plan: Plan) -> str:
    """To whom it goes, each with their latest answer where one is asked of them."""
    asked = {request.addressee: request for request in requests if request.decision == decision.number}
    return "; ".join(_addressee(person, asked.get(person), plan) for person in decision.addressees)


def _addressee(person: str, request: Request | None, plan: Plan) -> str:
    name = plan.people[person].name if person in plan.people else person
    if request is None:
        return name
    if request.latest:
        return f"{name}: {request.latest.answer}"
    return f"{name}: {'ingetrokken' if request.withdrawn_at else 'nog geen antwoord'}"


def contradiction_texts(decisions: Sequence[Decision], plan: Plan) -> list[str]:
    """Every pair in force that names another date or another number for the same target."""
    measures = {d.number: d.measure for d in decisions if d.measure}
    return [
        f"Nummer {pair.first} en nummer {pair.second} spreken elkaar tegen: "
        f"{target_text(measures[pair.first], plan)} tegenover {target_text(measures[pair.second], plan)}"
        for pair in contradictions(decisions)
    ]


def measure_rows(decisions: Sequence[Decision], picture: Picture | None, plan: Plan) -> Rows:
    """The measures in force, short term first, with how far the latest picture says that they have come."""
    of = [(list(Horizon).index(d.measure.horizon), d.number, d.measure) for d in in_force(decisions) if d.measure]
    return [
        (
            measure.horizon,
            number,
            measure.aim,
            indicator_name(measure, plan),
            target_text(measure, plan),
            value_text(progress(measure, picture)),
            progress(measure, picture).completeness,
        )
        for _, number, measure in sorted(of, key=lambda one: one[:2])
    ]


def indicator_name(measure: Measure, plan: Plan) -> str:
    """The indicator by its name in the plan."""
    return next((i.name for i in plan.indicators if i.id == measure.indicator), measure.indicator)


def target_text(measure: Measure, plan: Plan) -> str:
    """The number to be reached, in its unit, and by when."""
    unit = next((i.unit for i in plan.indicators if i.id == measure.indicator), "")
    by = f", uiterlijk {moment_text(measure.by, 'nl')}" if measure.by else ""
    return f"{number_text(measure.target)} {unit}".rstrip() + by


def value_text(reached: Progress) -> str:
    """How far it has come. Unknown is not zero."""
    if reached.value is None or reached.remaining is None:
        return "onbekend"
    made_up = " (synthetisch)" if reached.synthetic else ""
    return f"{number_text(reached.value)} van {number_text(reached.target)}{made_up}, nog {number_text(reached.remaining)}"
