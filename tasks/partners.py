"""Asking the partners: one task per kind of partner, all partners of that kind at once inside it.

A task per partner would cost more than the asking itself (measured: `shared/performance.md`). How far it has come is shown
while it goes on, and what came of every partner once it is stored.
"""

from collections.abc import Sequence

from prefect import task
from prefect.artifacts import acreate_table_artifact
from prefect.logging import get_run_logger

from crisis.inquiries import Answer, Submission
from crisis.partners import PartnerKind, WireForm
from crisis.plan import Plan
from crisis.structure import Body
from integrations.partners.rounds import ask_round, ask_systems
from integrations.register import inquiries, intake
from integrations.wording.answers import answer_rows
from tasks.charge import in_charge
from tasks.progress import Progress
from tasks.surroundings import by_this_run, crisis_of, register, settings


@task(task_run_name="vraag uit: {kind}")
async def ask_partners(crisis: str, body: Body, number: int, kind: PartnerKind) -> None:
    """Vraag alle partners van één soort tegelijk, en leg vast wat ze antwoorden: ook wie niets of onzin stuurt."""
    plan = crisis_of(crisis).plan
    answered = {a.partner for a in intake.answers(register(), crisis, body, number) if a.submission.has_figures}
    systems = [partner for partner in plan.partners if partner.kind is kind and partner.form is not WireForm.FORM]
    partners = [partner for partner in systems if partner.id not in answered]
    if not partners:
        return
    async with Progress(f"{crisis}-uitvraag-{_key(kind)}-voortgang", f"{body} {number}: {kind}", len(partners)) as progress:
        answers = await ask_round(partners, plan, register(), settings(), on_answer=progress.count)
        intake.take_in(register(), crisis, body, number, answers, in_charge(crisis, body, number), register().now())
    await _show(f"{crisis}-uitvraag-{_key(kind)}", f"{body} {number}: antwoorden ({kind})", answers, plan)


@task(task_run_name="open de uitvraag voor {body} {number}")
async def open_inquiry(crisis: str, body: Body, number: int) -> list[PartnerKind]:
    """Open de uitvraag: de vraag, de indicatoren, de peildatum en de termijn. Welke soorten partners er te vragen zijn."""
    inquiries.open_for(register(), crisis, body, number, in_charge(crisis, body, number), register().now())
    return sorted({partner.kind for partner in crisis_of(crisis).plan.partners})


@task(task_run_name="vraag systemen uit voor uitvragen buiten vergaderingen")
async def ask_waiting_systems() -> int:
    """Vraag de systemen uit die een lopende uitvraag buiten een vergadering nog niet hoorden; hoeveel uitvragen dat waren."""
    asked = await ask_systems(register(), settings(), by_this_run())
    for inquiry, plan, answers in asked:
        await _show(f"{inquiry.crisis}-uitvraag-u{inquiry.number}", f"{inquiry.label}: antwoorden van systemen", answers, plan)
    return len(asked)


async def _show(key: str, title: str, answers: Sequence[Answer], plan: Plan) -> None:
    """What came of every partner, in the Prefect UI; in the log how many, and who must be rung up."""
    await acreate_table_artifact(key=key, table=answer_rows(answers, plan), description=title)
    usable = sum(answer.submission.has_figures for answer in answers)
    odd = [answer for answer in answers if answer.submission is not Submission.ON_TIME]
    told = "; ".join(f"{plan.partner(one.partner).name}: {one.submission}" for one in odd[:MOST_TOLD])
    more = f"; en nog {len(odd) - MOST_TOLD}" if len(odd) > MOST_TOLD else ""
    get_run_logger().info("%s: %d van %d bruikbaar. %s%s", title, usable, len(answers), told, more)


MOST_TOLD = 10
"""So many partners by name in the log; all of them stand in the table."""


def _key(kind: PartnerKind) -> str:
    return kind.replace(" ", "-")
