"""Every few minutes: what is due is done, for all to see."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.follow_up import NOTHING_DUE, clear_empty_runs, follow_up_due_work
from tasks.partners import ask_waiting_systems

FOLLOW_UP = "opvolging"


@flow(name=FOLLOW_UP, flow_run_name="opvolging")
async def follow_up() -> State[None]:
    """Herinnert wie nog iets moet doen of antwoorden, escaleert wat over tijd is en roept gremia bijeen volgens hun ritme."""
    done = await follow_up_due_work()
    asked = await ask_waiting_systems()
    await clear_empty_runs(FOLLOW_UP)
    return Completed(name=NOTHING_DUE) if done.is_empty and not asked else Completed(message=done.model_dump_json())
