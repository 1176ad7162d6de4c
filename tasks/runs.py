"""Having Prefect conduct what the register says must be conducted: started once, nudged, found alive or dead."""

from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from integrations.register import runs
from integrations.register.runs import Run
from tasks.surroundings import register

ESCALATION = "escalatie"
MEETING = "vergadering"
"""The names of flow and deployment alike."""
BY_HAND = {StateType.CANCELLED: "geannuleerd", StateType.COMPLETED: "afgerond"}
"""How a run that is still wanted ends only when somebody does it in Prefect, as the audit trail calls it."""


async def start(run: Run) -> None:
    """Have Prefect conduct this attempt; started twice, it is one run."""
    async with get_client() as client:
        await start_with(client, run)


async def start_with(client: PrefectClient, run: Run) -> None:
    """The same over a connection that is open."""
    name = MEETING if run.body else ESCALATION
    deployment = await client.read_deployment_by_name(f"{name}/{name}")
    where = {"body": run.body, "number": run.number} if run.body else {}
    flow_run = await client.create_flow_run_from_deployment(
        deployment.id,
        parameters={"crisis": run.crisis} | where,
        idempotency_key=run.key,
        tags=[run.crisis, *([run.body] if run.body else [])],
    )
    runs.begun(register(), run, str(flow_run.id))


async def seen_by_prefect(client: PrefectClient, run: Run) -> FlowRun | None:
    """What Prefect knows of it; None when it was never started, or is gone."""
    if run.flow_run_id is None:
        return None
    try:
        return await client.read_flow_run(UUID(run.flow_run_id))
    except ObjectNotFound:
        return None


async def nudge(client: PrefectClient, flow_run: FlowRun) -> None:
    """Wake a suspended run; it will ask the register again. A nudge, never an answer."""
    await client.resume_flow_run(flow_run.id)


async def replace(client: PrefectClient, run: Run, flow_run: FlowRun | None) -> None:
    """Give up a dead attempt and start the next. What it did stands in the register."""
    if flow_run and flow_run.state and not flow_run.state.is_final():
        await client.set_flow_run_state(flow_run.id, Crashed(message="Proces weg; opnieuw gestart"), force=True)
    await start_with(client, runs.given_up(register(), run, _by_hand(flow_run)))


def _by_hand(flow_run: FlowRun | None) -> str | None:
    """How somebody ended a run that was still wanted, in Prefect itself; None for one that died. Nothing of ours does so."""
    state = flow_run.state if flow_run else None
    return BY_HAND.get(state.type) if state else "verdwenen"
