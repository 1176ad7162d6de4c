"""The crisis as people see it in the Prefect UI: one run, from activation to closure."""

from prefect import flow
from prefect.client.schemas.objects import State

from crisis.life import Activation, AskClosing, AwaitPeople, Convene, Ended, Prepare
from tasks.charge import take_charge
from tasks.confirmations import awaiting_confirmation
from tasks.papers import publish_lists
from tasks.runs import ESCALATION
from tasks.steps import (
    activate,
    ask_closing,
    ask_confirmation,
    convene,
    is_confirmed_first,
    next_step,
    start_escalation,
    start_meeting,
    wait_for_people,
)


@flow(name=ESCALATION, flow_run_name="{crisis}: escalatie")
async def escalation(crisis: str) -> None:
    """Leidt een crisis van activering tot afsluiting.

    De eerste keer komen de gremia om de beurt bijeen: IAO, ICCb, MCCb, voor zover ze actief zijn. Tussen twee stappen ligt
    de run stil tot een uitkomst is vastgelegd. Wat gebeurd is staat in het register: de run mag op ieder moment opnieuw
    beginnen.
    """
    await take_charge(crisis)
    await publish_lists(crisis)
    while True:
        step = await next_step(crisis)
        match step:
            case Convene():
                await convene(crisis, step.body, step.number)
            case Prepare():
                await start_meeting(crisis, step.body, step.number)
                await wait_for_people(crisis, f"de stukken van {step.body} {step.number}")
            case AwaitPeople():
                await wait_for_people(crisis, step.reason)
            case AskClosing():
                await ask_closing(crisis)
            case Ended():
                return


@flow(name="activering", flow_run_name="{activering.crisis}: activering")
async def activation(activering: Activation) -> State[None] | None:
    """Activeert de nationale crisisstructuur.

    Vul in wat er aan de hand is en welke gremia actief worden. De activering wordt vastgelegd, het NKC en de leden
    worden gealarmeerd, en de escalatie begint. Vraagt het crisisplan dat, dan bevestigt de piketfunctionaris het eerst.
    """
    if await is_confirmed_first():
        await ask_confirmation(activering)
        return awaiting_confirmation(activering.crisis)
    await activate(activering)
    await start_escalation(activering.crisis)
    return None
