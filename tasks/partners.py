"""Asking the partners: one task per kind of partner, all partners of that kind at once inside it.

A task per partner would cost more than the asking itself (measured: `shared/performance.md`).
"""

from prefect import task
from prefect.logging import get_run_logger

from crisis.inquiries import Submission
from crisis.partners import PartnerKind
from crisis.structure import Body
from integrations.partners.inquiry import ask_all
from integrations.register import intake
from tasks.charge import in_charge
from tasks.surroundings import crisis_of, register, settings


@task(task_run_name="vraag uit: {kind}")
async def ask_partners(crisis: str, body: Body, number: int, kind: PartnerKind) -> None:
    """Vraag alle partners van één soort tegelijk, en leg vast wat ze antwoorden: ook wie niets of onzin stuurt."""
    plan = crisis_of(crisis).plan
    answered = {a.partner for a in intake.answers(register(), crisis, body, number) if a.submission.has_figures}
    partners = [p for p in plan.partners if p.kind is kind and p.id not in answered]
    if not partners:
        return
    now = register().now()
    answers = await ask_all(partners, plan.intake, now, settings(), register().now)
    intake.take_in(register(), crisis, body, number, answers, in_charge(crisis, body, number), register().now())
    log = get_run_logger()
    usable = sum(answer.submission.has_figures for answer in answers)
    log.info("%s: %d van %d gaven een bruikbaar antwoord", kind, usable, len(answers))
    for answer in answers:
        if answer.submission is not Submission.ON_TIME:
            why = answer.detail or f"Antwoordde na {answer.seconds:.1f} seconden."
            log.warning("%s: %s. %s", plan.partner(answer.partner).name, answer.submission, why)


@task(task_run_name="welke soorten partners?")
async def kinds_of_partners(crisis: str) -> list[PartnerKind]:
    """Welke soorten partners het crisisplan noemt."""
    return sorted({partner.kind for partner in crisis_of(crisis).plan.partners})
