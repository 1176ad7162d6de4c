"""The steps of a crisis: what comes next, convening, waiting for people, closing."""

import logging
import secrets

from prefect import task
from prefect.flow_runs import asuspend_flow_run
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from crisis.errors import Refused
from crisis.life import Activation, AskClosing, AwaitPeople, Convene, Ended, Prepare, Step
from crisis.structure import Body
from integrations.register import Deed, closing, confirmations, crises, meetings, plans, runs
from integrations.register.crises import take_stock
from integrations.wording.refusals import refusal_text
from tasks.charge import hand_over, in_charge, lease_on
from tasks.runs import start
from tasks.surroundings import by_this_run, crisis_of, register


class NotActivated(Exception):  # noqa: N818 - a statement
    """The procedure refused the activation; the message is for the person who filled in the form."""


@task(task_run_name="wat is de volgende stap?")
async def next_step(crisis: str) -> Step:
    """Vraag het register wat er nu moet gebeuren."""
    step = take_stock(register(), crisis, lease_on(crisis))
    get_run_logger().info("Volgende stap: %s", _in_words(step))
    return step


@task(task_run_name="activeer {activation.crisis}")
async def activate(activation: Activation) -> None:
    """Leg de activering vast in het register, met het crisisplan dat nu geldt."""
    deed = Deed(actor="Prefect UI", origin=by_this_run().origin)
    plan = plans.in_force(register())
    try:
        crisis = crises.activate(register(), activation, plan, deed, register().now())
    except Refused as refusal:
        raise NotActivated(refusal_text(refusal, "nl")) from refusal
    get_run_logger().info("%s geactiveerd: %s", crisis.slug, ", ".join(sorted(crisis.levels)))


@task(task_run_name="moet het piket dit eerst bevestigen?")
async def is_confirmed_first() -> bool:
    """Of het crisisplan vraagt dat de piketfunctionaris een activering uit Prefect eerst bevestigt."""
    return plans.in_force(register()).is_confirmed_first


@task(task_run_name="vraag het piket om {activation.crisis} te bevestigen")
async def ask_confirmation(activation: Activation) -> None:
    """Leg de aanvraag vast en vraag wie piket heeft om te bevestigen. Tot dan is er niets geactiveerd."""
    deed = Deed(actor="Prefect UI", origin=by_this_run().origin)
    try:
        request = confirmations.ask(register(), activation, flow_run.id, deed, register().now())
    except Refused as refusal:
        raise NotActivated(refusal_text(refusal, "nl")) from refusal
    get_run_logger().info("%s: aangevraagd; het piket moet dit bevestigen", request.key)


@task(task_run_name="start de escalatie van {crisis}")
async def start_escalation(crisis: str) -> None:
    """Start de run die de crisis leidt; loopt die al, dan verandert er niets."""
    await start(runs.latest(register(), runs.Run(crisis=crisis)))


@task(task_run_name="roep {body} {number} bijeen")
async def convene(crisis: str, body: Body, number: int) -> None:
    """Roep een gremium bijeen, met de termijn van het crisisplan."""
    now = register().now()
    planned_at = now + crisis_of(crisis).plan.bodies[body].notice
    meetings.convene(register(), crisis, body, number, planned_at, in_charge(crisis), now)


@task(task_run_name="start de vergadering {body} {number}")
async def start_meeting(crisis: str, body: Body, number: int) -> None:
    """Start de run die de vergadering voorbereidt; loopt die al, dan verandert er niets."""
    await start(runs.latest(register(), runs.Run(crisis=crisis, body=body, number=number)))


@task(task_run_name="vraag om {crisis} af te sluiten")
async def ask_closing(crisis: str) -> None:
    """Er staat niets meer open: vraag twee mensen de crisis af te sluiten."""
    closing.ask(register(), crisis, in_charge(crisis), register().now())


async def wait_for_people(crisis: str, reason: str) -> None:
    """Leg de run stil tot mensen verder kunnen. Geen proces blijft wachten; de waker wekt de run als er iets nieuws is.

    The key is never used twice: Prefect lets a key that was used before pass at once.
    """
    get_run_logger().info("%s wacht: %s", crisis, reason)
    _silence_the_normal_wait()
    hand_over(crisis)
    await asuspend_flow_run(timeout=None, key=f"{crisis}-{secrets.token_hex(8)}")


def _in_words(step: Step) -> str:
    match step:
        case Convene():
            return f"{step.body} {step.number} bijeenroepen"
        case Prepare():
            return f"{step.body} {step.number} voorbereiden"
        case AwaitPeople():
            return f"wachten op {step.reason}"
        case AskClosing():
            return "om afsluiting vragen"
        case Ended():
            return "geen: de crisis is afgesloten"


class _NormalWait(logging.Filter):
    """Prefect's engine reports a suspended run as an ERROR; to a person that would be a red line for a normal wait."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "Finished in state Suspended" not in record.getMessage()


def _silence_the_normal_wait() -> None:
    logger = logging.getLogger("prefect.flow_runs")
    if not any(isinstance(known, _NormalWait) for known in logger.filters):
        logger.addFilter(_NormalWait())
